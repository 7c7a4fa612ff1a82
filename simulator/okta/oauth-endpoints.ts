import type { EventEmitter } from "node:events";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type Provider from "oidc-provider";
import { targetOf } from "../kernel/request-target.ts";
import { answerBrowser } from "./browser-origins.ts";
import { authenticateClient } from "./client-authentication.ts";
import { oauthMetadata, openIdConfiguration } from "./discovery.ts";
import { checkAuthorizeCall, checkAuthorizeTarget, checkTokenCall } from "./endpoint-checks.ts";
import type { App, AuthorizationServer } from "./entities.ts";
import { readForm, replayed, type SeenRequest } from "./http-body.ts";
import { introspect } from "./introspection.ts";
import { checkLogout } from "./logout.ts";
import { ManagementApi } from "./management/management-api.ts";
import { OAuthError, refusal } from "./oauth-error.ts";
import { createProvider, mountOf } from "./oauth-library.ts";
import {
  authorizeParameters,
  presentedTokenParameters,
  readParameters,
  tokenParameters,
} from "./oauth-parameters.ts";
import type { OktaOrg } from "./org.ts";
import { answerOrgServer } from "./org-authorization-server.ts";
import { errorPage, pageHeaders } from "./pages.ts";
import { readPresentedToken, type ServerAtWork } from "./presented-token.ts";
import { serveSignIn, serveSignOut } from "./sign-in.ts";
import { tokenErrorWords } from "./token-errors.ts";
import { TokenRecords } from "./token-records.ts";
import { challengeOf, userInfo } from "./user-info.ts";

/** What the local Okta serves, and whom it tells. */
export interface OktaServerOptions {
  readonly org: OktaOrg;
  /** Receives one line for each refusal: the reason, never a secret, a code or a token. */
  readonly log: (line: string) => void;
  /** Keeps a change of the org before the client hears of it. @defaultValue nothing is kept */
  readonly onChange?: () => Promise<void>;
  /** Whether the org has bought API Access Management. @defaultValue true */
  readonly hasApiAccessManagement?: boolean;
}

/**
 * A local Okta org: its management API, and the OAuth endpoints of every authorization server that it has at the moment.
 *
 * Differs from Okta: the local Okta speaks http on 127.0.0.1.
 */
export function createOktaServer(options: OktaServerOptions): RequestListener {
  const server = new OktaServer(options);
  return (request, response) => {
    server.serve(request, response).catch((error: unknown) => server.refuse(response, error));
  };
}

interface Call extends ServerAtWork {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Below the authorization server's own path, `/v1/token`. */
  readonly path: string;
  readonly query: URLSearchParams;
}

class OktaServer {
  readonly #org: OktaOrg;
  readonly #log: (line: string) => void;
  readonly #management: ManagementApi;
  readonly #providers = new WeakMap<AuthorizationServer, Provider>();
  // By id: they outlive a change of the server.
  readonly #records = new Map<string, TokenRecords>();

