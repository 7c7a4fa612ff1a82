/** `limit-concurrency` on the local gateway, whose backend answers when the test says so. */
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeService, policy, serveGateway, type TestGateway } from "../../../../support/gateway.ts";
import { RawClient } from "../../../../support/raw.ts";
import { serve, type TestServer } from "../../../../support/serve.ts";

let gateway: TestGateway;
let backend: TestServer;
const waiting: (() => void)[] = [];
let arrived = () => {};
beforeAll(async () => {
  backend = await serve((_, response) => {
    waiting.push(() => response.end("done"));
    arrived();
  });
  gateway = await serveGateway();
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));

const inside = '<limit-concurrency key="k" max-count="1"><forward-request /></limit-concurrency>';
const call = async () => {
  const response = await fetch(`${gateway.origin}/things`);
  return [response.status, await response.text()];
};

describe("limit-concurrency", () => {
  it("refuses with 429 while as many are inside, and lets in when they are out", async () => {
    gateway.service = makeService({
      policy: await policy("", { backend: inside }),
      api: { serviceUrl: backend.origin },
    });
    const isThere = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const first = call();
    await isThere;
    expect((await call())[0]).toBe(429);
    waiting.shift()?.();
    expect(await first).toEqual([200, "done"]);
    arrived = () => waiting.shift()?.();
    expect(await call()).toEqual([200, "done"]);
  });

  it("lets in again after a policy inside it has failed", async () => {
    gateway.service = makeService({
      policy: await policy("", { backend: inside }),
      api: { serviceUrl: "http://127.0.0.1:1" },
    });
    expect([(await call())[0], (await call())[0]]).toEqual([500, 500]);
  });

  it("lets in again after the client inside it has left", async () => {
    gateway.service = makeService({
      policy: await policy("", { backend: inside }),
      api: { serviceUrl: backend.origin },
    });
    gateway.refusals.length = 0;
    const isThere = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const client = await RawClient.connect(gateway.origin);
    client.write("GET /things HTTP/1.1\r\nHost: x\r\n\r\n");
    await isThere;
    client.reset();
    while (gateway.refusals.length === 0) await setImmediate();
    expect(gateway.refusals).toMatchObject([
      { source: "forward-request", reason: "ClientConnectionFailure" },
    ]);
    arrived = () => waiting.pop()?.();
    expect(await call()).toEqual([200, "done"]);
  });

  it.each([
    ['<limit-concurrency max-count="1"><forward-request /></limit-concurrency>', "'key' is missing"],
    ['<limit-concurrency key="a"><forward-request /></limit-concurrency>', "'max-count' is missing"],
    ['<limit-concurrency key="a" max-count="0"><forward-request /></limit-concurrency>', "from 1 to"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy("", { backend: xml })).rejects.toThrow(problem);
  });
});
