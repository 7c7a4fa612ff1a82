import { randomBytes } from "node:crypto";
import Provider, {
  type Configuration,
  errors,
  interactionPolicy,
  type KoaContextWithOIDC,
} from "oidc-provider";
import { type Clock, epochSeconds } from "../kernel/clock.ts";
import { evaluatePolicies } from "./access-policy.ts";
import { shapeAccessToken } from "./access-token.ts";
import { OrgAdapter, type Records } from "./adapter.ts";
import type { AuthorizationServer, OrgKey, User } from "./entities.ts";
import { aheadSeconds } from "./library-time.ts";
import { OAuthError, refusal } from "./oauth-error.ts";
import type { OktaOrg } from "./org.ts";
import { errorPage, pageHeaders } from "./pages.ts";
import { signInEnded } from "./sign-in.ts";

// The library gives JWT access tokens for a resource; here everything is one resource, whose audience is the server's.
const resource = "urn:local-okta:authorization-server";

/** The OAuth library, set up as one of the org's authorization servers. */
export function createProvider(org: OktaOrg, server: AuthorizationServer): Provider {
  const provider = new Provider(org.issuerOf(server), configuration(org, server));
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

function configuration(org: OktaOrg, server: AuthorizationServer): Configuration {
  const records: Records = new Map();
  return {
    adapter: (model: string) => new OrgAdapter(model, org, records),
    jwks: { keys: publishedKeys(server) as never[] },
    routes: {
      authorization: "/v1/authorize",
      token: "/v1/token",
      jwks: "/v1/keys",
    },
    cookies: {
      keys: [randomBytes(32).toString("base64url")],
      names: { session: `session_${server.isDefault ? "default" : server.id}` },
    },
    scopes: [...systemScopeNames(org, server)],
    clientAuthMethods: ["client_secret_basic", "client_secret_post"],
    responseTypes: ["code"],
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
    findAccount: (_, id) => account(org.users.get(id)),
    loadExistingGrant: (ctx) => grantFor(ctx, org, server),
    ttl: {
      AuthorizationCode: 300,
      AccessToken: (_, token) => lifetime(org, server, { token, grantType: "authorization_code" }),
      ClientCredentials: (_, token) => lifetime(org, server, { token, grantType: "client_credentials" }),
      Session: 7200,
      Interaction: 3600,
      Grant: 7200,
      // The library adds it to the machine's time.
      IdToken: () => 3600 + aheadSeconds(org.clock),
    },
    formats: {
      customizers: { jwt: (ctx, token, jwt) => shapeAccessToken(org, { server, ctx, token, jwt }) },
    },
  };
}

function systemScopeNames(org: OktaOrg, server: AuthorizationServer): readonly string[] {
  const own = org.scopesOf(server.id).filter(({ system }) => system);
  return own.map(({ name }) => name);
}

/** The first one signs. */
function publishedKeys({ key, nextKey, lastKey }: AuthorizationServer): readonly OrgKey[] {
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

function account(user: User | undefined) {
  if (user === undefined) return undefined;
  return {
    accountId: user.id,
    claims: () => ({
      ...{ sub: user.id, name: `${user.firstName} ${user.lastName}`, preferred_username: user.login },
    }),
  };
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
  const scopes = words(params?.scope);
  asLibraryError(() => {
    if (!org.isAssigned(user, app)) throw refusal("user_not_assigned");
    evaluatePolicies(org, { server, app, user, scopes, grantType: "authorization_code" });
  });
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

/** Seconds that the rule gives a token. */
function lifetime(
  org: OktaOrg,
  server: AuthorizationServer,
  { token, grantType }: { token: GrantedToken; grantType: "authorization_code" | "client_credentials" },
): number {
  const app = org.apps.get(token.clientId ?? "");
  const user = org.users.get(token.accountId ?? "");
  if (app === undefined) throw new errors.InvalidClient("the app is gone");
  const request = {
    server,
    app,
    grantType,
    scopes: words(token.scope),
    ...(user === undefined ? {} : { user }),
  };
  return asLibraryError(() => evaluatePolicies(org, request)).accessTokenLifetimeMinutes * 60;
}

function words(scope: unknown): string[] {
  return String(scope ?? "")
    .split(" ")
    .filter((name) => name !== "");
}

/** The library answers with its own errors only; the words stay Okta's. */
function asLibraryError<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof OAuthError) throw new errors.CustomOIDCProviderError(error.error, error.message);
    throw error;
  }
}
