import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { type Clock, machineClock } from "../kernel/clock.ts";
import { targetOf } from "../kernel/request-target.ts";
import { type BackendAddress, parseBackend } from "./gateway/backend-address.ts";
import { BackendConnections } from "./gateway/backend-connections.ts";
import type { EffectivePolicies, ScopedStatement } from "./gateway/effective-policies.ts";
import { forwardTo, hasBody } from "./gateway/forward.ts";
import { type Refusal, runPipeline } from "./gateway/pipeline.ts";
import { answerPreflight, isPreflight } from "./gateway/preflight.ts";
import { type Route, type RouteMatch, Routes } from "./gateway/routes.ts";
import { sendOwnRequest } from "./gateway/send-own-request.ts";
import { sendFailure, sendResponse } from "./gateway/send-response.ts";
import { type KeyRefusal, keyFailure, type RequestAccess } from "./gateway/subscription-keys.ts";
import type { GatewayApi, GatewayService } from "./gateway-model.ts";
import { type ArrivedHeaders, readArrived } from "./policy/arrived-headers.ts";
import {
  type BackendChoice,
  builtInResponse,
  type Exchange,
  type ForwardSettings,
  headerOf,
  type PendingResponse,
  PolicyFailure,
  type PolicyRequest,
  type PolicyTrace,
  type RawHeaders,
  type RequestClient,
} from "./policy/exchange.ts";
import { GatewayState } from "./policy/state/gateway-state.ts";
import { type fetchConfiguration, OpenIdConfigurations } from "./policy/tokens/open-id-configurations.ts";
import { VerifiedTokens } from "./policy/tokens/verified-tokens.ts";

/** What the gateway serves, and whom it tells. */
export interface GatewayOptions {
  /** The instance; another object means that something changed. */
  readonly service: () => GatewayService | undefined;
  /** Receives one line for each refused request: the reason, never a token. */
  readonly log: (line: string) => void;
  /** Receives the same in parts, before the client has its answer. */
  readonly onRefused?: ((refusal: RefusedRequest) => void) | undefined;
  /** @defaultValue the machine's */
  readonly clock?: Clock;
  /** How calls go to the backends. @defaultValue only such that change nothing leave this machine */
  readonly connections?: BackendConnections;
  /** How discovery documents and their keys are got. @defaultValue by HTTP, from where the policies say */
  readonly fetchConfiguration?: typeof fetchConfiguration;
  /** Where a request goes in place of the address that the policies or the API name. @defaultValue that address */
  readonly standIn?: (request: IncomingMessage, api: string, written: string) => string;
  /** Each request finds nothing counted and nothing cached by an earlier one. @defaultValue false */
  readonly forgets?: boolean;
  /** What is told of each statement of a request; `undefined` for a request that nobody asks about. @defaultValue nothing */
  readonly traceOf?: (request: IncomingMessage) => PolicyTrace | undefined;
}

/** A request that was refused, by whom and why. It never holds a token. */
export interface RefusedRequest extends Refusal {
  readonly method: string;
  /** Without the query, which may hold a token. */
  readonly path: string;
  /** Id of the API and of the operation; absent when none matched. */
  readonly api?: string;
  readonly operation?: string;
  /** Of the request's `traceparent`: 32 hexadecimal digits; absent when it has none that is valid. */
  readonly traceId?: string;
}

/**
 * A gateway that serves the imported APIs and executes their policy documents.
 *
 * Differs from Azure: the gateway speaks http on 127.0.0.1, also for APIs that take https only.
 */
export function createGateway({
  service,
  log,
  onRefused = () => {},
  clock = machineClock,
  connections = new BackendConnections(),
  ...others
}: GatewayOptions): RequestListener {
  const tell = (refusal: RefusedRequest) => {
    log(describeRefusal(refusal));
    onRefused(refusal);
  };
  const gateway = new Gateway({ log, onRefused: tell, clock, connections, ...others });
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const current = service();
    // Differs from Azure: without an instance the gateway answers 503; there its host name would not resolve.
    if (current === undefined)
      sendResponse(outgoing, builtInResponse(503, "There is no API Management instance yet."));
    else await gateway.serve(current, incoming, outgoing);
  };
  return (incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => {
      // The message names a header, never its value.
      const why = error instanceof Error ? error.message : "unknown error";
      log(
        `The gateway cannot answer ${incoming.method} ${targetOf(incoming.url).path} as its policies or the backend say: ${why}.`,
      );
      sendFailure(outgoing);
    });
  };
}

