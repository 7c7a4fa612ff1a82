/**
 * Examples of Microsoft's pages on the policies that change a message, and of its policy snippets for them.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-header-policy
 * @see https://learn.microsoft.com/azure/api-management/set-query-parameter-policy
 * @see https://learn.microsoft.com/azure/api-management/set-body-policy
 * @see https://learn.microsoft.com/azure/api-management/find-and-replace-policy
 * @see https://learn.microsoft.com/azure/api-management/rewrite-uri-policy
 * @see https://learn.microsoft.com/azure/api-management/set-backend-service-policy
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PolicyGateway, servePolicies } from "../../../support/policy-gateway.ts";
import { keyNames, subscriptionWithKeys } from "../../../support/subscriptions.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

/** The last document, called with the key of a product named Starter. */
async function inStarter(request: RequestInit = {}): Promise<Response> {
  const { service } = served.gateway;
  if (service === undefined) throw new Error("Call a document first.");
  const product = {
    id: "starter",
    displayName: "Starter",
    state: "published",
    approvalRequired: false,
  } as const;
  const apis = service.apis.map((api) => ({ ...api, keyNames }));
  served.gateway.service = {
    ...service,
    apis,
    products: [{ ...product, subscriptionRequired: true, apis: new Set(["test"]) }],
    subscriptions: [subscriptionWithKeys("own", { kind: "product", product: "starter" })],
  };
  return fetch(`${served.gateway.origin}/things`, {
    ...request,
    headers: { ...request.headers, [keyNames.header]: "own-1" },
  });
}

describe("set-header", () => {
  it("forwards the region to the backend, beside a value that is empty", async () => {
    const { backend } = await served.call({
      inbound:
        '<set-header name="x-request-context-data" exists-action="override"><value>@(context.User?.Id)</value><value>@(context.Deployment.Region)</value></set-header>',
    });
    expect(backend?.headers["x-request-context-data"]).toBeDefined();
  });

  it("fails where a request without a user is asked for the user's id", async () => {
    const { status, log } = await served.call({
      inbound: '<set-header name="x"><value>@(context.User.Id)</value></set-header>',
    });
    expect([status, log[0]]).toEqual([500, expect.stringContaining("System.NullReferenceException")]);
  });
});

describe("set-query-parameter", () => {
  const inbound =
    '<set-query-parameter name="x-product-name" exists-action="override"><value>@(context.Product.Name)</value></set-query-parameter>';

  it("forwards the product's name to the backend", async () => {
    const told = '<set-header name="asked"><value>@(context.Request.Url.QueryString)</value></set-header>';
    await served.call({ inbound: inbound + told, outbound: told });
    const response = await inStarter();
    expect(response.headers.get("asked")).toBe("?x-product-name=Starter");
  });

  it("fails for a request without a product", async () => {
    expect((await served.call({ inbound })).status).toBe(500);
  });
});

