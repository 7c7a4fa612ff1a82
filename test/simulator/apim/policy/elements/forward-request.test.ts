/** `forward-request` on the local gateway: its attributes. What a call itself does is in test/simulator/apim/gateway/. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let gateways: PolicyGateway;
beforeAll(async () => {
  gateways = await servePolicies();
});
afterAll(() => gateways.close());

const failing = '<forward-request fail-on-error-status-code="true" />';
const missing = { status: 404, headers: { "x-own": "1" }, body: "no such thing" };

describe("forward-request", () => {
  it("makes a failure of an error status, with the backend's answer as the response of on-error", async () => {
    const onError = `<set-header name="X-Seen" exists-action="override"><value>@(context.LastError.Source + " " + context.Response.StatusCode)</value></set-header>`;
    const { status, body, headers } = await gateways.call({
      backend: failing,
      outbound: '<set-header name="X-Outbound" exists-action="override"><value>1</value></set-header>',
      onError,
      answer: missing,
    });
    const seen = ["x-own", "x-seen", "x-outbound"].map((name) => headers.get(name));
    expect([status, body, seen]).toEqual([404, "no such thing", ["1", "forward-request 404", null]]);
    expect(gateways.gateway.refusals.at(-1)).toMatchObject({ reason: "BackendErrorStatusCode" });
  });

  it("goes on to outbound with 399 and below, and with an error where the policy does not say so", async () => {
    const outbound = '<set-status code="202" />';
    const redirected = { status: 302, headers: { location: "/other" } };
    const request = { redirect: "manual" } as const;
    const first = await gateways.call({ backend: failing, outbound, request, answer: redirected });
    const second = await gateways.call({ outbound, answer: missing });
    expect([first.status, second.status]).toEqual([202, 202]);
  });

  it("takes its timeout from an expression", async () => {
    const timeout = (milliseconds: string) => `<forward-request timeout-ms="@(${milliseconds})" />`;
    expect((await gateways.call({ backend: timeout("30 * 1000") })).status).toBe(200);
    const { status, log } = await gateways.call({ backend: timeout("1 - 1") });
    expect([status, log.join()]).toEqual([500, expect.stringContaining("Timeout")]);
  });

  it.each([
    ['timeout="1" timeout-ms="1"', "Only one of"],
    ['http-version="2"', "not simulated"],
    ['http-version="3"', '"1", "2or1", "2"'],
    ['follow-redirects="true"', "not simulated"],
  ])("refuses the attributes %s when it is saved", async (attributes, problem) => {
    await expect(policy("", { backend: `<forward-request ${attributes} />` })).rejects.toThrow(problem);
  });

  it('takes http-version="2or1", and asks by HTTP/1.1', async () => {
    expect((await gateways.call({ backend: '<forward-request http-version="2or1" />' })).status).toBe(200);
  });
});
