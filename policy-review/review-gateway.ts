import type { IncomingMessage, RequestListener } from "node:http";
import type { ReportedRefusal } from "../proof/run.ts";
import { BackendConnections } from "../simulator/apim/gateway/backend-connections.ts";
import { createGateway, describeRefusal } from "../simulator/apim/gateway.ts";
import type { GatewayService } from "../simulator/apim/gateway-model.ts";
import type { PolicyTrace } from "../simulator/apim/policy/exchange.ts";
import type { PolicyScope, StatementPlace } from "../simulator/apim/policy/place.ts";
import { exampleBackend } from "../simulator/backend/example-backend.ts";
import { openListeners } from "../simulator/kernel/listeners.ts";
import type { OwnIssuer } from "./own-issuer.ts";
import { RequestTrace } from "./request-trace.ts";
import { secretHider, withoutSecrets } from "./secret-texts.ts";

/** How a folder's gateway is served. */
export interface ReviewGatewayOptions {
  /** @defaultValue 0, any that is free */
  readonly port?: number;
  readonly issuer: OwnIssuer;
  /** Hosts beyond this machine that a policy's own requests may go to. */
  readonly reach: readonly string[];
  /** Each request finds nothing counted and cached, so that none changes the answer to another one. */
  readonly forgets: boolean;
  /** Is given each line of the gateway's log. */
  readonly log: (line: string) => void;
  /** Receives the lines of a trace; absent, nothing is traced. */
  readonly onTrace?: (lines: readonly string[]) => void;
  /** Whether a request is traced. @defaultValue each */
  readonly isTraced?: (request: IncomingMessage) => boolean;
  /** What no trace shows. */
  readonly secrets: readonly string[];
}

/** A statement that answered a request itself. */
export interface AnsweringStatement extends StatementPlace {
  /** Of the document that it stands in. */
  readonly scope: PolicyScope;
}

/** A gateway that serves a folder, with a backend in the place of each of theirs. */
export interface ReviewGateway {
  readonly origin: string;
  /** Why the request of a trace id was refused, where the gateway forgets. */
  refusalOf(traceId: string): (ReportedRefusal & { readonly message: string }) | undefined;
  /** The address that the request of a trace id would have gone to, where the gateway forgets; `undefined` where it went to no backend. */
  backendOf(traceId: string): string | undefined;
  /** The statement that answered the request of a trace id, where the gateway forgets; `undefined` where none did. */
  answeredBy(traceId: string): AnsweringStatement | undefined;
  /** Stops listening, and gives its port back. */
  close(): Promise<void>;
}

/** Serves it on 127.0.0.1. */
export async function serveReviewed(
  service: GatewayService,
  options: ReviewGatewayOptions,
): Promise<ReviewGateway> {
  const { port = 0, issuer, reach, forgets, log } = options;
  const plans = { gateway: { name: "gateway", port }, backend: { name: "backend" } };
  const { origins, serve, close } = await openListeners(plans);
  const refusals = new Map<string, ReportedRefusal & { readonly message: string }>();
  const backends = new Map<string, string>();
  const answering = new Map<string, AnsweringStatement>();
  const traces = new WeakMap<IncomingMessage, PolicyTrace>();
  const places = new Map(service.apis.map(({ id }, index) => [id, `${origins.backend}/${index + 1}`]));
  const inPlace = standIns(service, places);
  const hide = withoutSecrets(options.secrets);
  const gateway = createGateway({
    service: () => service,
    log: (line) => log(hide(line)),
    onRefused: ({ traceId, ...refusal }) => {
      if (!forgets || traceId === undefined) return;
      const message = hide(refusal.message);
      refusals.set(traceId, { ...refusal, message, text: hide(describeRefusal(refusal)) });
    },
    connections: new BackendConnections({ writes: true, reach }),
    fetchConfiguration: issuer.fetchConfiguration,
    forgets,
    traceOf: (request) =>
      traces.get(request) ?? (forgets ? answerTrace(traceIdIn(request), answering) : undefined),
    standIn: (request, api, written) => {
      const traceId = forgets ? traceIdIn(request) : undefined;
      if (traceId !== undefined) backends.set(traceId, written.replace(/\/+$/, ""));
      return places.get(api) ?? origins.backend;
    },
  });
  const keyNames = service.apis.flatMap(({ keyNames: names }) => (names ? [names.header, names.query] : []));
  const traced = tracing({ ...options, keyNames }, traces);
  serve({
    gateway: (request, response) => {
      traced(request, response);
      gateway(request, response);
    },
    backend: exampleBackend({
      service: () => inPlace,
      origin: origins.backend,
      unknown: ({ method, url }) => ({
        statusCode: 200,
        headers: ["Content-Type", "application/json"],
        body: JSON.stringify({
          answeredBy: "the local backend",
          method,
          path: (url ?? "").replace(/^\/\d+/, "").split("?")[0],
        }),
      }),
    }),
  });
  return {
    origin: origins.gateway,
    refusalOf: (traceId) => refusals.get(traceId),
    backendOf: (traceId) => backends.get(traceId),
    answeredBy: (traceId) => answering.get(traceId),
    close,
  };
}

/** Notes the innermost statement that answers a request. */
function answerTrace(
  traceId: string | undefined,
  answering: Map<string, AnsweringStatement>,
): PolicyTrace | undefined {
  if (traceId === undefined) return undefined;
  let scope: PolicyScope = "global";
  return {
    enter: (entered) => {
      scope = entered;
    },
    begin: () => {},
    value: () => {},
    end: ({ element, path }, outcome) => {
      if (outcome === "respond" && !answering.has(traceId))
        answering.set(traceId, { scope, element, ...(path === undefined ? {} : { path }) });
    },
  };
}

/** Begins the trace of a request that is traced, and tells it once the answer is sent. */
function tracing(
  {
    onTrace,
    isTraced = () => true,
    secrets,
    keyNames,
  }: Pick<ReviewGatewayOptions, "onTrace" | "isTraced" | "secrets"> & {
    readonly keyNames: readonly string[];
  },
  traces: WeakMap<IncomingMessage, PolicyTrace>,
): RequestListener {
  return (request, response) => {
    if (onTrace === undefined || !isTraced(request)) return;
    const hide = secretHider(request, secrets, keyNames);
    const trace = new RequestTrace(hide);
    const startedAt = performance.now();
    traces.set(request, trace);
    response.once("close", () => {
      const took = (performance.now() - startedAt).toFixed(1);
      const head = `${request.method} ${hide(request.url ?? "")} → ${response.statusCode} in ${took} ms`;
      onTrace([head, ...trace.lines()]);
    });
  };
}

/** The same APIs, each at an address of the local backend and without policies: those name the addresses of others. */
function standIns({ name, apis }: GatewayService, places: ReadonlyMap<string, string>): GatewayService {
  return {
    name,
    backends: new Map(),
    apis: apis.map(({ policy: _, operations, ...api }) => ({
      ...api,
      serviceUrl: places.get(api.id) ?? "",
      operations: operations.map(({ policy: __, ...operation }) => operation),
    })),
  };
}

function traceIdIn({ headers }: IncomingMessage): string | undefined {
  return /^00-([0-9a-f]{32})-/.exec([headers.traceparent].flat()[0] ?? "")?.[1];
}
