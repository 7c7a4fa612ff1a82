/** `cache-remove-value` on the local gateway. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

describe("cache-remove-value", () => {
  it("takes one key's value out and leaves the others", async () => {
    const store = (key: string) => `<cache-store-value key="${key}" value="kept" duration="60" />`;
    await served.call({
      inbound: `${store("a")}${store("b")}<cache-remove-value key="a" fail-on-cache-removal-error="@(true)" />`,
    });
    const lookup = (key: string) =>
      `<cache-lookup-value key="${key}" default-value="gone" variable-name="${key}" />`;
    const { body } = await served.call({
      inbound: `${lookup("a")}${lookup("b")}<return-response>
        <set-body template="liquid">{{context.Variables["a"]}} {{context.Variables["b"]}}</set-body>
      </return-response>`,
    });
    expect(body).toBe("gone kept");
  });

  it.each(["true", "false", "@(1 > 2)"])("takes fail-on-cache-removal-error=%j", async (fails) => {
    const inbound = `<cache-remove-value key="a" fail-on-cache-removal-error="${fails}" />`;
    expect(await served.call({ inbound })).toMatchObject({ status: 200, body: "from the backend" });
  });

  it.each([
    ["<cache-remove-value />", "'key' is missing"],
    ['<cache-remove-value key="a" fail-on-cache-removal-error="yes" />', "must be one of"],
    ['<cache-remove-value key="a" caching-type="redis" />', "must be one of"],
    ['<cache-remove-value key="a" fail-on-cache-removal-error="yes" />', "must be one of"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
