import type { StackChange } from "./engine.ts";

/**
 * The program as it was when each operation had a policy document of its own: the API's authenticates everybody, and that of an
 * operation checks its scopes and leads to the backend.
 */
export const formerPolicies: NonNullable<StackChange["files"]> = {
  "components/protected-api.ts": (text) =>
    text
      .replace(
        'import { after } from "./after.ts";',
        `import { authenticate } from "../policies/authenticate.ts";
import { authorize } from "../policies/authorize.ts";
import { base } from "../policies/base.ts";
import { policyDocument, renderPolicyDocument } from "../policies/document.ts";
import { setBackendService } from "../policies/set-backend-service.ts";
import { after } from "./after.ts";`,
      )
      .replace(
        "const build = protectApi(args.operations.map(toProtect));",
        "const build = (known) => policyDocument({ inbound: [base(), authenticate(known)] });",
      )
      .replace(
        "return [ofApi];",
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
      ),
};
