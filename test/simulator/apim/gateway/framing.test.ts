/** What a backend really gets, and what it can make of it: bytes on both sides, no client library. */
import type { Socket } from "node:net";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parseBackend } from "../../../../simulator/apim/gateway/backend-address.ts";
import { BackendConnections } from "../../../../simulator/apim/gateway/backend-connections.ts";
import { forwardTo } from "../../../../simulator/apim/gateway/forward.ts";
import { makeService, policy, serveGateway, type TestGateway } from "../../../support/gateway.ts";
import { exchangeRaw, RawClient, type RawServer, serveAnswer, serveRaw } from "../../../support/raw.ts";
import { serve, type TestServer } from "../../../support/serve.ts";

let gateway: TestGateway;
let backend: TestServer;
/** The requests that the backend's own parser found: method, target, body. */
const seen: string[] = [];

beforeAll(async () => {
  backend = await serve(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    seen.push(`${request.method} ${request.url} ${body}`.trim());
    response.end(`for ${request.url}`);
  });
  gateway = await serveGateway({});
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

async function use(origin: string, inbound = "", outbound = ""): Promise<void> {
  const operations = methods.map((method) => ({ id: method, method, urlTemplate: "/things", responses: [] }));
  gateway.service = makeService({
    policy: await policy(inbound, { outbound }),
    api: { serviceUrl: origin },
    operations,
  });
  seen.length = 0;
  gateway.log.length = 0;
}

const smuggled = "GET /admin HTTP/1.1\r\nHost: backend\r\n\r\n";
const length = `Content-Length: ${smuggled.length}\r\n`;
const chunks = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;
const setHeader = (name: string, value: string) =>
  `<set-header name="${name}" exists-action="${value === "" ? "delete" : "override"}">${value === "" ? "" : `<value>${value}</value>`}</set-header>`;

describe("the next caller on the backend's connection", () => {
  it.each<[string, string, string, string]>([
    ["Connection names Content-Length", "", `Connection: Content-Length\r\n${length}`, smuggled],
    ["Connection names it among others", "", `Connection: keep-alive, content-length\r\n${length}`, smuggled],
    [
      "Connection names Transfer-Encoding",
      "",
      "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n",
      chunks,
    ],
    ["the length is written with zeros", "", `Content-Length: 00${smuggled.length}\r\n`, smuggled],
    ["the body comes in chunks", "", "Transfer-Encoding: chunked\r\n", chunks],
    ["a policy sets Content-Length to 0", setHeader("Content-Length", "0"), length, smuggled],
    ["a policy takes Content-Length off", setHeader("Content-Length", ""), length, smuggled],
    ["a policy sets Transfer-Encoding", setHeader("Transfer-Encoding", "chunked"), length, smuggled],
    [
      "a policy takes Transfer-Encoding off",
      setHeader("transfer-encoding", ""),
      "Transfer-Encoding: chunked\r\n",
      chunks,
    ],
    ["a policy sets Connection", setHeader("Connection", "Content-Length"), length, smuggled],
  ])("gets an answer of its own when %s", async (_, inbound, headers, body) => {
    for (const method of methods.filter((one) => one !== "HEAD")) {
      await use(backend.origin, inbound);
      const attacker = await RawClient.connect(gateway.origin);
      attacker.write(`${method} /things HTTP/1.1\r\nHost: x\r\n${headers}\r\n${body}`);
      await attacker.answer();
      const victim = await RawClient.connect(gateway.origin);
      victim.write("GET /things?victim HTTP/1.1\r\nHost: x\r\n\r\n");
      expect([method, (await victim.answer()).body]).toEqual([method, "for /things?victim"]);
      expect(seen).toEqual([`${method} /things ${smuggled.trim()}`, "GET /things?victim"]);
      attacker.close();
      victim.close();
    }
  });

  it("gets an answer of its own after any headers and body", async () => {
    await use(backend.origin);
    const header = fc.constantFrom(
      "Connection: Content-Length",
      "Connection: close",
      "Connection: Host, Transfer-Encoding",
      "Keep-Alive: timeout=1",
      "Proxy-Connection: Content-Length",
      "TE: trailers",
      "Trailer: X-T",
      "Upgrade: h2c",
      "Expect: 100-continue",
      "X-Other: 1",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...methods.filter((one) => one !== "HEAD")),
        fc.array(header, { maxLength: 5 }),
        fc.constantFrom("none", "length", "chunks"),
        async (method, headers, kind) => {
          seen.length = 0;
          const framing = { none: "", length, chunks: "Transfer-Encoding: chunked\r\n" }[kind];
          const body = { none: "", length: smuggled, chunks }[kind];
          const attacker = await RawClient.connect(gateway.origin);
          const head = headers.map((line) => `${line}\r\n`).join("");
          attacker.write(`${method} /things HTTP/1.1\r\nHost: x\r\n${head}${framing}\r\n${body}`);
          const first = await attacker.answer();
          if (first.status === 100) await attacker.answer();
          const victim = await fetch(`${gateway.origin}/things?victim`);
          expect(await victim.text()).toBe("for /things?victim");
          expect(seen).toEqual([
            `${method} /things ${kind === "none" ? "" : smuggled}`.trim(),
            "GET /things?victim",
          ]);
          attacker.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("a request on the wire", () => {
  let raw: RawServer;
  const ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  afterEach(() => raw.close());

  /** The bytes of the first request, once its end is there. */
  async function bytes(request: string, inbound = "", end = "\r\n\r\n"): Promise<string> {
    raw = await serveRaw((socket, received) => {
      if (received.endsWith(end)) socket.write(ok);
    });
    await use(raw.origin, inbound);
    const client = await RawClient.connect(gateway.origin);
    client.write(request);
    const { head } = await client.answer();
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    client.close();
    return raw.received.join("|").replaceAll(new URL(raw.origin).host, "BACKEND");
  }
  const hop = "host: BACKEND\r\nconnection: keep-alive\r\n";
  const forwarded = "X-Forwarded-For: 127.0.0.1\r\n";

  it("has the backend's Host, the client's address, and no header of the client's connection", async () => {
    const hopByHop = [
      "Keep-Alive: timeout=5",
      "Proxy-Connection: x",
      "Proxy-Authorization: x",
      "TE: trailers",
      "Trailer: T",
      "Upgrade: websocket",
    ];
    const request = `GET /things?a=1 HTTP/1.1\r\nHost: client.example\r\nConnection: x-first\r\nConnection: upgrade, x-named\r\nX-First: 1\r\nX-Named: 1\r\nX-Mine: 1\r\n${hopByHop.join("\r\n")}\r\n\r\n`;
    expect(await bytes(request)).toBe(`GET /things?a=1 HTTP/1.1\r\n${hop}X-Mine: 1\r\n${forwarded}\r\n`);
  });

  it("keeps a header that a policy sets, though the client's Connection names it", async () => {
    const request =
      "GET /things HTTP/1.1\r\nHost: x\r\nConnection: X-Backend-Key\r\nX-Backend-Key: forged\r\n\r\n";
    expect(await bytes(request, setHeader("X-Backend-Key", "ours"))).toBe(
      `GET /things HTTP/1.1\r\n${hop}X-Backend-Key: ours\r\n${forwarded}\r\n`,
    );
  });

  it.each<[string, string, string, string]>([
    ["a length", "Content-Length: 05\r\n\r\nhello", "content-length: 5\r\n\r\nhello", "hello"],
    [
      "chunks",
      "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n",
      "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      "0\r\n\r\n",
    ],
    ["no body", "\r\n", "content-length: 0\r\n\r\n", "\r\n\r\n"],
  ])("says anew how long it is, for a client's with %s", async (_, sent, written, end) => {
    expect(await bytes(`POST /things HTTP/1.1\r\nHost: x\r\n${sent}`, "", end)).toBe(
      `POST /things HTTP/1.1\r\n${hop}${forwarded}${written}`,
    );
  });

  it("has the length of a body that a policy set, and not its former encoding", async () => {
    const request =
      "POST /things HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc";
    expect(await bytes(request, "<set-body>dürfen</set-body>", "fen")).toBe(
      `POST /things HTTP/1.1\r\n${hop}${forwarded}content-length: 7\r\n\r\nd\u00c3\u00bcrfen`,
    );
  });

  it("has one Host alone, however often a policy wrote it", async () => {
    raw = await serveRaw((socket) => socket.write(ok));
    const address = parseBackend(raw.origin);
    const sender = await serve((incoming, outgoing) => {
      const call = { timeoutMilliseconds: 300_000, method: "GET", target: "/", body: undefined };
      const headers = ["Host", "a.example", "hOST", "b.example"];
      forwardTo(address, new BackendConnections(), { ...call, headers, incoming, outgoing }).then(
        () => outgoing.end(),
        (error: Error) => outgoing.destroy(error),
      );
    });
    await fetch(sender.origin);
    expect(raw.received[0]?.match(/host: .*/gi)).toEqual(["host: b.example"]);
    await sender.close();
  });

  it("adds the client's address to those that were there, and a policy cannot take it off", async () => {
    const request =
      "GET /things HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.0.0.1\r\nX-Forwarded-For: 10.0.0.2\r\n\r\n";
    expect(await bytes(request)).toContain("\r\nX-Forwarded-For: 10.0.0.1,10.0.0.2,127.0.0.1\r\n");
    await raw.close();
    expect(await bytes(request, setHeader("X-Forwarded-For", ""))).toContain(
      "\r\nX-Forwarded-For: 127.0.0.1\r\n",
    );
  });
});

describe("a message that can be read in two ways", () => {
  it.each<[string, string, string, number]>([
    ["two hosts", "Host: a\r\nHost: b\r\n", "", 400],
    ["another coding below the chunks", "Host: a\r\nTransfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n", 501],
    ["a coding that only ends like chunked", "Host: a\r\nTransfer-Encoding: xchunked\r\n", "0\r\n\r\n", 501],
    [
      "a length beside chunks",
      "Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
      "0\r\n\r\n",
      400,
    ],
    ["two lengths", "Host: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n", "hello", 400],
  ])("never reaches a backend: %s", async (_, headers, body, status) => {
    await use(backend.origin);
    const client = await RawClient.connect(gateway.origin);
    client.write(`POST /things HTTP/1.1\r\n${headers}\r\n${body}`);
    expect((await client.answer()).status).toBe(status);
    expect(seen).toEqual([]);
    client.close();
  });
});

describe("an answer on the wire", () => {
  const get = "GET /things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  /** All that the client gets for it, without the date. */
  async function answerTo(request: string, answer: string, outbound = ""): Promise<string> {
    const raw = await serveAnswer(answer);
    await use(raw.origin, "", outbound);
    const text = await exchangeRaw(gateway.origin, request);
    await raw.close();
    return text.replace(/Date: [^\r]*\r\n/, "");
  }

  it("has none of the backend's connection, and its length", async () => {
    const hop =
      "Connection: X-Named\r\nX-Named: 1\r\nKeep-Alive: timeout=1\r\nProxy-Authenticate: Basic\r\nTrailer: T\r\nUpgrade: h2c\r\n";
    expect(await answerTo(get, `HTTP/1.1 200 Fine\r\n${hop}X-Mine: 1\r\nContent-Length: 2\r\n\r\nok`)).toBe(
      "HTTP/1.1 200 Fine\r\nX-Mine: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
    );
  });

  it("comes in chunks when the backend's does, without its trailers", async () => {
    const chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Trailer: 1\r\n\r\n";
    expect(await answerTo(get, chunked)).toBe(
      "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    );
  });

  it.each<[string, string, string]>([
    ["sets Content-Length", setHeader("Content-Length", "99"), "ok"],
    ["takes Content-Length off", setHeader("Content-Length", ""), "ok"],
    ["sets Transfer-Encoding", setHeader("Transfer-Encoding", "chunked"), "ok"],
    ["sets another body", "<set-body>other</set-body>", "other"],
  ])("is as long as its body when a policy %s", async (_, outbound, body) => {
    expect(await answerTo(get, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", outbound)).toBe(
      `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
  });

  it.each<[string, string, string]>([
    ["204", "204", "HTTP/1.1 204 x\r\nConnection: close\r\n\r\n"],
    ["205", "205", "HTTP/1.1 205 x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"],
    ["304", "304", "HTTP/1.1 304 x\r\nConnection: close\r\n\r\n"],
  ])("has no content when a policy makes it a %s", async (_, code, whole) => {
    const outbound = `<set-status code="${code}" reason="x" />`;
    expect(await answerTo(get, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", outbound)).toBe(whole);
  });

  it("does not promise content that a 304 had not, when a policy makes it a 200", async () => {
    const outbound = '<set-status code="200" reason="OK" />';
    const text = await answerTo(get, "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n", outbound);
    expect(text).toBe("HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  });

  it("keeps the backend's Server, which a policy can change and not take off", async () => {
    const answer = "HTTP/1.1 200 OK\r\nServer: theirs\r\nContent-Length: 0\r\n\r\n";
    expect(await answerTo(get, answer, setHeader("server", ""))).toContain("\r\nServer: theirs\r\n");
    const changed = await answerTo(get, answer, setHeader("Server", "ours"));
    expect([changed.includes("theirs"), changed.includes("\r\nServer: ours\r\n")]).toEqual([false, true]);
  });

  it("promises no content where a policy made a HEAD of a GET", async () => {
    const raw = await serveAnswer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    await use(raw.origin, "<set-method>HEAD</set-method>");
    const text = await exchangeRaw(gateway.origin, get);
    await raw.close();
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).not.toContain("1000");
    expect(text).toMatch(/\r\n\r\n0\r\n\r\n$/);
  });

  it("tells the length of what GET would bring to HEAD", async () => {
    const head = get.replace("GET", "HEAD");
    expect(await answerTo(head, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")).toBe(
      "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n",
    );
  });
});

describe("a client's body", () => {
  it.each<[string, (socket: Socket) => void]>([
    ["goes on reading", () => {}],
    ["reads no more", (socket) => socket.pause()],
    ["closes the connection", (socket) => socket.end()],
  ])(
    "that goes on after the backend's answer does not hold up the next request when the backend %s",
    async (_, then) => {
      const early = await serveRaw((socket, received) => {
        if (!received.includes("hello")) return;
        socket.write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
        then(socket);
      });
      await use(early.origin);
      const client = await RawClient.connect(gateway.origin);
      const rest = "x".repeat(4 * 1024 * 1024);
      client.write(`POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: ${rest.length + 5}\r\n\r\nhello`);
      expect((await client.answer()).status).toBe(413);
      await use(backend.origin);
      client.write(`${rest}GET /things?next HTTP/1.1\r\nHost: x\r\n\r\n`);
      expect((await client.answer()).body).toBe("for /things?next");
      client.close();
      await early.close();
    },
  );

  it("that goes on after the backend's answer ends the call, whose connection serves nobody else", async () => {
    const closed = Promise.withResolvers<unknown>();
    const early = await serveRaw((socket, received) => {
      if (!received.endsWith("hello")) return;
      socket.once("close", closed.resolve);
      socket.write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
    });
    await use(early.origin);
    const client = await RawClient.connect(gateway.origin);
    client.write("POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello");
    expect((await client.answer()).status).toBe(413);
    await closed.promise;
    client.close();
    await early.close();
  });

  it("that breaks off ends the call", async () => {
    const closed = Promise.withResolvers<unknown>();
    const waiting = await serveRaw((socket, received) => {
      if (!received.endsWith("hello")) return;
      socket.once("close", closed.resolve);
      client.reset();
    });
    await use(waiting.origin);
    const client = await RawClient.connect(gateway.origin);
    client.write("POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello");
    await closed.promise;
    await waiting.close();
  });
});

describe("the gateway", () => {
  it("never waits for a body that a policy answers before", async () => {
    await use(backend.origin, "<return-response />");
    const client = await RawClient.connect(gateway.origin);
    client.write("POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello");
    expect((await client.answer()).status).toBe(200);
    client.write("worldGET /things HTTP/1.1\r\nHost: x\r\n\r\n");
    expect((await client.answer()).status).toBe(200);
    client.close();
  });
});

describe("a request whose Host names more than a host", () => {
  it.each(["x/public", "x/public?", "x#", "x\\y", "", "a@b", "a b", "x:99999", "x:y", "[::1"])(
    "is refused: %j",
    async (host) => {
      await use(backend.origin);
      const text = await exchangeRaw(
        gateway.origin,
        `GET /things HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      expect(text).toMatch(/^HTTP\/1\.1 400 /);
      expect(seen).toEqual([]);
    },
  );

  it.each(["x", "api.example.com:8443", "127.0.0.1", "[::1]:80", "a_b.example."])(
    "is served when it names one: %s",
    async (host) => {
      await use(backend.origin);
      const text = await exchangeRaw(
        gateway.origin,
        `GET /things HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      expect(text).toMatch(/^HTTP\/1\.1 200 /);
    },
  );
});