/** A client's request and the answer to it. */
interface Connection {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** What the client sent for the other end. */
  readonly headers: RawHeaders;
}

/** What one instance keeps. */
interface KeptByInstance extends Required<Pick<GatewayService, "name" | "birth">> {
  readonly kept: Pick<Exchange, "configurations" | "verifiedTokens" | "state">;
}

class Gateway {
  readonly #onRefused: (refusal: RefusedRequest) => void;
  readonly #log: (line: string) => void;
  readonly #clock: Clock;
  #kept: KeptByInstance | undefined;
  readonly #connections: BackendConnections;
  readonly #routes = new WeakMap<GatewayService, Routes>();
  readonly #backends = new Map<string, BackendAddress>();
  readonly #forgets: boolean;
  readonly #fetchConfiguration: GatewayOptions["fetchConfiguration"];
  readonly #standIn: GatewayOptions["standIn"];
  readonly #traceOf: GatewayOptions["traceOf"];

  constructor({
    log,
    onRefused,
    clock,
    connections,
    fetchConfiguration,
    standIn,
    traceOf,
    forgets = false,
  }: Omit<GatewayOptions, "service" | "onRefused"> & {
    readonly onRefused: (refusal: RefusedRequest) => void;
    readonly clock: Clock;
    readonly connections: BackendConnections;
  }) {
    this.#forgets = forgets;
    this.#standIn = standIn;
    this.#traceOf = traceOf;
    this.#onRefused = onRefused;
    this.#connections = connections;
    this.#clock = clock;
    this.#log = log;
    this.#fetchConfiguration = fetchConfiguration;
  }

  async serve(service: GatewayService, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = "GET", url: target = "/" } = incoming;
    const arrived = readArrived(incoming.rawHeaders, "host");
    const unreadable = refuseMessage(arrived, incoming.headers.host);
    if (unreadable !== undefined) return sendResponse(outgoing, unreadable);
    // https://learn.microsoft.com/azure/api-management/monitor-api-management
    if (target === "/status-0123456789abcdef")
      return sendResponse(outgoing, { statusCode: 200, headers: [] });
    const routes = this.#routesOf(service);
    const match = routes.match(method, target);
    const headers = arrived.forOtherEnd;
    // An operation with the method OPTIONS answers its URL's preflights itself:
    // https://learn.microsoft.com/azure/api-management/cors-policy#cors-policy-scenarios
    if (match === undefined && isPreflight(method, headers))
      return sendResponse(outgoing, preflightAnswer(routes, target, headers));

