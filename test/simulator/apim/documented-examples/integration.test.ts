/**
 * Examples of Microsoft's pages on other services: requests of a policy's own, identities, logs.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-sample-send-request
 * @see https://learn.microsoft.com/azure/api-management/send-one-way-request-policy
 * @see https://learn.microsoft.com/azure/api-management/set-method-policy
 * @see https://learn.microsoft.com/azure/api-management/authentication-basic-policy
 * @see https://learn.microsoft.com/azure/api-management/authentication-certificate-policy
 * @see https://learn.microsoft.com/azure/api-management/authentication-managed-identity-policy
 * @see https://learn.microsoft.com/azure/api-management/get-authorization-context-policy
 * @see https://learn.microsoft.com/azure/api-management/log-to-eventhub-policy
 * @see https://learn.microsoft.com/azure/api-management/emit-metric-policy
 */
import { decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type PolicyGateway, servePolicies } from "../../../support/policy-gateway.ts";
import { serve, type TestServer } from "../../../support/serve.ts";

interface Asked {
  readonly url: string;
  readonly method: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

let served: PolicyGateway;
let other: TestServer;
let asked: Asked[] = [];
let answer = "{}";
let told = () => {};
beforeAll(async () => {
  served = await servePolicies();
  other = await serve(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { url = "", method = "", headers } = request;
    asked.push({ url, method, authorization: headers.authorization, body });
    response.end(answer.startsWith("{url") ? `{"of":"${url}"}` : answer);
    told();
  });
});
beforeEach(() => {
  [asked, answer, told] = [[], "{}", () => {}];
});
afterAll(() => Promise.all([served.close(), other.close()]));

describe("send-one-way-request", () => {
  const alert = () => `<choose><when condition="@(context.Response.StatusCode >= 500)">
      <send-one-way-request mode="new">
        <set-url>${other.origin}/services/T0/B0/X</set-url>
        <set-method>POST</set-method>
        <set-body>@{
                return new JObject(
                        new JProperty("username","APIM Alert"),
                        new JProperty("icon_emoji", ":ghost:"),
                        new JProperty("text", String.Format("{0} {1}\\nHost: {2}\\n{3} {4}\\n User: {5}",
                                                context.Request.Method,
                                                context.Request.Url.Path + context.Request.Url.QueryString,
                                                context.Request.Url.Host,
                                                context.Response.StatusCode,
                                                context.Response.StatusReason,
                                                context.User?.Email
                                                ))
                        ).ToString();
            }</set-body>
      </send-one-way-request>
    </when></choose>`;

  it("tells a chat of an answer of 500 and more", async () => {
    const arrival = new Promise<void>((resolve) => {
      told = resolve;
    });
    const { status } = await served.call({ outbound: alert(), answer: { status: 503 }, url: "/things?a=b" });
    await arrival;
    expect([status, asked[0]?.method, asked[0]?.url]).toEqual([503, "POST", "/services/T0/B0/X"]);
    expect(JSON.parse(asked[0]?.body ?? "")).toEqual({
      username: "APIM Alert",
      icon_emoji: ":ghost:",
      text: `GET /v1/things?a=b\nHost: 127.0.0.1\n503 Service Unavailable\n User: `,
    });
  });

  it("tells nobody of another answer", async () => {
    expect((await served.call({ outbound: alert() })).status).toBe(200);
    expect(asked).toEqual([]);
  });
});

describe("send-request", () => {
  const introspection = () => `
    <set-variable name="token" value="@(context.Request.Headers.GetValueOrDefault("Authorization","scheme param").Split(' ').Last())" />
    <send-request mode="new" response-variable-name="tokenstate" timeout="20" ignore-error="true">
      <set-url>${other.origin}/introspection</set-url>
      <set-method>POST</set-method>
      <set-header name="Authorization" exists-action="override"><value>basic dXNlcm5hbWU6cGFzc3dvcmQ=</value></set-header>
      <set-header name="Content-Type" exists-action="override"><value>application/x-www-form-urlencoded</value></set-header>
      <set-body>@($"token={(string)context.Variables["token"]}")</set-body>
    </send-request>
    <choose><when condition="@((bool)((IResponse)context.Variables["tokenstate"]).Body.As<JObject>()["active"] == false)">
      <return-response response-variable-name="existing response variable">
        <set-status code="401" reason="Unauthorized" />
        <set-header name="WWW-Authenticate" exists-action="override"><value>Bearer error="invalid_token"</value></set-header>
      </return-response>
    </when></choose>`;
  const request = { headers: { Authorization: "Bearer abc" } };

  it.each([
    ["lets an active token in", '{"active":true}', 200, null],
    ["refuses one that is not active", '{"active":false}', 401, 'Bearer error="invalid_token"'],
    ["fails where the server does not say", "{}", 500, null],
  ])("%s", async (_, state, expected, challenge) => {
    answer = state;
    const { status, headers, backend } = await served.call({ inbound: introspection(), request });
    expect([status, headers.get("www-authenticate"), backend !== undefined]).toEqual([
      ...[expected, challenge, expected === 200],
    ]);
    expect(asked).toEqual([
      {
        ...{ url: "/introspection", method: "POST", body: "token=abc" },
        authorization: "basic dXNlcm5hbWU6cGFzc3dvcmQ=",
      },
    ]);
  });

  it("makes one answer of several requests", async () => {
    answer = "{url}";
    const names = ["revenuedata", "materialdata", "throughputdata", "accidentdata"];
    const sends = names.map(
      (name) => `<send-request mode="new" response-variable-name="${name}" timeout="20" ignore-error="true">
        <set-url>@($"${other.origin}/${name}?from={(string)context.Variables["fromDate"]}&to={(string)context.Variables["toDate"]}")</set-url>
        <set-method>GET</set-method></send-request>`,
    );
    const properties = names.map(
      (name) => `new JProperty("${name}",((IResponse)context.Variables["${name}"]).Body.As<JObject>())`,
    );
    const inbound = `<set-variable name="fromDate" value="@(context.Request.Url.Query["fromDate"].Last())" />
      <set-variable name="toDate" value="@(context.Request.Url.Query["toDate"].Last())" />
      ${sends.join("")}
      <return-response response-variable-name="existing response variable">
        <set-status code="200" reason="OK" />
        <set-header name="Content-Type" exists-action="override"><value>application/json</value></set-header>
        <set-body>
          @(new JObject(${properties.join(",\n")}).ToString())
        </set-body>
      </return-response>`;
    const { body, headers } = await served.call({ inbound, url: "/things?fromDate=1&toDate=2" });
    expect(headers.get("content-type")).toBe("application/json");
    expect(JSON.parse(body)).toEqual(
      Object.fromEntries(names.map((name) => [name, { of: `/${name}?from=1&to=2` }])),
    );
  });
});

