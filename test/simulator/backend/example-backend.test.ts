/** The local backend against the documents that it answers from. That a real backend answers like this is not proved. */
import * as net from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { GatewayApi, GatewayService } from "../../../simulator/apim/gateway-model.ts";
import type { OperationResponse } from "../../../simulator/apim/operation.ts";
import { importOpenApi } from "../../../simulator/arm/import/open-api-import.ts";
import { exampleBackend } from "../../../simulator/backend/example-backend.ts";
import { openListeners } from "../../../simulator/kernel/listeners.ts";
import { described, document } from "../../support/conference.ts";
import { policy } from "../../support/gateway.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ close }) => close()));
});

interface TestBackend {
  readonly origin: string;
  service: GatewayService | undefined;
}

/** Starts a backend of APIs that may depend on its origin. */
async function start(apisAt: (origin: string) => readonly GatewayApi[]): Promise<TestBackend> {
  const { origins, serve, close } = await openListeners({ backend: { name: "backend" } });
  opened.push({ close });
  const origin = origins.backend;
  const state: TestBackend = { origin, service: serviceOf(apisAt(origin)) };
  serve({ backend: exampleBackend({ origin, service: () => state.service }) });
  return state;
}

function serviceOf(apis: readonly GatewayApi[]): GatewayService {
  return { name: "apim", backends: new Map(), apis };
}

/** An API with one operation, whose text names the API. */
function api(id: string, urlTemplate: string, serviceUrl?: string): GatewayApi {
  const responses = [response(200, { "text/plain": `of ${id}` })];
  const operations = [{ id: "one", method: "GET", urlTemplate, responses }];
  return { id, path: `public/${id}`, operations, ...(serviceUrl === undefined ? {} : { serviceUrl }) };
}

function response(statusCode: number, examples: Readonly<Record<string, string>> = {}): OperationResponse {
  const representations = Object.entries(examples).map(([contentType, example]) => ({
    contentType,
    example,
  }));
  return { statusCode, representations };
}

/** An API whose one operation, `GET /one`, has these responses. */
function answering(...responses: readonly OperationResponse[]): readonly GatewayApi[] {
  return [{ id: "a", path: "", operations: [{ id: "one", method: "GET", urlTemplate: "/one", responses }] }];
}

async function get({ origin }: TestBackend, target: string, headers: Record<string, string> = {}) {
  const answer = await fetch(origin + target, { headers });
  return [answer.status, answer.headers.get("content-type"), await answer.text()];
}

describe("the local backend, for the Conference API", () => {
  const { operations } = importOpenApi({ format: "openapi", value: document.value, conduct: "template" });
  const answers = document.operations.flatMap((operation) =>
    Object.entries(
      described(operation.method, operation.path).get(String(operation.successStatus)) ?? {},
    ).map(([mediaType, media]) => ({
      ...operation,
      mediaType,
      media,
      title: `${operation.operationId} ${mediaType}`,
    })),
  );

  it("is asked for every operation in every media type", () => {
    expect(answers).toHaveLength(12 + 3);
  });

  it.each(answers)("answers $title with its status, type and example", async (expected) => {
    const { method, example, successStatus, mediaType, media } = expected;
    const { origin } = await start(() => [{ id: "conference", path: "", operations }]);
    const answer = await fetch(origin + example.path, {
      method,
      headers: { ...example.headers, accept: mediaType },
      ...(example.body === undefined ? {} : { body: example.body }),
    });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([successStatus, mediaType]);
    const body = await answer.text();
    expect(typeof media.example === "string" ? body : JSON.parse(body)).toEqual(media.example);
  });
});

