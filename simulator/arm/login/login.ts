import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createLocalJWKSet, errors, importJWK, type JWK, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { type Clock, epochSeconds, isoTime, machineClock } from "../../kernel/clock.ts";
import { readBody } from "../../kernel/request-body.ts";
import type { ArmAnswer } from "../arm-answer.ts";
import { ArmError, errorBody, notSimulated } from "../arm-error.ts";
import type { TokenCheck, TokenProblem } from "./bearer-token.ts";
import { EntraError } from "./entra-error.ts";
import type { LocalCredentials } from "./local-credentials.ts";
import { tenantId } from "./tenant.ts";

const maxBytes = 64 * 1024;
const tokenSeconds = 3600;

// https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
const exchangeAudience = "api://AzureADTokenExchange";
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** The subject of assertions that the local cloud makes for its client. */
const federatedSubject = "local-cloud";

/**
 * The local cloud's Entra ID: one directory with one client, and what a client of Azure asks before its first call.
 *
 * Differs from Azure: nobody signs in, and no other grant than client credentials is taken.
 */
export class Login {
  readonly #credentials: LocalCredentials;
  readonly #origin: string;
  readonly #clock: Clock;

  /** @param origin Its own origin, which is Azure Resource Manager's as well. */
  constructor(credentials: LocalCredentials, origin: string, clock: Clock = machineClock) {
    this.#credentials = credentials;
    this.#origin = origin;
    this.#clock = clock;
  }

  /** Answers the requests that need no token; `undefined` for all others. */
  async answer(request: IncomingMessage, path: string): Promise<ArmAnswer | undefined> {
    const { method = "GET" } = request;
    const [, tenant = "", rest = ""] = /^\/([^/]+)\/(.*)$/.exec(path) ?? [];
    if (method === "GET" && path === "/metadata/endpoints") return this.#metadata(request);
    if (method === "GET" && path === "/common/discovery/instance") return this.#instances();
    switch (`${method} ${rest}`) {
      case "GET v2.0/.well-known/openid-configuration":
        return this.#forTenant(tenant, () => ({ status: 200, body: this.#configuration(tenant) }));
      case "GET discovery/v2.0/keys":
        return this.#forTenant(tenant, () => ({ status: 200, body: { keys: [this.#publicKey()] } }));
      case "POST oauth2/v2.0/token":
        return this.#forTenant(tenant, () => this.#token(request));
      default:
        return undefined;
    }
  }

