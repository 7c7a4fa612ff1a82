/** `quota-by-key` on the local gateway, whose clock the tests move. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeService, policy, serveGateway, type TestGateway } from "../../../../support/gateway.ts";
import { serve, type TestServer } from "../../../../support/serve.ts";

let gateway: TestGateway;
let backend: TestServer;
/** What the backend answers. */
let answer = "";
beforeAll(async () => {
  // In two pieces, so that nothing says beforehand how long it is.
  backend = await serve((request, response) => {
    request.resume().on("end", () => {
      response.write(answer.slice(0, 1));
      response.end(answer.slice(1));
    });
  });
  gateway = await serveGateway();
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));

async function start(attributes: string): Promise<void> {
  gateway.service = makeService({
    policy: await policy(`<quota-by-key ${attributes} />`),
    api: { serviceUrl: backend.origin },
  });
}
const call = () => fetch(`${gateway.origin}/things`);
const startOf = (seconds: number) => new Date(seconds * 1000).toISOString();

describe("quota-by-key", () => {
  it("refuses with 403 when the calls are used up, and tells when there are more", async () => {
    const begin = gateway.now - 3600;
    await start(`calls="1" renewal-period="86400" counter-key="a" first-period-start="${startOf(begin)}"`);
    expect((await call()).status).toBe(200);
    const refused = await call();
    expect([refused.status, refused.headers.get("retry-after"), await refused.text()]).toEqual([
      403,
      "82800",
      '{ "statusCode": 403, "message": "Out of call volume quota. Quota will be replenished in 23:00:00." }',
    ]);
    expect(gateway.refusals.at(-1)).toMatchObject({ source: "quota-by-key", reason: "QuotaExceeded" });
  });

  it("begins anew with each period from first-period-start on", async () => {
    const begin = gateway.now - 290;
    await start(`calls="1" renewal-period="300" counter-key="b" first-period-start="${startOf(begin)}"`);
    await call();
    gateway.now += 9;
    expect((await call()).status).toBe(403);
    gateway.now += 1;
    expect([(await call()).status, (await call()).status]).toEqual([200, 403]);
  });

  it("never begins anew with a period of 0", async () => {
    await start('calls="1" renewal-period="0" counter-key="c"');
    await call();
    gateway.now += 100 * 365 * 86_400;
    expect((await call()).status).toBe(403);
    gateway.now -= 100 * 365 * 86_400;
  });

  it("refuses with 403 when the kilobytes of requests and answers are used up", async () => {
    const send = (bytes: number) =>
      fetch(`${gateway.origin}/things`, { method: "PUT", body: "a".repeat(bytes) });
    gateway.service = makeService({
      policy: await policy(`<quota-by-key bandwidth="3" renewal-period="300" counter-key="@("f")" />`),
      api: { serviceUrl: backend.origin },
      operation: { method: "PUT" },
    });
    answer = "b".repeat(1024);
    expect([(await send(1024)).status, (await send(0)).status]).toEqual([200, 200]);
    const refused = await send(0);
    answer = "";
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringMatching(/"Out of bandwidth quota\. Quota will be replenished in 00:0\d:\d\d\."/),
    ]);
  });

  it("goes on while a byte of the kilobytes is left, and does not count what the condition leaves out", async () => {
    await start('bandwidth="1" renewal-period="300" counter-key="g"');
    answer = "b".repeat(1023);
    expect([(await call()).status, (await call()).status, (await call()).status]).toEqual([200, 200, 403]);
    await start('bandwidth="1" renewal-period="300" counter-key="h" increment-condition="false"');
    answer = "b".repeat(2048);
    expect([(await call()).status, (await call()).status]).toEqual([200, 200]);
    answer = "";
  });

  it("counts by the outcome with increment-condition and increment-count", async () => {
    await start('calls="4" renewal-period="3600" counter-key="d" increment-count="2"');
    expect([(await call()).status, (await call()).status, (await call()).status]).toEqual([200, 200, 403]);
    await start('calls="1" renewal-period="3600" counter-key="e" increment-condition="false"');
    expect([(await call()).status, (await call()).status]).toEqual([200, 200]);
  });

  it("counts a request once for a key that several policies name", async () => {
    const one = '<quota-by-key calls="2" renewal-period="3600" counter-key="shared" />';
    gateway.service = makeService({ policy: await policy(one + one), api: { serviceUrl: backend.origin } });
    expect([(await call()).status, (await call()).status, (await call()).status]).toEqual([200, 200, 403]);
  });

  it.each([
    ['renewal-period="300" counter-key="a"', "Either 'calls' or 'bandwidth'"],
    ['calls="1" counter-key="a"', "'renewal-period' is missing"],
    ['calls="1" renewal-period="300" counter-key="a" first-period-start="today"', "must be a time"],
    ['bandwidth="some" renewal-period="300" counter-key="a"', "'bandwidth' must be an integer"],
    ['calls="1" renewal-period="299" counter-key="a"', "must be 0, or an integer from 300 to 2147483647"],
  ])("refuses %s when it is saved", async (attributes, problem) => {
    await expect(policy(`<quota-by-key ${attributes} />`)).rejects.toThrow(problem);
  });
});
