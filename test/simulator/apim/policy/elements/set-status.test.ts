/** `set-status` on the local gateway, by what the client gets. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

describe("set-status", () => {
  it.each([
    ['code="201"', 201, "Created"],
    ['code="201" reason="Made"', 201, "Made"],
    ['code="@(200 + 2)" reason="@(context.Response.StatusReason + "!")"', 202, "OK!"],
    ['code="299"', 299, "unknown"],
  ])("answers with %s as %d %s, in the place of the backend's 200 OK", async (attributes, code, phrase) => {
    const { status, reason, body } = await served.call({ outbound: `<set-status ${attributes} />` });
    expect([status, reason, body]).toEqual([code, phrase, "from the backend"]);
  });

  it("changes nothing in inbound, where there is no answer yet", async () => {
    const { status, backend } = await served.call({ inbound: '<set-status code="418" reason="Tea" />' });
    expect([status, backend?.method]).toEqual([200, "GET"]);
  });
});
