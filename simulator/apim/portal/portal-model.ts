import type { ArmResource, ArmStore } from "../../arm/arm-store.ts";
import { armTypes } from "../../arm/arm-types.ts";
import { operationsOf } from "../../arm/gateway-derivation.ts";
import { importOpenApi } from "../../arm/import/open-api-import.ts";
import type { ImportedOperation } from "../../arm/import/operations.ts";
import {
  isPortalEnabled,
  type PublishedContent,
  publishedContent,
} from "../../arm/resources/portal-revision.ts";

/** What the developer portal shows. */
export interface PortalModel {
  readonly serviceName: string;
  /** Origin that the instance's `developerPortalUrl` names. */
  readonly origin: string;
  readonly gatewayUrl: string;
  readonly publisherName: string;
  readonly apis: readonly PortalApi[];
}

/** An API with its operations. */
export interface PortalApi {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Where the gateway serves it, without a slash at its end. */
  readonly url: string;
  readonly operations: readonly ImportedOperation[];
  /** How its console signs people in; empty: it does not ask. */
  readonly logins: readonly PortalLogin[];
}

/** An authorization server as the console's script needs it: no secret. */
export interface PortalLogin {
  /** Resource name of the authorization server. */
  readonly name: string;
  readonly displayName: string;
  /** Azure's names: `authorizationCode`, `authorizationCodeWithPkce`, `clientCredentials`. */
  readonly grantTypes: readonly string[];
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly clientId: string;
  /** Where people end their session with an Okta. */
  readonly signOutUrl?: string;
  /** The server's default scopes, or what the API's settings have instead. */
  readonly scopes: readonly string[];
  /** What the API's settings have instead of the default scopes, which is part of the name that a token is kept under. */
  readonly scopeOverride?: string;
}

/** Why there is nothing to show. */
export type NoPortal = "no instance" | "not enabled" | "not published";

/**
 * Reads the portal off the resources.
 *
 * Assumed of Azure: APIs and operations are shown as they are, authorization servers and an API's link to them as they were when
 * the portal was published.
 */
export function portalModel(store: ArmStore): PortalModel | NoPortal {
  const [service] = store.all(armTypes.service);
  if (service?.outputs.developerPortalUrl === undefined) return "no instance";
  if (!isPortalEnabled(service)) return "not enabled";
  const content = publishedContent(store, service);
  if (content === undefined) return "not published";
  const gatewayUrl = String(service.outputs.gatewayUrl);
  return {
    serviceName: String(service.inputs.serviceName),
    origin: String(service.outputs.developerPortalUrl),
    gatewayUrl,
    publisherName: String(service.inputs.publisherName),
    apis: store.below(service.id, armTypes.api).map((api) => portalApi(api, gatewayUrl, content)),
  };
}

function portalApi(api: ArmResource, gatewayUrl: string, content: PublishedContent): PortalApi {
  const { apiId, displayName, path, description } = api.inputs;
  return {
    id: String(apiId),
    title: String(displayName),
    description: String(description ?? importOpenApi(api.inputs).description),
    url: path === "" ? gatewayUrl : `${gatewayUrl}/${path}`,
    operations: operationsOf(api),
    logins: loginsOf(String(apiId), content),
  };
}

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
): readonly PortalLogin[] {
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
        // The portal splits the default scope and takes an override as one.
        scopes: scope === undefined ? text("defaultScope").split(" ").filter(Boolean) : [scope],
        ...(scope === undefined ? {} : { scopeOverride: scope }),
      },
    ];
  });
}
