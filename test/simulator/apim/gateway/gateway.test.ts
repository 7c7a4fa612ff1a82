/** The gateway's own work over real HTTP: matching, scopes, CORS, answers, streaming. */

import { once } from "node:events";
import * as http from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseBackend } from "../../../../simulator/apim/gateway/backend-address.ts";
import { BackendConnections } from "../../../../simulator/apim/gateway/backend-connections.ts";
import { forwardTo } from "../../../../simulator/apim/gateway/forward.ts";
import type { GatewayOperation } from "../../../../simulator/apim/gateway-model.ts";
import { makeService, policy, serveGateway, type TestGateway } from "../../../support/gateway.ts";
import { internalError } from "../../../support/internal-error.ts";
import { exchangeRaw } from "../../../support/raw.ts";
import { serve, type TestServer } from "../../../support/serve.ts";

let gateway: TestGateway;
let backend: TestServer;
const seen: { method: string; url: string; headers: http.IncomingHttpHeaders; body: string; port: number }[] =
  [];

beforeAll(async () => {
  backend = await serve(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method = "", url = "", headers, socket } = request;
    seen.push({ method, url, headers, body, port: socket.remotePort ?? 0 });
    response.writeHead(201, "Made", {
      "X-Backend": "yes",
      Connection: "keep-alive, X-Hop",
      "X-Hop": "1",
      "Set-Cookie": ["a=1", "b=2"],
    });
    response.end(`${method} ${url}`);
  });
  gateway = await serveGateway({});
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));

type Parts = Parameters<typeof makeService>[0];
async function use(parts: Parts): Promise<void> {
  const { api, ...rest } = parts;
  const plain = parts.policy ?? (await policy(""));
  gateway.service = makeService({ policy: plain, ...rest, api: { serviceUrl: backend.origin, ...api } });
  seen.length = 0;
  gateway.log.length = 0;
}

const operation = (method: string, urlTemplate: string): GatewayOperation => ({
  id: `${method} ${urlTemplate}`,
  method,
  urlTemplate,
  responses: [],
});
const status = async (method: string, target: string) =>
  (await fetch(gateway.origin + target, { method })).status;

/** A request whose target is sent as it is written; `fetch` would tidy it up. */
async function raw(
  path: string,
  options: http.RequestOptions = {},
): Promise<{ status: number; body: string }> {
  const request = http.request(`${gateway.origin}/`, { path, ...options }).end();
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  let body = "";
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode ?? 0, body };
}

describe("matching", () => {
  it("finds the operation by method and template", async () => {
    await use({
      operations: [operation("GET", "/session/{id}"), operation("POST", "/session/{id}/feedback")],
    });
    expect(await status("GET", "/session/100?x=1")).toBe(201);
    expect(await status("POST", "/session/100/feedback")).toBe(201);
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET /session/100?x=1",
      "POST /session/100/feedback",
    ]);
  });

  it("answers 404 as API Management does for a path or a method that it does not have", async () => {
    await use({ operations: [operation("GET", "/session/{id}")] });
    for (const [method, target] of [
      ["POST", "/session/1"],
      ["GET", "/session"],
      ["GET", "/session/"],
      ["GET", "/session/1/x"],
      ["GET", "/session/1/"],
      ["HEAD", "/session/1"],
    ] as const) {
      expect([method, target, await status(method, target)]).toEqual([method, target, 404]);
    }
    const response = await fetch(`${gateway.origin}/nothing`);
    expect(await response.text()).toBe('{ "statusCode": 404, "message": "Resource not found" }');
    expect(seen).toEqual([]);
  });

  it("prefers a literal segment to a parameter, in any order", async () => {
    const texts: Record<string, string> = { "/session/{id}": "one", "/session/new": "new" };
    const operations = await Promise.all(
      Object.entries(texts).map(async ([template, text]) => ({
        ...operation("GET", template),
        policy: await policy(`<return-response><set-body>${text}</set-body></return-response>`, {
          scope: "operation",
        }),
      })),
    );
    await use({ operations });
    expect(await (await fetch(`${gateway.origin}/session/new`)).text()).toBe("new");
    expect(await (await fetch(`${gateway.origin}/session/7`)).text()).toBe("one");
  });

  it("takes the API's path off, in any letter case, and keeps the service URL's own path", async () => {
    await use({
      api: { path: "conference/v1", serviceUrl: `${backend.origin}/base/` },
      operations: [operation("GET", "/Sessions")],
    });
    expect(await status("GET", "/Conference/V1/sessions")).toBe(201);
    expect(seen[0]?.url).toBe("/base/sessions");
    expect(await status("GET", "/conference/v11/sessions")).toBe(404);
    expect(await status("GET", "/sessions")).toBe(404);
  });

  it("demands the query parameters of a template", async () => {
    await use({ operations: [operation("GET", "/find?q={q}")] });
    expect(await status("GET", "/find?q=1&x=2")).toBe(201);
    expect(await status("GET", "/find?x=2")).toBe(404);
  });

  it.each([
    "/session/../admin",
    "/session/%2e%2E/admin",
    "/session/a%2Fb",
    "/session/a%5cb",
    "/session/..",
    "//session/1",
  ])("answers 404 for %s, which a backend could read otherwise", async (target) => {
    await use({ operations: [operation("GET", "/session/{id}"), operation("GET", "/session/{id}/{more}")] });
    expect((await raw(target)).status).toBe(404);
    expect(seen).toEqual([]);
  });

  it("treats a template's special characters as text", async () => {
    await use({ operations: [operation("GET", "/a.b/(c)+")] });
    expect(await status("GET", "/a.b/(c)+")).toBe(201);
    expect(await status("GET", "/aXb/(c)+")).toBe(404);
  });
});

