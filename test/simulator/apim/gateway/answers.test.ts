/** Answers that HTTP cannot carry, and backends that break off: each ends one exchange, and nothing else. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeService, policy, serveGateway, type TestGateway } from "../../../support/gateway.ts";
import { internalError } from "../../../support/internal-error.ts";
import { exchangeRaw, type RawServer, serveAnswer, serveRaw } from "../../../support/raw.ts";
import { serve, type TestServer } from "../../../support/serve.ts";

let gateway: TestGateway;
let good: TestServer;
beforeAll(async () => {
  gateway = await serveGateway({});
  good = await serve((_, response) => response.end("good"));
});
afterAll(() => Promise.all([gateway.close(), good.close()]));

// An error that nobody catches would end the process of `npm start`.
const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);
beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", note);
  process.on("uncaughtException", note);
});
afterEach(async () => {
  process.off("unhandledRejection", note);
  process.off("uncaughtException", note);
  expect(unhandled).toEqual([]);
  await use(good.origin);
  expect(await (await fetch(`${gateway.origin}/things`)).text()).toBe("good");
});

async function use(
  serviceUrl: string,
  inbound = "",
  sections: Parameters<typeof policy>[1] = {},
): Promise<void> {
  gateway.service = makeService({ policy: await policy(inbound, sections), api: { serviceUrl } });
  gateway.log.length = 0;
}

const get = "GET /things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
const ended = { ends: true };

describe("a backend's answer that is not a final HTTP answer", () => {
  it.each<[string, string, { ends: boolean }?]>([
    ["a control character in the reason phrase", "HTTP/1.1 200 a\u0001b\r\nContent-Length: 0\r\n\r\n"],
    ["101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"],
    ["101 without Upgrade", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
    [
      "100 that nobody asked for",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ],
    ["status 99", "HTTP/1.1 099 x\r\nContent-Length: 0\r\n\r\n"],
    ["status 600", "HTTP/1.1 600 x\r\nContent-Length: 0\r\n\r\n"],
    ["status 999", "HTTP/1.1 999 x\r\nContent-Length: 0\r\n\r\n"],
    ["another protocol", "SSH-2.0-OpenSSH_9.9\r\n"],
    ["a body without a head", "<html></html>", ended],
    ["half a head", "HTTP/1.1 200 OK\r\nX-Half: 1", ended],
    ["only information", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", ended],
    ["nothing", "", ended],
    ["a control character in a header", "HTTP/1.1 200 OK\r\nX: a\u0001b\r\nContent-Length: 0\r\n\r\n"],
    ["a header's name with a space", "HTTP/1.1 200 OK\r\nX Y: 1\r\nContent-Length: 0\r\n\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
    [
      "a length beside chunks",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["a coding below the chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"],
    ["headers without end", `HTTP/1.1 200 OK\r\n${"X: 1\r\n".repeat(20_000)}`],
  ])("is 502 at once: %s", async (_, answer, options) => {
    const backend = await serveAnswer(answer, options);
    await use(backend.origin);
    expect(await exchangeRaw(gateway.origin, get)).toMatch(
      /^HTTP\/1\.1 502 Bad Gateway\r\n[\s\S]*\{ "statusCode": 502, "message": "Bad gateway" \}$/,
    );
    expect(gateway.log).toEqual([
      expect.stringMatching(
        /^forward-request \(global\) refused GET \/things: the backend [\d.:]+ gave no final HTTP answer \(.+\)\. \(BackendConnectionFailure\)$/,
      ),
    ]);
    await backend.close();
  });

  it("is named in the log", async () => {
    const backend = await serveAnswer("HTTP/1.1 101 x\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n");
    await use(backend.origin);
    await exchangeRaw(gateway.origin, get);
    expect(gateway.log[0]).toContain("gave no final HTTP answer (101 without being asked to switch).");
    await backend.close();
  });

  it("is 502 when the backend resets the connection", async () => {
    const backend = await serveRaw((socket) => socket.resetAndDestroy());
    await use(backend.origin);
    expect(await exchangeRaw(gateway.origin, get)).toMatch(/^HTTP\/1\.1 502 /);
    await backend.close();
  });

  it("runs on-error", async () => {
    const backend = await serveAnswer("HTTP/1.1 101 x\r\n\r\n");
    await use(backend.origin, "", { onError: '<set-header name="X-Error"><value>1</value></set-header>' });
    expect(await exchangeRaw(gateway.origin, get)).toContain("\r\nX-Error: 1\r\n");
    await backend.close();
  });
});

describe("a backend's answer that breaks off", () => {
  it.each<[string, string, { ends: boolean }?]>([
    ["before its length", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", ended],
    ["before its last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", ended],
    ["at a chunk without a size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n"],
  ])("leaves the client with a cut body: %s", async (_, answer, options) => {
    const backend = await serveAnswer(answer, options);
    await use(backend.origin);
    await expect(fetch(`${gateway.origin}/things`).then((response) => response.text())).rejects.toThrow();
    expect(await exchangeRaw(gateway.origin, get)).not.toMatch(/\r\n0\r\n\r\n$/);
    await backend.close();
  });

  it("does not harm the answer that a policy puts in its place", async () => {
    const backend = await serveAnswer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", ended);
    await use(backend.origin, "", { outbound: "<set-body>whole</set-body>" });
    expect(await exchangeRaw(gateway.origin, get)).toMatch(/\r\n\r\nwhole$/);
    await backend.close();
  });
});

describe("a backend's answer that is unusual", () => {
  it.each<[string, string, RegExp]>([
    ["no reason phrase", "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok", /^HTTP\/1\.1 200 OK\r\n[\s\S]*ok$/],
    [
      "a reason phrase in Latin-1",
      "HTTP/1.1 200 Grün\r\nContent-Length: 2\r\n\r\nok",
      /^HTTP\/1\.1 200 OK\r\n/,
    ],
    [
      "a reason phrase in UTF-8",
      "HTTP/1.1 200 Gr\u00c3\u00bcn\r\nContent-Length: 2\r\n\r\nok",
      /^HTTP\/1\.1 200 Grün\r\n/,
    ],
    ["a header in Latin-1", "HTTP/1.1 200 OK\r\nX: Grün\r\nContent-Length: 2\r\n\r\nok", /\r\nX: Grün\r\n/],
    [
      "information before it",
      "HTTP/1.1 103 x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
      /^HTTP\/1\.1 200 OK/,
    ],
    ["a status of its own", "HTTP/1.1 599 x\r\nContent-Length: 2\r\n\r\nok", /^HTTP\/1\.1 599 x\r\n/],
  ])("is passed on: %s", async (_, answer, expected) => {
    const backend = await serveAnswer(answer);
    await use(backend.origin);
    expect(await exchangeRaw(gateway.origin, get)).toMatch(expected);
    await backend.close();
  });
});

describe("a backend that breaks off while outbound waits", () => {
  const partial = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart";

  async function answerWith(then: string): Promise<string> {
    let breakOff = () => {};
    const backend = await serveRaw((socket) => {
      breakOff = () => socket.destroy();
      socket.write(partial);
    });
    const other = await serve((_, response) => {
      breakOff();
      response.end();
    });
    const wait = `<send-request mode="new" response-variable-name="r"><set-url>${other.origin}</set-url></send-request>`;
    await use(backend.origin, "", { outbound: wait + then });
    const text = await exchangeRaw(gateway.origin, get);
    await Promise.all([backend.close(), other.close()]);
    return text;
  }

  it("leaves the client without a whole answer", async () => {
    expect(await answerWith("")).not.toMatch(/\r\n\r\n[\s\S]{100}/);
  });

  it("is 500 when a policy reads the body then", async () => {
    const text = await answerWith("<set-body>@(context.Response.Body.As<string>())</set-body>");
    expect(text).toMatch(internalError);
    expect(gateway.log).toEqual([expect.stringContaining("(BackendConnectionFailure)")]);
  });
});

describe("a request for a tunnel", () => {
  it.each(["good.example:80", "/things", "http://x/things"])("has no answer: CONNECT %s", async (target) => {
    await use(good.origin);
    expect(await exchangeRaw(gateway.origin, `CONNECT ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)).toBe("");
  });

  it.each(["set-method", "send-request"])("is none that a policy makes by %s", async (element) => {
    const backend = await serveAnswer("HTTP/1.1 200 Connection established\r\n\r\n");
    const method = "<set-method>CONNECT</set-method>";
    const own = `<send-request mode="new" response-variable-name="r"><set-url>${backend.origin}</set-url>${method}</send-request>`;
    await use(backend.origin, element === "set-method" ? method : own);
    expect(await exchangeRaw(gateway.origin, get)).toMatch(/^HTTP\/1\.1 50[02] /);
    await backend.close();
  });
});

describe("a policy's answer that HTTP cannot carry", () => {
  const status = (code: string, reason: string) => `<set-status code="${code}" reason="${reason}" />`;
  const header = (name: string, value: string) =>
    `<set-header name="${name}"><value>${value}</value></set-header>`;

  it.each<[string, string, string]>([
    ["a dash in the reason phrase", status("403", "Gesperrt – bitte warten"), "the reason phrase"],
    ["a line feed in the reason phrase", status("403", "a&#10;b"), "the reason phrase"],
    ["a reason phrase with a lone surrogate", status("403", '@("\\ud800")'), "the reason phrase"],
    ["a header's value beyond Latin-1", header("X-A", "–"), "X-A"],
    ["a line feed in a header's value", header("X-A", "a&#13;&#10;b"), "X-A"],
    ["a header's value with a null character", header("X-A", '@("a\\0b")'), "X-A"],
    ["a header's name with a space", header("X A", "1"), "X A"],
    ["a header's name with a line break", header('@("X\\r\\nY")', "1"), "Header name"],
    ["a header without a name", header('@("")', "1"), "Header name"],
  ])("is 500 after on-error, in outbound and in return-response: %s", async (_, change, named) => {
    for (const [inbound, outbound] of [
      ["", change],
      [`<return-response>${change}</return-response>`, ""],
    ] as const) {
      await use(good.origin, inbound, {
        outbound,
        onError: `<set-header name="Why"><value>@(context.LastError.Reason)</value></set-header>`,
      });
      const text = await exchangeRaw(gateway.origin, get);
      expect(text).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/);
      expect(text).toContain("\r\nWhy: ExpressionValueEvaluationFailure\r\n");
      expect(text).toMatch(internalError);
      expect(gateway.log).toEqual([expect.stringContaining(named)]);
    }
  });

  it.each(["101", "199"])("is 500, in outbound and in return-response: status %s", async (code) => {
    for (const [inbound, outbound] of [
      ["", status(code, "x")],
      [`<return-response>${status(code, "x")}</return-response>`, ""],
    ] as const) {
      await use(good.origin, inbound, { outbound });
      const text = await exchangeRaw(gateway.origin, get);
      expect(text).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/);
      expect(gateway.log).toEqual([expect.stringMatching(/^The gateway cannot answer GET \/things as /)]);
    }
  });

  it.each(["101", "150"])("is 500 when validate-jwt says %s", async (code) => {
    await use(
      good.origin,
      `<validate-jwt header-name="Authorization" failed-validation-httpcode="${code}" />`,
    );
    expect(await exchangeRaw(gateway.origin, get)).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/);
  });

  it("is 500 when on-error says it", async () => {
    await use(good.origin, '<validate-jwt header-name="Authorization" />', { onError: status("403", "–") });
    expect(await exchangeRaw(gateway.origin, get)).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/);
  });
});

describe("a policy's request that HTTP cannot carry", () => {
  it.each([
    ["a value beyond Latin-1", "X-A", "–"],
    ["a line feed in a value", "X-A", "a&#10;b"],
    ["a name with a colon", "X:A", "1"],
  ])("is 500 and never sent: %s", async (_, name, value) => {
    const backend: RawServer = await serveRaw(() => {});
    await use(backend.origin, `<set-header name="${name}"><value>${value}</value></set-header>`);
    expect(await exchangeRaw(gateway.origin, get)).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/);
    expect(gateway.log).toEqual([expect.stringContaining("(ExpressionValueEvaluationFailure)")]);
    expect(backend.received).toEqual([]);
    await backend.close();
  });
});

describe("forward-request", () => {
  it.each([
    ['timeout="0"', 0],
    ['timeout-ms="20"', 1],
  ])("ends a call after %s", async (attribute, calls) => {
    const backend = await serveRaw(() => {});
    await use(backend.origin, "", { backend: `<forward-request ${attribute} />` });
    expect(await exchangeRaw(gateway.origin, get)).toMatch(/^HTTP\/1\.1 500 /);
    expect(gateway.log).toEqual([expect.stringMatching(/did not answer within [\d.]+ s\. \(Timeout\)$/)]);
    expect(backend.received).toHaveLength(calls);
    await backend.close();
  });

  it("takes the longest time that Azure's schema has", async () => {
    await use(good.origin, "", { backend: '<forward-request timeout="2147483647" />' });
    expect(await exchangeRaw(gateway.origin, get)).toMatch(/^HTTP\/1\.1 200 /);
  });
});
