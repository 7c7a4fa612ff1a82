import Provider, {
  type Configuration,
  errors,
  interactionPolicy,
  type KoaContextWithOIDC,
  type RefreshToken,
} from "oidc-provider";
import { type Clock, epochSeconds, machineClock } from "../kernel/clock.ts";
import { evaluatePolicies, type TokenRequest } from "./access-policy.ts";
import { shapeAccessToken } from "./access-token.ts";
import { OrgAdapter } from "./adapter.ts";
import type { AuthorizationServer, OrgKey, PolicyRule, User } from "./entities.ts";
import { asLibraryError } from "./library-error.ts";
import { aheadSeconds } from "./library-time.ts";
import { refusal } from "./oauth-error.ts";
import type { OktaOrg } from "./org.ts";
import { errorPage, pageHeaders } from "./pages.ts";
import { refreshTokenSeconds, refreshTokenSettings } from "./refresh-tokens.ts";
import { signInEnded } from "./sign-in.ts";
import type { TokenRecords } from "./token-records.ts";
import { identityClaims, userClaims } from "./user-claims.ts";

const fiveYearsSeconds = 5 * 365 * 86_400;

// The library gives JWT access tokens for a resource; here everything is one resource, whose audience is the server's.
const resource = "urn:local-okta:authorization-server";

/** What the library reads the scopes of an authorization from: from `scope` it would take `offline_access` out. */
export const scopeParameter = "requested_scope";

/** An authorization server, and what it has given so far. */
interface Issuing {
  readonly server: AuthorizationServer;
  readonly records: TokenRecords;
}

/** The OAuth library, set up as one of the org's authorization servers. */
export function createProvider(org: OktaOrg, issuing: Issuing): Provider {
  const provider = new Provider(org.issuerOf(issuing.server), configuration(org, issuing));
  // http on 127.0.0.1 is what this server is for.
  provider.proxy = false;
  dateIdTokens(provider, org.clock);
  return provider;
}

/** ID tokens by the cloud's clock; their lifetime is told in {@link configuration}. */
function dateIdTokens({ IdToken }: Provider, clock: Clock): void {
  const payload = IdToken.prototype.payload;
  IdToken.prototype.payload = async function (this: InstanceType<typeof IdToken>) {
    const { auth_time, ...claims } = await payload.call(this);
    return {
      ...claims,
      iat: epochSeconds(clock),
      ...(typeof auth_time === "number" ? { auth_time: auth_time + aheadSeconds(clock) } : {}),
    };
  };
}

