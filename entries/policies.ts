/** Policy documents of API Management as typed values: `import { protectApi } from "apim-okta/policies"`. */
export {
  acceptedTokens,
  authenticate,
  checkedTokenVariable,
  type TokenRequirements,
} from "../policies/authenticate.ts";
export { type AuthenticationBasicArgs, authenticationBasic } from "../policies/authentication-basic.ts";
export {
  type AuthenticationCertificateArgs,
  authenticationCertificate,
} from "../policies/authentication-certificate.ts";
export {
  type AuthenticationManagedIdentityArgs,
  authenticationManagedIdentity,
} from "../policies/authentication-managed-identity.ts";
export { authorize, type ClaimToHave, type RequiredRights } from "../policies/authorize.ts";
export { base } from "../policies/base.ts";
export { type CacheLookupArgs, cacheLookup } from "../policies/cache-lookup.ts";
export { type CacheLookupValueArgs, cacheLookupValue } from "../policies/cache-lookup-value.ts";
export { type CacheRemoveValueArgs, cacheRemoveValue } from "../policies/cache-remove-value.ts";
export { type CacheStoreArgs, cacheStore } from "../policies/cache-store.ts";
export { type CacheStoreValueArgs, cacheStoreValue } from "../policies/cache-store-value.ts";
export type { LimitOutputArgs } from "../policies/call-limit.ts";
export { type CheckHeaderArgs, checkHeader } from "../policies/check-header.ts";
export { type ChooseArgs, choose, type When } from "../policies/choose.ts";
export { consoleCors } from "../policies/console-cors.ts";
export { type CorsArgs, cors } from "../policies/cors.ts";
export {
  type PolicyDocument,
  policyDocument,
  policySizeLimitBytes,
  renderPolicyDocument,
} from "../policies/document.ts";
export { type EmitMetricArgs, emitMetric } from "../policies/emit-metric.ts";
export {
  type Expression,
  type ExpressionPart,
  expression,
  expressionBlock,
  type Liquid,
  type NamedValueReference,
  namedValue,
  type PolicyCode,
  type Text,
} from "../policies/expression.ts";
export { type FindAndReplaceArgs, findAndReplace } from "../policies/find-and-replace.ts";
export { type ForwardRequestArgs, forwardRequest } from "../policies/forward-request.ts";
export { type IncludeFragmentArgs, includeFragment } from "../policies/include-fragment.ts";
export { type IpFilterArgs, ipFilter } from "../policies/ip-filter.ts";
export { type JsonToXmlArgs, jsonToXml } from "../policies/json-to-xml.ts";
export { type LimitConcurrencyArgs, limitConcurrency } from "../policies/limit-concurrency.ts";
export { liquid } from "../policies/liquid.ts";
export { type LogToEventhubArgs, logToEventhub } from "../policies/log-to-eventhub.ts";
export { type MockResponseArgs, mockResponse } from "../policies/mock-response.ts";
export { isOperation, type OperationPlace } from "../policies/operation-condition.ts";
export {
  type KnownTexts,
  type OwnCors,
  type OwnPolicy,
  type OwnPolicyProblem,
  ownFragmentProblems,
  type ReadOwnPolicy,
  readOwnPolicy,
} from "../policies/own-policy.ts";
export type { OwnRequestArgs } from "../policies/own-request.ts";
export type { OwnPolicyLevel } from "../policies/own-sections.ts";
export type { PlainText, Policy, PolicySection } from "../policies/policy.ts";
export { PolicyError, type PolicyErrorCode } from "../policies/policy-error.ts";
export {
  type DeploymentFacts,
  type OperationToProtect,
  ownOperationPolicy,
  type PolicyTemplate,
  protectApi,
} from "../policies/protect-api.ts";
export { type QuotaArgs, quota } from "../policies/quota.ts";
export { type QuotaByKeyArgs, quotaByKey } from "../policies/quota-by-key.ts";
export { type RateLimitArgs, rateLimit } from "../policies/rate-limit.ts";
export { type RateLimitByKeyArgs, rateLimitByKey } from "../policies/rate-limit-by-key.ts";
export { redirectContentUrls } from "../policies/redirect-content-urls.ts";
export { type RetryArgs, retry } from "../policies/retry.ts";
export { type ReturnResponseArgs, returnResponse } from "../policies/return-response.ts";
export { type RewriteUriArgs, rewriteUri } from "../policies/rewrite-uri.ts";
export { sendOneWayRequest } from "../policies/send-one-way-request.ts";
export { type SendRequestArgs, sendRequest } from "../policies/send-request.ts";
export { type SetBackendServiceArgs, setBackendService } from "../policies/set-backend-service.ts";
export { type SetBodyArgs, setBody } from "../policies/set-body.ts";
export { type SetHeaderArgs, setHeader } from "../policies/set-header.ts";
export { setMethod } from "../policies/set-method.ts";
export { type SetQueryParameterArgs, setQueryParameter } from "../policies/set-query-parameter.ts";
export { type SetStatusArgs, setStatus } from "../policies/set-status.ts";
export { type SetVariableArgs, setVariable } from "../policies/set-variable.ts";
export {
  type BackendWithIdentityArgs,
  backendWithIdentity,
} from "../policies/templates/backend-with-identity.ts";
export { type CallerClaim, callerKey, tokenClaim } from "../policies/templates/caller.ts";
export { claimsToBackend } from "../policies/templates/claims-to-backend.ts";
export { type CorrelationId, correlationId } from "../policies/templates/correlation-id.ts";
export {
  type LimitPerCallerArgs,
  limitPerCaller,
  quotaPerCaller,
} from "../policies/templates/limit-per-caller.ts";
export { type OwnCorsArgs, ownCors } from "../policies/templates/own-cors.ts";
export { type TraceArgs, trace } from "../policies/trace.ts";
export {
  type ValidateAzureAdTokenArgs,
  validateAzureAdToken,
} from "../policies/validate-azure-ad-token.ts";
export { type ValidateJwtArgs, validateJwt } from "../policies/validate-jwt.ts";
export { type WaitArgs, wait } from "../policies/wait.ts";
export { type XmlToJsonArgs, xmlToJson } from "../policies/xml-to-json.ts";
