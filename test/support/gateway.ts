import { BackendConnections } from "../../simulator/apim/gateway/backend-connections.ts";
import { createGateway, type RefusedRequest } from "../../simulator/apim/gateway.ts";
import type { GatewayApi, GatewayOperation, GatewayService } from "../../simulator/apim/gateway-model.ts";
import { type CheckedPolicy, parsePolicyDocument } from "../../simulator/apim/policy/document.ts";
import type { PolicyScope } from "../../simulator/apim/policy/place.ts";
import { serve, type TestServer } from "./serve.ts";
import { nowSeconds } from "./tokens.ts";

/** A running gateway; its service and its clock can be changed. */
export interface TestGateway extends TestServer {
  service: GatewayService | undefined;
  /** Seconds since 1970. */
  now: number;
  readonly log: string[];
  readonly refusals: RefusedRequest[];
}

/** Serves one API with one operation, `GET /things`, unless told otherwise. */
export async function serveGateway(
  parts: Parameters<typeof makeService>[0] = {},
  connections = new BackendConnections(),
): Promise<TestGateway> {
  const state = {
    service: makeService(parts) as GatewayService | undefined,
    now: nowSeconds,
    log: [] as string[],
    refusals: [] as RefusedRequest[],
  };
  const server = await serve(
    createGateway({
      service: () => state.service,
      log: (line) => state.log.push(line),
      onRefused: (refusal) => state.refusals.push(refusal),
      clock: { now: () => state.now * 1000 },
      connections,
    }),
  );
  return Object.assign(state, server);
}

/** A service as the gateway sees it. */
export function makeService(parts: {
  policy?: CheckedPolicy;
  api?: Partial<GatewayApi>;
  operation?: Partial<GatewayOperation>;
  operations?: readonly GatewayOperation[];
  backends?: Readonly<Record<string, string>>;
}): GatewayService {
  const operation = {
    id: "things",
    method: "GET",
    urlTemplate: "/things",
    responses: [],
    ...parts.operation,
  };
  const api = { id: "test", path: "", operations: parts.operations ?? [operation], ...parts.api };
  const backends = new Map(Object.entries(parts.backends ?? {}));
  return {
    name: "apim",
    apis: [api],
    backends,
    ...(parts.policy === undefined ? {} : { policy: parts.policy }),
  };
}

/** Reads a document with the given content in inbound, and what else is said. */
export function policy(
  inbound: string,
  {
    scope = "global",
    backend,
    outbound = "",
    onError = "",
  }: { scope?: PolicyScope; backend?: string; outbound?: string; onError?: string } = {},
): Promise<CheckedPolicy> {
  const standard = scope === "global" ? "<forward-request />" : "<base />";
  const xml = `<policies><inbound>${inbound}</inbound><backend>${backend ?? standard}</backend><outbound>${outbound}</outbound><on-error>${onError}</on-error></policies>`;
  return parsePolicyDocument(xml, { scope, sku: "Developer", backendExists: (id) => id !== "missing" });
}
