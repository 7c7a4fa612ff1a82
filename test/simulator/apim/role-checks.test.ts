/**
 * Who gets in by the roles of a signed token, as Microsoft's samples `authX` (documents alone, 5 checks) and `authX-pro`
 * (product, fragments and named values, 10 checks) have it, made with Microsoft's own client.
 *
 * @see https://github.com/Azure-Samples/Apim-Samples/tree/main/samples/authX
 * @see https://github.com/Azure-Samples/Apim-Samples/tree/main/samples/authX-pro
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { quick, type SdkCloud, startSdkCloud } from "../../support/azure-sdk.ts";
import { makeKey, signToken } from "../../support/tokens.ts";

const roles = {
  member: "0f4f6f3e-0000-4000-8000-000000000001",
  reader: "0f4f6f3e-0000-4000-8000-000000000002",
  keeper: "0f4f6f3e-0000-4000-8000-000000000003",
};
const secret = Buffer.from("a-secret-of-the-library-0123456789abcdef");
/** HS256 signs by the secret alone. */
const unused = makeKey("library");
const names = { header: "api-key", query: "api-key" };

let sdk: SdkCloud;
beforeAll(async () => {
  sdk = await startSdkCloud();
  const named = { "library-key": secret.toString("base64"), ...roles };
  for (const [name, value] of Object.entries(named)) {
    const settings = { displayName: name, value, secret: name === "library-key" };
    await sdk.apim.namedValue.beginCreateOrUpdateAndWait(...sdk.at, name, settings, quick);
  }
});
afterAll(() => sdk.close());

const rawxml = (value: string) => ({ format: "rawxml", value });
const document = (inbound: string) => rawxml(`<policies><inbound><base />${inbound}</inbound></policies>`);
/** Lets members in, by a token that the named key has signed. */
const memberCheck = `<validate-jwt header-name="Authorization" failed-validation-httpcode="401"
  failed-validation-error-message="Unauthorized" output-token-variable-name="token">
  <issuer-signing-keys><key>{{library-key}}</key></issuer-signing-keys>
  <required-claims><claim name="roles" match="all"><value>{{member}}</value></claim></required-claims>
</validate-jwt>`;

const operations = ["get", "post"] as const;
async function makeApi(id: string, inbound: Record<"api" | (typeof operations)[number], string>, more = {}) {
  const { apim, at } = sdk;
  const settings = { path: id, displayName: id, subscriptionKeyParameterNames: names, ...more };
  await apim.api.beginCreateOrUpdateAndWait(...at, id, settings, quick);
  await apim.apiPolicy.createOrUpdate(...at, id, "policy", document(inbound.api));
  for (const method of operations) {
    const operation = { displayName: method, method: method.toUpperCase(), urlTemplate: "/" };
    await apim.apiOperation.createOrUpdate(...at, id, method, operation);
    await apim.apiOperationPolicy.createOrUpdate(...at, id, method, "policy", document(inbound[method]));
  }
}

async function call(
  key: string | undefined,
  method: string,
  path: string,
  has: readonly (keyof typeof roles)[],
): Promise<[status: number, text: string]> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: "somebody", iat: now, exp: now + 3600, roles: has.map((role) => roles[role]) };
  const authorization = `Bearer ${signToken(unused, claims, { alg: "HS256", secret })}`;
  const response = await fetch(`${sdk.cloud.origins.gateway}/${path}`, {
    method,
    headers: { authorization, ...(key === undefined ? {} : { "api-key": key }) },
  });
  return [response.status, await response.text()];
}

const keeper = ["member", "keeper"] as const;
const reader = ["member", "reader"] as const;

describe("roles that the documents name themselves", () => {
  beforeAll(async () => {
    // The entities stand in an expression of a rawxml document, as in the samples.
    const has = (role: string) =>
      `((Jwt)context.Variables[&quot;token&quot;]).Claims[&quot;roles&quot;].Contains(&quot;{{${role}}}&quot;)`;
    const check = (condition: string, answer: string) =>
      `<choose><when condition="@(${condition})"><return-response><set-status code="200" reason="OK" /><set-body>${answer}</set-body></return-response></when>
        <otherwise><return-response><set-status code="403" reason="Forbidden" /></return-response></otherwise></choose>`;
    await makeApi("books", {
      api: memberCheck,
      get: check(`${has("keeper")} || ${has("reader")}`, "A book"),
      post: check(has("keeper"), "A book is there now."),
    });
    const own = { displayName: "own", scope: "/apis/books", primaryKey: "b00ks", state: "active" as const };
    await sdk.apim.subscription.createOrUpdate(...sdk.at, "books", own);
  });

  it.each<[string, readonly (keyof typeof roles)[], string, [number, string]]>([
    ["a keeper read", keeper, "GET", [200, "A book"]],
    ["a keeper write", keeper, "POST", [200, "A book is there now."]],
    ["a reader read", reader, "GET", [200, "A book"]],
  ])("let %s", async (_, has, method, expected) => {
    expect(await call("b00ks", method, "books", has)).toEqual(expected);
  });

  it.each<[string, readonly (keyof typeof roles)[], string, [number, string]]>([
    ["a reader write", reader, "POST", [403, ""]],
    ["a member of no other role read", ["member"], "GET", [403, ""]],
    [
      "a keeper who is no member read",
      ["keeper"],
      "GET",
      [401, '{ "statusCode": 401, "message": "Unauthorized" }'],
    ],
  ])("do not let %s", async (_, has, method, expected) => {
    expect(await call("b00ks", method, "books", has)).toEqual(expected);
  });

  it("do not count without the API's key", async () => {
    const [status, text] = await call(undefined, "GET", "books", keeper);
    expect([status, JSON.parse(text)]).toEqual([
      401,
      {
        statusCode: 401,
        message:
          "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.",
      },
    ]);
  });
});

