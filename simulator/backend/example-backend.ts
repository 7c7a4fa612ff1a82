import type { IncomingMessage, RequestListener } from "node:http";
import Negotiator from "negotiator";
import { effectivePolicies } from "../apim/gateway/effective-policies.ts";
import { Routes } from "../apim/gateway/routes.ts";
import { sendResponse } from "../apim/gateway/send-response.ts";
import type { GatewayApi, GatewayOperation, GatewayService } from "../apim/gateway-model.ts";
import type { ServedOperation } from "../apim/operation.ts";
import { decidedStatements } from "../apim/policy/decided-statements.ts";
import { exampleResponse } from "../apim/policy/example-response.ts";
import type { BackendChoice, PendingResponse } from "../apim/policy/exchange.ts";
import type { Statement } from "../apim/policy/statement.ts";

/** What the backend answers from, and where it is. */
export interface ExampleBackendOptions {
  /** The instance with its imported APIs; another object means that something changed. */
  readonly service: () => GatewayService | undefined;
  /** Where the backend listens: `http://127.0.0.1:8403`. */
  readonly origin: string;
  /** What it answers where no operation fits. @defaultValue 404 */
  readonly unknown?: (request: IncomingMessage) => PendingResponse;
}

/**
 * A backend of the APIs that an instance has imported: it answers each operation's success with the document's example, else with a
 * sample made from its schema, and everything else with 404. It trusts whoever reaches it, as backends behind a gateway do.
 *
 * An operation is at the path of each address that the gateway may send it to, of those on this origin; at the root where none is.
 */
export function exampleBackend({
  service,
  origin,
  unknown = notFound,
}: ExampleBackendOptions): RequestListener {
  const known = new WeakMap<GatewayService, readonly Routes[]>();
  const routesOf = (current: GatewayService) => {
    const routes = known.get(current) ?? current.apis.flatMap((api) => routesFor(current, api, origin));
    known.set(current, routes);
    return routes;
  };
  return (request, response) => {
    // A body changes nothing in the answer; the connection needs it read.
    request.resume();
    const current = service();
    const answered = answer(request, current === undefined ? [] : routesOf(current));
    sendResponse(response, answered ?? unknown(request));
  };
}

/** The operations by where the gateway sends them: two APIs, or two operations, may have the same path at different addresses. */
function routesFor(service: GatewayService, api: GatewayApi, origin: string): readonly Routes[] {
  const placed = api.operations.flatMap((operation) =>
    pathsAt(origin, backendsOf(service, api, operation)).map((path) => ({ path, operation })),
  );
  return [...Map.groupBy(placed, ({ path }) => path)].map(
    ([path, group]) =>
      new Routes({
        ...service,
        apis: [{ ...api, path, operations: group.map(({ operation }) => operation) }],
      }),
  );
}

/**
 * The addresses that the gateway may forward an operation's requests to: that which its policies tell without a request, and those in
 * branches that only a request decides.
 */
function backendsOf(
  service: GatewayService,
  api: GatewayApi,
  operation: GatewayOperation,
): readonly string[] {
  const { inbound, backend } = effectivePolicies([
    { scope: "global", document: service.policy },
    { scope: "api", document: api.policy },
    { scope: "operation", document: operation.policy },
  ]);
  const statements = decidedStatements(
    [...inbound, ...backend].map(({ statement }) => statement),
    { ...operation, name: operation.displayName ?? operation.id },
  );
  const addressOf = ({ id, url }: BackendChoice) =>
    id === undefined ? url : service.backends.get(id.toLowerCase());
  const choices = statements.flatMap((statement) => statement.backend ?? []);
  // Once a statement names a backend by its id, one that names a URL changes nothing.
  const chosen = choices.findLast((choice) => choice.id !== undefined) ?? choices.at(-1);
  const inBlocks = statements.flatMap(choicesInBlocks).map(addressOf);
  return [(chosen && addressOf(chosen)) ?? api.serviceUrl, ...inBlocks].flatMap((address) => address ?? []);
}

function choicesInBlocks({ blocks = [] }: Statement): readonly BackendChoice[] {
  return blocks
    .flatMap(({ statements }) => statements)
    .flatMap((statement) => [
      ...(statement.backend ? [statement.backend] : []),
      ...choicesInBlocks(statement),
    ]);
}

/** Their paths on the origin, each once; the root where none of them is there. */
function pathsAt(origin: string, addresses: readonly string[]): readonly string[] {
  const here = addresses
    .flatMap((address) => (URL.canParse(address) ? [new URL(address)] : []))
    .filter((url) => url.origin === origin);
  return here.length === 0
    ? [""]
    : [...new Set(here.map(({ pathname }) => pathname.replace(/^\/|\/$/g, "")))];
}

function answer(request: IncomingMessage, all: readonly Routes[]): PendingResponse | undefined {
  const { method = "GET", url = "/" } = request;
  for (const routes of all) {
    const operation = routes.match(method, url)?.route.operation;
    if (operation !== undefined) return success(operation, request);
  }
  return undefined;
}

function notFound(): PendingResponse {
  return {
    statusCode: 404,
    headers: ["Content-Type", "text/plain; charset=utf-8"],
    body: "No imported API has an operation for this method and path.",
  };
}

/** The lowest success that the document describes, a redirect where it describes nothing else, in the media type that the client prefers. */
function success({ responses }: ServedOperation, request: IncomingMessage): PendingResponse {
  const described = responses.filter(({ statusCode }) => statusCode >= 200 && statusCode < 400);
  const [first] = described.sort((one, other) => one.statusCode - other.statusCode);
  const types = first?.representations.map(({ contentType }) => contentType) ?? [];
  const preferred = new Negotiator(request).mediaType(types);
  return exampleResponse(responses, first?.statusCode ?? 200, preferred);
}
