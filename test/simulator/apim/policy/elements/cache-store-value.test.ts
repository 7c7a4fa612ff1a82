/** `cache-store-value` on the local gateway: what is kept, and for whom. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

async function lookUp(key: string): Promise<string> {
  const inbound = `<cache-lookup-value key="${key}" default-value="nothing" variable-name="found" caching-type="internal" />
    <return-response><set-body template="liquid">{{context.Variables["found"]}}</set-body></return-response>`;
  return (await served.call({ inbound })).body;
}

describe("cache-store-value", () => {
  it("keeps the last value of a key, from whatever section and whatever method", async () => {
    await served.call({
      request: { method: "POST" },
      inbound: '<cache-store-value key="a" value="1" duration="60" />',
      outbound:
        '<cache-store-value key="a" value="2" duration="60" /><cache-store-value key="b" value="3" duration="60" />',
    });
    expect([await lookUp("a"), await lookUp("b"), await lookUp("A")]).toEqual(["2", "3", "nothing"]);
  });

  it("keeps what expressions give, of their types, under a key that one makes", async () => {
    await served.call({
      inbound: `<set-variable name="enduserid" value="7" />
        <cache-store-value key="@("userprofile-" + context.Variables["enduserid"])" value="@(new JObject(new JProperty("a", 1)))" duration="100000" />`,
    });
    const { body } = await served.call({
      inbound: `<cache-lookup-value key="userprofile-7" variable-name="userprofile" />
        <return-response><set-body>@(((JObject)context.Variables["userprofile"])["a"].ToString())</set-body></return-response>`,
    });
    expect(body).toBe("1");
  });

  it("keeps nothing for a duration of 0", async () => {
    await served.call({ inbound: '<cache-store-value key="c" value="1" duration="0" />' });
    expect(await lookUp("c")).toBe("nothing");
  });

  it.each([
    ['<cache-store-value key="a" duration="1" />', "'value' is missing"],
    ['<cache-store-value key="a" value="b" />', "'duration' is missing"],
    ['<cache-store-value key="a" value="b" duration="soon" />', "must be an integer"],
    ['<cache-store-value value="b" duration="1" />', "'key' is missing"],
    ['<cache-store-value key="a" value="b" duration="1" caching-type="external" />', "not simulated"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