describe("the effective policies", () => {
  const header = (name: string) =>
    `<set-header name="${name}" exists-action="append"><value>1</value></set-header>`;

  it("run global, API and operation documents where base stands", async () => {
    await use({
      policy: await policy(header("X-Global")),
      api: { policy: await policy(`<base />${header("X-Api")}`, { scope: "api" }) },
      operation: { policy: await policy(`${header("X-Operation")}<base />`, { scope: "operation" }) },
    });
    await status("GET", "/things");
    expect(Object.keys(seen[0]?.headers ?? {})).toEqual(
      expect.arrayContaining(["x-operation", "x-global", "x-api"]),
    );
  });

  it("leave a parent's section out where base is missing", async () => {
    await use({
      policy: await policy(header("X-Global")),
      api: { policy: await policy(header("X-Api"), { scope: "api" }) },
    });
    await status("GET", "/things");
    expect(seen[0]?.headers).not.toHaveProperty("x-global");
    expect(seen[0]?.headers).toHaveProperty("x-api", "1");
  });

  it("call no backend without forward-request, and answer an empty 200", async () => {
    await use({ api: { policy: await policy("<base />", { scope: "api", backend: "" }) } });
    const response = await fetch(`${gateway.origin}/things`);
    expect([response.status, await response.text(), seen.length]).toEqual([200, "", 0]);
  });

  it("change the answer in outbound and in on-error", async () => {
    const outbound =
      '<set-status code="202" reason="Later" /><set-header name="X-Backend" exists-action="delete" /><set-body>new</set-body>';
    await use({ policy: await policy("", { outbound }) });
    const response = await fetch(`${gateway.origin}/things`);
    expect([
      response.status,
      response.statusText,
      await response.text(),
      response.headers.has("x-backend"),
    ]).toEqual([202, "Later", "new", false]);
    await use({
      policy: await policy("", { onError: '<set-header name="X-Error"><value>1</value></set-header>' }),
    });
    expect((await fetch(`${gateway.origin}/nothing`)).headers.get("x-error")).toBe("1");
  });

  it("skip outbound after return-response", async () => {
    const inbound =
      '<return-response><set-status code="410" reason="Gone" /><set-header name="X-A"><value>1</value></set-header><set-body>gone</set-body></return-response>';
    await use({ policy: await policy(inbound, { outbound: header("X-Outbound") }) });
    const response = await fetch(`${gateway.origin}/things`);
    expect([
      response.status,
      await response.text(),
      response.headers.get("x-a"),
      response.headers.has("x-outbound"),
    ]).toEqual([410, "gone", "1", false]);
  });

  it.each([
    ["override", ["2"]],
    ["skip", ["1"]],
    ["append", ["1,2"]],
    ["delete", [undefined]],
  ] as const)("treat a header that is there by %s", async (action, [expected]) => {
    const value = action === "delete" ? "" : "<value>2</value>";
    await use({
      policy: await policy(`<set-header name="X-Who" exists-action="${action}">${value}</set-header>`),
    });
    await fetch(`${gateway.origin}/things`, { headers: { "x-who": "1" } });
    expect(seen[0]?.headers["x-who"]).toBe(expected);
  });
});

