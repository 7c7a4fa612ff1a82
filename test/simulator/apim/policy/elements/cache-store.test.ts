/** `cache-store` on the local gateway: which answers are kept. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

const lookup = '<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />';

describe("cache-store", () => {
  it.each([
    ["keeps a 200", lookup, "", 200, true],
    ["keeps no 203", lookup, "", 203, false],
    ["keeps a 203 with cache-response", lookup, 'cache-response="true"', 203, true],
    ["keeps no 200 without cache-response", lookup, 'cache-response="false"', 200, false],
    ["keeps nothing where no cache-lookup ran", "", "", 200, false],
  ])("%s", async (_, inbound, attributes, status, isKept) => {
    served.gateway.now += 1000;
    const parts = { inbound, outbound: `<cache-store duration="60" ${attributes} />`, answer: { status } };
    await served.call(parts);
    expect((await served.call({ ...parts, inbound: lookup })).backend === undefined).toBe(isKept);
  });

  it.each([
    ["<cache-store />", "'duration' is missing"],
    ['<cache-store duration="seconds" />', "must be an integer"],
  ])("refuses %s when it is saved", async (outbound, problem) => {
    await expect(policy("", { outbound })).rejects.toThrow(problem);
  });
});
