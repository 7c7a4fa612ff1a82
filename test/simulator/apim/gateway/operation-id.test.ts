/**
 * `context.Operation` against what the backend is asked: a policy that decides by the operation's id who gets in must never judge
 * another operation than the one that answers. The backend reads a path as WHATWG's URL does, decoded once and in any letter case.
 */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeService, policy, serveGateway, type TestGateway } from "../../../support/gateway.ts";
import { RawClient } from "../../../support/raw.ts";
import { serve, type TestServer } from "../../../support/serve.ts";

const operations = [
  ["public", "GET", "/open"],
  ["hidden", "GET", "/secret"],
  ["hiddenhead", "HEAD", "/secret"],
  ["item", "GET", "/items/{id}"],
  ["itemnew", "GET", "/items/new"],
  ["itemdelete", "DELETE", "/items/{id}"],
  ["itempart", "GET", "/items/{id}/parts/{part}"],
  ["slash", "GET", "/slash/"],
  ["noslash", "GET", "/slash"],
  ["root", "GET", "/"],
].map(([id = "", method = "", urlTemplate = ""]) => ({ id, method, urlTemplate, responses: [] }));

/** The operation that a router behind the gateway would run. */
function readByBackend(method: string, target: string): string | undefined {
  const path = decodeURIComponent(new URL(`http://backend${target}`).pathname).toLowerCase();
  const fits = ({ urlTemplate }: { urlTemplate: string }) =>
    new RegExp(`^${urlTemplate.replace(/\{\w+\}/g, "[^/]+")}$`).test(path);
  const found = operations.filter((one) => one.method === method && fits(one));
  return (found.find(({ urlTemplate }) => !urlTemplate.includes("{")) ?? found[0])?.id;
}

let gateway: TestGateway;
let backend: TestServer;
const seen: { readonly judged: unknown; readonly method: string; readonly target: string }[] = [];
beforeAll(async () => {
  backend = await serve((request, response) => {
    const { method = "", url = "", headers } = request;
    seen.push({ judged: headers["x-operation"], method, target: url });
    response.end();
  });
  gateway = await serveGateway();
  gateway.service = makeService({
    policy: await policy(
      '<set-header name="X-Operation"><value>@(context.Operation.Id)</value></set-header>',
    ),
    api: { serviceUrl: backend.origin },
    operations,
  });
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));
beforeEach(() => {
  seen.length = 0;
});

async function ask(method: string, target: string, headers = ""): Promise<number> {
  const client = await RawClient.connect(gateway.origin);
  client.write(`${method} ${target} HTTP/1.1\r\nHost: x\r\n${headers}Connection: close\r\n\r\n`);
  const text = await client.untilClosed();
  return Number(text.split(" ")[1] ?? 0);
}

describe("context.Operation", () => {
  it.each([
    ["GET", "/secret", "hidden"],
    ["GET", "/SECRET", "hidden"],
    ["GET", "/%73ecret", "hidden"],
    ["GET", "/secret?x=/open", "hidden"],
    ["GET", "http://elsewhere.example/secret", "hidden"],
    ["HEAD", "/secret", "hiddenhead"],
    ["GET", "/items/new", "itemnew"],
    ["GET", "/items/N%45W", "itemnew"],
    ["GET", "/items/newer", "item"],
    ["GET", "/slash/", "slash"],
    ["GET", "/slash", "noslash"],
  ])("is for %s %s the one that the backend runs: %s", async (method, target, expected) => {
    expect(await ask(method, target)).toBe(200);
    const [call] = seen;
    expect([call?.judged, readByBackend(call?.method ?? "", call?.target ?? "")]).toEqual([
      expected,
      expected,
    ]);
  });

  it.each([
    ["HEAD", "/open"],
    ["OPTIONS", "/open"],
    ["TRACE", "/open"],
    ["POST", "/open"],
    ["GET", "/open/"],
    ["GET", "/items/new/"],
    ["GET", "/items/"],
    ["GET", "//secret"],
    ["GET", "/open/../secret"],
    ["GET", "/open;/../secret"],
    ["GET", "/items/..%2fsecret"],
    ["GET", "/items/%2e%2e"],
    ["GET", "/items/a%00"],
    ["OPTIONS", "*"],
  ])("is none for %s %s", async (method, target) => {
    expect([await ask(method, target), seen]).toEqual([404, []]);
  });

  it.each(["get", "Get", "gEt"])(
    "is none for the method %s, which is another one than GET",
    async (method) => {
      expect([await ask(method, "/open"), seen]).toEqual([400, []]);
    },
  );

  it.each([
    "X-HTTP-Method-Override: DELETE",
    "X-HTTP-Method: DELETE",
    "X-Method-Override: DELETE",
    "X-Original-URL: /secret",
    "X-Rewrite-URL: /secret",
    "X-Forwarded-Prefix: /secret",
    "X-Forwarded-Host: secret",
  ])("is what method and target say, whatever a header says: %s", async (header) => {
    expect(await ask("GET", "/items/1", `${header}\r\n`)).toBe(200);
    expect(seen).toMatchObject([{ judged: "item", method: "GET", target: "/items/1" }]);
  });

  it("stays what it is when a policy changes the method or the path", async () => {
    const former = gateway.service;
    gateway.service = makeService({
      policy: await policy(
        `<set-method>DELETE</set-method><rewrite-uri template="/secret" />
         <return-response><set-body>@(context.Operation.Id + " " + context.Operation.Method + " " + context.Operation.UrlTemplate)</set-body></return-response>`,
      ),
      operations,
    });
    expect(await (await fetch(`${gateway.origin}/open`)).text()).toBe("public GET /open");
    gateway.service = former;
  });

  it("is the one that the backend runs for any target that the gateway lets through", async () => {
    const words = [
      "open",
      "secret",
      "items",
      "new",
      "slash",
      "parts",
      "7",
      "%73ecret",
      "n%65w",
      "SECRET",
      "",
    ];
    const noise = [
      ".",
      "..",
      "%2e",
      "%2e%2e",
      "%2f",
      "%5c",
      "\\",
      ";",
      ";x",
      "%3b",
      "%00",
      "%25",
      "%3f",
      "#",
      "?",
      " ",
    ];
    const part = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...words) },
      { weight: 1, arbitrary: fc.constantFrom(...noise) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(...words), fc.constantFrom(...noise))
          .map(([word, other]) => word + other),
      },
    );
    const target = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
    const method = fc.constantFrom("GET", "GET", "HEAD", "DELETE");
    let through = 0;
    await fc.assert(
      fc.asyncProperty(method, target, async (verb, url) => {
        seen.length = 0;
        await ask(verb, url);
        through += seen.length;
        for (const call of seen) expect(call.judged).toBe(readByBackend(call.method, call.target));
      }),
      { numRuns: 500 },
    );
    expect(through).toBeGreaterThan(20);
  });
});
