import { readFile } from "node:fs/promises";
import type { IncomingMessage, RequestListener } from "node:http";
import * as path from "node:path";
import { stringify } from "yaml";
import { type Clock, machineClock } from "../kernel/clock.ts";
import { targetOf } from "../kernel/request-target.ts";
import { downloadAnswer, fileAnswer, jsonAnswer, type PortalAnswer, pageAnswer } from "./portal/answers.ts";
import { apiDefinition } from "./portal/api-definition.ts";
import {
  apiPage,
  apisPage,
  callbackPage,
  noPortalPage,
  notFoundPage,
  operationPage,
  otherHostPage,
  pkceCallbackPage,
} from "./portal/pages.ts";
import type { NoPortal, PortalClient, PortalModel } from "./portal/portal-model.ts";
import { SignInBackend, ticketSeconds } from "./portal/sign-in-backend.ts";

/** What the developer portal serves, and whom it tells. */
export interface PortalOptions {
  /** What it shows now. */
  readonly model: () => PortalModel | NoPortal;
  /** The authorization server of a resource name, in any letter case. */
  readonly client: (name: string) => PortalClient | undefined;
  /** Receives one line for each failed sign-in: the reason, never a secret, a code or a token. */
  readonly log: (line: string) => void;
  /** @defaultValue the machine's */
  readonly clock?: Clock;
}

/**
 * The developer portal of the instance: its APIs, and a console that signs in and calls the gateway from the browser.
 *
 * Differs from Azure: pages of our own instead of the portal's designer, without people of its own, subscriptions and a CORS
 * proxy.
 *
 * @see https://github.com/Azure/api-management-developer-portal
 */
export function createPortal({ model, client, log, clock = machineClock }: PortalOptions): RequestListener {
  const backend = new SignInBackend(client, { clock, log });
  return (request, response) => {
    answerRequest(model(), backend, request)
      .then(({ status, headers, body }) => response.writeHead(status, { ...headers } as never).end(body))
      .catch((error: unknown) => {
        log(`The portal failed: ${error instanceof Error ? error.message : "unknown error"}`);
        if (response.headersSent) response.destroy();
        else response.writeHead(500, { "content-type": "text/plain" }).end("Internal server error");
      });
  };
}

interface Call {
  readonly request: IncomingMessage;
  readonly portal: PortalModel;
  readonly backend: SignInBackend;
  readonly query: URLSearchParams;
  /** What the route's groups matched, decoded. */
  readonly parts: readonly string[];
}

type Route = readonly [
  method: string,
  pattern: RegExp,
  serve: (call: Call) => PortalAnswer | Promise<PortalAnswer>,
];

const routes: readonly Route[] = [
  ["GET", /^\/$/, () => ({ status: 302, headers: { location: "/apis" }, body: "" })],
  ["GET", /^\/apis$/, ({ portal }) => pageAnswer(200, apisPage(portal), portal)],
  ["GET", /^\/apis\/([^/]+)$/, serveApi],
  ["GET", /^\/apis\/([^/]+)\/definition\.(json|yaml)$/, serveDefinition],
  ["GET", /^\/apis\/([^/]+)\/operations\/([^/]+)$/, serveOperation],
  ["GET", /^\/signin-oauth\/code\/callback\/([^/]+)$/, serveCallback],
  [
    "GET",
    /^\/signin-oauth\/code-pkce\/callback\/[^/]+$/,
    ({ portal }) => pageAnswer(200, pkceCallbackPage(), portal),
  ],
  ["POST", /^\/signin-oauth\/token$/, serveToken],
  ["POST", /^\/signin-oauth\/credentials\/([^/]+)$/, serveCredentials],
];

async function answerRequest(
  portal: PortalModel | NoPortal,
  backend: SignInBackend,
  request: IncomingMessage,
): Promise<PortalAnswer> {
  const asset = /^\/assets\/([a-z-]+)\.(css|js|svg)$/.exec(request.url ?? "");
  if (request.method === "GET" && asset !== null) return serveAsset(asset.slice(1));
  if (typeof portal === "string") return pageAnswer(404, noPortalPage(portal));
  // A name that another site lets point here must not make its pages this origin.
  if (request.headers.host !== new URL(portal.origin).host)
    return pageAnswer(421, otherHostPage(portal.origin));
  const { path: pathname, query: search } = targetOf(request.url);
  const query = new URLSearchParams(search);
  for (const [method, pattern, serve] of routes) {
    const match = request.method === method ? pattern.exec(pathname) : null;
    if (match !== null) return serve({ request, portal, backend, query, parts: match.slice(1).map(decoded) });
  }
  return notFound("There is no page at this address.");
}