function configuration(org: OktaOrg, { server, records }: Issuing): Configuration {
  return {
    adapter: (model: string) => new OrgAdapter(model, org, records),
    jwks: { keys: publishedKeys(server) as never[] },
    routes: {
      authorization: "/v1/authorize",
      token: "/v1/token",
      jwks: "/v1/keys",
    },
    cookies: {
      keys: [records.cookieKey],
      names: { session: `session_${server.isDefault ? "default" : server.id}` },
    },
    scopes: [...systemScopeNames(org, server)],
    clientAuthMethods: ["client_secret_basic", "client_secret_post"],
    responseTypes: ["code"],
    extraParams: [scopeParameter],
    claims: { ...identityClaims },
    conformIdTokenClaims: false,
    issueRefreshToken: (_, client, source) =>
      client.grantTypeAllowed("refresh_token") && words(source.scope).includes("offline_access"),
    rotateRefreshToken: (ctx) => rotates(ctx, org, server),
    pkce: { required: () => false },
    interactions: {
      policy: signInOnly(),
      url: (_, interaction) => `${mountOf(org, server)}/sign-in/${interaction.uid}`,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: org
            .scopesOf(server.id)
            .map(({ name }) => name)
            .join(" "),
          audience: server.audience,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
    // A person who signs in twice at a time, in two tabs, gets two codes.
    expiresWithSession: () => false,
    renderError,
    findAccount: (_, id) => account(org, org.users.get(id)),
    loadExistingGrant: (ctx) => grantFor(ctx, org, server),
    ttl: lifetimes(org, server),
    formats: {
      customizers: { jwt: (ctx, token, jwt) => shapeAccessToken(org, { server, records, ctx, token, jwt }) },
    },
  };
}

function lifetimes(org: OktaOrg, server: AuthorizationServer): NonNullable<Configuration["ttl"]> {
  return {
    AuthorizationCode: 300,
    AccessToken: (_, token) =>
      ruleFor(org, server, { token, grantType: "authorization_code" }).accessTokenLifetimeMinutes * 60,
    ClientCredentials: (_, token) =>
      ruleFor(org, server, { token, grantType: "client_credentials" }).accessTokenLifetimeMinutes * 60,
    Session: 7200,
    Interaction: 3600,
    // As long as the longest refresh token.
    Grant: fiveYearsSeconds,
    RefreshToken: (_, token) => refreshSeconds(org, server, token),
    // The library adds it to the machine's time.
    IdToken: () => 3600 + aheadSeconds(org.clock),
  };
}

function systemScopeNames(org: OktaOrg, server: AuthorizationServer): readonly string[] {
  const own = org.scopesOf(server.id).filter(({ system }) => system);
  return own.map(({ name }) => name);
}

/** The keys that an authorization server publishes. The first one signs. */
export function publishedKeys({ key, nextKey, lastKey }: AuthorizationServer): readonly OrgKey[] {
  return [key, nextKey, lastKey].filter((one) => one !== null);
}

// The library would ask the person once more before it calls a native app back. Every local app is a trusted one.
function signInOnly() {
  const policy = interactionPolicy.base();
  policy.get("consent")?.checks.remove("native_client_prompt");
  return policy;
}

// The library's own page would load a font from elsewhere.
const renderError: NonNullable<Configuration["renderError"]> = (ctx, out, reason) => {
  const isOver = reason instanceof errors.SessionNotFound;
  ctx.set(pageHeaders);
  ctx.body = errorPage(ctx.status, isOver ? signInEnded : (out.error_description ?? out.error));
};

/** The path that an authorization server is reached at, `/oauth2/default`. */
export function mountOf(org: OktaOrg, server: AuthorizationServer): string {
  return new URL(org.issuerOf(server)).pathname;
}

function account(org: OktaOrg, user: User | undefined) {
  // Who left, or was suspended, gets nothing for an older code or refresh token either.
  if (user?.status !== "ACTIVE") return undefined;
  return { accountId: user.id, claims: () => ({ sub: user.id, ...userClaims(org, user) }) };
}

/**
 * Trusted apps need no consent, so a person who signed in gets what the access policy grants. Runs for every
 * authorization, also for one that an earlier sign-in answers.
 */
async function grantFor(ctx: KoaContextWithOIDC, org: OktaOrg, server: AuthorizationServer) {
  const { client, account: signedIn, params, provider } = ctx.oidc;
  const app = org.apps.get(client?.clientId ?? "");
  const user = org.users.get(signedIn?.accountId ?? "");
  if (app === undefined || user === undefined) return undefined;
  const scopes = words(params?.[scopeParameter]);
  if (params !== undefined) params.scope = scopes.join(" ");
  asLibraryError(() => evaluateFor(org, { server, app, user, scopes, grantType: "authorization_code" }));
  const grant = new provider.Grant({ clientId: app.id, accountId: user.id });
  const system = systemScopeNames(org, server);
  grant.addOIDCScope(scopes.filter((scope) => system.includes(scope)).join(" "));
  grant.addResourceScope(resource, scopes.join(" "));
  await grant.save();
  return grant;
}

interface GrantedToken {
  readonly clientId?: string | undefined;
  readonly accountId?: string | undefined;
  readonly scope?: string | undefined;
}

/** The rule that gives a token, as policies and assignments are now. */
function ruleFor(
  org: OktaOrg,
  server: AuthorizationServer,
  { token, grantType }: { token: GrantedToken; grantType: "authorization_code" | "client_credentials" },
): PolicyRule {
  const app = org.apps.get(token.clientId ?? "");
  const user = org.users.get(token.accountId ?? "");
  if (app === undefined) throw new errors.InvalidClient("the app is gone");
  const scopes = words(token.scope);
  const request = { server, app, grantType, scopes, ...(user === undefined ? {} : { user }) };
  return asLibraryError(() => evaluateFor(org, request));
}

function evaluateFor(org: OktaOrg, request: TokenRequest): PolicyRule {
  const { user, app } = request;
  if (user !== undefined && !org.isAssigned(user, app)) throw refusal("user_not_assigned");
  return evaluatePolicies(org, request);
}

function refreshSeconds(org: OktaOrg, server: AuthorizationServer, token: RefreshToken): number {
  const rule = ruleFor(org, server, { token, grantType: "authorization_code" });
  return refreshTokenSeconds(rule, token.totalLifetime());
}

/**
 * Whether the use of a refresh token gives another one. One that stays is good for another window.
 *
 * Assumed of Okta: the access policy and the app's assignments are asked again when a refresh token is used.
 */
async function rotates(ctx: KoaContextWithOIDC, org: OktaOrg, server: AuthorizationServer): Promise<boolean> {
  const { RefreshToken: used, Client: client } = ctx.oidc.entities;
  const app = org.apps.get(client?.clientId ?? "");
  if (used === undefined || app === undefined) return false;
  const seconds = refreshSeconds(org, server, used);
  if (refreshTokenSettings(app).rotates) return true;
  // The library reads the machine's clock.
  used.exp = epochSeconds(machineClock) + seconds;
  await used.save();
  return false;
}

function words(scope: unknown): string[] {
  return String(scope ?? "")
    .split(" ")
    .filter((name) => name !== "");
}
