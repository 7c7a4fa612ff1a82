/** `rate-limit` on the local gateway, for subscriptions whose keys the tests send. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy, type TestGateway } from "../../../../support/gateway.ts";
import { type ShopGateway, serveShop } from "../../../../support/shop-gateway.ts";

let shop: ShopGateway;
beforeAll(async () => {
  shop = await serveShop();
});
afterAll(() => shop.close());

const statusOf = async (...called: Parameters<ShopGateway["call"]>) => (await shop.call(...called)).status;

describe("rate-limit", () => {
  it("counts for each subscription, whichever of its keys is sent", async () => {
    await shop.start('<rate-limit calls="1" renewal-period="60" />');
    expect(await statusOf()).toBe(200);
    const refused = await shop.call("things", "one-2");
    expect([refused.status, refused.headers.get("retry-after"), await refused.text()]).toEqual([
      429,
      "60",
      '{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 60 seconds." }',
    ]);
    expect(await statusOf("things", "two-1")).toBe(200);
    expect(shop.gateway.refusals.at(-1)).toMatchObject({ source: "rate-limit", reason: "RateLimitExceeded" });
  });

  it.each([
    ["an API by its name", '<api name="Shop API" calls="1" renewal-period="60" />', [200, 429]],
    ["an API by its id", '<api id="shop" calls="1" renewal-period="60" />', [200, 429]],
    [
      "an API by its id even beside a name",
      '<api id="shop" name="x" calls="1" renewal-period="60" />',
      [200, 429],
    ],
    ["another API", '<api name="Other API" calls="1" renewal-period="60" />', [200, 200]],
    ["an operation", '<operation name="List things" calls="1" renewal-period="60" />', [200, 200]],
    [
      "an operation of an API",
      '<api name="Shop API" calls="9" renewal-period="60"><operation id="others" calls="1" renewal-period="60" /></api>',
      [200, 200],
    ],
  ])("has a limit of its own for %s", async (_, inside, statuses) => {
    await shop.start(`<rate-limit calls="9" renewal-period="60">${inside}</rate-limit>`);
    expect([await statusOf("things"), await statusOf("others")]).toEqual(statuses);
    if (!inside.includes("<operation")) return;
    const limited = inside.includes("others") ? "others" : "things";
    expect(await statusOf(limited)).toBe(429);
  });

  it("begins a new window when its policy document is saved again", async () => {
    await shop.start('<rate-limit calls="1" renewal-period="60" />');
    expect([await statusOf(), await statusOf()]).toEqual([200, 429]);
    await shop.start('<rate-limit calls="1" renewal-period="60" />');
    expect(await statusOf()).toBe(200);
  });

  it("refuses each call where it allows none", async () => {
    await shop.start('<rate-limit calls="0" renewal-period="60" />');
    expect([await statusOf(), await statusOf()]).toEqual([429, 429]);
  });

  it("does nothing where no key was sent", async () => {
    await shop.start('<rate-limit calls="1" renewal-period="60" />');
    const [api] = shop.gateway.service?.apis ?? [];
    const { keyNames: _, ...open } = api ?? { keyNames: undefined };
    shop.gateway.service = { ...shop.gateway.service, apis: [open] } as NonNullable<TestGateway["service"]>;
    expect([await statusOf("things", null), await statusOf("things", null)]).toEqual([200, 200]);
  });

  it.each([
    ['<rate-limit renewal-period="60" />', "'calls' is missing"],
    ['<rate-limit calls="1" renewal-period="301" />', "from 1 to 300"],
    [
      '<rate-limit calls="1" renewal-period="60"><api calls="1" renewal-period="60" /></rate-limit>',
      "Either 'name' or 'id'",
    ],
    ['<rate-limit calls="1" renewal-period="60" /><rate-limit calls="1" renewal-period="60" />', "only once"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml, { scope: "product" })).rejects.toThrow(problem);
  });
});
