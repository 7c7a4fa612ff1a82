/** What the local Azure answers to requests that no client of Microsoft's sends. Azure's words are those of its documentation. */
import * as tls from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalCloud, startCloud } from "../../../simulator/cloud.ts";

let cloud: LocalCloud;
let token: string;
const trusted = tls.getCACertificates();
beforeAll(async () => {
  cloud = await startCloud({ log: () => {} });
  tls.setDefaultCACertificates([...trusted, cloud.azure.certificate]);
  token = String((await logIn({})).body.access_token);
  await call("PUT", `${group}?api-version=2024-03-01`, { location: "westeurope" });
  await call("PUT", `${service}?${version}`, instance);
});
afterAll(async () => {
  tls.setDefaultCACertificates(trusted);
  await cloud.close();
});

const subscription = "/subscriptions/00000000-0000-0000-0000-000000000000";
const group = `${subscription}/resourceGroups/rg`;
const service = `${group}/providers/Microsoft.ApiManagement/service/apim-one`;
const version = "api-version=2024-05-01";
const instance = {
  location: "westeurope",
  sku: { name: "Developer", capacity: 1 },
  properties: { publisherName: "Contoso", publisherEmail: "a@b.example" },
};

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function send(path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(cloud.azure.origin + path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? {} : JSON.parse(text) };
}

