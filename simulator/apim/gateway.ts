import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { targetOf } from "../request-target.ts";
import {
  type Agents,
  type BackendAddress,
  createAgents,
  forwardTo,
  parseBackend,
} from "./gateway/forward.ts";
import { type Refusal, runPipeline } from "./gateway/pipeline.ts";
import { answerPreflight, isPreflight } from "./gateway/preflight.ts";
import { type RouteMatch, Routes } from "./gateway/routes.ts";
import type { GatewayApi, GatewayService } from "./gateway-model.ts";
import {
  type BackendChoice,
  builtInResponse,
  type Exchange,
  type ForwardSettings,
  headerOf,
  type PendingResponse,
  PolicyFailure,
  type PolicyRequest,
} from "./policy/exchange.ts";
import { OpenIdConfigurations } from "./policy/validate-jwt/open-id-configurations.ts";
import { VerifiedTokens } from "./policy/validate-jwt/verify-token.ts";

/** What the gateway serves, and whom it tells. */
export interface GatewayOptions {
  /** The instance; another object means that something changed. */
  readonly service: () => GatewayService | undefined;
  /** Receives one line for each refused request: the reason, never a token. */
  readonly log: (line: string) => void;
  /** Milliseconds since 1970. @defaultValue Date.now */
  readonly clock?: () => number;
}

/**
 * A gateway that serves the imported APIs and executes their policy documents.
 *
 * Differs from Azure: the gateway speaks http on 127.0.0.1, also for APIs that take https only.
 */
export function createGateway({ service, log, clock = Date.now }: GatewayOptions): RequestListener {
  const gateway = new Gateway(log, clock);
  return (incoming, outgoing) => {
    const current = service();
    if (current === undefined) {
      // Differs from Azure: without an instance the gateway answers 503; there its host name would not resolve.
      send(outgoing, builtInResponse(503, "There is no API Management instance yet."), []);
      return;
    }
    gateway.serve(current, incoming, outgoing).catch((error: unknown) => {
      log(`The gateway failed: ${error instanceof Error ? error.message : "unknown error"}`);
      if (outgoing.headersSent) outgoing.destroy();
      else send(outgoing, builtInResponse(500, "Internal server error"), []);
    });
  };
}

class Gateway {
  readonly #log: (line: string) => void;
  readonly #clock: () => number;
  readonly #configurations: OpenIdConfigurations;
  readonly #verifiedTokens = new VerifiedTokens();
  readonly #agents: Agents = createAgents();
  readonly #routes = new WeakMap<GatewayService, Routes>();
  readonly #backends = new Map<string, BackendAddress>();

  constructor(log: (line: string) => void, clock: () => number) {
    this.#log = log;
    this.#clock = clock;
    this.#configurations = new OpenIdConfigurations(clock);
  }

  async serve(service: GatewayService, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = "GET", url: target = "/", rawHeaders } = incoming;
    // https://learn.microsoft.com/azure/api-management/monitor-api-management
    if (target === "/status-0123456789abcdef") return send(outgoing, { statusCode: 200, headers: [] }, []);
    const routes = this.#routesOf(service);
    if (isPreflight(method, rawHeaders)) return this.#servePreflight(routes, incoming, outgoing);

    const match = routes.match(method, target);
    const exchange = this.#exchange(service, match, { incoming, outgoing });
    const policies = match?.route.policies ?? {
      ...routes.global,
      inbound: [unmatched],
      backend: [],
      outbound: [],
    };
    await runPipeline(policies, exchange, (refusal) => this.#log(logLine(refusal, method, target)));
    send(outgoing, exchange.response ?? { statusCode: 200, headers: [] }, exchange.corsHeaders);
  }

