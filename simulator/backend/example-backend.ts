import type { IncomingMessage, RequestListener } from "node:http";
import Negotiator from "negotiator";
import { effectivePolicies } from "../apim/gateway/effective-policies.ts";
import { Routes } from "../apim/gateway/routes.ts";
import { sendResponse } from "../apim/gateway/send-response.ts";
import type { GatewayApi, GatewayOperation, GatewayService } from "../apim/gateway-model.ts";
import type { ServedOperation } from "../apim/operation.ts";
import { exampleResponse } from "../apim/policy/example-response.ts";
import type { PendingResponse } from "../apim/policy/exchange.ts";

/** What the backend answers from, and where it is. */
export interface ExampleBackendOptions {
  /** The instance with its imported APIs; another object means that something changed. */
  readonly service: () => GatewayService | undefined;
  /** Where the backend listens: `http://127.0.0.1:8403`. */
  readonly origin: string;
}

/**
 * A backend of the APIs that an instance has imported: it answers each operation's success with the document's example, else with a
 * sample made from its schema, and everything else with 404. It trusts whoever reaches it, as backends behind a gateway do.
 *
 * An operation is at the path of the address that the gateway sends it to, when that is on this origin, else at the root.
 */
export function exampleBackend({ service, origin }: ExampleBackendOptions): RequestListener {
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
    sendResponse(response, answer(request, current === undefined ? [] : routesOf(current)));
  };
}

/** The operations by where the gateway sends them: two APIs, or two operations, may have the same path at different addresses. */
function routesFor(service: GatewayService, api: GatewayApi, origin: string): readonly Routes[] {
  const byPath = Map.groupBy(api.operations, (operation) =>
    pathAt(origin, backendOf(service, api, operation)),
  );
  return [...byPath].map(
    ([path, operations]) => new Routes({ ...service, apis: [{ ...api, path, operations }] }),
  );
}

/** The address that the gateway forwards an operation's requests to, as far as its policies tell without a request. */
function backendOf(service: GatewayService, api: GatewayApi, operation: GatewayOperation): string {
  const { inbound, backend } = effectivePolicies([
    { scope: "global", document: service.policy },
    { scope: "api", document: api.policy },
    { scope: "operation", document: operation.policy },
  ]);
  const choices = [...inbound, ...backend].flatMap(({ statement }) => statement.backend ?? []);
  // Once a statement names a backend by its id, one that names a URL changes nothing.
  const { id, url } = choices.findLast((choice) => choice.id !== undefined) ?? choices.at(-1) ?? {};
  return (id === undefined ? url : service.backends.get(id.toLowerCase())) ?? api.serviceUrl ?? "";
}

function pathAt(origin: string, address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.origin === origin ? url.pathname.replace(/^\/|\/$/g, "") : "";
}

function answer(request: IncomingMessage, all: readonly Routes[]): PendingResponse {
  const { method = "GET", url = "/" } = request;
  for (const routes of all) {
    const operation = routes.match(method, url)?.route.operation;
    if (operation !== undefined) return success(operation, request);
  }
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
