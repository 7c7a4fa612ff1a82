/**
 * Who gets in with which key.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-subscriptions#how-api-management-handles-requests-with-or-without-subscription-keys
 */

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { GatewayApi, GatewayProduct } from "../../../../simulator/apim/gateway-model.ts";
import type { CheckedPolicy } from "../../../../simulator/apim/policy/document.ts";
import type { ServedSubscription, SubscriptionScope } from "../../../../simulator/apim/subscription.ts";
import { makeService, policy, serveGateway, type TestGateway } from "../../../support/gateway.ts";
import { serve, type TestServer } from "../../../support/serve.ts";
import { keyNames, subscriptionWithKeys } from "../../../support/subscriptions.ts";

const missing =
  "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.";
const invalid =
  "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.";

let backend: TestServer;
let gateway: TestGateway;
let seen: { url: string | undefined; key: string | string[] | undefined };
let trace: (scope: "global" | "product" | "api") => Promise<CheckedPolicy>;
beforeAll(async () => {
  backend = await serve((request, response) => {
    seen = { url: request.url, key: request.headers["ocp-apim-subscription-key"] };
    response.end("answer");
  });
  gateway = await serveGateway();
  trace = (scope) =>
    policy(scope === "global" ? "" : "<base />", {
      scope,
      outbound: `${scope === "global" ? "" : "<base />"}<set-header name="ran" exists-action="append"><value>${scope}</value></set-header>`,
    });
});
afterEach(() => {
  gateway.refusals.length = 0;
  gateway.log.length = 0;
});
afterAll(async () => {
  await Promise.all([backend.close(), gateway.close()]);
});

const product = (id: string, more: Partial<GatewayProduct> = {}): GatewayProduct => ({
  ...{ id, displayName: id, state: "published", subscriptionRequired: true, approvalRequired: false },
  apis: new Set(["test"]),
  ...more,
});
/** Serves one API, which asks for a key unless told otherwise. */
async function serveApi({
  products = [],
  subscriptions = [],
  ...api
}: Partial<GatewayApi> & {
  products?: readonly GatewayProduct[];
  subscriptions?: readonly ServedSubscription[];
}): Promise<void> {
  const [global, own] = await Promise.all([trace("global"), trace("api")]);
  const parts = { policy: global, api: { serviceUrl: backend.origin, keyNames, policy: own, ...api } };
  gateway.service = { ...makeService(parts), products, subscriptions };
}

interface Outcome {
  readonly status: number;
  /** The refusal's message, or the scopes whose policies ran. */
  readonly says: string | null;
}

async function call(key?: string, target = "/things"): Promise<Outcome> {
  const headers = key === undefined ? {} : { [keyNames.header]: key };
  const response = await fetch(gateway.origin + target, { headers });
  const text = await response.text();
  const says = response.ok ? response.headers.get("ran") : (JSON.parse(text) as { message: string }).message;
  return { status: response.status, says };
}

const refused = (says: string): Outcome => ({ status: 401, says });
const inApi: Outcome = { status: 200, says: "global,api" };
const inProduct: Outcome = { status: 200, says: "global,product,api" };