describe("mock-response", () => {
  const responses = [
    {
      statusCode: 200,
      representations: [
        { contentType: "application/json", example: '{"a":1}' },
        { contentType: "text/plain", example: "a", sample: () => "sample" },
        { contentType: "text/csv; charset=utf-8", sample: () => "a,b" },
        { contentType: "text/html", sample: () => undefined },
        { contentType: "application/*", sample: () => "{}" },
      ],
    },
    { statusCode: 202, representations: [{ contentType: "*/*", sample: () => "[]" }] },
    { statusCode: 204, representations: [{ contentType: "text/plain", example: "a" }] },
    { statusCode: 205, representations: [{ contentType: "text/plain", example: "a" }] },
    { statusCode: 404, representations: [] },
  ];

  it.each([
    ["", 200, "application/json", '{"a":1}'],
    ['content-type="text/plain"', 200, "text/plain", "a"],
    ['content-type="text/csv; charset=utf-8"', 200, "text/csv; charset=utf-8", "a,b"],
    ['content-type="text/csv"', 200, "text/csv; charset=utf-8", "a,b"],
    ['content-type="text/html"', 200, "text/html", ""],
    ['content-type="application/xml"', 200, "application/xml", "{}"],
    ['content-type="image/png"', 200, null, ""],
    ['status-code="202"', 202, "application/json", "[]"],
    ['status-code="202" content-type="text/xml"', 202, "text/xml", "[]"],
    ['status-code="204"', 204, null, ""],
    ['status-code="205"', 205, null, ""],
    ['status-code="404"', 404, null, ""],
    ['status-code="500"', 500, null, ""],
  ])(
    "answers with the example, else with a sample of the schema (%s)",
    async (attributes, code, contentType, body) => {
      const document = await policy(`<mock-response ${attributes} />`, { scope: "operation" });
      await use({ operation: { responses, policy: document } });
      const response = await fetch(`${gateway.origin}/things`);
      expect([
        response.status,
        response.headers.get("content-type"),
        await response.text(),
        seen.length,
      ]).toEqual([code, contentType, body, 0]);
    },
  );
});

