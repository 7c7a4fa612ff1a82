import { adoptGateway } from "./components/adopted-gateway.ts";
import { ApiGateway } from "./components/api-gateway.ts";
import { OktaAuthorization } from "./components/okta-authorization.ts";
import { PortalLogin } from "./components/portal-login.ts";
import { PortalPublication } from "./components/portal-publication.ts";
import { ProtectedApi } from "./components/protected-api.ts";
import { readConfig } from "./stack/config.ts";
import { readDocuments } from "./stack/documents.ts";
import { firstCallLine } from "./stack/first-call.ts";
import { formerApi, readLastUpdate } from "./stack/last-update.ts";
import { checkSettingsFiles } from "./stack/settings-file.ts";

// 1. What this stack is to be, and what the APIs' documents demand.
await checkSettingsFiles(import.meta.dirname);
const config = readConfig();
const documents = await readDocuments(config, import.meta.dirname);
const lastUpdate = await readLastUpdate();
export const scopes = [...documents.scopes.keys()];

// 2. The API Management instance: one that exists, or one of our own.
const gateway = config.apimExistingServiceName
  ? await adoptGateway({
      resourceGroupName: config.apimExistingResourceGroup,
      serviceName: config.apimExistingServiceName,
      sku: config.apimSku,
      portalDomain: config.portalDomain,
      publishPortal: config.apimExistingPublishPortal,
    })
  : new ApiGateway("gateway", {
      ...config,
      sku: config.apimSku,
      capacity: config.apimCapacity,
      serviceName: config.apimServiceName,
      serviceNamePrefix: config.apimServiceNamePrefix,
    });

// 3. Okta: the documents' scopes, the app, and the policy that lets it get tokens.
const okta = new OktaAuthorization("okta", {
  authorizationServerName: config.oktaAuthorizationServer,
  ...(config.oktaCreateAuthorizationServer ? { audience: config.oktaAudience } : {}),
  acceptsOtherClients: config.oktaAcceptOtherClientsOf !== "",
  scopes: documents.scopes,
  appLabel: config.oktaAppLabel,
  secretVersion: config.oktaSecretVersion,
  portalOrigins: gateway.portalOrigins,
  portalSignIn: {
    serverName: config.portalLoginName,
    grantTypes: config.portalGrantTypes,
    defaultScopes: config.portalDefaultScopes.length > 0 ? config.portalDefaultScopes : scopes,
  },
  ...(config.oktaGroup === "" ? {} : { groupName: config.oktaGroup }),
  accessTokenLifetimeMinutes: config.accessTokenLifetimeMinutes,
});

// 4. Okta's sign-in in the developer portal. The Consumption tier has none, and an adopted instance's may be off.
const portalLogin = okta.portalSignIn && new PortalLogin("portal-login", { gateway, okta });

// 5. The APIs, each with the policies that its document demands.
const protectedApis = new Map(
  [...documents.apis].map(([name, api]) => {
    const former = formerApi(lastUpdate, name, documents.apis);
    return [name, new ProtectedApi(name, { gateway, okta, portalLogin, former, ...api })];
  }),
);

// 6. The developer portal shows what was published.
if (portalLogin && gateway.publishesPortal)
  new PortalPublication("portal", { gateway, portalLogin, apis: [...protectedApis.values()] });

// 7. What people and programs need afterwards.
export const gatewayUrl = gateway.gatewayUrl;
export const apiUrls = Object.fromEntries([...protectedApis].map(([name, api]) => [name, api.url]));
export const apis = Object.fromEntries([...protectedApis].map(([name, api]) => [name, api.record]));
// Empty where there is no portal.
export const developerPortalUrl = gateway.portalOrigins[0] ?? "";
export const issuer = okta.issuer;
export const tokenEndpoint = okta.tokenEndpoint;
export const clientId = okta.clientId;
export const clientSecret = okta.clientSecret;
export const firstCall = firstCallLine(documents, apiUrls, okta.tokenEndpoint);