    const access = match && routes.keys.accessOf(match.route.api, { target, headers });
    const exchange = this.#exchange(service, { match, access }, { incoming, outgoing, headers });
    const policies =
      match === undefined
        ? refusing(routes.global, unmatched(routes.explainMiss(method, target)))
        : policiesFor(match.route, access, originOf(incoming));
    await runPipeline(policies, exchange, (refusal) =>
      this.#onRefused(refusedRequest(refusal, incoming, match)),
    );
    sendResponse(outgoing, exchange.response ?? { statusCode: 200, headers: [] }, exchange.corsHeaders);
  }

  #exchange(
    service: GatewayService,
    { match, access }: { match: RouteMatch | undefined; access: RequestAccess | KeyRefusal | undefined },
    { incoming, outgoing, headers }: Connection,
  ): Exchange {
    const { product, subscription, subscriptionKey } =
      access === undefined || "refusedKey" in access ? noProduct : access;
    const request: PolicyRequest = {
      method: incoming.method ?? "GET",
      target: incoming.url ?? "/",
      backendTarget: match?.rest ?? "/",
      headers,
    };
    let parameters: ReadonlyMap<string, string> | undefined;
    let left: AbortSignal | undefined;
    const exchange: Exchange = {
      request,
      client: clientOf(incoming),
      service,
      api: match?.route.api,
      arriving: hasBody(incoming) ? incoming : undefined,
      operation: match?.route.operation,
      product,
      subscription,
      subscriptionKey,
      matchedParameters: () => (parameters ??= match?.parameters() ?? new Map()),
      variables: new Map(),
      ...this.#keptBy(service),
      ...(this.#forgets ? { state: new GatewayState(this.#clock) } : {}),
      context: undefined,
      current: undefined,
      startedAt: this.#clock.now(),
      lastError: undefined,
      now: () => this.#clock.now(),
      response: undefined,
      isFromCache: false,
      backend: undefined,
      uponAnswer: undefined,
      afterwards: [],
      corsHeaders: [],
      corsDone: false,
      trace: this.#traceOf?.(incoming),
      backendUrl: () => backendUrl(service, match?.route.api, exchange.backend),
      forward: (settings) => {
        assertBodyIsThere(exchange);
        const written = exchange.backendUrl() ?? noBackend(exchange.backend);
        const url = this.#standIn?.(incoming, exchange.api?.id ?? "", written) ?? written;
        return this.#forward(url, exchange.request, { ...settings, incoming, outgoing });
      },
      clientLeft: () => (left ??= whenClosed(outgoing)),
      send: (own) => sendOwnRequest(own, this.#connections, exchange.current?.element ?? ""),
    };
    return exchange;
  }

  /** What the gateway remembers from one request to the next, which a new instance does not take over. */
  #keptBy({ name, birth = 0 }: GatewayService): KeptByInstance["kept"] {
    if (this.#kept?.name !== name || this.#kept.birth !== birth) {
      const configurations = new OpenIdConfigurations(this.#clock, this.#log, this.#fetchConfiguration);
      const kept = {
        configurations,
        verifiedTokens: new VerifiedTokens(),
        state: new GatewayState(this.#clock),
      };
      this.#kept = { name, birth, kept };
    }
    return this.#kept.kept;
  }

  #forward(
    url: string,
    { method, headers, body, clientCertificate, backendTarget: target }: PolicyRequest,
    call: ForwardSettings & Omit<Connection, "headers">,
  ): Promise<PendingResponse> {
    const backend = this.#backends.get(url) ?? parseBackend(url);
    this.#backends.set(url, backend);
    return forwardTo(backend, this.#connections, {
      ...call,
      method,
      headers,
      body,
      clientCertificate,
      target,
    });
  }

  #routesOf(service: GatewayService): Routes {
    const known = this.#routes.get(service) ?? new Routes(service);
    this.#routes.set(service, known);
    return known;
  }
}

function whenClosed(outgoing: ServerResponse): AbortSignal {
  const closing = new AbortController();
  if (outgoing.destroyed) closing.abort();
  else outgoing.once("close", () => closing.abort());
  return closing.signal;
}

/**
 * A body that was sent to a backend as it came is gone.
 *
 * Assumed of Azure: a second `forward-request` of a body that was not buffered fails as a call that does not reach the backend.
 */
function assertBodyIsThere({ request, arriving }: Exchange): void {
  if (request.body !== undefined || arriving === undefined || !arriving.readableDidRead) return;
  throw new PolicyFailure(
    {
      source: "forward-request",
      reason: "BackendConnectionFailure",
      message:
        "the request's body went to the backend already. Set buffer-request-body of forward-request to true.",
    },
    { statusCode: 500, message: "Internal server error" },
  );
}

