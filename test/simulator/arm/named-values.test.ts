/** Named values as Microsoft's own client makes them, and the policies that they stand in. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { azureRefusal, quick, type SdkCloud, startSdkCloud } from "../../support/azure-sdk.ts";

const vault = "https://contoso.vault.azure.net/secrets";
let sdk: SdkCloud;
beforeAll(async () => {
  sdk = await startSdkCloud({ secrets: { [`${vault}/greeting`]: "from the vault" } });
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
  await sdk.apim.namedValue.delete(...sdk.at, "greeting", "*");
});

const named = (change: object) =>
  sdk.apim.namedValue.beginCreateOrUpdateAndWait(
    ...sdk.at,
    "greeting",
    { displayName: "Greeting", ...change },
    quick,
  );
const answering = (body: string) =>
  `<policies><inbound><return-response><set-body>${body}</set-body></return-response></inbound></policies>`;
const policy = (value: string) =>
  sdk.apim.apiPolicy.createOrUpdate(...sdk.at, "talks", "policy", { format: "rawxml", value });
const answer = async () => (await fetch(`${sdk.cloud.origins.gateway}/talks/talks`)).text();

describe("a named value", () => {
  it("stands for its display name in attributes and texts, with other text around it", async () => {
    await named({ value: "hello" });
    await policy(
      '<policies><inbound><return-response><set-header name="x-{{Greeting}}"><value>{{Greeting}}</value></set-header><set-body>{{Greeting}}, {{Greeting}}!</set-body></return-response></inbound></policies>',
    );
    const response = await fetch(`${sdk.cloud.origins.gateway}/talks/talks`);
    expect(await response.text()).toBe("hello, hello!");
    expect(response.headers.get("x-hello")).toBe("hello");
  });

  it("is text where it stands, whatever it holds, and is not read again", async () => {
    await named({ value: "<b>&amp;{{Greeting}}" });
    await policy(answering("{{Greeting}}"));
    expect(await answer()).toBe("<b>&amp;{{Greeting}}");
  });

  it("must be there when a policy is saved, in Azure's words", async () => {
    const saved = await azureRefusal(policy(answering("{{Greeting}}")));
    expect(saved).toMatchObject({
      status: 400,
      code: "ValidationError",
      message: "Error in element 'set-body' on line 1, column 37: Cannot find a property 'Greeting'",
    });
    await named({ value: "hello" });
    expect(await azureRefusal(policy(answering("{{greeting}}")))).toMatchObject({ code: "ValidationError" });
    expect(await azureRefusal(policy(answering("{{Greeting}}")))).toEqual({});
  });

  it("changes what the gateway answers at once", async () => {
    await named({ value: "hello" });
    await policy(answering("{{Greeting}}"));
    await named({ value: "good evening" });
    expect(await answer()).toBe("good evening");
    await sdk.apim.namedValue.beginUpdateAndWait(...sdk.at, "greeting", "*", { value: "good night" }, quick);
    expect(await answer()).toBe("good night");
  });

  it("keeps its old value where a policy could not be read with the new one", async () => {
    const status =
      '<policies><inbound><return-response><set-status code="{{Greeting}}" /></return-response></inbound></policies>';
    await named({ value: "418" });
    await policy(status);
    expect(await azureRefusal(named({ value: "tea" }))).toMatchObject({ code: "ValidationError" });
    expect((await sdk.apim.namedValue.get(...sdk.at, "greeting")).value).toBe("418");
    expect((await fetch(`${sdk.cloud.origins.gateway}/talks/talks`)).status).toBe(418);
  });

  it("takes the policies along when its display name changes", async () => {
    await named({ value: "hello" });
    await policy(answering("{{Greeting}}"));
    await named({ displayName: "Salutation", value: "hello" });
    expect(await answer()).toBe("hello");
    const { value = [] } = await sdk.apim.apiPolicy.listByApi(...sdk.at, "talks");
    expect(value.map((one) => one.value)).toEqual([expect.stringContaining("{{Salutation}}")]);
    await named({ displayName: "Salutation", value: "hey" });
    expect(await answer()).toBe("hey");
  });

  it("has a display name that no other one has", async () => {
    await named({ value: "hello" });
    const twin = { displayName: "Greeting", value: "x" };
    const made = sdk.apim.namedValue.beginCreateOrUpdateAndWait(...sdk.at, "twin", twin, quick);
    expect(await azureRefusal(made)).toMatchObject({
      status: 400,
      message: "Property with the same name already exist.",
    });
  });

  it("stays while a policy or a fragment names it", async () => {
    const remove = () => azureRefusal(sdk.apim.namedValue.delete(...sdk.at, "greeting", "*"));
    await named({ value: "hello" });
    await policy(answering("{{Greeting}}"));
    const fragment = {
      value: '<fragment><set-header name="a"><value>{{Greeting}}</value></set-header></fragment>',
    };
    await sdk.apim.policyFragment.beginCreateOrUpdateAndWait(...sdk.at, "hello", fragment, quick);
    expect(await remove()).toMatchObject({
      status: 400,
      message:
        "The Property 'Greeting' is used by the following entities:\r\n/apis/talks/policies/policy\r\n/policyFragments/hello\r\n",
    });
    await sdk.apim.apiPolicy.delete(...sdk.at, "talks", "policy", "*");
    await sdk.apim.policyFragment.delete(...sdk.at, "hello", "*");
    expect(await remove()).toEqual({});
  });

  it("is told to nobody where it is secret, but where it is asked for", async () => {
    const made = await named({ value: "s3cret", secret: true });
    const found = await sdk.apim.namedValue.get(...sdk.at, "greeting");
    expect(JSON.stringify([made, found])).not.toContain("s3cret");
    expect(found.secret).toBe(true);
    expect((await sdk.apim.namedValue.listValue(...sdk.at, "greeting")).value).toBe("s3cret");
    await policy(answering("{{Greeting}}"));
    expect(await answer()).toBe("s3cret");
    const { value = [] } = await sdk.apim.apiPolicy.listByApi(...sdk.at, "talks");
    expect(JSON.stringify(value)).not.toContain("s3cret");
  });
});

describe("a named value of a Key Vault", () => {
  const keyVault = (name: string) => ({ keyVault: { secretIdentifier: `${vault}/${name}` }, secret: true });

  it("is a secret with the value that the local cloud was given", async () => {
    await named(keyVault("greeting"));
    await policy(answering("{{Greeting}}"));
    expect(await answer()).toBe("from the vault");
    const found = await sdk.apim.namedValue.get(...sdk.at, "greeting");
    expect(found).toMatchObject({
      ...{ secret: true, keyVault: { ...keyVault("greeting").keyVault, lastStatus: { code: "Success" } } },
    });
    expect(found).not.toHaveProperty("value");
  });

  it("is not simulated without a value", async () => {
    expect(await azureRefusal(named(keyVault("other")))).toMatchObject({
      ...{ status: 400, code: "NotSimulated", message: expect.stringContaining(`${vault}/other`) },
    });
  });

  it("has no value of its own beside it", async () => {
    const both = await azureRefusal(named({ ...keyVault("greeting"), value: "x" }));
    expect(both).toMatchObject({ status: 400, code: "ValidationError" });
  });
});
