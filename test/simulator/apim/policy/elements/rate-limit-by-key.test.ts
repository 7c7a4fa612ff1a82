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

  it("counts before the answer by a literal, and after it by an expression", async () => {
    const left = async (rule: string) => {
      const inbound = `<rate-limit-by-key calls="9" renewal-period="60" counter-key="${encodeURIComponent(rule)}" ${rule} remaining-calls-variable-name="left" />`;
      const answer = `<return-response><set-body>@(context.Variables["left"].ToString())</set-body></return-response>`;
      gateway.service = makeService({ policy: await policy(inbound + answer) });
      const first = await (await call()).text();
      return [first, await (await call()).text()];
    };
    expect(await left('increment-count="2"')).toEqual(["7", "5"]);
    expect(await left('increment-condition="true"')).toEqual(["8", "7"]);
    expect(await left('increment-count="@(2)"')).toEqual(["9", "7"]);
    expect(await left('increment-condition="@(true)"')).toEqual(["9", "8"]);
    expect(await left('increment-condition="@(true)" increment-count="2"')).toEqual(["9", "7"]);
  });

  it("counts by the answer's status, also of one that another policy refused", async () => {
    const rule = (key: string, status: number) =>
      `<rate-limit-by-key calls="1" renewal-period="60" counter-key="${key}" increment-condition="@(context.Response.StatusCode == ${status})" />`;
    const refuse = '<check-header name="X" failed-check-httpcode="401" />';
    gateway.service = makeService({
      policy: await policy(rule("of401", 401) + rule("of200", 200) + refuse),
      api: { serviceUrl: backend.origin },
    });
    expect([(await call()).status, (await call()).status]).toEqual([401, 429]);
  });

  it("does not count what it refuses", async () => {
    await start('calls="1" renewal-period="60" counter-key="refused"');
    await call();
    for (const seconds of [20, 20, 20]) {
      expect((await call()).status).toBe(429);
      gateway.now += seconds;
    }
    expect((await call()).status).toBe(200);
  });

  it("counts for one limit where the condition of another one fails", async () => {
    const failing = `<rate-limit-by-key calls="9" renewal-period="60" counter-key="f" increment-condition='@(int.Parse("x") == 1)' />`;
    const other =
      '<rate-limit-by-key calls="1" renewal-period="60" counter-key="g" increment-condition="@(true)" />';
    const statuses: number[] = [];
    for (const inbound of [failing + other, other]) {
      gateway.service = makeService({ policy: await policy(inbound), api: { serviceUrl: backend.origin } });
      statuses.push((await call()).status);
    }
    expect(statuses).toEqual([500, 429]);
  });

  it.each(["Transfer-Encoding", "Content-Length", "Connection"])(
    "leaves the answer's framing alone with %s as a header's name",
    async (name) => {
      const served = await serve((_, response) => response.end("whole"));
      gateway.service = makeService({
        policy: await policy(
          `<rate-limit-by-key calls="9" renewal-period="60" counter-key="framing" remaining-calls-header-name="${name}" total-calls-header-name="${name}" />`,
        ),
        api: { serviceUrl: served.origin },
      });
      expect(await (await call()).text()).toBe("whole");
      await served.close();
    },
  );

  it.each([
    ['renewal-period="60" counter-key="a"', "'calls' is missing"],
    ['calls="1" counter-key="a"', "'renewal-period' is missing"],
    ['calls="1" renewal-period="60"', "'counter-key' is missing"],
    ['calls="1" renewal-period="301" counter-key="a"', "from 1 to 300"],
  ])("refuses %s when it is saved", async (attributes, problem) => {
    await expect(policy(`<rate-limit-by-key ${attributes} />`)).rejects.toThrow(problem);
  });
});
