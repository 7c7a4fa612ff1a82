/** `cache-lookup-value` on the local gateway, whose clock the tests move. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

const store = (key: string, value: string, seconds: number) =>
  `<cache-store-value key="${key}" value="${value}" duration="${seconds}" />`;
const lookup = (key: string, more = "") =>
  `<cache-lookup-value key="${key}" variable-name="found" ${more} />`;

/** Runs the statements, and gives the variable `found`. */
async function found(inbound: string): Promise<string> {
  const show =
    '<return-response><set-body template="liquid">{{context.Variables["found"]}}</set-body></return-response>';
  return (await served.call({ inbound: inbound + show })).body;
}

describe("cache-lookup-value", () => {
  it("finds for a later request what cache-store-value kept, until its time is over", async () => {
    await served.call({ inbound: store("userprofile-1", "Ada", 100) });
    served.gateway.now += 99;
    expect(await found(lookup("userprofile-1"))).toBe("Ada");
    served.gateway.now += 1;
    expect(await found(lookup("userprofile-1"))).toBe("");
  });

  it("gives default-value when nothing is kept under the key", async () => {
    await served.call({ inbound: store("a", "kept", 100) });
    expect(await found(lookup("b", 'default-value="none"'))).toBe("none");
    expect(await found(lookup("a", 'default-value="none"'))).toBe("kept");
  });

  it("leaves the variable as it is when nothing is kept and there is no default", async () => {
    expect(await found(`<set-variable name="found" value="before" />${lookup("unknown")}`)).toBe("before");
  });

  it.each([
    ['<cache-lookup-value variable-name="a" />', "'key' is missing"],
    ['<cache-lookup-value key="a" />', "'variable-name' is missing"],
    ['<cache-lookup-value key="a" variable-name="a" caching-type="redis" />', 'one of "prefer-external"'],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
