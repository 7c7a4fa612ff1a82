/** The components that a Pulumi program is made of: `import { ProtectedApi } from "apim-okta/components"`. */
export { type AdoptedGatewayArgs, adoptGateway } from "../components/adopted-gateway.ts";
export { ApiGateway, type ApiGatewayArgs, type Gateway } from "../components/api-gateway.ts";
export { type ImportArgs, importArgs } from "../components/import-args.ts";
export {
  OktaAuthorization,
  type OktaAuthorizationArgs,
  type TokenClaim,
} from "../components/okta-authorization.ts";
export { type ClientKey, OktaClient, type OktaClientArgs } from "../components/okta-client.ts";
export { PortalLogin, type PortalLoginArgs } from "../components/portal-login.ts";
export { PortalPublication, type PortalPublicationArgs } from "../components/portal-publication.ts";
export {
  ProtectedApi,
  type ProtectedApiArgs,
  type ProtectedOperation,
  type RequiredClaimArgs,
} from "../components/protected-api.ts";
export { portalRedirectUris } from "../components/redirect-uri.ts";
export { TrustedOrigins, type TrustedOriginsArgs } from "../components/trusted-origins.ts";