describe("CORS", () => {
  const rules = (attributes: string, origin = "https://portal.example") =>
    `<cors ${attributes}><allowed-origins><origin>${origin}</origin></allowed-origins><allowed-methods preflight-result-max-age="300"><method>*</method></allowed-methods><allowed-headers><header>*</header></allowed-headers><expose-headers><header>*</header></expose-headers></cors>`;
  const lenient = 'allow-credentials="true" terminate-unmatched-request="false"';
  const preflight = (origin: string, method = "GET") =>
    fetch(`${gateway.origin}/things`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": method,
        "access-control-request-headers": "authorization, x-y",
      },
    });
  const allowed = (response: Response) => response.headers.get("access-control-allow-origin");

  it("answers a preflight and runs nothing else", async () => {
    await use({
      policy: await policy(
        `${rules(lenient)}<return-response><set-status code="500" reason="x" /></return-response>`,
      ),
    });
    const response = await preflight("https://portal.example");
    expect([response.status, await response.text(), seen.length]).toEqual([200, "", 0]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": "https://portal.example",
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "GET",
      "access-control-allow-headers": "authorization, x-y",
      "access-control-max-age": "300",
      vary: "Origin",
    });
  });

  it("takes 1 for true and 0 for false", async () => {
    const credentials = async (attributes: string) => {
      await use({ policy: await policy(rules(attributes)) });
      return (await preflight("https://portal.example")).headers.get("access-control-allow-credentials");
    };
    expect(await credentials('allow-credentials="1"')).toBe("true");
    expect(await credentials('allow-credentials="0"')).toBeNull();
  });

  it("gives another origin's preflight an empty 200 without permission", async () => {
    await use({ policy: await policy(rules(lenient)) });
    const response = await preflight("https://elsewhere.example");
    expect([response.status, allowed(response)]).toEqual([200, null]);
  });

  it("answers 404 to a preflight where no cors is in effect or no operation fits", async () => {
    await use({});
    expect((await preflight("https://portal.example")).status).toBe(404);
    await use({ policy: await policy(rules(lenient)) });
    expect((await preflight("https://portal.example", "DELETE")).status).toBe(404);
  });

  it("adds its headers to the backend's answer and to a refusal after it", async () => {
    const refuse = '<validate-jwt header-name="Authorization" require-signed-tokens="false" />';
    await use({ policy: await policy(rules(lenient)) });
    const get = () => fetch(`${gateway.origin}/things`, { headers: { origin: "https://portal.example" } });
    expect(allowed(await get())).toBe("https://portal.example");
    await use({ policy: await policy(rules(lenient) + refuse) });
    const refused = await get();
    expect([refused.status, allowed(refused), refused.headers.get("vary")]).toEqual([
      401,
      "https://portal.example",
      "Origin",
    ]);
  });

  it("comes too late for a refusal before it: the browser would see a CORS failure instead of the 401", async () => {
    const refuse = '<validate-jwt header-name="Authorization" require-signed-tokens="false" />';
    await use({ policy: await policy(refuse + rules(lenient)) });
    const response = await fetch(`${gateway.origin}/things`, {
      headers: { origin: "https://portal.example" },
    });
    expect([response.status, allowed(response)]).toEqual([401, null]);
  });

  it("lets another origin's request go on, or ends it with an empty 200, as the policy says", async () => {
    const get = () => fetch(`${gateway.origin}/things`, { headers: { origin: "https://elsewhere.example" } });
    await use({ policy: await policy(rules(lenient)) });
    expect([(await get()).status, seen.length]).toEqual([201, 1]);
    await use({ policy: await policy(rules('terminate-unmatched-request="true"')) });
    expect([(await get()).status, seen.length]).toEqual([200, 0]);
  });

  it.each([
    ["GET", 0],
    ["HEAD", 0],
    ["POST", 1],
    ["PUT", 1],
    ["DELETE", 1],
  ])("ends another origin's %s with an empty 200 or lets it go on (%d calls)", async (method, calls) => {
    await use({
      policy: await policy(rules('terminate-unmatched-request="true"')),
      operations: [operation(method, "/things")],
    });
    const headers = { origin: "https://elsewhere.example" };
    const response = await fetch(`${gateway.origin}/things`, { method, headers });
    expect([response.status, allowed(response), seen.length]).toEqual([calls === 0 ? 200 : 201, null, calls]);
  });

  it("lets another origin's request go on when the policy leaves terminate-unmatched-request out", async () => {
    await use({ policy: await policy(rules("")) });
    const headers = { origin: "https://elsewhere.example" };
    expect((await fetch(`${gateway.origin}/things`, { headers })).status).toBe(201);
  });

  it("leaves preflights to an operation with the method OPTIONS, whose policies run", async () => {
    const refuse = '<validate-jwt header-name="Authorization" />';
    await use({
      policy: await policy(rules(lenient) + refuse),
      operations: [operation("GET", "/things"), operation("OPTIONS", "/things")],
    });
    const response = await preflight("https://portal.example");
    expect([response.status, response.headers.has("access-control-allow-methods")]).toEqual([401, false]);
    await use({ policy: await policy(rules(lenient) + refuse) });
    expect((await preflight("https://portal.example")).status).toBe(200);
    await use({
      policy: await policy(rules('terminate-unmatched-request="true"')),
      operations: [operation("OPTIONS", "/things")],
    });
    expect([(await preflight("https://elsewhere.example")).status, seen.length]).toEqual([201, 1]);
  });

  it("allows GET and POST alone, and no time, where the policy does not say more", async () => {
    const [origins, headers] = [
      "<allowed-origins><origin>https://portal.example</origin></allowed-origins>",
      "<allowed-headers><header>authorization</header><header>x-y</header></allowed-headers>",
    ];
    await use({
      policy: await policy(`<cors>${headers}${origins}</cors>`),
      operations: ["GET", "POST", "PUT"].map((method) => operation(method, "/things")),
    });
    for (const [method, origin] of [
      ["GET", "https://portal.example"],
      ["POST", "https://portal.example"],
      ["PUT", null],
    ] as const)
      expect([method, allowed(await preflight("https://portal.example", method))]).toEqual([method, origin]);
    expect((await preflight("https://portal.example")).headers.get("access-control-max-age")).toBe("0");
  });

  it("allows no header that the policy does not name", async () => {
    await use({ policy: await policy(rules(lenient).replace("<header>*</header>", "<header>x-y</header>")) });
    expect(allowed(await preflight("https://portal.example"))).toBeNull();
  });

  it.each(["https://portal.example/", "https://portal.example:443", "HTTPS://Portal.example:443/"])(
    "takes the policy's %s for the origin that a browser sends",
    async (origin) => {
      await use({ policy: await policy(rules(lenient, origin)) });
      expect(allowed(await preflight("https://portal.example"))).toBe("https://portal.example");
      expect(allowed(await preflight("http://portal.example"))).toBeNull();
      expect(allowed(await preflight("https://portal.example:444"))).toBeNull();
    },
  );

  it("tells origins apart by their ports", async () => {
    await use({ policy: await policy(rules(lenient, "http://127.0.0.1:8401")) });
    expect(allowed(await preflight("http://127.0.0.1:8401"))).toBe("http://127.0.0.1:8401");
    for (const other of ["http://127.0.0.1", "http://127.0.0.1:8402", "https://127.0.0.1:8401"])
      expect(allowed(await preflight(other))).toBeNull();
  });

  it("allows nothing to two origins at once", async () => {
    await use({ policy: await policy(rules(lenient)) });
    const origins = ["Origin: https://portal.example", "Origin: https://elsewhere.example"].join("\r\n");
    const request = `GET /things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${origins}\r\n\r\n`;
    const text = await exchangeRaw(gateway.origin, request);
    expect(text).toMatch(/^HTTP\/1\.1 201 /);
    expect(text).not.toMatch(/access-control-allow-origin/i);
  });

  it("executes only the first cors that is reached", async () => {
    await use({
      policy: await policy(rules(lenient)),
      api: {
        policy: await policy(`<base />${rules(lenient, "https://elsewhere.example")}`, { scope: "api" }),
      },
    });
    const response = await fetch(`${gateway.origin}/things`, {
      headers: { origin: "https://elsewhere.example" },
    });
    expect(allowed(response)).toBeNull();
  });
});

