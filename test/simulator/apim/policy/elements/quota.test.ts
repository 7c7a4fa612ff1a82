/** `quota` on the local gateway, for subscriptions whose keys the tests send. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeService, policy, serveGateway, type TestGateway } from "../../../../support/gateway.ts";
import { serve, type TestServer } from "../../../../support/serve.ts";
import { keyNames, subscriptionWithKeys } from "../../../../support/subscriptions.ts";

let gateway: TestGateway;
let backend: TestServer;
beforeAll(async () => {
  backend = await serve((_, response) => response.end());
  gateway = await serveGateway();
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));

const all = { kind: "all" } as const;
/** Serves two operations of the API with the display name "Shop API" to two subscriptions. */
async function start(xml: string, createdDate = "2026-11-28T00:00:00.000Z"): Promise<void> {
  const operation = (id: string, displayName: string) => ({
    ...{ id, displayName, method: "GET", urlTemplate: `/${id}`, responses: [] },
  });
  gateway.service = {
    ...makeService({
      policy: await policy(xml),
      api: { id: "shop", displayName: "Shop API", serviceUrl: backend.origin, keyNames },
      operations: [operation("things", "List things"), operation("others", "List others")],
    }),
    subscriptions: [
      subscriptionWithKeys("one", all, { createdDate }),
      subscriptionWithKeys("two", all, { createdDate }),
    ],
  };
}
async function call(path = "things", key: string | undefined = "one-1") {
  const headers: Record<string, string> = key === undefined ? {} : { [keyNames.header]: key };
  return fetch(`${gateway.origin}/${path}`, { headers });
}
const statusOf = async (...args: Parameters<typeof call>) => (await call(...args)).status;

describe("quota", () => {
  it("counts from the time when the subscription was made, period by period", async () => {
    const created = new Date((gateway.now - 3600) * 1000).toISOString();
    await start('<quota calls="1" renewal-period="86400" />', created);
    expect(await statusOf()).toBe(200);
    const refused = await call();
    expect([refused.status, refused.headers.get("retry-after"), await refused.text()]).toEqual([
      403,
      "82800",
      '{ "statusCode": 403, "message": "Out of call volume quota. Quota will be replenished in 23:00:00." }',
    ]);
    expect(await statusOf("things", "two-1")).toBe(200);
    gateway.now += 82_800;
    expect(await statusOf()).toBe(200);
    expect(gateway.refusals.at(-1)).toMatchObject({ source: "quota", reason: "QuotaExceeded" });
  });

  it("has a quota of its own for an API and for an operation in it", async () => {
    const operation = '<operation name="List others" calls="1" />';
    await start(
      `<quota calls="9" renewal-period="3600"><api name="Shop API" calls="3">${operation}</api></quota>`,
    );
    const statuses = [];
    for (const path of ["others", "others", "things", "things"]) statuses.push(await statusOf(path));
    // The second call counted for the API before the operation's quota refused it.
    expect(statuses).toEqual([200, 403, 200, 403]);
  });

  it.each([
    ['<quota calls="1" />', "'renewal-period' is missing"],
    ['<quota renewal-period="3600" />', "At least one of 'calls' and 'bandwidth'"],
    ['<quota bandwidth="1" renewal-period="3600" />', "'bandwidth' is not simulated"],
    [
      '<quota calls="1" renewal-period="3600"><operation name="a" calls="1" /></quota>',
      "invalid child element 'operation'",
    ],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
