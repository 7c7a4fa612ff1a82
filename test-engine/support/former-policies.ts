import type { StackChange } from "./engine.ts";

/**
 * The program as it was when each operation had a policy document of its own: the API's authenticates everybody, and that of an
 * operation checks its scopes and leads to the backend.
 */
export const formerPolicies: NonNullable<StackChange["files"]> = {
  "components/protected-api.ts": (text) =>
    replaced(text, [
      [
        'import { after } from "./after.ts";',
        `import { authenticate } from "../policies/authenticate.ts";
import { authorize } from "../policies/authorize.ts";
import { base } from "../policies/elements/base.ts";
import { policyDocument, renderPolicyDocument } from "../policies/document.ts";
import { setBackendService } from "../policies/elements/set-backend-service.ts";
import { after } from "./after.ts";`,
      ],
      [
        `protectApi(operations, text === undefined ? undefined : read("api", text))(known)`,
        "policyDocument({ inbound: [base(), authenticate(known)] })",
      ],
      [
        "return [ofApi, ...ofOperations];",
        `return [
    ofApi,
    ...args.operations.map(({ name: operationId, isPublic, anyOf: [scopes] = [[]] }) =>
      new apimanagement.ApiOperationPolicy(
        \`\${name}-\${operationId}-policy\`,
        {
          resourceGroupName: args.resourceGroupName,
          serviceName: args.serviceName,
          apiId: api.name,
          operationId,
          policyId: "policy",
          format: "rawxml",
          value: facts.apply((known) => {
            const way = setBackendService({ backendId: known.backendId });
            const checks = isPublic ? [] : [base(), authorize(known, { match: "all", scopes })];
            return renderPolicyDocument(policyDocument({ inbound: [...checks, way] }), 16384);
          }),
        },
        { parent },
      ),
    ),
  ];`,
      ],
    ]),
};

/** Puts each text in the place of another one, which must stand there: else a row would change nothing, and prove nothing. */
function replaced(text: string, changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`The file must hold ${JSON.stringify(from)}; it does not.`);
    return before.replace(from, () => to);
  }, text);
}