function notFound(what: string): PortalAnswer {
  return pageAnswer(404, notFoundPage(what));
}

function serveApi({ portal, parts }: Call): PortalAnswer {
  const api = portal.apis.find(({ id }) => id === parts[0]);
  if (api === undefined) return notFound("There is no API of this name.");
  return pageAnswer(200, apiPage(api), portal);
}

function serveDefinition({ portal, parts: [id, format] }: Call): PortalAnswer {
  const api = portal.apis.find((one) => one.id === id);
  if (api === undefined) return notFound("There is no API of this name.");
  const definition = apiDefinition(api);
  const [text, contentType] =
    format === "json"
      ? [`${JSON.stringify(definition, null, 2)}\n`, "application/vnd.oai.openapi+json"]
      : [stringify(definition), "application/vnd.oai.openapi"];
  return downloadAnswer(text, contentType, `${api.id}.openapi.${format}`);
}

function serveOperation({ portal, parts }: Call): PortalAnswer {
  const api = portal.apis.find(({ id }) => id === parts[0]);
  const operation = api?.operations.find(({ id }) => id === parts[1]);
  if (api === undefined || operation === undefined) return notFound("There is no operation of this name.");
  return pageAnswer(200, operationPage(api, operation), portal);
}

const contentTypes: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

async function serveAsset([name = "", extension = ""]: readonly string[]): Promise<PortalAnswer> {
  const file = path.join(import.meta.dirname, "portal/assets", `${name}.${extension}`);
  const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (content === undefined) return notFound("There is no such file.");
  return fileAnswer(content, contentTypes[extension] ?? "application/octet-stream");
}

// Each sign-in has its own: several windows may be open at once.
const stateCookie = "portal-oauth-state.";
const ticketCookie = "portal-oauth-ticket.";

async function serveCallback({ request, portal, backend, query, parts }: Call): Promise<PortalAnswer> {
  const expectedStates = [...cookiesOf(request).keys()]
    .filter((name) => name.startsWith(stateCookie))
    .map((name) => name.slice(stateCookie.length));
  const result = await backend.callback(portal, parts[0] ?? "", { query, expectedStates });
  const ended = expectedStates
    .filter((state) => state === query.get("state"))
    .map((state) => cookie(`${stateCookie}${state}`, "", 0));
  if ("problem" in result) return withCookies(pageAnswer(400, callbackPage(result.problem), portal), ended);
  const ticket = cookie(`${ticketCookie}${query.get("state")}`, result.ticket, ticketSeconds);
  return withCookies(pageAnswer(200, callbackPage(undefined), portal), [...ended, ticket]);
}

function serveToken(call: Call): PortalAnswer {
  if (!isSameOrigin(call)) return foreign;
  const name = `${ticketCookie}${call.query.get("state")}`;
  const ticket = cookiesOf(call.request).get(name);
  const token = ticket === undefined ? undefined : call.backend.takeToken(ticket);
  if (token === undefined) return jsonAnswer(400, { message: "There is no sign-in that waits." });
  return withCookies(jsonAnswer(200, token), [cookie(name, "", 0)]);
}

/** A cookie for the sign-in's pages; no time at all takes it away. */
function cookie(name: string, value: string, seconds: number): string {
  return `${name}=${value}; Path=/signin-oauth; Max-Age=${seconds}; HttpOnly; SameSite=${name.startsWith(stateCookie) ? "Lax" : "Strict"}`;
}

function withCookies(answer: PortalAnswer, cookies: readonly string[]): PortalAnswer {
  return { ...answer, headers: { ...answer.headers, "set-cookie": cookies } };
}

async function serveCredentials(call: Call): Promise<PortalAnswer> {
  if (!isSameOrigin(call)) return foreign;
  const result = await call.backend.credentials(call.portal, call.parts[0] ?? "");
  return jsonAnswer("message" in result ? 400 : 200, result);
}

const foreign = jsonAnswer(403, { message: "Tokens are for the portal's own pages." });

function isSameOrigin({ request, portal }: Call): boolean {
  return request.headers.origin === portal.origin;
}

function cookiesOf({ headers }: IncomingMessage): ReadonlyMap<string, string> {
  const pairs = (headers.cookie ?? "").split("; ").map((pair) => pair.split("=", 2) as [string, string]);
  return new Map(pairs);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A malformed escape names nothing that there is.
    return part;
  }
}
