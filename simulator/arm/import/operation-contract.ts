import { valueProblems } from "../body-check.ts";
import { propertiesOf } from "../constraints.ts";
import type { PlacedOperation } from "./operations.ts";
import type { ImportProblem, ImportRule } from "./refusal.ts";

const fields = {
  displayName: "display-name-length",
  description: "operation-description-length",
  urlTemplate: "url-template-length",
} as const satisfies Readonly<Record<string, ImportRule>>;

const constraints = propertiesOf("OperationContract");

/**
 * What Azure Resource Manager would refuse in the operations that an import makes.
 *
 * @see https://learn.microsoft.com/rest/api/apimanagement/api-operation/create-or-update
 */
export function contractProblems(operations: readonly PlacedOperation[]): readonly ImportProblem[] {
  return operations.flatMap(({ place, ...operation }) =>
    Object.entries(fields).flatMap(([field, rule]) => {
      const value = operation[field as keyof typeof fields];
      const constraint = constraints[`properties.${field}`];
      if (constraint === undefined || valueProblems(field, value, constraint).length === 0) return [];
      return [{ rule, place, got: `${value.length} characters` }];
    }),
  );
}
