/** What whoever watches the gateway learns of a refusal. That Azure's own log has the same fields is not proved here. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { GatewayOperation } from "../../../../simulator/apim/gateway-model.ts";
import { makeService, policy, serveGateway, type TestGateway } from "../../../support/gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await serveGateway({});
});
beforeEach(() => {
  gateway.log.length = 0;
  gateway.refusals.length = 0;
});
afterAll(() => gateway.close());

const asksForToken =
  '<validate-jwt header-name="Authorization"><issuer-signing-keys><key>c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0</key></issuer-signing-keys></validate-jwt>';
const operation = (method: string, urlTemplate: string): GatewayOperation => ({
  id: urlTemplate,
  method,
  urlTemplate,
  responses: [],
});

/** Serves a policy at one scope, and gives the one refusal of `GET /things`. */
async function refusalAt(scope: "global" | "api" | "operation", headers: Record<string, string> = {}) {
  const document = await policy(asksForToken, { scope });
  const parts = { global: { policy: document }, api: { api: { policy: document } } };
  const own = scope === "operation" ? { operation: { policy: document } } : parts[scope];
  gateway.service = makeService(own);
  expect((await fetch(`${gateway.origin}/things?access_token=t`, { headers })).status).toBe(401);
  expect(gateway.refusals).toHaveLength(1);
  return gateway.refusals[0];
}

/** The one refusal of a request to an API at `/shop` with these operations. */
async function missOf(method: string, target: string, operations: readonly GatewayOperation[]) {
  gateway.service = makeService({ api: { path: "shop" }, operations });
  expect((await fetch(gateway.origin + target, { method })).status).toBe(404);
  expect(gateway.refusals).toHaveLength(1);
  return gateway.refusals[0];
}

describe("a refused request", () => {
  it.each([
    ["global", "validate-jwt (global)"],
    ["api", 'validate-jwt (API "test")'],
    ["operation", 'validate-jwt (operation "things" of API "test")'],
  ] as const)("names the policy of scope %s that refused it", async (scope, who) => {
    expect(await refusalAt(scope)).toEqual({
      source: "validate-jwt",
      scope,
      reason: "TokenNotPresent",
      message: "JWT not present.",
      method: "GET",
      path: "/things",
      api: "test",
      operation: "things",
    });
    expect(gateway.log).toEqual([`${who} refused GET /things: JWT not present. (TokenNotPresent)`]);
  });

  it("carries the trace id of its traceparent", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    expect(await refusalAt("global", { traceparent })).toMatchObject({
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
    });
  });

  it.each([
    ["of another version", "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"],
    ["that is cut", "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01"],
    ["that goes on", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x"],
    ["behind another text", "x00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"],
    ["in upper case", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01"],
  ])("carries no trace id of a traceparent %s", async (_, traceparent) => {
    expect(await refusalAt("global", { traceparent })).not.toHaveProperty("traceId");
  });
});

describe("a request that matches no operation", () => {
  const operations = [
    operation("GET", "/orders"),
    operation("GET", "/orders/{id}"),
    operation("PUT", "/orders/{id}"),
    operation("GET", "/orders/{id}/lines"),
    operation("GET", "/find?q={q}&in={in}"),
  ];

  it.each([
    ["GET", "/shops/orders", "No API has this path, but /shop."],
    ["GET", "/shop/orders/a%2Fb", "The path could be read in more than one way."],
    [
      "GET",
      "/shop/orders/7/x",
      '/orders/7/x fits no template of API "test": GET /orders/{id}, GET /orders/{id}/lines, PUT /orders/{id} and 2 more.',
    ],
    [
      "GET",
      "/shop/Find/x",
      '/find/x fits no template of API "test": GET /find?q={q}&in={in}, GET /orders, GET /orders/{id} and 2 more.',
    ],
    [
      "DELETE",
      "/shop/orders/7",
      'API "test" has this path for another method: GET /orders/{id}, PUT /orders/{id}.',
    ],
    ["GET", "/shop/find?q=1", 'API "test" requires a query parameter: in of GET /find?q={q}&in={in}.'],
  ])("%s %s says which template it did not fit", async (method, target, why) => {
    expect(await missOf(method, target, operations)).toMatchObject({
      source: "configuration",
      scope: "global",
      reason: "OperationNotFound",
      message: "Unable to match incoming request to an operation.",
      detail: why,
    });
  });

  it("names at most three APIs", async () => {
    const [api] = makeService({}).apis;
    if (api === undefined) throw new Error("The service must have an API; got none.");
    const apis = ["a", "bbbb", "ccc", "dd"].map((path) => ({ ...api, id: path, path }));
    gateway.service = { ...makeService({}), apis };
    await fetch(`${gateway.origin}/x`);
    expect(gateway.refusals[0]?.detail).toMatch(
      /No API has this path, but \/bbbb, \/ccc, \/dd and 1 more\.$/,
    );
  });
});
