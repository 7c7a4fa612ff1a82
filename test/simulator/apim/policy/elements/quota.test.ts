/** `quota` on the local gateway, for subscriptions whose keys the tests send. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type ShopGateway, serveShop } from "../../../../support/shop-gateway.ts";

let shop: ShopGateway;
beforeAll(async () => {
  shop = await serveShop();
});
afterAll(() => shop.close());

const statusOf = async (...called: Parameters<ShopGateway["call"]>) => (await shop.call(...called)).status;

describe("quota", () => {
  it("counts from the time when the subscription was made, period by period", async () => {
    const created = new Date((shop.gateway.now - 3600) * 1000).toISOString();
    await shop.start('<quota calls="1" renewal-period="86400" />', created);
    expect(await statusOf()).toBe(200);
    const refused = await shop.call();
    expect([refused.status, refused.headers.get("retry-after"), await refused.text()]).toEqual([
      403,
      "82800",
      '{ "statusCode": 403, "message": "Out of call volume quota. Quota will be replenished in 23:00:00." }',
    ]);
    expect(await statusOf("things", "two-1")).toBe(200);
    shop.gateway.now += 82_800;
    expect(await statusOf()).toBe(200);
    expect(shop.gateway.refusals.at(-1)).toMatchObject({ source: "quota", reason: "QuotaExceeded" });
  });

  it("has a quota of its own for an API and for an operation in it", async () => {
    const operation = '<operation name="List others" calls="1" />';
    await shop.start(
      `<quota calls="9" renewal-period="3600"><api name="Shop API" calls="3">${operation}</api></quota>`,
    );
    const statuses = [];
    for (const path of ["others", "others", "things", "things"]) statuses.push(await statusOf(path));
    // The second call counted for the API before the operation's quota refused it.
    expect(statuses).toEqual([200, 403, 200, 403]);
  });

  it("counts the kilobytes of each subscription, beside its calls", async () => {
    await shop.start('<quota calls="9" bandwidth="0" renewal-period="3600" />');
    const refused = await shop.call();
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringContaining("Out of bandwidth quota."),
    ]);
    await shop.start('<quota calls="1" bandwidth="1" renewal-period="3600" />');
    expect(await statusOf()).toBe(200);
    expect(await (await shop.call()).text()).toContain("Out of call volume quota.");
  });

  it.each([
    ['<quota calls="1" />', "'renewal-period' is missing"],
    [
      '<quota calls="1" renewal-period="3600"><api name="a" calls="1" renewal-period="3600" /></quota>',
      "The attribute 'renewal-period' is not declared.",
    ],
    ['<quota renewal-period="3600" />', "At least one of 'calls' and 'bandwidth'"],
    ['<quota bandwidth="-1" renewal-period="3600" />', "'bandwidth' must be an integer"],
    [
      '<quota calls="1" renewal-period="3600"><operation name="a" calls="1" /></quota>',
      "invalid child element 'operation'",
    ],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml, { scope: "product" })).rejects.toThrow(problem);
  });
});