function clientOf({ method = "GET", socket, headers }: IncomingMessage): RequestClient {
  const host = headers.host ?? "127.0.0.1";
  const length = headers["content-length"];
  return {
    method,
    ipAddress: (socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    host,
    ownHeaders: ["Host", host, ...(length === undefined ? [] : ["Content-Length", length])],
  };
}

/** The address that the policies chose, else the API's own. */
function backendUrl(
  { backends }: GatewayService,
  api: GatewayApi | undefined,
  choice: BackendChoice | undefined,
): string | undefined {
  const chosen = choice?.id === undefined ? choice?.url : backends.get(choice.id.toLowerCase());
  return choice === undefined ? api?.serviceUrl : chosen;
}

function noBackend(choice: BackendChoice | undefined): never {
  const message =
    choice?.id === undefined
      ? "the API has no serviceUrl, and its policies have no set-backend-service."
      : `Backend with id '${choice.id}' could not be found.`;
  throw new PolicyFailure(
    { source: "forward-request", reason: "BackendConnectionFailure", message },
    { statusCode: 500, message: "Internal server error" },
  );
}

function preflightAnswer(routes: Routes, target: string, headers: RawHeaders): PendingResponse {
  const wanted = headerOf(headers, "access-control-request-method") ?? "";
  const match = routes.match(wanted.toUpperCase(), target);
  // A browser sends no key in a header here: a product's `cors` counts where the key stands in the query, or none is needed.
  const access = match && routes.keys.accessOf(match.route.api, { target, headers: [] });
  const known = access === undefined || "refusedKey" in access ? noProduct : access;
  const answer = match && answerPreflight(policiesFor(match.route, known, ""), headers);
  return answer ?? builtInResponse(404, "Resource not found");
}

const noProduct: RequestAccess = {};

/**
 * What runs for a request in the context of its product.
 *
 * Assumed of Azure: `cors` adds its headers to an answer that says that the key is missing or invalid.
 *
 * @see https://learn.microsoft.com/troubleshoot/azure/api-mgmt/availability/unauthorized-errors-invoke-apis
 */
function policiesFor(
  route: Route,
  access: RequestAccess | KeyRefusal | undefined,
  origin: string,
): EffectivePolicies {
  const { policies, api, inProduct } = route;
  if (access === undefined) return policies;
  if (!("refusedKey" in access)) return inProduct.get(access.product?.id ?? "") ?? policies;
  const cors = policies.inbound.filter(({ statement }) => statement.cors !== undefined);
  return refusing(policies, keyFailure(access, api, origin), cors);
}

/** The gateway's origin, as the client wrote it. */
function originOf({ headers }: IncomingMessage): string {
  return `http://${headers.host ?? "127.0.0.1"}`;
}

/** Policies of a request that is refused before they run, but for the earlier ones: the `on-error` sections still do. */
function refusing(
  policies: EffectivePolicies,
  failure: PolicyFailure,
  earlier: readonly ScopedStatement[] = [],
): EffectivePolicies {
  const run = (): never => {
    throw failure;
  };
  const { source } = failure.failure;
  const refusal: ScopedStatement = { scope: "global", statement: { element: source, run } };
  return { ...policies, inbound: [...earlier, refusal], backend: [], outbound: [] };
}

/** The request fits no operation. */
function unmatched(why: string): PolicyFailure {
  const message = "Unable to match incoming request to an operation.";
  return new PolicyFailure(
    { source: "configuration", reason: "OperationNotFound", message, detail: why },
    { statusCode: 404, message: "Resource not found" },
  );
}

function refusedRequest(
  refusal: Refusal,
  { method = "GET", url, rawHeaders }: IncomingMessage,
  match: RouteMatch | undefined,
): RefusedRequest {
  const traceId = traceIdOf(headerOf(rawHeaders, "traceparent"));
  const place = match && { api: match.route.api.id, operation: match.route.operation.id };
  return { ...refusal, method, path: targetOf(url).path, ...place, ...(traceId && { traceId }) };
}

/** @see https://www.w3.org/TR/trace-context/#traceparent-header-field-values */
function traceIdOf(traceparent: string | undefined): string | undefined {
  const [, id] = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(traceparent ?? "") ?? [];
  return id;
}

/** A refusal in a line: `validate-jwt (API "conference") refused GET /sessions: JWT not present. (TokenNotPresent)`. */
export function describeRefusal(refusal: RefusedRequest): string {
  const { source, scope, reason, message, detail, method, path, api, operation } = refusal;
  const places = {
    global: "global",
    product: "product",
    api: `API "${api}"`,
    operation: `operation "${operation}" of API "${api}"`,
  };
  const why = detail === undefined ? message : `${message} ${detail}`;
  return `${source} (${places[scope]}) refused ${method} ${path}: ${why} (${reason})`;
}

let lastHost: string | undefined;

/**
 * Whether the header `Host` names a host and nothing else: expressions read it as a part of the request's URL.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.2
 */
function isHost(text: string): boolean {
  // Most requests name the host that the one before them named.
  if (text === lastHost) return true;
  const isGood =
    /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]+)(?::\d{0,5})?$/i.test(text) && URL.canParse(`http://${text}`);
  if (isGood) lastHost = text;
  return isGood;
}

/** Refuses what the next one to read it could take for another message. */
function refuseMessage(
  { leftOut: hosts, transferEncoding }: ArrivedHeaders,
  host: string | undefined,
): PendingResponse | undefined {
  // https://www.rfc-editor.org/rfc/rfc9112#section-3.2
  if (hosts > 1 || (host !== undefined && !isHost(host))) return builtInResponse(400, "Bad request");
  // node undoes chunks alone: https://www.rfc-editor.org/rfc/rfc9112#section-6.1
  const isUndone = transferEncoding === undefined || transferEncoding.toLowerCase() === "chunked";
  return isUndone ? undefined : builtInResponse(501, "Not implemented");
}