  #servePreflight(routes: Routes, incoming: IncomingMessage, outgoing: ServerResponse): void {
    const wanted = headerOf(incoming.rawHeaders, "access-control-request-method") ?? "";
    const match = routes.match(wanted.toUpperCase(), incoming.url ?? "/");
    const answer =
      match === undefined ? undefined : answerPreflight(match.route.policies, incoming.rawHeaders);
    send(outgoing, answer ?? builtInResponse(404, "Resource not found"), []);
  }

  #exchange(
    service: GatewayService,
    match: RouteMatch | undefined,
    { incoming, outgoing }: Connection,
  ): Exchange {
    const request = {
      method: incoming.method ?? "GET",
      target: incoming.url ?? "/",
      backendTarget: match?.rest ?? "/",
      headers: incoming.rawHeaders,
    };
    const exchange: Exchange = {
      request,
      operation: match?.route.operation,
      variables: new Map(),
      configurations: this.#configurations,
      verifiedTokens: this.#verifiedTokens,
      now: this.#clock,
      response: undefined,
      backend: undefined,
      corsHeaders: [],
      corsDone: false,
      forward: (settings) => {
        const url = backendUrl(service, match?.route.api, exchange.backend);
        return this.#forward(url, exchange.request, { ...settings, incoming, outgoing });
      },
    };
    return exchange;
  }

  #forward(
    url: string,
    { method, headers, body, backendTarget: target }: PolicyRequest,
    call: ForwardSettings & Connection,
  ): Promise<PendingResponse> {
    const backend = this.#backends.get(url) ?? parseBackend(url);
    this.#backends.set(url, backend);
    return forwardTo(backend, this.#agents, { ...call, method, headers, body, target });
  }

  #routesOf(service: GatewayService): Routes {
    const known = this.#routes.get(service) ?? new Routes(service);
    this.#routes.set(service, known);
    return known;
  }
}

/** A client's request and the answer to it. */
interface Connection {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** The address that the policies chose, else the API's own. @throws {PolicyFailure} where there is none. */
function backendUrl(
  { backends }: GatewayService,
  api: GatewayApi | undefined,
  choice: BackendChoice | undefined,
): string {
  const chosen = choice?.id === undefined ? choice?.url : backends.get(choice.id.toLowerCase());
  const url = choice === undefined ? api?.serviceUrl : chosen;
  if (url !== undefined) return url;
  const message =
    choice?.id === undefined
      ? "the API must have a serviceUrl, or its policy set-backend-service; got neither."
      : `Backend with id '${choice.id}' could not be found.`;
  throw new PolicyFailure(
    { source: "forward-request", reason: "BackendConnectionFailure", message },
    { statusCode: 500, message: "Internal server error" },
  );
}

// The request fits no operation: the global on-error section still runs.
const unmatched = {
  scope: "global",
  statement: {
    element: "configuration",
    run: (): never => {
      throw new PolicyFailure(
        {
          source: "configuration",
          reason: "OperationNotFound",
          message: "Unable to match incoming request to an operation.",
        },
        { statusCode: 404, message: "Resource not found" },
      );
    },
  },
};

function logLine({ scope, element, reason, message }: Refusal, method: string, target: string): string {
  // The query may hold a token.
  return `${element} (${scope}) refused ${method} ${targetOf(target).path}: ${message} (${reason})`;
}

function send(outgoing: ServerResponse, response: PendingResponse, corsHeaders: readonly string[]): void {
  const { statusCode, reason, headers, body } = response;
  const isStream = body instanceof Readable;
  const bodiless = statusCode === 204 || statusCode === 304 || statusCode < 200;
  const length = isStream || bodiless ? [] : ["Content-Length", String(Buffer.byteLength(body ?? ""))];
  const all = [...headers, ...corsHeaders, ...length];
  if (reason === undefined) outgoing.writeHead(statusCode, all);
  else outgoing.writeHead(statusCode, reason, all);
  if (!isStream) {
    outgoing.end(bodiless ? undefined : body);
    return;
  }
  // A backend that breaks off leaves the client with a broken body, not with one that looks whole. That a client leaves is
  // forwardTo's to see: node's `pipeline` would watch for both, for an eighth of the gateway's time.
  body.once("error", () => outgoing.destroy());
  body.pipe(outgoing);
}
