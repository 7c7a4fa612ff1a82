import { effectivePolicies } from "../apim/gateway/effective-policies.ts";
import type { ImportedOperation } from "../apim/operation.ts";
import { decidedStatements } from "../apim/policy/decided-statements.ts";
import type {
  ConsoleLogin,
  NoPortal,
  OperationAccess,
  PortalApi,
  PortalClient,
  PortalModel,
} from "../apim/portal/portal-model.ts";
import { type ArmResource, type ArmStore, nameOf } from "./arm-store.ts";
import { armTypes } from "./arm-types.ts";
import { importOf } from "./import/open-api-import.ts";
import { operationsOf } from "./operations.ts";
import { serviceIdOf } from "./resource-ids.ts";
import { serviceOriginsOf } from "./resources/api-management-service.ts";
import { isPortalEnabled, type PublishedContent, publishedContent } from "./resources/portal-revision.ts";
import { productSettings } from "./resources/product.ts";

/**
 * Reads the portal off the resources.
 *
 * Assumed of Azure: APIs and operations are shown as they are, authorization servers and an API's link to them as they were when
 * the portal was published.
 */
export function portalModel(store: ArmStore): PortalModel | NoPortal {
  const [service] = store.all(armTypes.service);
  const origins = service && serviceOriginsOf(service);
  if (service === undefined || origins === undefined) return "no instance";
  if (!isPortalEnabled(service)) return "not enabled";
  const content = publishedContent(store, service);
  if (content === undefined) return "not published";
  return {
    serviceName: nameOf(service),
    origin: origins.developerPortal,
    gatewayUrl: origins.gateway,
    publisherName: String(service.body.properties.publisherName),
    apis: store
      .below(service.id, armTypes.api)
      .map((api) => portalApi(store, api, { service, gatewayUrl: origins.gateway, content })),
  };
}

function portalApi(
  store: ArmStore,
  api: ArmResource,
  { service, gatewayUrl, content }: { service: ArmResource; gatewayUrl: string; content: PublishedContent },
): PortalApi {
  const { displayName, path, description } = api.body.properties;
  return {
    id: nameOf(api),
    title: String(displayName),
    description: String(description ?? importOf(api).description),
    url: path === "" ? gatewayUrl : `${gatewayUrl}/${path}`,
    operations: operationsOf(store, api).map((operation) => ({
      ...operation,
      access: accessOf(store, operation, [
        service.id,
        openProductOf(store, api),
        api.id,
        `${api.id}/operations/${operation.id}`,
      ]),
    })),
    logins: loginsOf(nameOf(api), content),
  };
}

/**
 * What the policies of an operation check, up to the first statement that answers by itself.
 *
 * Differs from Azure: the portal says which scopes and claims an operation asks for; Azure's tells nobody what a policy checks.
 */
function accessOf(
  store: ArmStore,
  shown: ImportedOperation,
  [global, product, api, operation]: readonly [string, string | undefined, string, string],
): OperationAccess {
  const policyOf = (id: string) => store.policy(`${id}/policies/policy`);
  const { inbound } = effectivePolicies([
    { scope: "global", document: policyOf(global) },
    { scope: "product", document: product === undefined ? undefined : policyOf(product) },
    { scope: "api", document: policyOf(api) },
    { scope: "operation", document: policyOf(operation) },
  ]);
  const statements = decidedStatements(
    inbound.map(({ statement }) => statement),
    { ...shown, name: shown.displayName },
  );
  const answer = statements.findIndex(({ element }) => answersItself.includes(element));
  const checks = statements
    .slice(0, answer === -1 ? statements.length : answer)
    .flatMap(({ requiredClaims }) => (requiredClaims === undefined ? [] : [requiredClaims]));
  return checks.length === 0 ? { kind: "public" } : { kind: "token", claims: checks.flat() };
}

/** Id of the product in whose context a request without a key is handled. */
function openProductOf(store: ArmStore, api: ArmResource): string | undefined {
  return store
    .below(serviceIdOf(api.id), armTypes.product)
    .filter(({ body }) => !productSettings(body.properties).subscriptionRequired)
    .find(({ id }) => store.get(`${id}/apis/${nameOf(api)}`) !== undefined)?.id;
}

const answersItself: readonly string[] = ["mock-response", "return-response"];

/**
 * Every Okta has this address beside its authorization servers.
 *
 * Differs from Azure: the console links to Okta's sign-out, so that another person can sign in.
 *
 * @see https://developer.okta.com/docs/guides/sign-users-out/
 */
function signOutUrl(authorizationEndpoint: string): string | undefined {
  const okta = /^(https?:\/\/[^/]+)\/oauth2\/[^/]+\/v1\/authorize$/.exec(authorizationEndpoint);
  return okta === null ? undefined : `${okta[1]}/login/signout`;
}

function loginsOf(
  apiId: string,
  { apiSettings, authorizationServers }: PublishedContent,
): readonly ConsoleLogin[] {
  return (apiSettings[apiId] ?? []).flatMap(({ authorizationServerId, scope }) => {
    const server = authorizationServers[authorizationServerId];
    if (server === undefined || server.useInTestConsole === false) return [];
    const text = (name: string) => String(server[name] ?? "");
    const signOut = signOutUrl(text("authorizationEndpoint"));
    return [
      {
        name: authorizationServerId,
        displayName: text("displayName"),
        grantTypes: (server.grantTypes ?? []) as readonly string[],
        authorizationEndpoint: text("authorizationEndpoint"),
        tokenEndpoint: text("tokenEndpoint"),
        clientId: text("clientId"),
        ...(signOut === undefined ? {} : { signOutUrl: signOut }),
        // An empty override counts for none, as in the real console.
        scopes: (scope || text("defaultScope")).split(" ").filter(Boolean),
        ...(scope ? { scopeOverride: scope } : {}),
      },
    ];
  });
}

/** The authorization server of a name, in any letter case, with what the portal's backend signs in with. */
export function findPortalClient(store: ArmStore, name: string): PortalClient | undefined {
  const server = store
    .all(armTypes.authorizationServer)
    .find((one) => nameOf(one).toLowerCase() === name.toLowerCase());
  if (server === undefined) return undefined;
  const { tokenEndpoint, clientId, clientSecret, clientAuthenticationMethod } = server.body.properties;
  return {
    name: nameOf(server),
    tokenEndpoint: String(tokenEndpoint ?? ""),
    clientId: String(clientId),
    clientSecret: String(clientSecret ?? ""),
    clientAuthenticationMethod: (clientAuthenticationMethod ?? []) as readonly string[],
  };
}