describe("an API that asks for a key", () => {
  it("refuses a request without one, in Azure's words", async () => {
    await serveApi({ path: "v1" });
    const response = await fetch(`${gateway.origin}/v1/things`);
    expect([response.status, response.statusText]).toEqual([401, "Access Denied"]);
    expect(response.headers.get("www-authenticate")).toBe(
      `AzureApiManagementKey realm="${gateway.origin}/v1",name="Ocp-Apim-Subscription-Key",type="header"`,
    );
    expect(await response.text()).toBe(`{ "statusCode": 401, "message": "${missing}" }`);
    expect(gateway.refusals).toMatchObject([{ source: "authorization", reason: "SubscriptionKeyNotFound" }]);
  });

  it("refuses a key that nobody has, and never logs it", async () => {
    await serveApi({});
    expect(await call("n0body")).toEqual(refused(invalid));
    expect(gateway.refusals).toMatchObject([{ reason: "SubscriptionKeyInvalid" }]);
    expect(gateway.log.join()).not.toContain("n0body");
  });

  it.each<[string, SubscriptionScope, Outcome]>([
    ["every API", { kind: "all" }, inApi],
    ["the API", { kind: "api", api: "test" }, inApi],
    ["a product with the API", { kind: "product", product: "starter" }, inProduct],
    ["another API", { kind: "api", api: "other" }, refused(invalid)],
    ["a product without the API", { kind: "product", product: "empty" }, refused(invalid)],
  ])("takes or refuses both keys of a subscription for %s", async (_, scope, expected) => {
    const products = [
      product("Starter", { policy: await trace("product") }),
      product("empty", { apis: new Set() }),
    ];
    await serveApi({ products, subscriptions: [subscriptionWithKeys("own", scope)] });
    expect([await call("own-1"), await call("own-2")]).toEqual([expected, expected]);
  });

  it.each(["suspended", "expired", "submitted", "rejected", "cancelled"])(
    "refuses the keys of a subscription that is %s",
    async (state) => {
      await serveApi({ subscriptions: [subscriptionWithKeys("own", { kind: "all" }, { state })] });
      expect(await call("own-1")).toEqual(refused(invalid));
    },
  );

  it("reads the query where the header is not there, and hands the key on as it came", async () => {
    await serveApi({ subscriptions: [subscriptionWithKeys("own", { kind: "all" })] });
    expect(await call(undefined, "/things?subscription-key=own-1")).toEqual(inApi);
    expect(seen).toEqual({ url: "/things?subscription-key=own-1", key: undefined });
    expect(await call("own-1")).toEqual(inApi);
    expect(seen).toEqual({ url: "/things", key: "own-1" });
    expect(await call("wrong", "/things?subscription-key=own-1")).toEqual(refused(invalid));
  });

  it("reads the header and the query parameter that the API names, and no others", async () => {
    const own = { header: "x-api-key", query: "api-key" };
    await serveApi({ keyNames: own, subscriptions: [subscriptionWithKeys("own", { kind: "all" })] });
    const withHeader = await fetch(`${gateway.origin}/things`, { headers: { "X-Api-Key": "own-1" } });
    expect(withHeader.status).toBe(200);
    expect(await call(undefined, "/things?api-key=own-1")).toEqual(inApi);
    expect(await call("own-1")).toEqual(refused(missing));
  });

  it("runs the policies of the product whose key came, and of no other", async () => {
    const products = [
      product("one", { policy: await trace("product") }),
      product("two", { policy: await policy("<base />", { scope: "product" }) }),
    ];
    const keys = ["one", "two"].map((id) => subscriptionWithKeys(id, { kind: "product", product: id }));
    await serveApi({ products, subscriptions: keys });
    expect(await call("one-1")).toEqual(inProduct);
    // The second product's outbound has no <base />: it switches the global statements off.
    expect(await call("two-1")).toEqual({ status: 200, says: "api" });
  });

  it("runs on-error, which may answer in its own words", async () => {
    const onError =
      '<base /><set-status code="418" reason="Teapot" /><set-header name="seen"><value>yes</value></set-header>';
    await serveApi({ policy: await policy("<base />", { scope: "api", onError }) });
    const response = await fetch(`${gateway.origin}/things`);
    expect([response.status, response.headers.get("seen")]).toEqual([418, "yes"]);
  });

  it("answers a browser with the headers of cors, also where the key is missing", async () => {
    const cors =
      "<cors><allowed-origins><origin>https://a.example</origin></allowed-origins><allowed-headers><header>*</header></allowed-headers></cors>";
    await serveApi({ policy: await policy(cors, { scope: "api" }) });
    const response = await fetch(`${gateway.origin}/things`, { headers: { origin: "https://a.example" } });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([
      401,
      "https://a.example",
    ]);
  });
});

describe("an open product", () => {
  const open = async () => product("open", { subscriptionRequired: false, policy: await trace("product") });

  it("lets a request without a key in, also to an API that asks for one", async () => {
    await serveApi({ products: [await open()] });
    expect(await call()).toEqual(inProduct);
  });

  it("lets nobody in to an API that it does not have", async () => {
    await serveApi({ products: [{ ...(await open()), apis: new Set(["other"]) }] });
    expect(await call()).toEqual(refused(missing));
  });

  it("has keys that open nothing ignored", async () => {
    await serveApi({
      products: [await open()],
      subscriptions: [subscriptionWithKeys("other", { kind: "api", api: "other" })],
    });
    expect([await call("other-1"), await call("nothing")]).toEqual([inProduct, inProduct]);
  });

  it("stands back for the key of the API's own subscription", async () => {
    await serveApi({
      products: [await open()],
      subscriptions: [subscriptionWithKeys("own", { kind: "api", api: "test" })],
    });
    expect(await call("own-1")).toEqual(inApi);
  });

  it("counts as well where it is not published", async () => {
    await serveApi({ products: [{ ...(await open()), state: "notPublished" }] });
    expect(await call()).toEqual(inProduct);
  });

  it("answers a preflight by its own cors", async () => {
    const cors =
      "<base /><cors><allowed-origins><origin>https://a.example</origin></allowed-origins><allowed-headers><header>*</header></allowed-headers></cors>";
    const withCors = { ...(await open()), policy: await policy(cors, { scope: "product" }) };
    const ask = async () => {
      const headers = { origin: "https://a.example", "access-control-request-method": "GET" };
      const response = await fetch(`${gateway.origin}/things`, { method: "OPTIONS", headers });
      return response.headers.get("access-control-allow-origin");
    };
    await serveApi({ products: [withCors] });
    expect(await ask()).toBe("https://a.example");
    await serveApi({ products: [{ ...withCors, subscriptionRequired: true }] });
    expect(await ask()).toBeNull();
  });
});

describe("an API that asks for no key", () => {
  const subscriptions = [
    subscriptionWithKeys("own", { kind: "product", product: "starter" }),
    subscriptionWithKeys("other", { kind: "api", api: "other" }),
    subscriptionWithKeys("all", { kind: "all" }),
  ];

  it("lets everybody in, and with the key of a product in the product's context", async () => {
    const products = [product("starter", { policy: await trace("product") })];
    await serveApi({ keyIsOptional: true, products, subscriptions });
    expect([await call(), await call("own-1"), await call("all-1")]).toEqual([inApi, inProduct, inApi]);
  });

  it("ignores keys that open something else or nothing", async () => {
    const products = [product("starter", { policy: await trace("product"), apis: new Set(["other"]) })];
    await serveApi({ keyIsOptional: true, products, subscriptions });
    const calls = [await call("own-1"), await call("other-1"), await call("nothing")];
    expect(calls).toEqual([inApi, inApi, inApi]);
  });
});
