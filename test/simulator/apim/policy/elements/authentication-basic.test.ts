/** `authentication-basic` on the local gateway, by what the backend is sent. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

describe("authentication-basic", () => {
  it("gives the backend its name and password in place of the client's token", async () => {
    const { backend } = await served.call({
      inbound: '<authentication-basic username="Aladdin" password="open sesame" />',
      request: { headers: { Authorization: "Bearer of.the.client", "X-Other": "kept" } },
    });
    // https://www.rfc-editor.org/rfc/rfc7617#section-2
    expect(backend?.headers).toMatchObject({
      authorization: "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
      "x-other": "kept",
    });
  });

  it.each([
    ['<authentication-basic username="a" />', "'password' is missing"],
    ['<authentication-basic password="a" />', "'username' is missing"],
    ['<authentication-basic username="a" password="b" realm="c" />', "'realm' is not declared"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });

  it("is refused in outbound", async () => {
    const outbound = '<authentication-basic username="a" password="b" />';
    await expect(policy("", { outbound })).rejects.toThrow("not allowed in the 'outbound' section");
  });
});
