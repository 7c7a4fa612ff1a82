/** `get-authorization-context` on the local gateway. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let gateways: PolicyGateway;
beforeAll(async () => {
  gateways = await servePolicies();
});
afterAll(() => gateways.close());

const tokenOf = async (connection: string) => {
  const { body } = await gateways.call({
    inbound: `<get-authorization-context provider-id="github-01" authorization-id="${connection}" context-variable-name="auth-context" identity-type="managed" ignore-error="false" />
      <return-response><set-body template="none">@(((Authorization)context.Variables.GetValueOrDefault("auth-context"))?.AccessToken)</set-body></return-response>`,
    url: "/things?connection=expressed",
  });
  return body;
};

describe("get-authorization-context", () => {
  it("gives each connection a token of its own, and the same one each time", async () => {
    const first = await tokenOf("auth-01");
    const other = await tokenOf("auth-02");
    expect([first.length > 20, await tokenOf("auth-01"), other === first]).toEqual([true, first, false]);
  });

  it("takes the connection from an expression", async () => {
    const byExpression = await tokenOf(
      "@(context.Request.OriginalUrl.Query.GetValueOrDefault(&quot;connection&quot;))",
    );
    expect(byExpression).toBe(await tokenOf("expressed"));
  });

  it.each([
    ["", "'provider-id' is missing"],
    ['provider-id="a" authorization-id="b"', "'context-variable-name' is missing"],
    [
      'provider-id="a" authorization-id="b" context-variable-name="c" identity-type="own"',
      '"managed", "jwt"',
    ],
  ])("refuses the attributes %s when it is saved", async (attributes, problem) => {
    await expect(policy(`<get-authorization-context ${attributes} />`)).rejects.toThrow(problem);
  });
});
