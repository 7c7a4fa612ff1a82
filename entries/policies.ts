/** Policy documents of API Management as typed values: `import { protectApi } from "apim-okta/policies"`. */
export { acceptedTokens, authenticate, type TokenRequirements } from "../policies/authenticate.ts";
export { authorize, type ClaimToHave, type RequiredRights } from "../policies/authorize.ts";
export { base } from "../policies/base.ts";
export { consoleCors } from "../policies/console-cors.ts";
export { type CorsArgs, cors } from "../policies/cors.ts";
export {
  type PolicyDocument,
  policyDocument,
  policySizeLimitBytes,
  renderPolicyDocument,
} from "../policies/document.ts";
export {
  type Expression,
  type ExpressionPart,
  expression,
  expressionBlock,
  type NamedValueReference,
  namedValue,
  type PolicyCode,
  type Text,
} from "../policies/expression.ts";
export { type ForwardRequestArgs, forwardRequest } from "../policies/forward-request.ts";
export { type MockResponseArgs, mockResponse } from "../policies/mock-response.ts";
export { PolicyError, type PolicyErrorCode } from "../policies/policy-error.ts";
export {
  type ApiPolicies,
  type DeploymentFacts,
  type OperationToProtect,
  type PolicyTemplate,
  protectApi,
} from "../policies/protect-api.ts";
export { type ReturnResponseArgs, returnResponse } from "../policies/return-response.ts";
export { type SetBackendServiceArgs, setBackendService } from "../policies/set-backend-service.ts";
export { setBody } from "../policies/set-body.ts";
export { type SetHeaderArgs, setHeader } from "../policies/set-header.ts";
export { type SetStatusArgs, setStatus } from "../policies/set-status.ts";
export { type ValidateJwtArgs, validateJwt } from "../policies/validate-jwt.ts";