describe("roles that fragments check, in the context of a product", () => {
  const refuse = (condition: string, text: string) => `<fragment><choose><when condition="@{
      ${condition}
    }"><return-response><set-status code="403" reason="Forbidden" /><set-body>${text}</set-body></return-response></when></choose></fragment>`;
  const fragments = {
    "one-of-roles": refuse(
      `var token = (Jwt)context.Variables["token"];
      var wanted = context.Variables.GetValueOrDefault<string>("wanted-roles", "").ToString().Split(',');
      var held = token.Claims.GetValueOrDefault("roles", new string[0]);
      // None of the wanted ones is held.
      return !wanted.Any(role => held.Contains(role.Trim()));`,
      "No role of these",
    ),
    "every-role": refuse(
      `var token = (Jwt)context.Variables["token"];
      var wanted = context.Variables.GetValueOrDefault<string>("wanted-roles", "").ToString().Split(',');
      var held = token.Claims.GetValueOrDefault("roles", new string[0]);
      return !wanted.All(role => held.Contains(role.Trim()));`,
      "Not every role of these",
    ),
    "one-of-products": refuse(
      `var wanted = context.Variables.GetValueOrDefault<string>("wanted-products", "").ToString().Split(',');
      var own = context.Product?.Id ?? string.Empty;
      return !wanted.Any(product => own.Contains(product));`,
      "No product of these",
    ),
    done: '<fragment><return-response><set-status code="200" reason="OK" /><set-body>@{ return "Done by " + context.Request.Method; }</set-body></return-response></fragment>',
  };
  const include = (id: string) => `<include-fragment fragment-id="${id}" />`;
  const set = (name: string, value: string) => `<set-variable name="${name}" value="${value}" />`;

  beforeAll(async () => {
    const { apim, at } = sdk;
    for (const [id, value] of Object.entries(fragments))
      await apim.policyFragment.beginCreateOrUpdateAndWait(...at, id, rawxml(value), quick);
    const product = { displayName: "Library", subscriptionRequired: true, approvalRequired: false };
    await apim.product.createOrUpdate(...at, "library", { ...product, state: "published" });
    await apim.productPolicy.createOrUpdate(...at, "library", "policy", document(memberCheck));
    const one = (wanted: string) => set("wanted-roles", wanted) + include("one-of-roles") + include("done");
    const api = set("wanted-products", "library") + include("one-of-products");
    const checks = { api, get: one("{{keeper}}, {{reader}}"), post: one("{{keeper}}") };
    for (const id of ["loans", "shelves"]) {
      await makeApi(id, checks, { subscriptionRequired: false });
      await apim.productApi.createOrUpdate(...at, "library", id);
    }
    const every = set("wanted-roles", "{{keeper}},{{reader}}") + include("every-role") + include("done");
    await makeApi("desk", { api, get: every, post: every }, { subscriptionRequired: false });
    await apim.productApi.createOrUpdate(...at, "library", "desk");
    const own = { displayName: "own", scope: "/products/library", primaryKey: "l1brary" };
    await apim.subscription.createOrUpdate(...at, "library", { ...own, state: "active" });
  });

  it.each<[string, string, readonly (keyof typeof roles)[], string, [number, string]]>([
    ["a keeper read loans", "loans", keeper, "GET", [200, "Done by GET"]],
    ["a keeper write loans", "loans", keeper, "POST", [200, "Done by POST"]],
    ["a keeper read shelves", "shelves", keeper, "GET", [200, "Done by GET"]],
    ["a keeper write shelves", "shelves", keeper, "POST", [200, "Done by POST"]],
    ["a reader read loans", "loans", reader, "GET", [200, "Done by GET"]],
    ["a reader read shelves", "shelves", reader, "GET", [200, "Done by GET"]],
    ["a keeper and reader use the desk", "desk", ["member", "keeper", "reader"], "GET", [200, "Done by GET"]],
  ])("let %s", async (_, api, has, method, expected) => {
    expect(await call("l1brary", method, api, has)).toEqual(expected);
  });

  it.each<[string, string, readonly (keyof typeof roles)[], string, [number, string]]>([
    ["a reader write loans", "loans", reader, "POST", [403, "No role of these"]],
    ["a reader write shelves", "shelves", reader, "POST", [403, "No role of these"]],
    ["a keeper who is no reader use the desk", "desk", keeper, "GET", [403, "Not every role of these"]],
    [
      "a reader who is no member read",
      "loans",
      ["reader"],
      "GET",
      [401, '{ "statusCode": 401, "message": "Unauthorized" }'],
    ],
  ])("do not let %s", async (_, api, has, method, expected) => {
    expect(await call("l1brary", method, api, has)).toEqual(expected);
  });

  it.each([
    ["a keeper", keeper],
    ["a reader", reader],
  ])("do not let %s in outside the product", async (_, has) => {
    expect(await call(undefined, "GET", "loans", has)).toEqual([403, "No product of these"]);
  });
});
