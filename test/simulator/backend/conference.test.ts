/** The local backend against the document that describes it. That the original API answered like this is not proved. */
import * as net from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { conferenceBackend } from "../../../simulator/backend/conference.ts";
import { described, document, type Media, schemas } from "../../support/conference.ts";
import { serve, type TestServer } from "../../support/server.ts";

let server: TestServer;
let origin: string;
beforeAll(async () => {
  server = await serve(conferenceBackend());
  origin = server.origin;
});
afterAll(() => server.close());

/** The document's schema as a check that also refuses properties it does not name. */
function schemaCheck(schema: Media["schema"]): z.ZodType {
  const $defs = JSON.parse(
    JSON.stringify(schemas).replaceAll("#/components/schemas/", "#/$defs/"),
    (_, value) => (value?.type === "object" ? { additionalProperties: false, ...value } : value),
  );
  return z.fromJSONSchema({ $ref: String(schema?.$ref).replace("#/components/schemas/", "#/$defs/"), $defs });
}

const get = (target: string, accept = "*/*") => fetch(origin + target, { headers: { accept } });
const linked = z.looseObject({ href: z.string() });
const listing = z.looseObject({
  collection: z.looseObject({ items: z.array(linked.extend({ links: z.array(linked) })) }),
});
const itemsOf = (body: unknown) => listing.parse(body).collection.items;
const items = async (target: string) => itemsOf(await (await get(target)).json());

describe("the Conference API's backend, as the document has it", () => {
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

  it.each(answers)(
    "answers $title with its status, type and schema, and as its example",
    async (expected) => {
      const { method, example, successStatus, mediaType, media } = expected;
      const response = await fetch(origin + example.path, {
        method,
        headers: { ...example.headers, accept: mediaType },
        ...(example.body === undefined ? {} : { body: example.body }),
      });
      expect(response.status).toBe(successStatus);
      expect(response.headers.get("content-type")?.split(";")[0]).toBe(mediaType);
      const body = mediaType === "text/plain" ? await response.text() : await response.json();
      expect(schemaCheck(media.schema).safeParse(body)).toMatchObject({ success: true });
      if (mediaType !== "application/vnd.collection+json") expect(body).toEqual(media.example);
      // An example shows one item of many.
      else expect(itemsOf(body)[0]).toEqual(itemsOf(media.example)[0]);
    },
  );

  it.each(document.operations.filter(({ path }) => path.includes("{id}")))(
    "answers $operationId for an unknown id with its 404",
    async ({ method, path: template, example }) => {
      const response = await fetch(origin + template.replace("{id}", "999"), {
        method,
        headers: example.headers,
        ...(example.body === undefined ? {} : { body: example.body }),
      });
      const media = described(method, template).get("404")?.["text/plain"];
      expect([response.status, await response.text()]).toEqual([404, media?.example]);
    },
  );

  it("is told apart from a body that the schema does not fit", () => {
    const check = schemaCheck({ $ref: "#/components/schemas/Topic" });
    expect(check.safeParse({ id: 1, name: "x", _links: {} }).success).toBe(true);
    expect(check.safeParse({ id: "1", name: "x", _links: {} }).success).toBe(false);
    expect(check.safeParse({ id: 1, name: "x", _links: {}, more: 1 }).success).toBe(false);
  });
});

describe("the Conference API's backend", () => {
  it("links only to resources that are there", async () => {
    const listed = await Promise.all(["/sessions", "/speakers", "/topics"].map(items));
    const hrefs = new Set(
      listed.flat().flatMap(({ href, links }) => [href, ...links.map((one) => one.href)]),
    );
    expect(hrefs.size).toBeGreaterThan(24 + 12 + 6);
    for (const href of hrefs) expect([href, (await get(href)).status]).toEqual([href, 200]);
  });

  it.each([
    ["/sessions", 24],
    ["/sessions?dayno=1", 8],
    ["/sessions?dayno=4", 0],
    ["/sessions?speakername=amara", 2],
    ["/sessions?keyword=TOKENS", 1],
    ["/sessions?keyword=tokens&dayno=1", 0],
    ["/sessions?keyword=no+such+title", 0],
    ["/speakers", 12],
    ["/speakers?dayno=3", 8],
    ["/speakers?dayno=1&speakername=o%27neill", 0],
    ["/speakers?speakername=o%27neill", 1],
    ["/topics", 6],
    ["/topics?dayno=4", 0],
  ])("lists for %s %i items", async (target, count) => {
    expect(await items(target)).toHaveLength(count);
  });

  it.each([
    ["*/*", "text/plain; charset=utf-8"],
    ["application/json", "text/plain; charset=utf-8"],
    ["application/hal+json", "application/hal+json"],
    ["Application/HAL+JSON;q=1, */*", "application/hal+json"],
    ["application/hal+json;q=0", "text/plain; charset=utf-8"],
    ["application/hal+json;q=0.5, text/plain", "text/plain; charset=utf-8"],
  ])("answers a session for Accept %s as %s", async (accept, contentType) => {
    const { headers } = await get("/session/100", accept);
    expect([headers.get("content-type"), headers.get("vary")]).toEqual([contentType, "accept"]);
  });

  it.each(["/nothing", "/session/abc", "/session/100/", "/Sessions", "/session/1000000000"])(
    "answers 404 for %s",
    async (target) => {
      expect((await get(target)).status).toBe(404);
    },
  );

  it.each([
    ["GET", "/session/100/feedback", "POST"],
    ["DELETE", "/session/100", "GET, HEAD"],
    ["HEAD", "/session/100/feedback", "POST"],
  ])("answers %s %s with 405 and Allow %s", async (method, target, allow) => {
    const response = await fetch(origin + target, { method });
    expect([response.status, response.headers.get("allow")]).toEqual([405, allow]);
  });

  it.each([
    ["fine", "text/plain", 200],
    ["fine", "Text/Plain; charset=utf-8", 200],
    ["{}", "application/json", 415],
    ["fine", "text/plainer", 415],
    ["x".repeat(4096), "text/plain", 200],
    ["x".repeat(4097), "text/plain", 413],
  ])("takes feedback %#", async (body, contentType, status) => {
    const response = await fetch(`${origin}/session/100/feedback`, {
      method: "POST",
      body,
      headers: { "content-type": contentType },
    });
    const text = await response.text();
    expect(response.status).toBe(status);
    if (status === 200) expect(text).toBe(body);
  });

  it("answers HEAD without a body", async () => {
    const response = await fetch(`${origin}/sessions`, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(Number(response.headers.get("content-length"))).toBeGreaterThan(1000);
  });

  it("answers several requests on one connection, also after a refused body and an odd target", async () => {
    const request = (line: string, body = "") =>
      `${line} HTTP/1.1\r\nHost: backend\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const socket = net.connect(Number(new URL(origin).port), "127.0.0.1");
    socket.end(
      request("POST /session/100/feedback", "x".repeat(5000)) +
        request("GET //") +
        request("GET http://backend/session/100") +
        request("HEAD /session/100") +
        request("GET /topic/1"),
    );
    const chunks = await socket.setEncoding("utf8").toArray();
    expect([...chunks.join("").matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      "413",
      "404",
      "200",
      "200",
      "200",
    ]);
  });
});
