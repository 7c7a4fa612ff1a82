/** Targets as clients can send them, to every server of the local cloud. */
import { once } from "node:events";
import * as http from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPortal } from "../../../simulator/apim/portal.ts";
import { exampleBackend } from "../../../simulator/backend/example-backend.ts";
import { targetOf } from "../../../simulator/kernel/request-target.ts";
import { makeService, policy, serveGateway } from "../../support/gateway.ts";
import { serveOkta } from "../../support/okta.ts";
import { serve, type TestServer } from "../../support/serve.ts";

describe("a request's target", () => {
  it.each<[string | undefined, string, string]>([
    ["/a/b?c=d?e", "/a/b", "?c=d?e"],
    ["/a", "/a", ""],
    ["/a?", "/a", "?"],
    ["//a", "//a", ""],
    ["?a", "/", "?a"],
    ["http://host:1/a?b", "/a", "?b"],
    ["HTTPS://host", "/", ""],
    ["http://host?a", "/", "?a"],
    ["/http://host/a", "/http://host/a", ""],
    ["*", "*", ""],
    ["", "/", ""],
    [undefined, "/", ""],
  ])("%j is %j and %j", (target, path, query) => {
    expect(targetOf(target)).toEqual({ path, query });
  });
});

const servers: Record<string, TestServer> = {};
beforeAll(async () => {
  servers.backend = await serve(
    exampleBackend({
      origin: "http://127.0.0.1:8403",
      service: () => makeService({ operation: { urlTemplate: "/topics" } }),
    }),
  );
  servers.gateway = await serveGateway({
    policy: await policy(""),
    api: { serviceUrl: servers.backend.origin },
    operation: { urlTemplate: "/topics" },
  });
  servers.okta = await serveOkta();
  servers.portal = await servePortal();
});
afterAll(() => Promise.all(Object.values(servers).map((server) => server.close())));

async function servePortal(): Promise<TestServer> {
  const shown = { serviceName: "apim", gatewayUrl: "http://127.0.0.1:1", publisherName: "P", apis: [] };
  const state = { origin: "" };
  const model = () => ({ ...shown, origin: state.origin });
  const server = await serve(createPortal({ model, client: () => undefined, log: () => {} }));
  state.origin = server.origin;
  return server;
}

/** `fetch` would tidy the target up. */
async function statusOf(server: string, path: string): Promise<number | undefined> {
  const request = http.request(`${servers[server]?.origin}/`, { path }).end();
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  response.resume();
  return response.statusCode;
}

describe.each([
  ["gateway", "/topics?day=1"],
  ["backend", "/topics?day=1"],
  ["okta", "/oauth2/default/v1/keys"],
  ["portal", "/apis"],
])("the %s", (server, known) => {
  it("answers an absolute target as the path alone", async () => {
    expect([await statusOf(server, known), await statusOf(server, `http://other.example${known}`)]).toEqual([
      200, 200,
    ]);
  });

  it.each(["//", "///", "//[:x", "http://[//", "/%"])("has nothing at %s", async (target) => {
    expect(await statusOf(server, target)).toBe(404);
  });
});