describe("an identity for the backend", () => {
  it("is a name and a password", async () => {
    const { backend } = await served.call({
      inbound: '<authentication-basic username="testuser" password="testpassword" />',
    });
    expect(backend?.headers.authorization).toBe(`Basic ${btoa("testuser:testpassword")}`);
  });

  it("is a certificate of a variable, which a gateway that knows of no certificates reads and does not show", async () => {
    const body = `@(context.Variables.GetValueOrDefault<byte[]>("byteCertificate"))`;
    const { status } = await served.call({
      inbound: `<authentication-certificate body="${body}" password="optional-certificate-password" />`,
    });
    expect(status).toBe(200);
  });

  it.each([
    "https://graph.microsoft.com",
    "https://vault.azure.net",
    "https://servicebus.azure.net/",
    "https://eventhubs.azure.net/",
    "https://storage.azure.com/",
    "https://database.windows.net/",
  ])("is a token for %s", async (resource) => {
    const { backend } = await served.call({
      inbound: `<authentication-managed-identity resource="${resource}"/>`,
    });
    const [, token = ""] = String(backend?.headers.authorization).split(" ");
    expect(decodeJwt(token).aud).toBe(resource);
  });

  it("is a token that a policy puts into the header itself", async () => {
    const { backend } = await served.call({
      inbound: `<authentication-managed-identity resource="AD_application_id" output-token-variable-name="msi-access-token" ignore-error="false" />
        <set-header name="Authorization" exists-action="override"><value>@("Bearer " + (string)context.Variables["msi-access-token"])</value></set-header>`,
    });
    const [scheme, token = ""] = String(backend?.headers.authorization).split(" ");
    expect([scheme, decodeJwt(token).aud]).toEqual(["Bearer", "AD_application_id"]);
  });
});

describe("get-authorization-context", () => {
  const accessToken = `((Authorization)context.Variables.GetValueOrDefault("auth-context"))?.AccessToken`;
  const returned = `<return-response><set-status code="200" /><set-body template="none">@(${accessToken})</set-body></return-response>`;
  const context = (provider: string, connection: string, more = 'identity-type="managed"') =>
    `<get-authorization-context provider-id="${provider}" authorization-id="${connection}" context-variable-name="auth-context" ${more} ignore-error="false" />`;

  it("gives the token of a connection back, the same one each time", async () => {
    const inbound = context("github-01", "auth-01") + returned;
    const tokens = [(await served.call({ inbound })).body, (await served.call({ inbound })).body];
    expect(tokens[0]).toMatch(/^local-/);
    expect(tokens[1]).toBe(tokens[0]);
  });

  it("finds the connection that the query names", async () => {
    const named = (name: string) => `@(context.Request.Url.Query.GetValueOrDefault("${name}"))`;
    const inbound = context(named("authorizationProviderId"), named("authorizationId")) + returned;
    const of = async (id: string) =>
      (await served.call({ inbound, url: `/things?authorizationProviderId=github-02&authorizationId=${id}` }))
        .body;
    const [one, other, again] = [await of("a"), await of("b"), await of("a")];
    expect([one === other, one === again]).toEqual([false, true]);
  });

  it("takes the caller's own token for the identity", async () => {
    const identity = `identity-type="jwt" identity="@(context.Request.Headers["Authorization"][0].Replace("Bearer ", ""))"`;
    const inbound = context("github-01", "auth-01", identity) + returned;
    const { body } = await served.call({
      inbound,
      request: { headers: { Authorization: "Bearer of-the-caller" } },
    });
    expect(body).toMatch(/^local-/);
    expect((await served.call({ inbound })).status).toBe(500);
  });

  it("attaches the token to the call of the backend", async () => {
    const { backend } = await served.call({
      inbound: `${context("github-01", "auth-01")}<set-header name="Authorization" exists-action="override"><value>@("Bearer " + ${accessToken})</value></set-header>`,
    });
    expect(backend?.headers.authorization).toMatch(/^Bearer local-/);
  });
});

describe("logs", () => {
  it("take what expressions say of a call, and change nothing of it", async () => {
    const { status, body } = await served.call({
      inbound: `<log-to-eventhub logger-id ='contoso-logger'>
          @( string.Join(",", DateTime.UtcNow, context.Deployment.ServiceName, context.RequestId, context.Request.IpAddress, context.Operation.Name) )
        </log-to-eventhub>
        <emit-metric name="Request" value="1" namespace="my-metrics">
          <dimension name="User ID" />
          <dimension name="Client IP" value="@(context.Request.IpAddress)" />
          <dimension name="API ID" />
        </emit-metric>`,
    });
    expect([status, body]).toEqual([200, "from the backend"]);
  });
});