describe("the backend call", () => {
  it("passes method, query, body and end-to-end headers on, both ways", async () => {
    await use({ operations: [operation("POST", "/things")] });
    const response = await fetch(`${gateway.origin}/things?a=%20b`, {
      method: "POST",
      body: "hello",
      headers: { "x-mine": "1", authorization: "Bearer x" },
    });
    expect([
      response.status,
      response.statusText,
      response.headers.get("x-backend"),
      response.headers.getSetCookie(),
    ]).toEqual([201, "Made", "yes", ["a=1", "b=2"]]);
    expect(response.headers.has("x-hop")).toBe(false);
    expect(seen[0]).toMatchObject({ method: "POST", url: "/things?a=%20b", body: "hello" });
    expect(seen[0]?.headers).toMatchObject({
      host: new URL(backend.origin).host,
      "x-mine": "1",
      authorization: "Bearer x",
      "x-forwarded-for": "127.0.0.1",
    });
  });

  it("keeps the connection for the next call", async () => {
    await use({});
    for (let call = 0; call < 3; call += 1) await (await fetch(`${gateway.origin}/things`)).text();
    expect(new Set(seen.map(({ port }) => port)).size).toBe(1);
  });

  it("keeps the connection of an answer that a policy replaced when it has arrived whole", async () => {
    await use({ policy: await policy("", { outbound: "<return-response />" }) });
    for (let call = 0; call < 3; call += 1) await (await fetch(`${gateway.origin}/things`)).text();
    expect(new Set(seen.map(({ port }) => port)).size).toBe(1);
  });

  it.each(["<return-response />", "<mock-response />", "<set-body>new</set-body>"])(
    "leaves no connection open whose answer %s replaced before it had arrived",
    async (outbound) => {
      const closed: Promise<unknown>[] = [];
      const endless = await serve((request, response) => {
        closed.push(once(request.socket, "close"));
        response.write("first");
      });
      await use({ api: { serviceUrl: endless.origin }, policy: await policy("", { outbound }) });
      for (let call = 0; call < 5; call += 1) await (await fetch(`${gateway.origin}/things`)).text();
      await Promise.all(closed);
      expect(closed).toHaveLength(5);
      await endless.close();
    },
  );

  it("passes a body on while it is still arriving", async () => {
    let finish: (() => void) | undefined;
    const slow = await serve((_, response) => {
      response.write("first");
      finish = () => response.end("last");
    });
    await use({ api: { serviceUrl: slow.origin } });
    const response = await fetch(`${gateway.origin}/things`);
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("first");
    finish?.();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("last");
    await slow.close();
  });

  it("passes a large body on whole", async () => {
    const large = await serve((request, response) => request.pipe(response));
    await use({ api: { serviceUrl: large.origin }, operations: [operation("POST", "/things")] });
    const body = Buffer.alloc(8 * 1024 * 1024, "x");
    const response = await fetch(`${gateway.origin}/things`, { method: "POST", body });
    expect((await response.arrayBuffer()).byteLength).toBe(body.length);
    await large.close();
  });

  it("ends when the client leaves", async () => {
    let left: Promise<unknown> | undefined;
    let arrived: (() => void) | undefined;
    const reached = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const waiting = await serve((request) => {
      left = once(request.socket, "close");
      arrived?.();
    });
    await use({ api: { serviceUrl: waiting.origin } });
    const controller = new AbortController();
    const call = fetch(`${gateway.origin}/things`, { signal: controller.signal });
    await reached;
    controller.abort();
    await expect(call).rejects.toThrow();
    await left;
    await waiting.close();
  });

  it("does not wait for the backend when the client has left before it", async () => {
    const waiting = await serve(() => {});
    const call = { timeoutMilliseconds: 300_000, method: "GET", target: "/", headers: [], body: undefined };
    const connections = new BackendConnections();
    const forwarded = Promise.withResolvers<unknown>();
    const server = await serve(async (incoming, outgoing) => {
      await once(outgoing.destroy(), "close");
      forwarded.resolve(
        forwardTo(parseBackend(waiting.origin), connections, { ...call, incoming, outgoing }),
      );
    });
    const refused = expect(forwarded.promise).rejects.toMatchObject({
      failure: { reason: "ClientConnectionFailure" },
    });
    await expect(fetch(server.origin)).rejects.toThrow();
    await refused;
    await Promise.all([server.close(), waiting.close()]);
  });

  it("breaks the client's answer off when the backend breaks off", async () => {
    const breaking = await serve((_, response) => {
      response.writeHead(200, { "content-length": "10" });
      response.write("half", () => response.destroy());
    });
    await use({ api: { serviceUrl: breaking.origin } });
    const response = await fetch(`${gateway.origin}/things`);
    await expect(response.text()).rejects.toThrow();
    await breaking.close();
  });

  it.each([
    ["cannot be reached", { serviceUrl: "http://127.0.0.1:9" }],
    ["is not named", {}],
  ])("answers 500 when the backend %s", async (_, api) => {
    gateway.service = makeService({ policy: await policy(""), api });
    gateway.log.length = 0;
    const response = await fetch(`${gateway.origin}/things`);
    expect([response.status, await response.text()]).toEqual([500, expect.stringMatching(internalError)]);
    expect(gateway.log).toEqual([
      expect.stringMatching(
        /^forward-request \(global\) refused GET \/things: .*\(BackendConnectionFailure\)$/,
      ),
    ]);
  });

  it("sends set-body's text in the place of the client's", async () => {
    await use({
      policy: await policy("<set-body>ours</set-body>"),
      operations: [operation("POST", "/things")],
    });
    await fetch(`${gateway.origin}/things`, { method: "POST", body: "theirs, which is longer" });
    expect(seen[0]?.body).toBe("ours");
  });
});

describe("the gateway", () => {
  it("says that there is no instance yet", async () => {
    gateway.service = undefined;
    expect(await status("GET", "/things")).toBe(503);
  });

  it("answers the liveness probe", async () => {
    await use({});
    expect(await status("GET", "/status-0123456789abcdef")).toBe(200);
  });
});