  constructor({ org, log, onChange = async () => {}, hasApiAccessManagement = true }: OktaServerOptions) {
    this.#org = org;
    this.#log = log;
    this.#management = new ManagementApi({ org, log, onChange, hasApiAccessManagement });
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { origin, servers } = this.#org;
    // A name that another site lets point here must not make its pages this origin.
    if (request.headers.host !== new URL(origin).host) {
      response.writeHead(421, pageHeaders).end(errorPage(421, `The local Okta is at ${origin}.`));
      return;
    }
    const { path: pathname, query: search } = targetOf(request.url);
    if (ManagementApi.owns(pathname)) return this.#management.serve(request, response);
    const orgAnswer = await answerOrgServer(this.#org, pathname, request);
    if (orgAnswer !== undefined) return json(response, 200, orgAnswer.body, orgAnswer.cacheControl);
    const query = new URLSearchParams(search);
    if (pathname === "/login/signout") {
      const providers = [...servers.values()].map((one) => this.#providerOf(one));
      return serveSignOut(providers, { request, response });
    }
    const metadata = /^\/\.well-known\/oauth-authorization-server\/oauth2\/(?<id>[^/]+)$/.exec(
      pathname,
    )?.groups;
    const below = /^\/oauth2\/(?<id>[^/]+)(?<path>\/.*)$/.exec(pathname)?.groups;
    const server = this.#org.findServer(metadata?.id ?? below?.id ?? "");
    if (server === undefined || server.status !== "ACTIVE") return notFound(response, pathname);
    const path = metadata === undefined ? (below?.path ?? "") : "/.well-known/oauth-authorization-server";
    if (answerBrowser(this.#org, path, { request, response })) return;
    const at = { server, oauthProvider: this.#providerOf(server), records: this.#recordsOf(server) };
    await this.#route({ ...at, request, response, path, query });
  }

  async #route(call: Call): Promise<void> {
    const { server, response, path, request } = call;
    if (path === "/.well-known/openid-configuration")
      return json(response, 200, openIdConfiguration(this.#org, server), "max-age=86400");
    if (path === "/.well-known/oauth-authorization-server")
      return json(response, 200, oauthMetadata(this.#org, server), "max-age=86400");
    if (path === "/v1/token") return this.#token(call);
    if (path === "/v1/authorize") return this.#authorize(call);
    if (path.startsWith("/sign-in/")) return serveSignIn(this.#org, call);
    if (path === "/v1/introspect") {
      const { app, token } = await this.#presented(call);
      return json(response, 200, await introspect(this.#org, call, { app, token }));
    }
    if (path === "/v1/revoke") return this.#revoke(call);
    if (path === "/v1/userinfo") return this.#userInfo(call);
    if (path === "/v1/logout") return this.#logout(call);
    if (path === "/v1/keys") response.setHeader("cache-control", "max-age=3600, must-revalidate");
    else if (!/^\/v1\/authorize\/[^/]+$/.test(path)) return notFound(response, path);
    const body = request.method === "POST" ? await readForm(request) : undefined;
    // Neither of the two reads a query.
    await this.#handOn(call, { path, ...(body === undefined ? {} : { body }) });
  }

  async #token(call: Call): Promise<void> {
    const { server, request, query } = call;
    const body = request.method === "POST" ? await readForm(request) : undefined;
    if (body === undefined)
      throw new OAuthError(400, "invalid_request", "The token endpoint takes POST with a form.");
    const checked = await checkTokenCall(this.#org, server, {
      authorizations: request.headersDistinct.authorization ?? [],
      origin: request.headers.origin,
      query,
      form: readParameters(body, tokenParameters),
    });
    await this.#handOn(call, { path: "/v1/token", ...checked });
  }

  /** The app that asks about a token, and the token. */
  async #presented({ server, request, query, path }: Call): Promise<{ app: App; token: string }> {
    const sent = request.method === "POST" ? await readForm(request) : undefined;
    if (sent === undefined)
      throw new OAuthError(400, "invalid_request", `The endpoint ${path} takes POST with a form.`);
    const { values, repeated } = readParameters(sent, presentedTokenParameters);
    if (repeated.length > 0) throw refusal("duplicate_oauth_params");
    const endpoint = `${this.#org.issuerOf(server)}${path}`;
    const authorizations = request.headersDistinct.authorization ?? [];
    const takesBareId = path === "/v1/revoke";
    const sentCredentials = { endpoint, authorizations, query, body: values, takesBareId };
    const app = await authenticateClient(this.#org, sentCredentials);
    const token = values.get("token");
    if (token === null) throw refusal("missing_token_request_parameter", "token");
    return { app, token };
  }

  /**
   * Ends a token. Whether it was one is not told.
   *
   * Assumed of Okta: the revocation of another app's token changes nothing, and is answered as any other.
   */
  async #revoke(call: Call): Promise<void> {
    const { app, token } = await this.#presented(call);
    const found = await readPresentedToken(this.#org, call, token);
    if (found?.clientId === app.id) await found.revoke();
    call.response.writeHead(200, { "cache-control": "no-store", "content-length": "0" }).end();
  }

  async #userInfo(call: Call): Promise<void> {
    const { request, response, server } = call;
    try {
      json(response, 200, await userInfo(this.#org, call, request), "no-cache, no-store");
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      this.#log(`Okta refused userinfo: ${error.error}: ${error.message}`);
      const challenge = challengeOf(this.#org, error, `${mountOf(this.#org, server)}/v1/userinfo`);
      response.writeHead(error.status, { "www-authenticate": challenge, "content-length": "0" }).end();
    }
  }

  async #logout(call: Call): Promise<void> {
    const { request, response, query } = call;
    const sent = request.method === "POST" ? ((await readForm(request)) ?? query) : query;
    try {
      const { endsSession, location } = await checkLogout(this.#org, call, { sent, request });
      const providers = [...this.#org.servers.values()].map((one) => this.#providerOf(one));
      await serveSignOut(endsSession ? providers : [], { request, response, location });
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      this.#refuseOnPage(response, error);
    }
  }

  async #authorize(call: Call): Promise<void> {
    const { server, request, response } = call;
    const isQuery = request.method === "GET" || request.method === "HEAD";
    const sent = isQuery ? call.query : request.method === "POST" ? await readForm(request) : undefined;
    if (sent === undefined)
      throw new OAuthError(
        400,
        "invalid_request",
        "The authorization endpoint takes GET, or POST with a form.",
      );
    const parameters = readParameters(sent, authorizeParameters);
    const target = this.#onPage(response, () => checkAuthorizeTarget(this.#org, parameters));
    if (target === undefined) return;
    try {
      const checked = checkAuthorizeCall(this.#org, server, target, parameters);
      // The library takes no form here.
      await this.#handOn(call, { method: "GET", path: `/v1/authorize?${checked}` });
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      this.#log(`Okta refused a sign-in: ${error.error}: ${error.message}`);
      redirectWithError(response, {
        redirectUri: target.redirectUri,
        error,
        state: parameters.values.get("state"),
      });
    }
  }

  #onPage<T>(response: ServerResponse, check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      this.#refuseOnPage(response, error);
      return undefined;
    }
  }

  #refuseOnPage(response: ServerResponse, { error, message }: OAuthError): void {
    this.#log(`Okta refused a sign-in: ${error}: ${message}`);
    response.writeHead(400, pageHeaders).end(errorPage(400, message));
  }

  /** Lets the OAuth library answer, at the path that it knows. */
  async #handOn(
    { server, oauthProvider: provider, request, response }: Call,
    seen: Omit<SeenRequest, "mount">,
  ): Promise<void> {
    await provider.callback()(replayed(request, { ...seen, mount: mountOf(this.#org, server) }), response);
  }

  #providerOf(server: AuthorizationServer): Provider {
    const known = this.#providers.get(server) ?? this.#newProvider(server);
    this.#providers.set(server, known);
    return known;
  }

  #recordsOf({ id }: AuthorizationServer): TokenRecords {
    const known = this.#records.get(id) ?? new TokenRecords(this.#org.clock);
    this.#records.set(id, known);
    return known;
  }

  #newProvider(server: AuthorizationServer): Provider {
    const provider = createProvider(this.#org, { server, records: this.#recordsOf(server) });
    provider.use(tokenErrorWords(provider, this.#log));
    provider.on("server_error", (_, error) => this.#log(`Okta failed: ${error.message}`));
    // Of a connection that breaks off; without a listener the library prints the stack.
    const koa: EventEmitter = provider;
    koa.on("error", (error: Error) => this.#log(`Okta failed: ${error.message}`));
    return provider;
  }

  /** Answers what no endpoint answered itself. */
  refuse(response: ServerResponse, error: unknown): void {
    if (error instanceof OAuthError) {
      this.#log(`Okta refused a token: ${error.error}: ${error.message}`);
      json(response, error.status, { error: error.error, error_description: error.message });
      return;
    }
    this.#log(`Okta failed: ${error instanceof Error ? error.message : "unknown error"}`);
    if (response.headersSent) response.destroy();
    else json(response, 500, { errorCode: "E0000009", errorSummary: "Internal Server Error" });
  }
}

function redirectWithError(
  response: ServerResponse,
  { redirectUri, error, state }: { redirectUri: string; error: OAuthError; state: string | null },
): void {
  const target = new URL(redirectUri);
  if (state !== null) target.searchParams.set("state", state);
  target.searchParams.set("error", error.error);
  target.searchParams.set("error_description", error.message);
  response.writeHead(302, { location: target.href, "cache-control": "no-store" }).end();
}

function notFound(response: ServerResponse, path: string): void {
  json(response, 404, {
    errorCode: "E0000007",
    errorSummary: `Not found: Resource not found: ${path.slice(0, 200)}`,
  });
}

function json(response: ServerResponse, status: number, body: object, cacheControl = "no-store"): void {
  response
    .writeHead(status, { "content-type": "application/json", "cache-control": cacheControl })
    .end(JSON.stringify(body));
}
