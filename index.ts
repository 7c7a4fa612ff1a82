import { adoptGateway } from "./components/adopted-gateway.ts";
import { ApiGateway } from "./components/api-gateway.ts";
import { importArgs } from "./components/import-args.ts";
import { NamedValues } from "./components/named-values.ts";
import { OktaAuthorization } from "./components/okta-authorization.ts";
import { OktaClient } from "./components/okta-client.ts";
import { PortalLogin } from "./components/portal-login.ts";
import { PortalPublication } from "./components/portal-publication.ts";
import { ProtectedApi } from "./components/protected-api.ts";
import { TrustedOrigins } from "./components/trusted-origins.ts";
import { warnOfAccess } from "./stack/access-warnings.ts";
import { tokenClaims } from "./stack/claim-settings.ts";
import { portalClient, portalResource } from "./stack/client-settings.ts";
import {
  apiBrowserOrigins,
  apiConsoleScopes,
  clientRecord,
  configuredClients,
  consoleScopes,
  pagesToTrust,
  withConsoleClient,
} from "./stack/clients.ts";
import { readConfig } from "./stack/config.ts";
import { readDocuments } from "./stack/documents.ts";
import { firstCallLine } from "./stack/first-call.ts";
import { formerPortalClient } from "./stack/former-portal-client.ts";
import { formerApi, readLastUpdate } from "./stack/last-update.ts";
import { namedValueArgs } from "./stack/named-value-settings.ts";
import { ownPolicyArgs, readOwnPolicies } from "./stack/own-policies.ts";
import { checkSettingsFiles } from "./stack/settings-file.ts";

// 1. What this stack is to be, and what the APIs' documents demand.
await checkSettingsFiles(import.meta.dirname);
const config = readConfig();
const documents = await readDocuments(config, import.meta.dirname);
const ownPolicies = await readOwnPolicies(config, documents.apis, import.meta.dirname);
const lastUpdate = await readLastUpdate();
export const scopes = Object.keys(documents.scopes);
const configured = configuredClients(config, documents);
const askedScopes = consoleScopes(config, documents);

// 2. The API Management instance: one that exists, or one of our own.
const gateway =
  config.apimExistingServiceName && config.apimExistingResourceGroup
    ? await adoptGateway({
        resourceGroupName: config.apimExistingResourceGroup,
        serviceName: config.apimExistingServiceName,
        sku: config.apimSku,
        portalDomain: config.portalDomain,
        publishesPortal: config.apimExistingPublishPortal,
      })
    : new ApiGateway(
        "gateway",
        {
          location: config.location,
          sku: config.apimSku,
          capacity: config.apimCapacity,
          publisherName: config.publisherName,
          publisherEmail: config.publisherEmail,
          serviceName: config.apimServiceName,
          serviceNamePrefix: config.apimServiceNamePrefix,
          resourceGroupName: config.apimResourceGroup,
          tags: Object.keys(config.tags).length > 0 ? config.tags : undefined,
          developerPortalUrl: config.developerPortalUrl,
          portalDomain: config.portalDomain,
          portalDomainCertificate: config.portalDomainCertificate,
        },
        { protect: config.protect, retainOnDelete: config.retainOnDelete },
      );
export const { resourceGroupName, serviceName, gatewayUrl } = gateway;
const { sku } = gateway;
const portalOrigins = gateway.hasPortal ? gateway.portalOrigins : undefined;

const namedValues = namedValueArgs(config.namedValues);
const madeNamedValues =
  Object.keys(namedValues).length > 0
    ? new NamedValues("named-values", { resourceGroupName, serviceName, values: namedValues })
    : undefined;

// 3. Okta: the documents' scopes, and the clients, each with the access policy that lets it get tokens.
const okta = new OktaAuthorization("okta", {
  authorizationServerName: config.oktaAuthorizationServer,
  audience: config.oktaAudience,
  acceptsOtherClients: config.oktaAcceptOtherClientsOf !== undefined,
  scopes: documents.scopes,
  claims: tokenClaims(config.claims),
});
export const { issuer, tokenEndpoint } = okta;
const { audience, openIdConfigUrl, authorizationEndpoint, authorizationServerId } = okta;
const stackClients = withConsoleClient(configured, { config, documents, portalOrigins });
warnOfAccess(stackClients, { documents, config });
const oktaClients = new Map(
  [...stackClients].map(([name, client]) => {
    const args = { authorizationServerId, ...client };
    // The portal's client keeps the names that it had before there were others.
    const made =
      name === portalClient
        ? new OktaClient(portalResource, args, formerPortalClient)
        : new OktaClient(name, args);
    return [name, { made, record: clientRecord(client, made) }];
  }),
);
const pages = pagesToTrust(stackClients);
if (config.oktaCreateTrustedOrigins && pages.origins.length > 0) new TrustedOrigins("pages", pages);
const consoleApp = oktaClients.get(portalClient)?.made;
export const clientId = consoleApp?.clientId ?? "";
export const clientSecret = consoleApp?.clientSecret ?? "";

// 4. Okta's sign-in in the developer portal. The Consumption tier has none, and an adopted instance's may be off.
const portalLogin = gateway.hasPortal
  ? new PortalLogin("portal-login", {
      ...{ resourceGroupName, serviceName, authorizationEndpoint, tokenEndpoint, clientId, clientSecret },
      loginName: config.portalLoginName,
      grantTypes: config.portalGrantTypes,
      defaultScopes: askedScopes,
      declaredScopes: scopes,
    })
  : undefined;

// 5. The APIs, each with the policies that its document demands.
const protectedApis = new Map(
  [...documents.apis].map(([name, { document, ...api }]) => {
    const { aliases, operations } = formerApi(lastUpdate, name, documents.apis);
    const args = {
      ...{ resourceGroupName, serviceName, sku, gatewayUrl, portalOrigins },
      ...{ issuer, audience, openIdConfigUrl },
      portalLoginName: portalLogin?.loginName,
      browserOrigins: apiBrowserOrigins(document, stackClients),
      portalScopes: apiConsoleScopes(document, askedScopes),
      ...importArgs(document),
      ...api,
      policies: ownPolicyArgs(name, ownPolicies, madeNamedValues),
      formerOperations: operations,
    };
    return [name, new ProtectedApi(name, args, { aliases })];
  }),
);

// 6. The developer portal shows what was published.
if (portalLogin && gateway.publishesPortal)
  new PortalPublication("portal", {
    ...{ resourceGroupName, serviceName },
    loginShown: portalLogin.shown,
    apisShown: [...protectedApis.values()].map(({ shown }) => shown),
  });

// 7. What people and programs need afterwards. docs/outputs.md says more.
export const apiUrls = Object.fromEntries([...protectedApis].map(([name, api]) => [name, api.url]));
export const apis = Object.fromEntries(
  [...protectedApis].map(([name, api]) => [name, { path: api.path, operations: api.operationsByName }]),
);
// Empty where there is no portal.
export const developerPortalUrl = gateway.portalOrigins.apply(([origin = ""]) => origin);
export const clients = Object.fromEntries([...oktaClients].map(([name, { record }]) => [name, record]));
export const firstCall = firstCallLine(documents, { apiUrls, clients: stackClients, developerPortalUrl });
