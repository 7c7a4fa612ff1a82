/** `retry` on the local gateway, by what the backend sees. */
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { secondsBefore } from "../../../../../simulator/apim/policy/elements/retry/retry.ts";
import { makeService, policy, serveGateway, type TestGateway } from "../../../../support/gateway.ts";
import { type NotingBackend, serveNotingBackend } from "../../../../support/noting-backend.ts";
import { RawClient } from "../../../../support/raw.ts";

let gateway: TestGateway;
let backend: NotingBackend;
beforeAll(async () => {
  [gateway, backend] = await Promise.all([serveGateway(), serveNotingBackend()]);
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));

async function call(attributes: string, inside: string): Promise<number> {
  backend.seen.length = 0;
  gateway.service = makeService({
    policy: await policy("", { backend: `<retry ${attributes}>${inside}</retry>` }),
    api: { serviceUrl: backend.origin },
    operation: { method: "POST" },
  });
  return (await fetch(`${gateway.origin}/things`, { method: "POST", body: "x" })).status;
}

const buffered = '<forward-request buffer-request-body="true" />';

describe("retry", () => {
  it("runs its policies once and then count times while the condition holds", async () => {
    expect(await call('condition="true" count="2" interval="0"', buffered)).toBe(200);
    expect(backend.seen).toEqual(Array(3).fill("POST /things x"));
  });

  it("runs its policies once when the condition does not hold", async () => {
    expect(await call('condition="false" count="2" interval="60"', "<forward-request />")).toBe(200);
    expect(backend.seen).toEqual(["POST /things x"]);
  });

  it("fails the second call of a body that was not buffered, and says what to set", async () => {
    expect(await call('condition="true" count="2" interval="0"', "<forward-request />")).toBe(500);
    expect(backend.seen).toEqual(["POST /things x"]);
    expect(gateway.refusals.at(-1)?.message).toContain("Set buffer-request-body of forward-request to true.");
  });

  it("fails it as well when a policy has asked for the body since", async () => {
    const reads = '<set-variable name="b" value="@(context.Request.Body?.As<string>(true))" />';
    expect(await call('condition="true" count="2" interval="0"', `<forward-request />${reads}`)).toBe(500);
    expect(backend.seen).toEqual(["POST /things x"]);
  });

  it("keeps the backend's answer while its own policies are something else", async () => {
    const again =
      '<retry condition="true" count="1" interval="0"><set-variable name="a" value="b" /></retry>';
    gateway.service = makeService({
      policy: await policy("", { outbound: again }),
      api: { serviceUrl: backend.origin },
    });
    expect(await (await fetch(`${gateway.origin}/things`)).text()).toBe("blue sky, blue sea");
  });

  it("stops waiting when the client leaves", async () => {
    gateway.service = makeService({
      policy: await policy(
        `<retry condition="true" count="1" interval="2000000">
          <send-one-way-request><set-url>${backend.origin}/told</set-url></send-one-way-request>
        </retry>`,
      ),
      api: { serviceUrl: backend.origin },
    });
    gateway.refusals.length = 0;
    backend.seen.length = 0;
    const client = await RawClient.connect(gateway.origin);
    client.write("GET /things HTTP/1.1\r\nHost: x\r\n\r\n");
    while (backend.seen.length === 0) await setImmediate();
    client.reset();
    while (gateway.refusals.length === 0) await setImmediate();
    expect(gateway.refusals).toMatchObject([{ source: "retry", reason: "ClientConnectionFailure" }]);
    expect(backend.seen).toHaveLength(1);
  });

  it("keeps no listener for a call that is over", async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error) => warnings.push(name);
    process.on("warning", note);
    expect(await call('condition="true" count="50" interval="0"', buffered)).toBe(200);
    await setImmediate();
    process.off("warning", note);
    expect(backend.seen).toHaveLength(51);
    expect(warnings).toEqual([]);
  });

  it("stops when a policy inside it answers", async () => {
    const answer = '<return-response><set-status code="418" /></return-response>';
    expect(await call('condition="true" count="2" interval="60"', answer)).toBe(418);
  });

  it.each([
    ["the same time with interval alone", { interval: 10 }, [10, 10, 10]],
    ["longer by delta each time", { interval: 10, delta: 5 }, [10, 15, 20]],
    ["as in the page's example", { interval: 10, delta: 10, maxInterval: 100 }, [10, 20, 40]],
    ["exponentially longer up to max-interval", { interval: 10, delta: 5, maxInterval: 22 }, [10, 15, 22]],
  ])("waits %s", (_, waits, seconds) => {
    const got = [1, 2, 3].map((retry) => secondsBefore(retry, { ...waits, isFirstFast: false }, 0.5));
    expect(got).toEqual(seconds);
    expect(secondsBefore(1, { ...waits, isFirstFast: true }, 0.5)).toBe(0);
  });

  it.each([
    ['<retry count="1" interval="0"><set-status code="200" /></retry>', "'condition' is missing"],
    ['<retry condition="true" count="51" interval="0"><set-status code="200" /></retry>', "from 1 to 50"],
    ['<retry condition="true" count="1" interval="0"><base /></retry>', "invalid child element 'base'"],
    ['<retry condition="true" count="1" interval="0"><wait /></retry>', "invalid child element 'wait'"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
