import * as pulumi from "@pulumi/pulumi";
import type { ClientKey, OktaClient } from "../components/okta-client.ts";
import { portalRedirectUris } from "../components/redirect-uri.ts";
import type { TrustedOriginsArgs } from "../components/trusted-origins.ts";
import type { ApiDocument } from "../openapi/document.ts";
import { isSystemScope } from "../openapi/security/scope-name.ts";
import { namedScopes, satisfies } from "../openapi/security/security.ts";
import { type ClientSettings, portalClient } from "./client-settings.ts";
import { ConfigError } from "./config.ts";
import type { StackDocuments } from "./documents.ts";
import { neededScopes } from "./needed-scopes.ts";
import type { StackConfig } from "./settings-table.ts";

/** A client of the stack, with what the settings leave open filled in. */
export interface StackClient {
  readonly kind: ClientSettings["kind"];
  readonly label: string;
  readonly policyName: string;
  readonly scopes: string[];
  readonly grantTypes: string[];
  readonly redirectUris: pulumi.Input<string[]>;
  readonly postLogoutRedirectUris?: string[] | undefined;
  readonly groups: string[];
  readonly authentication?: string | undefined;
  readonly publicKeys?: ClientKey[] | undefined;
  readonly secretVersion: number;
  readonly signOnPolicy?: string | undefined;
  readonly accessTokenLifetimeMinutes: number;
}

/**
 * The clients of the setting `clients` besides the portal's, by name.
 *
 * @throws {ConfigError} naming each scope that no document declares.
 */
export function configuredClients(
  { clients, accessTokenLifetimeMinutes }: StackConfig,
  { scopes: declared }: StackDocuments,
): ReadonlyMap<string, StackClient> {
  const { [portalClient]: _, ...others } = clients;
  const undeclared = Object.entries(others).flatMap(([name, { scopes }]) =>
    scopes
      .filter((scope) => !Object.hasOwn(declared, scope) && !isSystemScope(scope))
      .map((scope) => undeclaredScope(name, scope, Object.keys(declared))),
  );
  if (undeclared.length > 0) throw new ConfigError(undeclared);
  const entries = Object.entries(others).map(([name, { label, tokenLifetimeMinutes, ...settings }]) => {
    const client: StackClient = {
      ...settings,
      label: label ?? defaultName(name),
      policyName: defaultName(name),
      grantTypes: grantTypesOf(settings),
      redirectUris: settings.redirectUris ?? [],
      groups: settings.groups ?? [],
      secretVersion: settings.secretVersion ?? 1,
      accessTokenLifetimeMinutes: tokenLifetimeMinutes ?? accessTokenLifetimeMinutes,
    };
    return [name, client] as const;
  });
  return new Map(entries);
}

function undeclaredScope(client: string, scope: string, declared: readonly string[]): string {
  const [first = "", ...more] = declared;
  // A document may declare hundreds.
  const choice = more.length < 10 ? declared.join('", "') : `${first}" and ${more.length} others like it, "`;
  return `"${pulumi.getProject()}:clients.${client}.scopes" names "${scope}", which no document declares. Choose among "${choice}", or declare it in a document.`;
}

// Policies of one authorization server need names of their own, and several stacks may share it.
const defaultName = (client: string) => `${pulumi.getProject()}-${pulumi.getStack()}-${client}`;

function grantTypesOf({ kind, scopes }: Pick<ClientSettings, "kind" | "scopes">): string[] {
  if (kind === "service") return ["client_credentials"];
  return ["authorization_code", ...(scopes.includes("offline_access") ? ["refresh_token"] : [])];
}

/**
 * All clients of the stack: the configured ones, and before them the one that the developer portal's console is. Without a portal that
 * one is a service, where the settings ask for client credentials; else there is none.
 *
 * @throws {ConfigError} when there is no client at all.
 */
export function withConsoleClient(
  configured: ReadonlyMap<string, StackClient>,
  parts: {
    config: StackConfig;
    documents: StackDocuments;
    portalOrigins: pulumi.Output<string[]> | undefined;
  },
): ReadonlyMap<string, StackClient> {
  const { config, documents, portalOrigins } = parts;
  const scopes = consoleScopes(config, documents);
  const portal =
    portalOrigins === undefined
      ? serviceForConsole(config, scopes)
      : webAppForConsole(config, { scopes, portalOrigins });
  const clients = new Map([
    ...(portal === undefined ? [] : ([[portalClient, portal]] as const)),
    ...configured,
  ]);
  if (clients.size === 0) throw new ConfigError([noClient()]);
  return clients;
}

