/** Policy fragments as Microsoft's own client makes them, and the policies that include them. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { azureRefusal, quick, type SdkCloud, startSdkCloud } from "../../support/azure-sdk.ts";

let sdk: SdkCloud;
beforeAll(async () => {
  sdk = await startSdkCloud();
  const value = JSON.stringify({
    ...{ openapi: "3.0.3", info: { title: "Talks", version: "1" } },
    paths: { "/talks": { get: { responses: { "200": { description: "x" } } } } },
  });
  const api = { path: "talks", subscriptionRequired: false, format: "openapi+json", value };
  await sdk.apim.api.beginCreateOrUpdateAndWait(...sdk.at, "talks", api, quick);
});
afterAll(() => sdk.close());
beforeEach(async () => {
  await sdk.apim.apiPolicy.delete(...sdk.at, "talks", "policy", "*");
  await sdk.apim.policyFragment.delete(...sdk.at, "hello", "*");
});

const fragment = (inside: string, more: object = {}) =>
  sdk.apim.policyFragment.beginCreateOrUpdateAndWait(
    ...sdk.at,
    "hello",
    { value: `<fragment>${inside}</fragment>`, ...more },
    quick,
  );
const including = (inbound = '<include-fragment fragment-id="hello" />') =>
  `<policies><inbound>${inbound}</inbound></policies>`;
const policy = (value = including()) =>
  sdk.apim.apiPolicy.createOrUpdate(...sdk.at, "talks", "policy", { format: "rawxml", value });
const answer = async () => (await fetch(`${sdk.cloud.origins.gateway}/talks/talks`)).text();
const answering = (body: string) => `<return-response><set-body>${body}</set-body></return-response>`;

describe("a policy fragment", () => {
  it("runs in the place of the element that includes it, and changes with its text", async () => {
    await fragment(answering("hello"), { description: "Greets" });
    await policy();
    expect(await answer()).toBe("hello");
    await fragment(answering("good night"));
    expect(await answer()).toBe("good night");
  });

  it("must be there when a policy is saved, in Azure's words", async () => {
    expect(await azureRefusal(policy())).toMatchObject({
      ...{ status: 400, code: "ValidationError" },
      message:
        "Error in element 'include-fragment' on line 1, column 20: Policy fragment with id 'hello' could not be found.",
    });
  });

  it("is read back as Azure writes it", async () => {
    await fragment('<set-header name="a"><value>b</value></set-header>', { description: "Greets" });
    const found = await sdk.apim.policyFragment.get(...sdk.at, "hello");
    expect(found).toMatchObject({ description: "Greets", format: "xml" });
    expect(found.value).toBe(
      [
        "<fragment>",
        '  <set-header name="a">',
        "    <value>b</value>",
        "  </set-header>",
        "</fragment>",
      ].join("\r\n"),
    );
  });

  it("is read raw where it is asked for raw, as it was written raw", async () => {
    const value = '<fragment><set-body>@("a" + "<b>")</set-body></fragment>';
    const stored = { value, format: "rawxml" };
    // Read as text alone: what the expression says is not the question here.
    const service = sdk.cloud.store.all("Microsoft.ApiManagement/service")[0]?.id ?? "";
    const id = `${service}/policyFragments/raw`;
    const type = "Microsoft.ApiManagement/service/policyFragments";
    sdk.cloud.store.put({ id, type, body: { properties: stored }, hidden: {} });
    const get = (format: "xml" | "rawxml") => sdk.apim.policyFragment.get(...sdk.at, "raw", { format });
    const [raw, xml] = [await get("rawxml"), await get("xml")];
    expect([raw.format, raw.value?.includes('@("a" + "<b>")')]).toEqual(["rawxml", true]);
    expect([xml.format, xml.value?.includes('@("a" + "&lt;b&gt;")')]).toEqual(["xml", true]);
  });

  it.each<[string, string, string]>([
    ["a section", "<inbound />", "API Management has no policy of this name"],
    ["base", "<base />", "invalid child element 'base'"],
    ["another fragment", '<include-fragment fragment-id="other" />', "can't include another policy fragment"],
    ["text", "hello", "must hold no text of its own"],
    ["a policy with a mistake", '<set-status code="1" />', "must be an integer from 100 to 599"],
    [
      "a named value that is not there",
      "<set-body>{{nothing}}</set-body>",
      "Cannot find a property 'nothing'",
    ],
  ])("is refused with %s", async (_, inside, problem) => {
    expect(await azureRefusal(fragment(inside))).toMatchObject({
      ...{ status: 400, code: "ValidationError", message: expect.stringContaining(problem) },
    });
  });

  it("may hold policies of different sections, and is refused where one of them may not stand", async () => {
    await fragment('<mock-response status-code="200" />');
    expect(await azureRefusal(policy())).toEqual({});
    const backend =
      '<policies><inbound /><backend><include-fragment fragment-id="hello" /></backend></policies>';
    expect(await azureRefusal(policy(backend))).toMatchObject({
      message:
        "Error in element 'include-fragment' on line 1, column 31: Policy fragment 'hello': Error in element 'mock-response' on line 1, column 11: Policy is not allowed in the 'backend' section.",
    });
  });

  it("keeps its old text where a policy could not be read with the new one", async () => {
    await fragment(answering("hello"));
    await policy();
    expect(await azureRefusal(fragment("<forward-request />"))).toMatchObject({ code: "ValidationError" });
    expect(await answer()).toBe("hello");
  });

  it("stays while a policy includes it, and tells which ones do", async () => {
    await fragment(answering("hello"));
    await policy();
    const users = await sdk.apim.policyFragment.listReferences(...sdk.at, "hello");
    expect(users.value).toEqual([
      { id: expect.stringMatching(/\/service\/apim-sdk\/apis\/talks\/policies\/policy$/) },
    ]);
    expect(await azureRefusal(sdk.apim.policyFragment.delete(...sdk.at, "hello", "*"))).toMatchObject({
      status: 400,
      message:
        "The Policy Fragment 'hello' is used by the following entities:\r\n/apis/talks/policies/policy\r\n",
    });
  });
});
