/** Policy documents of API Management as typed values: `import { protectApi } from "apim-okta/policies"`. */
export {
  acceptedTokens,
  authenticate,
  checkedTokenVariable,
  type TokenRequirements,
} from "../policies/authenticate.ts";
export { authorize, type ClaimToHave, type RequiredRights } from "../policies/authorize.ts";
export type { LimitOutputArgs } from "../policies/call-limit.ts";
export { consoleCors } from "../policies/console-cors.ts";
export {
  type PolicyDocument,
  policyDocument,
  policySizeLimitBytes,
  renderPolicyDocument,
} from "../policies/document.ts";
export {
  type AuthenticationBasicArgs,
  authenticationBasic,
} from "../policies/elements/authentication-basic.ts";
export {
  type AuthenticationCertificateArgs,
  authenticationCertificate,
} from "../policies/elements/authentication-certificate.ts";
export {
  type AuthenticationManagedIdentityArgs,
  authenticationManagedIdentity,
} from "../policies/elements/authentication-managed-identity.ts";
export { base } from "../policies/elements/base.ts";
export { type CacheLookupArgs, cacheLookup } from "../policies/elements/cache-lookup.ts";
export { type CacheLookupValueArgs, cacheLookupValue } from "../policies/elements/cache-lookup-value.ts";
export { type CacheRemoveValueArgs, cacheRemoveValue } from "../policies/elements/cache-remove-value.ts";
export { type CacheStoreArgs, cacheStore } from "../policies/elements/cache-store.ts";
export { type CacheStoreValueArgs, cacheStoreValue } from "../policies/elements/cache-store-value.ts";
export { type CheckHeaderArgs, checkHeader } from "../policies/elements/check-header.ts";
export { type ChooseArgs, choose, type When } from "../policies/elements/choose.ts";
export { type CorsArgs, cors } from "../policies/elements/cors.ts";
export { type EmitMetricArgs, emitMetric } from "../policies/elements/emit-metric.ts";
export { type FindAndReplaceArgs, findAndReplace } from "../policies/elements/find-and-replace.ts";
export { type ForwardRequestArgs, forwardRequest } from "../policies/elements/forward-request.ts";
export { type IncludeFragmentArgs, includeFragment } from "../policies/elements/include-fragment.ts";
export { type IpFilterArgs, ipFilter } from "../policies/elements/ip-filter.ts";
export { type JsonToXmlArgs, jsonToXml } from "../policies/elements/json-to-xml.ts";
export { type LimitConcurrencyArgs, limitConcurrency } from "../policies/elements/limit-concurrency.ts";
export { type LogToEventhubArgs, logToEventhub } from "../policies/elements/log-to-eventhub.ts";
export { type MockResponseArgs, mockResponse } from "../policies/elements/mock-response.ts";
export { type QuotaArgs, quota } from "../policies/elements/quota.ts";
export { type QuotaByKeyArgs, quotaByKey } from "../policies/elements/quota-by-key.ts";
export { type RateLimitArgs, rateLimit } from "../policies/elements/rate-limit.ts";
export { type RateLimitByKeyArgs, rateLimitByKey } from "../policies/elements/rate-limit-by-key.ts";
export { redirectContentUrls } from "../policies/elements/redirect-content-urls.ts";
export { type RetryArgs, retry } from "../policies/elements/retry.ts";
export { type ReturnResponseArgs, returnResponse } from "../policies/elements/return-response.ts";
export { type RewriteUriArgs, rewriteUri } from "../policies/elements/rewrite-uri.ts";
export { sendOneWayRequest } from "../policies/elements/send-one-way-request.ts";
export { type SendRequestArgs, sendRequest } from "../policies/elements/send-request.ts";
export { type SetBackendServiceArgs, setBackendService } from "../policies/elements/set-backend-service.ts";
export { type SetBodyArgs, setBody } from "../policies/elements/set-body.ts";
export { type SetHeaderArgs, setHeader } from "../policies/elements/set-header.ts";
export { setMethod } from "../policies/elements/set-method.ts";
export { type SetQueryParameterArgs, setQueryParameter } from "../policies/elements/set-query-parameter.ts";
export { type SetStatusArgs, setStatus } from "../policies/elements/set-status.ts";
export { type SetVariableArgs, setVariable } from "../policies/elements/set-variable.ts";
export { type TraceArgs, trace } from "../policies/elements/trace.ts";
export {
  type ValidateAzureAdTokenArgs,
  validateAzureAdToken,
} from "../policies/elements/validate-azure-ad-token.ts";
export { type ValidateJwtArgs, validateJwt } from "../policies/elements/validate-jwt.ts";
export { type WaitArgs, wait } from "../policies/elements/wait.ts";
export { type XmlToJsonArgs, xmlToJson } from "../policies/elements/xml-to-json.ts";
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
export { liquid } from "../policies/liquid.ts";
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