function noClient(): string {
  return `"${pulumi.getProject()}:clients" names no client, and there is no developer portal to sign in to, so nobody could get a token. Name a client, or add clientCredentials to portalGrantTypes.`;
}

type ConsoleScopes = { readonly scopes: string[] };

function consoleParts(config: StackConfig) {
  const { tokenLifetimeMinutes } = config.clients[portalClient] ?? {};
  return {
    label: config.oktaAppLabel ?? defaultName(portalClient),
    policyName: defaultName(portalClient),
    secretVersion: config.oktaSecretVersion,
    accessTokenLifetimeMinutes: tokenLifetimeMinutes ?? config.accessTokenLifetimeMinutes,
  };
}

function serviceForConsole(config: StackConfig, scopes: readonly string[]): StackClient | undefined {
  if (!config.portalGrantTypes.includes("clientCredentials")) return undefined;
  return {
    ...consoleParts(config),
    kind: "service",
    scopes: scopes.filter((scope) => !isSystemScope(scope)),
    grantTypes: ["client_credentials"],
    redirectUris: [],
    groups: [],
  };
}

function webAppForConsole(
  config: StackConfig,
  { scopes, portalOrigins }: ConsoleScopes & { portalOrigins: pulumi.Output<string[]> },
): StackClient {
  const { oktaGroup, portalLoginName } = config;
  const { groups = oktaGroup === undefined ? [] : [oktaGroup], signOnPolicy } =
    config.clients[portalClient] ?? {};
  return {
    ...consoleParts(config),
    kind: "web",
    scopes,
    grantTypes: config.portalGrantTypes.map((grant) => oauthGrants[grant]),
    redirectUris: portalRedirectUris(portalOrigins, portalLoginName),
    groups,
    signOnPolicy,
  };
}

// The third one has a guard of its own, which says why not.
const oauthGrants = {
  authorizationCode: "authorization_code",
  authorizationCodeWithPkce: "authorization_code",
  clientCredentials: "client_credentials",
} as const;

/** The scopes that the portal's console asks for: the named ones, else all that an operation needs. */
export function consoleScopes({ portalDefaultScopes }: StackConfig, documents: StackDocuments): string[] {
  if (portalDefaultScopes.length > 0) return portalDefaultScopes;
  const needed = neededScopes(documents);
  // Okta gives no token without a scope, not even for operations that take any token.
  return needed.length > 0 ? needed : Object.keys(documents.scopes).slice(0, 1);
}

/** Those of the console's scopes that an API's own operations need, and Okta's own. All of them where it needs none. */
export function apiConsoleScopes({ operations }: ApiDocument, scopes: readonly string[]): string[] {
  const named = new Set(operations.flatMap(({ security }) => namedScopes(security).flat()));
  const own = scopes.filter((scope) => named.has(scope));
  return own.length === 0 ? [...scopes] : scopes.filter((scope) => named.has(scope) || isSystemScope(scope));
}

/** The origins of the pages that browser clients are, each once. */
export function pagesToTrust(clients: ReadonlyMap<string, StackClient>): TrustedOriginsArgs {
  const origins = [...new Set([...clients.values()].flatMap(originsOf))];
  return { origins, namePrefix: `${pulumi.getProject()}-${pulumi.getStack()}` };
}

/** Origins of those browser clients that may call an operation of an API. */
export function apiBrowserOrigins(
  { operations }: ApiDocument,
  clients: ReadonlyMap<string, StackClient>,
): string[] {
  const callers = [...clients.values()].filter(({ scopes }) =>
    operations.some(({ security }) => satisfies(security, scopes)),
  );
  return [...new Set(callers.flatMap(originsOf))];
}

function originsOf({ kind, redirectUris }: StackClient): readonly string[] {
  return kind === "browser" && Array.isArray(redirectUris)
    ? redirectUris.map((uri: string) => new URL(uri).origin)
    : [];
}

/** What the stack's output `clients` says of a client. */
export function clientRecord(
  { kind, redirectUris, scopes, groups }: StackClient,
  made: Pick<OktaClient, "clientId" | "clientSecret" | "authentication" | "grantTypes" | "hasSecret">,
) {
  const { clientId, clientSecret, authentication, grantTypes } = made;
  return {
    ...{ kind, clientId, authentication, grantTypes, redirectUris, scopes, groups },
    ...(made.hasSecret ? { clientSecret } : {}),
  };
}
