/**
 * What the package gives other programs: the components, and what reads a document or an existing instance for them. Pulumi's
 * `package add` finds the components here too, by PulumiPlugin.yaml.
 */
export { type AdoptedGatewayArgs, adoptGateway } from "./adopted-gateway.ts";
export { ApiGateway, type ApiGatewayArgs, type Gateway } from "./api-gateway.ts";
export { type ImportArgs, importArgs } from "./import-args.ts";
export { OktaAuthorization, type OktaAuthorizationArgs } from "./okta-authorization.ts";
export { PortalLogin, type PortalLoginArgs } from "./portal-login.ts";
export { PortalPublication, type PortalPublicationArgs } from "./portal-publication.ts";
export { ProtectedApi, type ProtectedApiArgs, type ProtectedOperation } from "./protected-api.ts";
