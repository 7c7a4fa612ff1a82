/** Products and subscriptions as Microsoft's own client makes them, and what the gateway does with them. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { azureRefusal, namesIn, quick, type SdkCloud, startSdkCloud } from "../../support/azure-sdk.ts";

let sdk: SdkCloud;
beforeAll(async () => {
  sdk = await startSdkCloud();
});
afterAll(() => sdk.close());

const ok = { responses: { "200": { description: "x" } } };
const document = (title: string) =>
  JSON.stringify({ openapi: "3.0.3", info: { title, version: "1" }, paths: { "/talks": { get: ok } } });
const answer = (text: string) =>
  `<policies><inbound><base /><return-response><set-status code="200" /><set-body>${text}</set-body></return-response></inbound></policies>`;

async function makeApi(id: string, more: object = {}): Promise<void> {
  const api = { path: id, format: "openapi+json", value: document(id), ...more };
  await sdk.apim.api.beginCreateOrUpdateAndWait(...sdk.at, id, api, quick);
  await sdk.apim.apiPolicy.createOrUpdate(...sdk.at, id, "policy", { value: answer(id) });
}

async function call(api: string, key?: string): Promise<[status: number, text: string]> {
  const headers = key === undefined ? {} : { "Ocp-Apim-Subscription-Key": key };
  const response = await fetch(`${sdk.cloud.origins.gateway}/${api}/talks`, { headers });
  const text = await response.text();
  return [response.status, response.ok ? text : (JSON.parse(text) as { message: string }).message];
}

const invalid =
  "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.";
const active = { displayName: "Own", state: "active" as const };

describe("a product", () => {
  beforeEach(async () => {
    const { apim, at } = sdk;
    await apim.product.delete(...at, "starter", "*", { deleteSubscriptions: true });
    await makeApi("talks");
    await apim.product.createOrUpdate(...at, "starter", { displayName: "Starter", state: "published" });
  });

  it("has the settings that Azure gives one that names none", async () => {
    const { apim, at } = sdk;
    await apim.product.createOrUpdate(...at, "plain", { displayName: "Plain" });
    expect(await apim.product.get(...at, "plain")).toMatchObject({
      ...{ displayName: "Plain", subscriptionRequired: true, approvalRequired: false, state: "notPublished" },
    });
  });

  it("opens its APIs to its subscriptions, for as long as they are linked", async () => {
    const { apim, at } = sdk;
    const own = { ...active, scope: "/products/starter", primaryKey: "0wn" };
    await apim.subscription.createOrUpdate(...at, "own", own);
    expect(await call("talks", "0wn")).toEqual([401, invalid]);
    const linked = await apim.productApi.createOrUpdate(...at, "starter", "talks");
    expect(linked).toMatchObject({ displayName: "talks", path: "talks" });
    expect(await namesIn(apim.productApi.listByProduct(...at, "starter"))).toEqual(["talks"]);
    expect(await call("talks", "0wn")).toEqual([200, "talks"]);
    await apim.productApi.delete(...at, "starter", "talks");
    expect(await call("talks", "0wn")).toEqual([401, invalid]);
  });

  it("tells whether it has an API", async () => {
    const { apim, at } = sdk;
    const has = () => azureRefusal(apim.productApi.checkEntityExists(...at, "starter", "talks"));
    expect((await has()).status).toBe(404);
    await apim.productApi.createOrUpdate(...at, "starter", "talks");
    expect(await has()).toEqual({});
  });

  it("takes no API that is not there", async () => {
    const { apim, at } = sdk;
    const link = apim.productApi.createOrUpdate(...at, "starter", "nothing");
    expect(await azureRefusal(link)).toMatchObject({ status: 404, code: "ResourceNotFound" });
  });

  it("has a policy of its own between the global one and the API's", async () => {
    const { apim, at } = sdk;
    await apim.productApi.createOrUpdate(...at, "starter", "talks");
    await apim.subscription.createOrUpdate(...at, "own", {
      ...{ ...active, scope: "/products/starter", primaryKey: "0wn" },
    });
    const policy = { format: "rawxml", value: answer("product") };
    await apim.productPolicy.createOrUpdate(...at, "starter", "policy", policy);
    expect(await call("talks", "0wn")).toEqual([200, "product"]);
    await apim.productPolicy.delete(...at, "starter", "policy", "*");
    expect(await call("talks", "0wn")).toEqual([200, "talks"]);
  });

  it("stays while it has subscriptions, unless they are to go with it", async () => {
    const { apim, at } = sdk;
    await apim.subscription.createOrUpdate(...at, "own", { ...active, scope: "/products/starter" });
    expect(await azureRefusal(apim.product.delete(...at, "starter", "*"))).toMatchObject({
      status: 400,
      message:
        "Product cannot be deleted since it has existing subscriptions. Delete subscriptions before deleting the product or pass in deleteSubscriptions=true as query param",
    });
    await apim.product.delete(...at, "starter", "*", { deleteSubscriptions: true });
    expect((await azureRefusal(apim.subscription.get(...at, "own"))).status).toBe(404);
  });

  it("has as many subscriptions as it allows", async () => {
    const { apim, at } = sdk;
    await apim.product.createOrUpdate(...at, "starter", { displayName: "Starter", subscriptionsLimit: 1 });
    const own = { ...active, scope: "/products/starter" };
    await apim.subscription.createOrUpdate(...at, "own", own);
    const second = await azureRefusal(apim.subscription.createOrUpdate(...at, "second", own));
    expect(second).toMatchObject({ status: 400, message: "Subscriptions limit reached for same user" });
    // The same one again is no second one.
    await apim.subscription.createOrUpdate(...at, "own", own);
  });

  it("is the only one of its APIs that is open", async () => {
    const { apim, at } = sdk;
    const open = { displayName: "Open", subscriptionRequired: false };
    await apim.product.createOrUpdate(...at, "open", open);
    await apim.productApi.createOrUpdate(...at, "open", "talks");
    expect(await call("talks")).toEqual([200, "talks"]);
    await apim.productApi.createOrUpdate(...at, "starter", "talks");
    const second = await azureRefusal(apim.product.createOrUpdate(...at, "starter", open));
    expect(second).toMatchObject({
      status: 400,
      message: expect.stringContaining("'talks' is already in the product 'open'"),
    });
    await apim.productApi.delete(...at, "starter", "talks");
    await apim.product.createOrUpdate(...at, "starter", open);
    const link = await azureRefusal(apim.productApi.createOrUpdate(...at, "starter", "talks"));
    expect(link).toMatchObject({ status: 400, code: "ValidationError" });
    await apim.product.delete(...at, "open", "*");
  });
});

describe("a subscription", () => {
  beforeEach(async () => {
    await makeApi("talks");
    await sdk.apim.subscription.delete(...sdk.at, "own", "*");
  });

  it("comes with the instance, opens every API, and is deleted like another", async () => {
    const { apim, at } = sdk;
    expect(await apim.subscription.get(...at, "master")).toMatchObject({
      displayName: "Built-in all-access subscription",
      scope: expect.stringMatching(/\/service\/apim-sdk\/$/),
      state: "active",
    });
    const { primaryKey = "" } = await apim.subscription.listSecrets(...at, "master");
    expect(await call("talks", primaryKey)).toEqual([200, "talks"]);
    await apim.subscription.delete(...at, "master", "*");
    expect(await call("talks", primaryKey)).toEqual([401, invalid]);
  });

  it("lets nobody in before it is active, or once it is suspended", async () => {
    const { apim, at } = sdk;
    const own = { displayName: "Own", scope: "/apis/talks", primaryKey: "0wn" };
    expect(await apim.subscription.createOrUpdate(...at, "own", own)).toMatchObject({ state: "submitted" });
    expect(await call("talks", "0wn")).toEqual([401, invalid]);
    await apim.subscription.update(...at, "own", "*", { state: "active" });
    expect(await call("talks", "0wn")).toEqual([200, "talks"]);
    await apim.subscription.update(...at, "own", "*", { state: "suspended" });
    expect(await call("talks", "0wn")).toEqual([401, invalid]);
  });

  it("has two keys, each of which is made anew by itself", async () => {
    const { apim, at } = sdk;
    await apim.subscription.createOrUpdate(...at, "own", { ...active, scope: "/apis" });
    const before = await apim.subscription.listSecrets(...at, "own");
    await apim.subscription.regeneratePrimaryKey(...at, "own");
    const between = await apim.subscription.listSecrets(...at, "own");
    expect([before.primaryKey === between.primaryKey, before.secondaryKey === between.secondaryKey]).toEqual([
      false,
      true,
    ]);
    expect(await call("talks", before.primaryKey)).toEqual([401, invalid]);
    expect(await call("talks", between.primaryKey)).toEqual([200, "talks"]);
    await apim.subscription.regenerateSecondaryKey(...at, "own");
    expect(await call("talks", before.secondaryKey)).toEqual([401, invalid]);
  });

  it.each(["/products/nothing", "/apis/nothing", "/users/1", "talks"])(
    "is refused for the scope %s",
    async (scope) => {
      const { apim, at } = sdk;
      const refused = await azureRefusal(
        apim.subscription.createOrUpdate(...at, "own", { ...active, scope }),
      );
      expect(refused).toMatchObject({ status: 400, code: "ValidationError" });
    },
  );

  it("is taken for an API by the API's whole id, and goes with it", async () => {
    const { apim, at } = sdk;
    await makeApi("passing");
    const { id: scope = "" } = await apim.api.get(...at, "passing");
    await apim.subscription.createOrUpdate(...at, "own", { ...active, scope, primaryKey: "0wn" });
    expect(await call("passing", "0wn")).toEqual([200, "passing"]);
    expect(await call("talks", "0wn")).toEqual([401, invalid]);
    await apim.api.beginDeleteAndWait(...at, "passing", "*", quick);
    expect((await azureRefusal(apim.subscription.get(...at, "own"))).status).toBe(404);
  });

  it("is read in the parameters that the API names", async () => {
    const { apim, at } = sdk;
    const subscriptionKeyParameterNames = { header: "x-api-key", query: "api-key" };
    await makeApi("named", { subscriptionKeyParameterNames });
    await apim.subscription.createOrUpdate(...at, "own", { ...active, scope: "/apis", primaryKey: "0wn" });
    const url = `${sdk.cloud.origins.gateway}/named/talks`;
    expect((await fetch(url, { headers: { "x-api-key": "0wn" } })).status).toBe(200);
    expect((await fetch(`${url}?api-key=0wn`)).status).toBe(200);
    expect(await call("named", "0wn")).toEqual([401, expect.stringContaining("missing subscription key")]);
  });
});
