import { checkInputs } from "../arm-checks.ts";
import type { ImportedOperation } from "./operations.ts";
import type { ImportProblem, ImportRule } from "./refusal.ts";

const fields = {
  displayName: "display-name-length",
  description: "operation-description-length",
  urlTemplate: "url-template-length",
} as const satisfies Readonly<Record<string, ImportRule>>;

/**
 * What Azure Resource Manager would refuse in the operations that an import makes.
 *
 * @see https://learn.microsoft.com/rest/api/apimanagement/api-operation/create-or-update
 */
export function contractProblems(operations: readonly ImportedOperation[]): readonly ImportProblem[] {
  return operations.flatMap(({ place, ...operation }) =>
    Object.entries(fields).flatMap(([field, rule]) => {
      const inputs = { [field]: operation[field as keyof typeof fields] };
      const shape = { model: "OperationContract", address: [], supported: [field] };
      return checkInputs(inputs, shape).map(() => ({
        rule,
        place,
        got: `${String(inputs[field]).length} characters`,
      }));
    }),
  );
}
