/**
 * Examples of Microsoft's pages on control flow, errors apart.
 *
 * @see https://learn.microsoft.com/azure/api-management/choose-policy
 * @see https://learn.microsoft.com/azure/api-management/set-variable-policy
 * @see https://learn.microsoft.com/azure/api-management/return-response-policy
 * @see https://learn.microsoft.com/azure/api-management/set-status-policy
 * @see https://learn.microsoft.com/azure/api-management/retry-policy
 * @see https://learn.microsoft.com/azure/api-management/limit-concurrency-policy
 * @see https://learn.microsoft.com/azure/api-management/trace-policy
 * @see https://learn.microsoft.com/azure/api-management/mock-response-policy
 * @see https://learn.microsoft.com/azure/api-management/wait-policy
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../support/policy-gateway.ts";
import { serve, type TestServer } from "../../../support/serve.ts";

let served: PolicyGateway;
let other: TestServer;
const answers: { status: number; body?: string }[] = [];
let calls = 0;
beforeAll(async () => {
  served = await servePolicies();
  other = await serve((_, response) => {
    calls += 1;
    const { status, body = "{}" } = answers.shift() ?? { status: 200 };
    response.writeHead(status, { "Content-Type": "application/json" }).end(body);
  });
});
afterAll(() => Promise.all([served.close(), other.close()]));

describe("set-variable", () => {
  it("keeps a Boolean that an expression gives and text that is literal", async () => {
    const isMobile = `<set-variable name="IsMobile" value="@(context.Request.Headers.GetValueOrDefault("User-Agent","").Contains("iPad") || context.Request.Headers.GetValueOrDefault("User-Agent","").Contains("iPhone"))" />`;
    const shown =
      '<return-response><set-body>@(context.Variables["IsMobile"] is bool ? context.Variables["IsMobile"].ToString() : "no bool")</set-body></return-response>';
    const asked = (agent: string) =>
      served.call({ inbound: isMobile + shown, request: { headers: { "User-Agent": agent } } });
    expect([(await asked("an iPad")).body, (await asked("curl")).body]).toEqual(["True", "False"]);
    const literal = `<set-variable name="IsMobile" value="true" />${shown}`;
    expect((await served.call({ inbound: literal })).body).toBe("no bool");
  });
});

describe("set-status with return-response", () => {
  const inbound = () => `<send-request mode="new" response-variable-name="tokenstate" ignore-error="true">
      <set-url>${other.origin}/introspection</set-url></send-request>
    <choose><when condition="@((bool)((IResponse)context.Variables["tokenstate"]).Body.As<JObject>()["active"] == false)">
      <return-response response-variable-name="existing response variable">
        <set-status code="401" reason="Unauthorized" />
        <set-header name="WWW-Authenticate" exists-action="override"><value>Bearer error="invalid_token"</value></set-header>
      </return-response>
    </when></choose>`;

  it("refuses a token that is not active", async () => {
    answers.push({ status: 200, body: '{"active":false}' });
    const { status, reason, headers } = await served.call({ inbound: inbound() });
    expect([status, reason, headers.get("www-authenticate")]).toEqual([
      401,
      "Unauthorized",
      'Bearer error="invalid_token"',
    ]);
  });

  it("lets an active one through", async () => {
    answers.push({ status: 200, body: '{"active":true}' });
    expect(await served.call({ inbound: inbound() })).toMatchObject({
      status: 200,
      body: "from the backend",
    });
  });
});

describe("retry", () => {
  it("forwards the request again, with its body, for as long as the backend answers 500", async () => {
    calls = 0;
    answers.push({ status: 500 }, { status: 500 }, { status: 201, body: '"done"' });
    const example = (waits: string) =>
      `<retry condition="@(context.Response.StatusCode == 500)" count="10" ${waits} first-fast-retry="false"><forward-request buffer-request-body="true" /></retry>`;
    await policy("", { backend: example('interval="10" max-interval="100" delta="10"') });
    const { status, body } = await served.call({
      inbound: `<set-backend-service base-url="${other.origin}" />`,
      backend: example('interval="0"'),
      request: { method: "POST", body: "order" },
    });
    expect([status, body, calls]).toEqual([201, '"done"', 3]);
  });

  it("sends a request of its own again while it fails or the other end is at fault", async () => {
    calls = 0;
    answers.push({ status: 503 }, { status: 200, body: '"product"' });
    const { body } = await served.call({
      inbound: `<retry condition="@(context.Variables["response"] == null || ((IResponse)context.Variables["response"]).StatusCode >= 500)" count="3" interval="1" first-fast-retry="true">
          <send-request mode="new" response-variable-name="response" timeout="3" ignore-error="true">
            <set-url>${other.origin}/products/5</set-url><set-method>GET</set-method>
          </send-request>
        </retry>
        <return-response response-variable-name="response" />`,
    });
    expect([body, calls]).toEqual(['"product"', 2]);
  });
});

describe("retry between two backends", () => {
  const backend = `<retry condition="@(context.Response != null && context.Response.StatusCode == 429)" count="1" interval="1" first-fast-retry="true">
      <set-variable name="attempt-count" value="@(context.Variables.GetValueOrDefault<int>("attempt-count", 0)+1)" />
      <set-backend-service backend-id="@(context.Variables.GetValueOrDefault<int>("attempt-count") < 2 ? "primary-backend" : "secondary-backend" )" />
      <forward-request />
    </retry>`;
  const call = () =>
    served.call({
      backend,
      backends: { "primary-backend": other.origin, "secondary-backend": `${served.backendOrigin}/second` },
    });

  it("calls the second at once where the first answers 429", async () => {
    answers.push({ status: 429 });
    const { status, backend: called } = await call();
    expect([status, called?.url]).toEqual([200, "/second/things"]);
  });

  it("calls the first alone where it answers anything else", async () => {
    answers.push({ status: 503, body: '"first"' });
    const { status, body, backend: called } = await call();
    expect([status, body, called]).toEqual([503, '"first"', undefined]);
  });
});

describe("wait", () => {
  // The page's text has "execute-branch-one=", which a tool left behind.
  const branch = (
    name: string,
  ) => `<choose><when condition="@((bool)context.Variables["execute-branch-${name}"])">
      <cache-lookup-value key="key-${name}" variable-name="value-${name}" />
      <rate-limit calls="10" renewal-period="60" />
      <choose><when condition="@(!context.Variables.ContainsKey("value-${name}"))">
        <send-request mode="new" response-variable-name="value-${name}">
          <set-url>${other.origin}/${name}</set-url><set-method>GET</set-method>
        </send-request>
      </when></choose>
    </when></choose>`;
  const known = ["one", "two"];
  const call = (run: readonly boolean[]) =>
    served.call({
      inbound: `${known.map((name, at) => `<set-variable name="execute-branch-${name}" value="@(${run[at]})" />`).join("")}
        <wait for="all">${known.map(branch).join("")}</wait>
        <return-response><set-body>@(string.Join(",", context.Variables.Keys.Where(key => key.StartsWith("value-")).OrderBy(key => key)))</set-body></return-response>`,
    });

  it.each([
    [[true, true], "value-one,value-two", 2],
    [[false, true], "value-two", 1],
    [[false, false], "", 0],
  ])("gets the values of the branches that run: %j", async (run, expected, asked) => {
    calls = 0;
    expect([(await call(run)).body, calls]).toEqual([expected, asked]);
  });
});

describe("limit-concurrency", () => {
  it("takes its key from a variable", async () => {
    const { status } = await served.call({
      inbound: '<set-variable name="connectionId" value="7" />',
      backend:
        '<limit-concurrency key="@((string)context.Variables["connectionId"])" max-count="3"><forward-request timeout="120"/></limit-concurrency>',
    });
    expect(status).toBe(200);
  });

  it("fails where the variable is not there", async () => {
    const { status, log } = await served.call({
      backend:
        '<limit-concurrency key="@((string)context.Variables["connectionId"])" max-count="3"><forward-request timeout="120"/></limit-concurrency>',
    });
    expect([status, log[0]]).toEqual([500, expect.stringContaining("ExpressionValueEvaluationFailure")]);
  });
});

describe("trace", () => {
  it("takes its message from a variable", async () => {
    const { status } = await served.call({
      inbound: `<set-variable name="clientConnectionID" value="a" />
        <trace source="PetStore API" severity="verbose">
          <message>@((string)context.Variables["clientConnectionID"])</message>
          <metadata name="Operation Name" value="New-Order"/>
        </trace>`,
    });
    expect(status).toBe(200);
  });
});

describe("mock-response", () => {
  const responses = [
    {
      statusCode: 200,
      representations: [
        { contentType: "text/plain", example: "first" },
        { contentType: "application/json", example: '{"a":1}' },
      ],
    },
  ];

  it.each([
    ["<mock-response/>", "first"],
    ["<mock-response status-code='200' content-type='application/json'/>", '{"a":1}'],
    ["<mock-response status-code='200' content-type='text/xml'/>", ""],
  ])("answers %s by the operation's examples", async (inbound, expected) => {
    const { status, body, backend } = await served.call({ inbound, operation: { responses } });
    expect([status, body, backend]).toEqual([200, expected, undefined]);
  });
});
