/** Which paths the gateway reads, and that it sends on what it judged. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPath } from "../../../../simulator/apim/gateway/request-path.ts";
import { makeService, policy, serveGateway, type TestGateway } from "../../../support/gateway.ts";
import { RawClient } from "../../../support/raw.ts";
import { serve, type TestServer } from "../../../support/serve.ts";

let gateway: TestGateway;
let backend: TestServer;
const seen: string[] = [];
beforeAll(async () => {
  backend = await serve((request, response) => {
    seen.push(request.url ?? "");
    response.end();
  });
  const templates = [
    "/",
    "/session/{id}",
    "/session/new",
    "/session/{id}/{more}",
    "/caf%C3%A9",
    "/straße",
    "/a b",
  ];
  const operations = await Promise.all(
    templates.map(async (urlTemplate) => ({
      id: urlTemplate,
      method: "GET",
      urlTemplate,
      responses: [],
      policy: await policy(`<base /><set-header name="X"><value>1</value></set-header>`, {
        scope: "operation",
        outbound: `<set-header name="X-Operation"><value>${encodeURI(urlTemplate)}</value></set-header>`,
      }),
    })),
  );
  gateway = await serveGateway();
  gateway.service = makeService({
    policy: await policy(""),
    api: { path: "Conf/v1", serviceUrl: `${backend.origin}/base` },
    operations,
  });
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));

/** Status, the operation that ran, and what the backend was asked for; the target goes out as it is written. */
async function ask(
  target: string,
): Promise<[status: number, operation: string | undefined, asked: string | undefined]> {
  seen.length = 0;
  const client = await RawClient.connect(gateway.origin);
  client.write(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
  const { status, head } = await client.answer();
  client.close();
  return [status, /\r\nX-Operation: (.*)/.exec(head)?.[1], seen[0]];
}

describe("a path that backends read in different ways", () => {
  const segments = [
    [".", "..", "...", "%2e", "%2E%2e", ".%2e", "%2e%20", "..%20"],
    ["a%2Fb", "a%2fb", "a%5Cb", "a\\b", "%2f", "%5c"],
    ["..;", "..;x=1", "a;x=1", ";", "a%3bx", "%2e%2e;", "..%3b"],
    ["%252e", "%252e%252e", "%25%32%65", "%252f", "%2525252e", "%%32e"],
    ["%00", "%0a", "%0d", "%09", "%1f", "%7f", "%c2%80"],
    ["a#b", "#", "a%", "%zz", "%4", "a%2", 'a"b', "a<b", "a|b", "a^b", "a`b", "{id}"],
    ["%c0%ae", "%c0%af", "%e0%80%af", "%ff", "%ed%a0%80", "%f4%90%80%80"],
    ["%EF%BC%8E%EF%BC%8E", "%EF%BC%8F", "%EF%BC%BC", "%E2%80%A5", "%EF%BC%9B", "%EF%BC%852e"],
    ["", "%20"],
  ].flat();

  it.each(segments)("matches no operation: segment %j", async (segment) => {
    for (const target of [
      `/conf/v1/session/${segment}`,
      `/conf/v1/session/${segment}/x`,
      `/conf/v1/${segment}/session/1`,
    ])
      expect([target, ...(await ask(target))]).toEqual([target, 404, undefined, undefined]);
  });

  it.each([
    "//conf/v1/session/1",
    "/conf//v1/session/1",
    "/conf/v1//session/1",
    "/conf/v1/session/1#a",
    "/conf/v1/session/1?a=1#b",
  ])("matches no operation: %s", async (target) => {
    expect(await ask(target)).toEqual([404, undefined, undefined]);
  });

  it.each(["/a//b", "//a", "/a//", "//", "/%20/a//b"])("is refused with an empty segment: %s", (path) => {
    expect(readPath(path)).toBeUndefined();
  });

  it("is refused with any text that holds a dot segment, a slash or a control character in some escape", () => {
    const dangerous = fc.constantFrom("..", ".", "a/b", "a\\b", "a\u0000", "a;b", "a\u007f");
    const escaped = fc.tuple(dangerous, fc.integer({ min: 1, max: 3 })).map(([text, times]) => {
      let result: string = text;
      for (let time = 0; time < times; time += 1)
        result = [...Buffer.from(result)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
      return result;
    });
    fc.assert(fc.property(escaped, (segment) => readPath(`/session/${segment}`) === undefined));
  });
});

describe("a path that every backend reads alike", () => {
  it.each<[string, string, string]>([
    ["/conf/v1", "/", "/base/"],
    ["/conf/v1/", "/", "/base/"],
    ["/CONF/V1/session/new", "/session/new", "/base/session/new"],
    ["/conf/v1/session/%6eew", "/session/new", "/base/session/%6eew"],
    ["/%63onf/%761/session/1", "/session/%7Bid%7D", "/base/session/1"],
    ["/conf/v1/session/100%25", "/session/%7Bid%7D", "/base/session/100%25"],
    ["/conf/v1/session/a.b..c~!$&'()*+,=:@", "/session/%7Bid%7D", "/base/session/a.b..c~!$&'()*+,=:@"],
    ["/conf/v1/session/what%3F%23", "/session/%7Bid%7D", "/base/session/what%3F%23"],
    ["/conf/v1/session/%C3%A9/x", "/session/%7Bid%7D/%7Bmore%7D", "/base/session/%C3%A9/x"],
    ["/conf/v1/CAF%C3%89", "/caf%25C3%25A9", "/base/CAF%C3%89"],
    ["/conf/v1/stra%c3%9fe", "/stra%C3%9Fe", "/base/stra%c3%9fe"],
    ["/conf/v1/a%20b?x=%2e%2e/&y=/", "/a%20b", "/base/a%20b?x=%2e%2e/&y=/"],
  ])("%s leads to %s, and is sent on as it came", async (target, operation, asked) => {
    expect(await ask(target)).toEqual([200, operation, asked]);
  });

  it("leaves every segment of letters, digits and escaped letters as it is", () => {
    const segment = fc
      .string({ unit: fc.constantFrom("a", "Z", "0", "-", "_", "é", "日", " b"), minLength: 1 })
      .filter((text) => text.trim() !== "");
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1 }), (segments) => {
        const written = segments.map(encodeURIComponent);
        expect(readPath(`/${written.join("/")}`)).toEqual({
          text: `/${segments.join("/")}`.toLowerCase(),
          written,
        });
      }),
    );
  });
});

describe("a template's query", () => {
  it("needs all of its parameters", async () => {
    const former = gateway.service;
    gateway.service = makeService({
      policy: await policy(""),
      api: { serviceUrl: backend.origin },
      operation: { urlTemplate: "/find?q={q}&r={r}" },
    });
    expect((await ask("/find?q=1&r=2"))[0]).toBe(200);
    expect((await ask("/find?q=1"))[0]).toBe(404);
    expect((await ask("/find?r=2"))[0]).toBe(404);
    gateway.service = former;
  });
});