  /** An assertion that the token endpoint takes in the place of the client's secret. */
  async federatedAssertion(): Promise<string> {
    return this.#sign({
      iss: `${this.#origin}/federated`,
      sub: federatedSubject,
      aud: exchangeAudience,
    });
  }

  /** Whether a token is one for Azure Resource Manager. */
  readonly checkToken: TokenCheck = async (token) => {
    try {
      const { payload } = await this.#verify(token, {});
      const allowed = this.#audiences();
      if (typeof payload.aud === "string" && allowed.includes(payload.aud)) return undefined;
      return {
        code: "InvalidAuthenticationTokenAudience",
        message: `The access token has been obtained for wrong audience or resource '${payload.aud}'. It should exactly match with one of the allowed audiences '${allowed.join("','")}'.`,
      };
    } catch (error) {
      return this.#tokenProblem(error);
    }
  };

  #tokenProblem(error: unknown): TokenProblem {
    if (error instanceof errors.JWTExpired) {
      const expiry = new Date(Number(error.payload.exp) * 1000).toISOString();
      const now = isoTime(this.#clock);
      return {
        code: "ExpiredAuthenticationToken",
        message: `The access token expiry UTC time '${expiry}' is earlier than current UTC time '${now}'.`,
      };
    }
    if (!(error instanceof errors.JOSEError)) throw error;
    return { code: "InvalidAuthenticationToken", message: "The access token is invalid." };
  }

  async #verify(token: string, expected: { issuer?: string; audience?: string }) {
    const keys = createLocalJWKSet({ keys: [this.#publicKey()] });
    const issuer = expected.issuer ?? `${this.#origin}/${tenantId}/`;
    const { audience } = expected;
    return jwtVerify(token, keys, {
      issuer,
      ...(audience === undefined ? {} : { audience }),
      currentDate: new Date(this.#clock.now()),
      algorithms: ["RS256"],
    });
  }

  async #sign(claims: JWTPayload): Promise<string> {
    const { signingKey } = this.#credentials;
    const now = epochSeconds(this.#clock);
    return new SignJWT({ ...claims, nbf: now })
      .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: String(signingKey.kid) })
      .setIssuedAt(now)
      .setExpirationTime(now + tokenSeconds)
      .sign(await importJWK(signingKey, "RS256"));
  }

  #publicKey(): JWK {
    const { kty, n, e, kid, alg, use } = this.#credentials.signingKey;
    return { kty, n, e, kid, alg, use } as JWK;
  }

  /** Azure's own names, so that clients work as they come, and the local one. */
  #audiences(): readonly string[] {
    const own = this.#origin;
    const hosts = ["https://management.core.windows.net", "https://management.azure.com", own];
    return hosts.flatMap((host) => [`${host}/`, host]);
  }

  /** @see https://learn.microsoft.com/azure-stack/user/azure-stack-rest-api-use */
  #metadata(request: IncomingMessage): ArmAnswer {
    const version = new URLSearchParams((request.url ?? "").split("?")[1]).get("api-version");
    if (version === null) {
      const message = "The api-version query parameter (?api-version=) is required for all requests.";
      return { status: 400, body: errorBody(new ArmError(400, "MissingApiVersionParameter", message)) };
    }
    const origin = this.#origin;
    const cloud = {
      name: "LocalCloud",
      portal: origin,
      authentication: {
        loginEndpoint: origin,
        audiences: this.#audiences().slice(-2),
        tenant: "common",
        identityProvider: "AAD",
      },
      resourceManager: `${origin}/`,
      graph: `${origin}/`,
      graphAudience: `${origin}/`,
      microsoftGraphResourceId: `${origin}/`,
      media: `${origin}/`,
      suffixes: { apiManagement: "127.0.0.1", keyVaultDns: "vault.invalid", storage: "core.invalid" },
    };
    // From 2019-05-01 on, the answer is a list of clouds, of 2022-09-01 again one.
    return { status: 200, body: version >= "2022-09-01" || version < "2019-05-01" ? cloud : [cloud] };
  }

  #instances(): ArmAnswer {
    const { host } = new URL(this.#origin);
    return {
      status: 200,
      body: {
        tenant_discovery_endpoint: `${this.#origin}/${tenantId}/v2.0/.well-known/openid-configuration`,
        "api-version": "1.1",
        metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
      },
    };
  }

  #configuration(tenant: string): object {
    const at = (path: string) => `${this.#origin}/${tenant}/${path}`;
    return {
      issuer: at("v2.0"),
      authorization_endpoint: at("oauth2/v2.0/authorize"),
      token_endpoint: at("oauth2/v2.0/token"),
      end_session_endpoint: at("oauth2/v2.0/logout"),
      jwks_uri: at("discovery/v2.0/keys"),
      token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
      response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
      response_modes_supported: ["query", "fragment", "form_post"],
      subject_types_supported: ["pairwise"],
      id_token_signing_alg_values_supported: ["RS256"],
      scopes_supported: ["openid", "profile", "email", "offline_access"],
    };
  }

  async #forTenant(tenant: string, serve: () => ArmAnswer | Promise<ArmAnswer>): Promise<ArmAnswer> {
    try {
      if (tenant.toLowerCase() !== tenantId) {
        throw new EntraError(
          400,
          "invalid_request",
          90002,
          `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
        );
      }
      return await serve();
    } catch (error) {
      if (!(error instanceof EntraError)) throw error;
      return { status: error.status, body: error.body(this.#clock) };
    }
  }

  /** @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
  async #token(request: IncomingMessage): Promise<ArmAnswer> {
    const text = await readBody(request, maxBytes);
    if (text === undefined) throw notSimulated("a form of more than 64 kB");
    const form = new URLSearchParams(text);
    const grant = required(form, "grant_type");
    if (grant !== "client_credentials") {
      const message = `The app requested an unsupported grant type '${grant}'.`;
      throw new EntraError(400, "unsupported_grant_type", 70003, message);
    }
    await this.#authenticate(request, form);
    const resource = this.#resourceOf(required(form, "scope"));
    const { clientId } = this.#credentials;
    const accessToken = await this.#sign({
      iss: `${this.#origin}/${tenantId}/`,
      aud: resource,
      appid: clientId,
      appidacr: form.has("client_secret") ? "1" : "2",
      idtyp: "app",
      oid: clientId,
      sub: clientId,
      tid: tenantId,
      ver: "1.0",
    });
    return {
      status: 200,
      headers: { "cache-control": "no-store, no-cache" },
      body: {
        token_type: "Bearer",
        expires_in: tokenSeconds - 1,
        ext_expires_in: tokenSeconds - 1,
        access_token: accessToken,
      },
    };
  }

  async #authenticate({ headers }: IncomingMessage, form: URLSearchParams): Promise<void> {
    const basic = /^Basic (.+)$/i.exec(headers.authorization ?? "")?.[1];
    const [basicId, basicSecret] = basic === undefined ? [] : basicCredentials(basic);
    const clientId = basicId ?? required(form, "client_id");
    if (clientId.toLowerCase() !== this.#credentials.clientId) {
      throw new EntraError(
        400,
        "unauthorized_client",
        700016,
        `Application with identifier '${clientId}' was not found in the directory 'Local cloud'.`,
      );
    }
    const secret = basicSecret ?? form.get("client_secret");
    const assertion = form.get("client_assertion");
    if (typeof secret === "string") {
      if (isSame(secret, this.#credentials.clientSecret)) return;
      const hint =
        "Ensure the secret being sent in the request is the client secret value, not the client secret ID";
      const message = `Invalid client secret provided. ${hint}, for a secret added to app '${clientId}'.`;
      throw new EntraError(401, "invalid_client", 7000215, message);
    }
    if (assertion !== null && form.get("client_assertion_type") === assertionType)
      return this.#assertAssertion(assertion);
    const message =
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
    throw new EntraError(401, "invalid_client", 7000218, message);
  }

  async #assertAssertion(assertion: string): Promise<void> {
    try {
      const issuer = `${this.#origin}/federated`;
      const { payload } = await this.#verify(assertion, { issuer, audience: exchangeAudience });
      if (payload.sub === federatedSubject) return;
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      if (error instanceof errors.JWTExpired) {
        const message = "Client assertion is not within its valid time range.";
        throw new EntraError(401, "invalid_client", 700024, message);
      }
    }
    // One refusal for every other reason: whoever made the assertion is not whom the local cloud trusts.
    const message =
      "No matching federated identity record found for presented assertion: the local cloud takes its own alone.";
    throw new EntraError(401, "invalid_client", 700213, message);
  }

  #resourceOf(scope: string): string {
    const wanted = scope.split(" ").filter((one) => !["openid", "profile", "offline_access"].includes(one));
    const [resource = ""] = wanted;
    if (wanted.length !== 1 || !resource.endsWith("/.default")) {
      const message = `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`;
      throw new EntraError(400, "invalid_scope", 1002012, message);
    }
    const audience = resource.slice(0, -"/.default".length);
    if (this.#audiences().includes(audience)) return audience;
    const message = `The resource principal named ${audience} was not found in the tenant named Local cloud.`;
    throw new EntraError(400, "invalid_resource", 500011, message);
  }
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value !== null && value !== "") return value;
  const message = `The request body must contain the following parameter: '${name}'.`;
  throw new EntraError(400, "invalid_request", 900144, message);
}

function basicCredentials(encoded: string): readonly [id: string, secret: string] {
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  try {
    return [decodeURIComponent(text.slice(0, colon)), decodeURIComponent(text.slice(colon + 1))];
  } catch {
    // As it was sent it is nobody's, and is refused like any other.
    return [text.slice(0, colon), text.slice(colon + 1)];
  }
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
