/** OpenAPI and Swagger documents as API Management imports them: `import { readDocument } from "apim-okta/openapi"`. */
export {
  type ApiDocument,
  collectScopes,
  type DocumentSettings,
  type ParseOptions,
  parseDocument,
  readDocument,
} from "../openapi/document.ts";
export { DocumentError } from "../openapi/document-error.ts";
export type { Finding, Outcome, Rule } from "../openapi/finding.ts";
export type { Operation } from "../openapi/operations.ts";
export {
  type ClaimRequirement,
  neededText,
  type OperationSecurity,
  satisfies,
} from "../openapi/security/security.ts";
export type {
  RequiredClaimSettings,
  SecuritySettings,
  WrittenClaim,
} from "../openapi/security/security-settings.ts";
