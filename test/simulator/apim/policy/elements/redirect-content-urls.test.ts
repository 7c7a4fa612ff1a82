/** `redirect-content-urls` on the local gateway. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let gateways: PolicyGateway;
beforeAll(async () => {
  gateways = await servePolicies();
});
afterAll(() => gateways.close());

describe("redirect-content-urls", () => {
  it("puts the gateway's address in the place of the backend's, and leaves those that only begin alike", async () => {
    const backend = `${gateways.backendOrigin}/v1`;
    const { body } = await gateways.call({
      outbound: "<redirect-content-urls />",
      answer: { body: `${backend}/things/1 "${backend}" ${backend}2 ${gateways.backendOrigin}` },
    });
    const { origin } = gateways.gateway;
    expect(body).toBe(`${origin}/things/1 "${origin}" ${backend}2 ${gateways.backendOrigin}`);
  });

  it("does the opposite to what the client sends", async () => {
    const { backend } = await gateways.call({
      inbound: "<redirect-content-urls />",
      request: { method: "POST", body: `{"next":"${gateways.gateway.origin}/things?a=$&"}` },
    });
    expect(backend?.body).toBe(`{"next":"${gateways.backendOrigin}/v1/things?a=$&"}`);
  });

  it("refuses to be saved twice in a section, or with an attribute", async () => {
    const twice = "<redirect-content-urls /><redirect-content-urls />";
    await expect(policy("", { outbound: twice })).rejects.toThrow("only once");
    await expect(policy("", { outbound: '<redirect-content-urls to="a" />' })).rejects.toThrow(
      "'to' is not declared",
    );
  });
});
