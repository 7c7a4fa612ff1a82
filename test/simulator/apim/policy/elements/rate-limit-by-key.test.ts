/** `rate-limit-by-key` on the local gateway, whose clock the tests move. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeService, policy, serveGateway, type TestGateway } from "../../../../support/gateway.ts";
import { serve, type TestServer } from "../../../../support/serve.ts";

let gateway: TestGateway;
let backend: TestServer;
beforeAll(async () => {
  backend = await serve((_, response) => response.end());
  gateway = await serveGateway();
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));

async function start(attributes: string): Promise<void> {
  gateway.service = makeService({
    policy: await policy(`<rate-limit-by-key ${attributes} />`),
    api: { serviceUrl: backend.origin },
  });
}
const call = () => fetch(`${gateway.origin}/things`);

describe("rate-limit-by-key", () => {
  it("refuses the call after the last one with 429, a message and Retry-After", async () => {
    await start('calls="2" renewal-period="60" counter-key="a"');
    expect([(await call()).status, (await call()).status]).toEqual([200, 200]);
    gateway.now += 20;
    const refused = await call();
    expect([refused.status, refused.headers.get("retry-after"), await refused.text()]).toEqual([
      429,
      "40",
      '{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 40 seconds." }',
    ]);
    expect(gateway.refusals.at(-1)).toMatchObject({
      source: "rate-limit-by-key",
      reason: "RateLimitExceeded",
    });
  });

  it("counts in a window that slides", async () => {
    await start('calls="2" renewal-period="60" counter-key="b"');
    await call();
    gateway.now += 40;
    await call();
    gateway.now += 20;
    // The first one is out of the window, the second one is not.
    expect([(await call()).status, (await call()).status]).toEqual([200, 429]);
  });

  it("counts each key for itself, wherever it is named", async () => {
    await start('calls="1" renewal-period="60" counter-key="c"');
    await call();
    await start('calls="1" renewal-period="60" counter-key="d"');
    expect((await call()).status).toBe(200);
    await start('calls="1" renewal-period="30" counter-key="c"');
    expect((await call()).status).toBe(429);
  });

  it("tells what is left and the total in headers of the answer", async () => {
    const names =
      'remaining-calls-header-name="X-Left" total-calls-header-name="X-Total" retry-after-header-name="X-Wait"';
    await start(`calls="2" renewal-period="60" counter-key="e" ${names}`);
    const told = async () => {
      const { headers } = await call();
      return ["x-left", "x-total", "x-wait"].map((name) => headers.get(name));
    };
    expect([await told(), await told(), await told()]).toEqual([
      ["1", "2", null],
      ["0", "2", null],
      [null, null, "60"],
    ]);
  });

  it.each([
    ['increment-condition="false"', [200, 200, 200]],
    ['increment-condition="true"', [200, 200, 429]],
    ['increment-count="2"', [200, 429, 429]],
  ])("counts by the outcome with %s", async (rule, statuses) => {
    await start(`calls="2" renewal-period="60" counter-key="${rule.replaceAll('"', "'")}" ${rule}`);
    const got = [(await call()).status, (await call()).status, (await call()).status];
    expect(got).toEqual(statuses);
  });

  it.each([
    ['renewal-period="60" counter-key="a"', "'calls' is missing"],
    ['calls="1" counter-key="a"', "'renewal-period' is missing"],
    ['calls="1" renewal-period="60"', "'counter-key' is missing"],
    ['calls="1" renewal-period="301" counter-key="a"', "from 1 to 300"],
  ])("refuses %s when it is saved", async (attributes, problem) => {
    await expect(policy(`<rate-limit-by-key ${attributes} />`)).rejects.toThrow(problem);
  });
});