describe("the local backend", () => {
  it.each([
    ["the lowest success", [response(404), response(201), response(200)], 200],
    ["a redirect given no success", [response(404), response(302)], 302],
    ["200 given refusals alone", [response(404)], 200],
    ["200 given no response", [], 200],
  ])("answers with %s", async (_, responses, status) => {
    const { origin } = await start(() => answering(...responses));
    expect((await fetch(`${origin}/one`, { redirect: "manual" })).status).toBe(status);
  });

  it.each([
    ["*/*", "application/json"],
    ["text/plain", "text/plain"],
    ["text/*;q=0.9, application/json;q=0.1", "text/plain"],
    ["application/json;q=0, */*", "text/plain"],
    // Nothing of it is described; an example is better than none.
    ["image/png", "application/json"],
  ])("answers given Accept %s with %s", async (accept, mediaType) => {
    const examples = { "application/json": "{}", "text/plain": "{}" };
    const backend = await start(() => answering(response(200, examples)));
    expect(await get(backend, "/one", { accept })).toEqual([200, mediaType, "{}"]);
  });

  it("answers with a sample of the schema where the document has no example", async () => {
    const sample = () => '{"id":0}';
    const representations = [{ contentType: "application/json", sample }];
    const backend = await start(() => answering({ statusCode: 200, representations }));
    expect(await get(backend, "/one")).toEqual([200, "application/json", '{"id":0}']);
  });

  it("tells apart two APIs with the same operation by the paths of their backend addresses", async () => {
    const backend = await start((origin) => [
      api("orders", "/one", `${origin}/orders`),
      api("stock", "/one", `${origin}/stock/v1/`),
    ]);
    expect(await get(backend, "/orders/one")).toEqual([200, "text/plain", "of orders"]);
    expect(await get(backend, "/stock/v1/one")).toEqual([200, "text/plain", "of stock"]);
    expect((await get(backend, "/one"))[0]).toBe(404);
  });

  it("tells them apart by the backends that policies name", async () => {
    const statement = (attribute: string) => `<set-backend-service ${attribute} />`;
    const backend = await start(() => []);
    const { origin } = backend;
    const to = async (id: string, text: string) => ({ ...api(id, "/one"), policy: await policy(text) });
    backend.service = {
      ...serviceOf([
        await to("orders", statement(`base-url="${origin}/b"`) + statement('backend-id="Orders"')),
        await to("stock", statement('backend-id="stock"') + statement(`base-url="${origin}/a"`)),
        await to("parts", statement(`base-url="${origin}/a"`) + statement(`base-url="${origin}/b"`)),
      ]),
      backends: new Map([
        ["orders", `${origin}/o`],
        ["stock", `${origin}/s`],
      ]),
    };
    const texts = ["/o/one", "/s/one", "/b/one", "/a/one"].map(
      async (target) => (await get(backend, target))[2],
    );
    expect(await Promise.all(texts)).toEqual([
      "of orders",
      "of stock",
      "of parts",
      expect.stringContaining("No imported"),
    ]);
  });

  it("is where branches of a policy lead: by the operation, or wherever a call may decide", async () => {
    const backend = await start(() => []);
    const to = (place: string) => `<set-backend-service base-url="${backend.origin}/${place}" />`;
    const choose = (condition: string) =>
      `<choose><when condition="@(${condition})">${to("a")}</when><otherwise>${to("b")}</otherwise></choose>`;
    const found = async (condition: string) => {
      const one = {
        ...api("orders", "/one", "https://leads-nowhere.invalid"),
        policy: await policy(choose(condition)),
      };
      backend.service = serviceOf([one]);
      return Promise.all(["/a/one", "/b/one", "/one"].map(async (target) => (await get(backend, target))[0]));
    };
    expect(await found('context.Operation.UrlTemplate == "/one"')).toEqual([200, 404, 404]);
    expect(await found('context.Operation.UrlTemplate == "/two"')).toEqual([404, 200, 404]);
    expect(await found('context.Request.Method == "GET"')).toEqual([200, 200, 404]);
  });

  it("has at its root the APIs whose backend address is elsewhere or nowhere", async () => {
    const backend = await start(() => [
      api("orders", "/orders", "https://orders.example/v1"),
      api("stock", "/stock"),
    ]);
    expect(await get(backend, "/orders")).toEqual([200, "text/plain", "of orders"]);
    expect(await get(backend, "/stock")).toEqual([200, "text/plain", "of stock"]);
  });

  it.each(["/nothing", "/one/", "/one/more", "//", "/public/a/one"])("answers 404 for %s", async (target) => {
    const backend = await start(() => [api("a", "/one")]);
    expect(await get(backend, target)).toEqual([
      404,
      "text/plain; charset=utf-8",
      "No imported API has an operation for this method and path.",
    ]);
  });

  it("answers 404 for a method that the path does not have", async () => {
    const { origin } = await start(() => [api("a", "/one")]);
    expect((await fetch(`${origin}/one`, { method: "DELETE" })).status).toBe(404);
  });

  it("follows the instance: none, one, and one with other APIs", async () => {
    const backend = await start(() => [api("a", "/one")]);
    const statuses = async () => [(await get(backend, "/one"))[0], (await get(backend, "/two"))[0]];
    expect(await statuses()).toEqual([200, 404]);
    backend.service = serviceOf([api("a", "/two")]);
    expect(await statuses()).toEqual([404, 200]);
    backend.service = undefined;
    expect(await statuses()).toEqual([404, 404]);
  });

  it("answers several requests on one connection, also after a long body and an odd target", async () => {
    const { origin } = await start(() => [api("a", "/one")]);
    const request = (line: string, body = "") =>
      `${line} HTTP/1.1\r\nHost: backend\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const socket = net.connect(Number(new URL(origin).port), "127.0.0.1");
    socket.end(
      request("GET /one", "x".repeat(500_000)) +
        request("GET //") +
        request("GET http://backend/one") +
        request("POST /one", "x") +
        request("GET /one"),
    );
    const chunks = await socket.setEncoding("utf8").toArray();
    const statuses = [...chunks.join("").matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
    expect(statuses).toEqual([200, 404, 200, 404, 200]);
  });
});