describe("set-body", () => {
  const weather = '{"lat":33.44,"current":{"temp":1},"minutely":[],"hourly":[],"daily":[],"alerts":[]}';
  const filter = `<choose><when condition="@(context.Response.StatusCode == 200 && context.Product.Name.Equals("Starter"))">
    <set-body>@{
        var response = context.Response.Body.As<JObject>();
        foreach (var key in new [] {"current", "minutely", "hourly", "daily", "alerts"}) {
          response.Property (key).Remove ();
        }
        return response.ToString();
      }
    </set-body></when></choose>`;

  it("leaves out what the product Starter does not get", async () => {
    await served.call({ outbound: filter, answer: { body: weather } });
    expect(await (await inStarter()).text()).toBe('{\r\n  "lat": 33.44\r\n}');
  });

  it("takes the body as text, which keeps it for later", async () => {
    const { backend } = await served.call({
      inbound: `<set-body>
@{
    string inBody = context.Request.Body.As<string>(preserveContent: true);
    if (inBody[0] =='c') {
        inBody = "m" + inBody.Substring(1);
    }
    return inBody;
}
</set-body>`,
      request: { method: "POST", body: "cat" },
    });
    expect(backend?.body).toBe("mat");
  });

  it("refuses the page's own form of it, which assigns a letter of a string, as C# does", async () => {
    const inbound =
      "<set-body>@{ string inBody = context.Request.Body.As<string>(preserveContent: true); inBody[0] = 'm'; return inBody; }</set-body>";
    await expect(served.call({ inbound })).rejects.toThrow("CS0200");
  });

  it("takes the body as JSON", async () => {
    const inbound = `<set-body>
@{
    JObject inBody = context.Request.Body.As<JObject>();
    if ((string)inBody["attribute"] == "tag") {
        inBody["attribute"] = "m";
    }
    return inBody.ToString();
}
</set-body>`;
    const { backend } = await served.call({
      inbound,
      request: { method: "POST", body: '{"attribute":"tag"}' },
    });
    expect(JSON.parse(backend?.body ?? "")).toEqual({ attribute: "m" });
  });

  it("fails where a body is read again that was not kept", async () => {
    const inbound =
      '<set-variable name="once" value="@(context.Request.Body.As<string>())" /><set-variable name="twice" value="@(context.Request.Body.As<string>())" />';
    const { status, backend } = await served.call({ inbound, request: { method: "POST", body: "a" } });
    expect([status, backend]).toEqual([500, undefined]);
  });

  const form = {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: "a=1&b=2&a=3&newKey=",
  };
  it("makes JSON of a form", async () => {
    const inbound = `<set-body>
@{
    var inBody = context.Request.Body.AsFormUrlEncodedContent();
    return JsonConvert.SerializeObject(inBody);
}
</set-body>`;
    const { backend } = await served.call({ inbound, request: form });
    expect(backend?.body).toBe('{"a":["1","3"],"b":["2"],"newKey":[""]}');
  });

  it("adds to a form", async () => {
    const inbound = `<set-body>
@{
    var body = context.Request.Body.AsFormUrlEncodedContent();
    body["newKey"].Add("newValue");
    return body.ToFormUrlEncodedContent();
}
</set-body>`;
    const { backend } = await served.call({ inbound, request: form });
    expect(backend?.body).toBe("a=1&a=3&b=2&newKey=&newKey=newValue");
  });
});

describe("find-and-replace", () => {
  it("replaces a word of the answer", async () => {
    const { body } = await served.call({
      outbound: '<find-and-replace from="notebook" to="laptop" />',
      answer: { body: "a notebook, no Notebook" },
    });
    expect(body).toBe("a laptop, no Notebook");
  });
});

describe("set-backend-service", () => {
  const inbound = () => `<choose>
      <when condition="@(context.Request.Url.Query.GetValueOrDefault("version") == "2013-05")">
        <set-backend-service base-url="${served.backendOrigin}/api/8.2/" /></when>
      <when condition="@(context.Request.Url.Query.GetValueOrDefault("version") == "2014-03")">
        <set-backend-service base-url="${served.backendOrigin}/api/9.1/" /></when>
    </choose>`;

  it.each([
    ["2013-05", "/api/8.2/partners/15?version=2013-05&subscription-key=abcdef"],
    ["2014-03", "/api/9.1/partners/15?version=2014-03&subscription-key=abcdef"],
    ["2013-15", "/v1/partners/15?version=2013-15&subscription-key=abcdef"],
  ])("leads to the backend of version %s", async (version, expected) => {
    const { backend } = await served.call({
      inbound: inbound(),
      operation: { urlTemplate: "/partners/{id}" },
      url: `/partners/15?version=${version}&subscription-key=abcdef`,
    });
    expect(backend?.url).toBe(expected);
  });

  it("calls a Service Fabric backend not simulated", async () => {
    const fabric =
      '<set-backend-service backend-id="my-sf-service" sf-partition-key="@(context.Request.Url.Query.GetValueOrDefault("userId",""))" sf-replica-type="primary" />';
    await expect(served.call({ inbound: fabric })).rejects.toThrow("is not simulated");
  });
});

describe("rewrite-uri", () => {
  it("makes the backend's path of a variable and the path of the request", async () => {
    const { backend } = await served.call({
      inbound: `<set-variable name="apiVersion" value="/v3" />
        <rewrite-uri template="@("/api" + context.Variables["apiVersion"] + context.Request.Url.Path)" />`,
    });
    // The path of the API's own address, /v1, is in the path of the request's URL.
    expect(backend?.url).toBe("/v1/api/v3/v1/things");
  });
});
