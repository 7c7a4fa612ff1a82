/**
 * The sections of an element that its page leaves out, and Microsoft's policy toolkit or an issue names; and the scopes of those that have
 * not all. That Azure does there what the
 * local gateway does is not proved here.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkPolicyFragment, parsePolicyDocument } from "../../../../simulator/apim/policy/document.ts";
import type { PolicyScope } from "../../../../simulator/apim/policy/place.ts";
import { policy } from "../../../support/gateway.ts";
import { type PolicyCase, type PolicyGateway, servePolicies } from "../../../support/policy-gateway.ts";

let gateways: PolicyGateway;
beforeAll(async () => {
  gateways = await servePolicies();
});
afterAll(() => gateways.close());

const failing = '<check-header name="X" failed-check-httpcode="400" />';
const told = (code: string) => `<set-header name="Told"><value>@(${code})</value></set-header>`;
const retried = (inside: string) =>
  `<retry condition="@(false)" count="1" interval="1">${inside}<forward-request /></retry>`;

describe("an element in a section that its page leaves out", () => {
  it("changes the body of a failure: set-body in on-error", async () => {
    const { status, body } = await gateways.call({
      inbound: failing,
      onError: '<set-body>@("Sorry: " + context.LastError.Reason)</set-body>',
    });
    expect([status, body]).toEqual([400, "Sorry: HeaderNotFound"]);
  });

  it.each([
    ["set-method in outbound", { outbound: "<set-method>PUT</set-method>" }, "context.Request.Method", "PUT"],
    [
      "set-query-parameter in outbound",
      { outbound: '<set-query-parameter name="a"><value>b</value></set-query-parameter>' },
      "context.Request.Url.QueryString",
      "?a=b",
    ],
    [
      "set-backend-service in outbound",
      { outbound: '<set-backend-service base-url="http://127.0.0.2:1234" />' },
      "context.Request.Url.Host",
      "127.0.0.2",
    ],
    [
      "get-authorization-context in outbound",
      {
        outbound:
          '<get-authorization-context provider-id="p" authorization-id="a" context-variable-name="c" />',
      },
      '((Authorization)context.Variables["c"]).AccessToken.Substring(0, 6)',
      "local-",
    ],
  ])(
    "changes what later expressions read, and not the call that was: %s",
    async (_, parts, code, expected) => {
      const { headers, backend } = await gateways.call({ outbound: parts.outbound + told(code) });
      expect([headers.get("told"), backend?.method, backend?.url]).toEqual([expected, "GET", "/v1/things"]);
    },
  );

  it("changes the request before it is forwarded: json-to-xml and set-method in backend", async () => {
    const { backend } = await gateways.call({
      request: { method: "POST", body: '{"a":1}', headers: { "Content-Type": "application/json" } },
      backend: retried(
        '<set-method>PUT</set-method><json-to-xml apply="always" consider-accept-header="false" />',
      ),
    });
    expect([backend?.method, backend?.body]).toEqual(["PUT", "<a>1</a>"]);
  });

  it("waits in on-error", async () => {
    const { status, headers } = await gateways.call({
      inbound: failing,
      onError: `<wait><cache-lookup-value key="none" variable-name="v" default-value="d" /></wait>${told('(string)context.Variables["v"]')}`,
    });
    expect([status, headers.get("told")]).toEqual([400, "d"]);
  });

  it.each<[string, PolicyCase]>([
    ["inbound", { inbound: '<cache-store duration="1" />' }],
    ["backend", { backend: '<check-header name="X" failed-check-httpcode="400" />' }],
    ["outbound", { outbound: '<rewrite-uri template="/x" />' }],
    ["on-error", { onError: "<forward-request />" }],
  ])("is refused where nobody names the section: %s", async (section, parts) => {
    await expect(gateways.call(parts)).rejects.toThrow(`Policy is not allowed in the '${section}' section.`);
  });
});

describe("an element that has not all scopes", () => {
  const quota = '<quota calls="1" renewal-period="300" />';
  const rate = '<rate-limit calls="1" renewal-period="60" />';
  const byKey = '<quota-by-key calls="1" renewal-period="300" counter-key="a" />';

  it.each<[string, PolicyScope, string, string]>([
    ["quota", "global", quota, "product"],
    ["quota", "api", quota, "product"],
    ["quota", "operation", quota, "product"],
    ["rate-limit", "global", rate, "product, api, operation"],
  ])("is refused in Azure's words elsewhere: %s in the scope %s", async (name, scope, xml, scopes) => {
    await expect(policy(xml, { scope })).rejects.toThrow(
      `Error in element '${name}' on line 1, column 20: Policy is not allowed in the specified scope. Its scopes: ${scopes}.`,
    );
  });

  it.each<[PolicyScope, string]>([
    ["product", quota],
    ["product", rate],
    ["api", rate],
    ["operation", rate],
    ["global", byKey],
  ])("is taken in the scope %s: %s", async (scope, xml) => {
    await expect(policy(xml, { scope })).resolves.toMatchObject({ scope });
  });

  it("is taken in a fragment, and refused where an API's document includes it", async () => {
    const fragment = { xml: `<fragment>${quota}</fragment>`, format: "rawxml" } as const;
    await expect(checkPolicyFragment(fragment, {})).resolves.toBeUndefined();
    const including = (scope: PolicyScope) =>
      parsePolicyDocument('<policies><inbound><include-fragment fragment-id="f" /></inbound></policies>', {
        scope,
        sku: "Developer",
        fragment: () => fragment,
      });
    await expect(including("product")).resolves.toMatchObject({ scope: "product" });
    await expect(including("api")).rejects.toThrow(
      "Policy fragment 'f': Error in element 'quota' on line 1, column 11: Policy is not allowed in the specified scope.",
    );
  });
});