function call(method: string, path: string, body?: unknown, headers: object = {}): Promise<Answer> {
  return send(path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

/** Logs in by the client's secret; `form` overrides fields. */
function logIn(form: Record<string, string>, tenant = cloud.azure.tenantId): Promise<Answer> {
  const { clientId, clientSecret } = cloud.azure;
  const fields = {
    ...{ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret },
    scope: "https://management.azure.com/.default",
    ...form,
  };
  return send(`/${tenant}/oauth2/v2.0/token`, { method: "POST", body: new URLSearchParams(fields) });
}

/** Status, code and message of a refusal. */
function told({ status, body }: Answer): readonly unknown[] {
  const { code, message } = body.error as { code: string; message: string };
  return [status, code, message];
}

describe("a request's token", () => {
  it("is asked for in Azure's words", async () => {
    const answer = await send(`${group}?api-version=2024-03-01`, {});
    expect(told(answer)).toEqual([
      401,
      "AuthenticationFailed",
      "Authentication failed. The 'Authorization' header is missing.",
    ]);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer authorization_uri="https:/);
  });

  it.each<[string, () => Promise<string> | string, string]>([
    ["is none", () => "x", "InvalidAuthenticationToken"],
    ["was changed", () => `${token.slice(0, -8)}AAAAAAAA`, "InvalidAuthenticationToken"],
    ["is an assertion", () => cloud.azure.federatedAssertion(), "InvalidAuthenticationToken"],
  ])("is refused when it %s", async (_, make, code) => {
    const authorization = `Bearer ${await make()}`;
    const answer = await send(`${group}?api-version=2024-03-01`, { headers: { authorization } });
    expect(told(answer).slice(0, 2)).toEqual([401, code]);
  });
});

describe("a request's api-version", () => {
  it.each([
    ["", 400, "MissingApiVersionParameter"],
    ["api-version=2099-01-01", 400, "NoRegisteredProviderFound"],
    ["api-version=2022-08-01", 400, "NotSimulated"],
  ])("is refused as %j on an API Management instance", async (query, status, code) => {
    expect(told(await call("GET", `${service}?${query}`)).slice(0, 2)).toEqual([status, code]);
  });

  it("is refused in Resource Manager's own words on a resource group", async () => {
    const [status, code, message] = told(await call("GET", `${group}?api-version=2099-01-01`));
    expect([status, code]).toEqual([400, "InvalidApiVersionParameter"]);
    expect(message).toMatch(
      /^The api-version '2099-01-01' is invalid\. The supported versions are '2015-11-01,/,
    );
  });
});

describe("a path", () => {
  it("names the same resource in any letter case", async () => {
    const upper = service.toUpperCase().replace("/SUBSCRIPTIONS/", "/Subscriptions/");
    expect((await call("GET", `${upper}?${version}`)).body.id).toBe(service);
    const child = `${service.toLowerCase()}/TAGS/One`;
    expect(
      (await call("PUT", `${child}?${version}`, { properties: { displayName: "One" } })).body,
    ).toMatchObject({
      id: expect.stringMatching(/\/providers\/Microsoft\.ApiManagement\/service\/apim-one\/tags\/One$/),
      type: "Microsoft.ApiManagement/service/tags",
    });
  });

  it.each([
    ["letters that no header holds", "日"],
    ["a line break", "a\nb"],
    ["an escape of its own", "a%20b"],
  ])("may name a resource with %s, and the addresses to ask name it too", async (_, name) => {
    const api = `${service}/apis/${encodeURIComponent(name)}?${version}`;
    const properties = { displayName: "x", path: "names", protocols: ["https"], subscriptionRequired: false };
    const { status, headers } = await call("PUT", api, { properties });
    expect(status).toBe(201);
    const location = (headers.get("location") ?? "").replace(cloud.azure.origin, "");
    expect((await call("GET", location)).body).toMatchObject({ name });
    expect((await call("DELETE", api)).status).toBe(200);
  });

  it.each([
    [
      "another subscription",
      "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg",
      404,
      "SubscriptionNotFound",
    ],
    ["a subscription that is no GUID", "/subscriptions/x/resourceGroups/rg", 400, "InvalidSubscriptionId"],
    ["a type that Azure does not have", `${service}/nothings/x`, 404, "InvalidResourceType"],
    ["a type that is not simulated", `${service}/gateways/x`, 400, "NotSimulated"],
    ["another provider", `${group}/providers/Microsoft.Storage/storageAccounts/x`, 400, "NotSimulated"],
    ["an API that is not there", `${service}/apis/x`, 404, "ResourceNotFound"],
    [
      "what lies in an instance that is not there",
      `${group}/providers/Microsoft.ApiManagement/service/x/apis`,
      404,
      "ResourceNotFound",
    ],
    ["a group that is not there", `${subscription}/resourceGroups/x`, 404, "ResourceGroupNotFound"],
  ])("to %s is refused", async (_, path, status, code) => {
    const query = path.includes("/providers/Microsoft.Api") ? version : "api-version=2024-03-01";
    expect(told(await call("GET", `${path}?${query}`)).slice(0, 2)).toEqual([status, code]);
  });

  it("takes no method that Azure has not", async () => {
    expect(told(await call("POST", `${service}?${version}`, {}))).toEqual([
      405,
      "MethodNotAllowed",
      "The requested resource does not support http method 'POST'.",
    ]);
    expect((await call("PATCH", `${service}/policies/policy?${version}`, {})).status).toBe(405);
  });
});

describe("a body", () => {
  const tag = `${service}/tags/body?${version}`;
  it.each<[string, unknown, object, readonly unknown[]]>([
    ["that is no JSON", "{", {}, [400, "InvalidRequestContent"]],
    ["that is a list", [], {}, [400, "InvalidRequestContent"]],
    ["of another type", "a=b", { "content-type": "text/plain" }, [415, "UnsupportedMediaType"]],
    ["of 5 MB", `{"a":"${"x".repeat(5 * 1024 * 1024)}"}`, {}, [413, "RequestContentTooLarge"]],
    ["without a required property", { properties: {} }, {}, [400, "ValidationError"]],
    [
      "with a property too long",
      { properties: { displayName: "x".repeat(161) } },
      {},
      [400, "ValidationError"],
    ],
    [
      "with a property that there is not",
      { properties: { displayName: "x", colour: "red" } },
      {},
      [400, "ValidationError"],
    ],
  ])("%s is refused, and nothing is kept", async (_, body, headers, expected) => {
    expect(told(await call("PUT", tag, body, headers)).slice(0, 2)).toEqual(expected);
    expect((await call("GET", tag)).status).toBe(404);
  });

  it("names every property that is wrong", async () => {
    const { body } = await call("PUT", `${service}?${version}`, {
      ...instance,
      sku: { name: "Free", capacity: 1 },
      properties: {},
    });
    expect(body.error).toEqual({
      code: "ValidationError",
      message: "One or more fields contain incorrect values:",
      details: [
        expect.objectContaining({
          target: "publisherName",
          message: "publisherName must be set; got nothing.",
        }),
        expect.objectContaining({ target: "publisherEmail" }),
        expect.objectContaining({ target: "sku.name" }),
      ],
    });
  });

  it("of what the local cloud does not simulate is refused in words of its own", async () => {
    const properties = { ...instance.properties, virtualNetworkType: "Internal" };
    const { body } = await call("PUT", `${service}?${version}`, { ...instance, properties });
    expect(body.error).toMatchObject({ code: "NotSimulated", details: [{ target: "virtualNetworkType" }] });
  });

  it("may be the answer of a GET", async () => {
    const { body } = await call("GET", `${service}?${version}`);
    expect((await call("PUT", `${service}?${version}`, body)).status).toBe(200);
  });

  it("never brings a secret back in a refusal", async () => {
    const properties = { displayName: "x", clientId: 7, clientSecret: "s3cret" };
    const answer = await call("PUT", `${service}/authorizationServers/one?${version}`, { properties });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).not.toContain("s3cret");
  });
});

describe("a conditional request", () => {
  it("makes a resource only where there is none", async () => {
    const put = () =>
      call(
        "PUT",
        `${service}/tags/new?${version}`,
        { properties: { displayName: "a" } },
        { "if-none-match": "*" },
      );
    expect((await put()).status).toBe(201);
    expect(told(await put()).slice(0, 2)).toEqual([412, "PreconditionFailed"]);
  });

  it("deletes what it was told of, and nothing that changed since", async () => {
    const path = `${service}/tags/old?${version}`;
    const { headers } = await call("PUT", path, { properties: { displayName: "a" } });
    const etag = headers.get("etag") ?? "";
    await call("PUT", path, { properties: { displayName: "b" } });
    expect((await call("DELETE", path, undefined, { "if-match": etag })).status).toBe(412);
    expect((await call("DELETE", path, undefined, { "if-match": "*" })).status).toBe(200);
    expect((await call("DELETE", path)).status).toBe(204);
  });
});

describe("a long-running change", () => {
  it("is told with the addresses to ask, which answer until it is done", async () => {
    const { status, headers, body } = await call("PUT", `${service}?${version}`, instance);
    expect([status, headers.get("retry-after")]).toEqual([200, "0"]);
    expect(body.properties).toMatchObject({ provisioningState: "Activating" });
    const path = (name: string) => (headers.get(name) ?? "").replace(cloud.azure.origin, "");
    expect((await call("GET", path("azure-asyncoperation"))).body).toMatchObject({ status: "Succeeded" });
    expect((await call("GET", path("location"))).body).toMatchObject({
      id: service,
      properties: { provisioningState: "Succeeded" },
    });
  });

  it("is none that the local cloud has not begun", async () => {
    const path = `${service}/operationresults/x?${version}`;
    expect(told(await call("GET", path)).slice(0, 2)).toEqual([404, "OperationNotFound"]);
  });
});

describe("the login", () => {
  it("is found by the metadata of the cloud", async () => {
    const { body } = await send("/metadata/endpoints?api-version=2022-09-01", {});
    const { origin } = cloud.azure;
    expect(body).toMatchObject({
      resourceManager: `${origin}/`,
      authentication: { loginEndpoint: origin, audiences: [`${origin}/`, origin] },
    });
    expect((await send("/metadata/endpoints", {})).status).toBe(400);
  });

  it("publishes the key that it signs with, and no private part", async () => {
    const { body } = await send(`/${cloud.azure.tenantId}/v2.0/.well-known/openid-configuration`, {});
    const { pathname } = new URL(String(body.jwks_uri));
    const { keys } = (await send(pathname, {})).body as { keys: readonly object[] };
    expect(keys).toEqual([expect.objectContaining({ kty: "RSA", alg: "RS256" })]);
    expect(Object.keys(keys[0] ?? {})).not.toContain("d");
  });

  it.each<[string, Record<string, string>, number, string]>([
    ["another client", { client_id: "x" }, 400, "AADSTS700016"],
    ["no secret", { client_secret: "" }, 401, "AADSTS7000215"],
    ["another grant", { grant_type: "password" }, 400, "AADSTS70003"],
    ["no grant", { grant_type: "" }, 400, "AADSTS900144"],
    ["a scope of one permission", { scope: "https://management.azure.com/user" }, 400, "AADSTS1002012"],
    ["another resource", { scope: "https://graph.microsoft.com/.default" }, 400, "AADSTS500011"],
  ])("refuses %s", async (_, form, status, code) => {
    const answer = await logIn(form);
    expect([answer.status, answer.body.error_description]).toEqual([status, expect.stringContaining(code)]);
  });

  it("refuses credentials with a broken escape like any others that are not its client's", async () => {
    const answer = await send(`/${cloud.azure.tenantId}/oauth2/v2.0/token`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from("%zz:%").toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    expect([answer.status, answer.body.error]).toEqual([400, "unauthorized_client"]);
  });

  it("knows one tenant", async () => {
    const answer = await logIn({}, "22222222-2222-2222-2222-222222222222");
    expect([answer.status, answer.body.error_description]).toEqual([
      400,
      expect.stringContaining("AADSTS90002"),
    ]);
  });
});

describe("a policy", () => {
  const policy = `${service}/policies/policy`;
  const put = (format: string, value: string) =>
    call("PUT", `${policy}?${version}`, { properties: { format, value } });
  const text = '<!-- @("<") -->\r\n<policies>\r\n  <inbound />\r\n</policies>';

  it("is read in the format that is asked for, which is xml where none is", async () => {
    expect((await put("rawxml", text.replace(/\r\n */g, ""))).body.properties).toEqual({ value: text });
    const read = async (query: string) => (await call("GET", `${policy}?${version}${query}`)).body.properties;
    expect(await read("")).toEqual({ value: text });
    expect(await read("&format=xml")).toEqual({ value: text });
    expect(await read("&format=rawxml")).toEqual({ format: "rawxml", value: text });
  });

  it("is refused with raw quotes in the format xml, and for what they say in rawxml", async () => {
    const value = '<policies><inbound><set-header name="@("a")" colour="@("b" < c)" /></inbound></policies>';
    const problems = async (format: string) => JSON.stringify((await put(format, value)).body);
    expect(await problems("xml")).toContain("is not well-formed, on line 1, column 41");
    expect(await problems("rawxml")).toContain("The attribute 'colour' is not declared.");
  });
});
