/** Which calls leave this machine. The backends are sockets that keep what they get; no real host is reached. */
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { BackendConnections } from "../../../../simulator/apim/gateway/backend-connections.ts";
import { isLoopbackAddress, leadsToThisMachine } from "../../../../simulator/kernel/loopback.ts";
import { makeService, policy, serveGateway, type TestGateway } from "../../../support/gateway.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A backend that keeps every byte, and answers each request alike. */
async function rawBackend(
  answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
): Promise<{ port: number; lines: string[] }> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      lines.push(bytes.toString("latin1").split("\r\n", 1)[0] ?? "");
      socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as { port: number }).port, lines };
}

/** A gateway whose one API takes every method that is tried here. */
async function gatewayFor(serviceUrl: string, connections: BackendConnections): Promise<TestGateway> {
  const methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"];
  const operations = methods.map((method) => ({ id: method, method, urlTemplate: "/x", responses: [] }));
  const gateway = await serveGateway(
    { policy: await policy(""), api: { serviceUrl }, operations },
    connections,
  );
  closing.push(() => gateway.close());
  return gateway;
}

const call = async (gateway: TestGateway, method: string) => {
  const response = await fetch(`${gateway.origin}/x`, { method, redirect: "manual" });
  return { status: response.status, text: await response.text(), headers: response.headers };
};

// To this gateway the backend on 127.0.0.1 is a machine somewhere else.
const elsewhere = { isOnThisMachine: () => false };

describe("a backend that is not on this machine", () => {
  it.each(["127.0.0.1", "localhost"])("named %s gets no call that would change data", async (host) => {
    const backend = await rawBackend();
    const connections = new BackendConnections(elsewhere);
    const gateway = await gatewayFor(`http://${host}:${backend.port}`, connections);
    // A connection that a GET has opened is no way either.
    expect(await call(gateway, "GET")).toMatchObject({ status: 200, text: "ok" });
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"]) {
      expect(await call(gateway, method)).toMatchObject({
        status: 500,
        text: expect.stringContaining(`does not send ${method} to a backend that is not on this machine`),
      });
    }
    expect(backend.lines).toEqual(["GET /x HTTP/1.1"]);
    expect(gateway.log.map((line) => /\((\w+)\)$/.exec(line)?.[1])).toEqual(Array(5).fill("NotSent"));
    expect(connections.calls()).toEqual([
      { origin: `http://${host}:${backend.port}`, onThisMachine: false, sent: { GET: 1 }, heldBack: 5 },
    ]);
  });

  it("gets every call with writes", async () => {
    const backend = await rawBackend();
    const connections = new BackendConnections({ ...elsewhere, writes: true });
    const gateway = await gatewayFor(`http://127.0.0.1:${backend.port}`, connections);
    for (const method of ["OPTIONS", "POST", "DELETE"])
      expect((await call(gateway, method)).status).toBe(200);
    expect(backend.lines.map((line) => line.split(" ")[0])).toEqual(["OPTIONS", "POST", "DELETE"]);
    expect(connections.calls()).toMatchObject([
      { onThisMachine: false, sent: { DELETE: 1, OPTIONS: 1, POST: 1 }, heldBack: 0 },
    ]);
  });

  it("is not connected to by its address", async () => {
    const gateway = await gatewayFor("http://192.0.2.1:9", new BackendConnections());
    expect((await call(gateway, "POST")).status).toBe(500);
    expect(gateway.log).toEqual([
      expect.stringMatching(/POST is not sent to 192\.0\.2\.1:9, .*\(NotSent\)$/),
    ]);
  });

  it("is not reached by a policy that leads there", async () => {
    const gateway = await gatewayFor("http://127.0.0.1:9", new BackendConnections());
    const service = '<set-backend-service base-url="http://192.0.2.1:9" />';
    gateway.service = makeService({
      policy: await policy(service),
      operation: { method: "DELETE" },
      api: { serviceUrl: "http://127.0.0.1:9" },
    });
    expect((await fetch(`${gateway.origin}/things`, { method: "DELETE" })).status).toBe(500);
    expect(gateway.log).toEqual([
      expect.stringMatching(/DELETE is not sent to 192\.0\.2\.1:9, .*\(NotSent\)$/),
    ]);
  });

  it("is not reached by the redirect of one that is", async () => {
    const far = await rawBackend();
    const near = await rawBackend(
      `HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:${far.port}/x\r\nContent-Length: 0\r\n\r\n`,
    );
    const gateway = await gatewayFor(`http://127.0.0.1:${near.port}`, new BackendConnections());
    const { status, headers } = await call(gateway, "POST");
    expect([status, headers.get("location")]).toEqual([307, `http://127.0.0.1:${far.port}/x`]);
    expect([near.lines, far.lines]).toEqual([["POST /x HTTP/1.1"], []]);
  });
});

describe("the count of calls", () => {
  it("has those that went out, over new and kept connections", async () => {
    const backend = await rawBackend();
    const connections = new BackendConnections();
    const gateway = await gatewayFor(`http://127.0.0.1:${backend.port}`, connections);
    for (const method of ["GET", "GET", "POST", "PUT", "POST"]) await call(gateway, method);
    expect(connections.calls()).toEqual([
      {
        origin: `http://127.0.0.1:${backend.port}`,
        onThisMachine: true,
        sent: { GET: 2, POST: 2, PUT: 1 },
        heldBack: 0,
      },
    ]);
    expect(backend.lines).toHaveLength(5);
  });

  it("has none that found nobody", async () => {
    const connections = new BackendConnections();
    const gateway = await gatewayFor("http://127.0.0.1:9", connections);
    expect((await call(gateway, "GET")).status).toBe(500);
    expect(connections.calls()).toEqual([]);
  });
});

describe("this machine", () => {
  it.each([
    ["127.0.0.1", true],
    ["127.255.255.254", true],
    ["::1", true],
    ["::ffff:127.0.0.1", true],
    ["0.0.0.0", false],
    ["128.0.0.1", false],
    ["10.0.0.1", false],
    ["::ffff:10.0.0.1", false],
    ["fe80::1", false],
    ["::", false],
    ["", false],
  ])("has the address %j: %s", (address, isThere) => {
    expect(isLoopbackAddress(address)).toBe(isThere);
  });

  it.each([
    ["http://localhost:8403", true],
    ["http://[::1]:8403/x", true],
    ["http://127.1", true],
    ["http://2130706433/", true],
    ["http://[::ffff:127.0.0.1]", true],
    ["https://192.0.2.1", false],
    ["http://127.0.0.1.invalid", false],
    ["http://localhost.invalid", false],
  ])("is where %j leads: %s", async (url, isThere) => {
    expect(await leadsToThisMachine(url)).toBe(isThere);
  });
});
