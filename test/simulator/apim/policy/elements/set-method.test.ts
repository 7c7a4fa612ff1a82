/** `set-method` by the method that the backend sees. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

describe("set-method", () => {
  it.each([
    ["POST", "POST"],
    [" PUT\n", "PUT"],
    ["<![CDATA[PATCH]]>", "PATCH"],
  ])("sends %j as %s", async (written, expected) => {
    const { backend } = await served.call({ inbound: `<set-method>${written}</set-method>` });
    expect(backend?.method).toBe(expected);
  });

  it("keeps the body", async () => {
    const { backend } = await served.call({
      inbound: "<set-method>PUT</set-method>",
      request: { method: "POST", body: "abc" },
    });
    expect(backend).toMatchObject({ method: "PUT", body: "abc" });
  });

  it("is taken in on-error, where the request is over", async () => {
    const { status } = await served.call({
      inbound: '<set-backend-service backend-id="x" />',
      onError: "<set-method>PUT</set-method>",
    });
    expect(status).toBe(500);
  });

  it.each([
    ["", "must be an HTTP method"],
    ["GET IT", "must be an HTTP method"],
    ["<a />", "Only text may stand here."],
  ])("is refused with %j", async (text, problem) => {
    await expect(served.call({ inbound: `<set-method>${text}</set-method>` })).rejects.toThrow(problem);
  });
});
