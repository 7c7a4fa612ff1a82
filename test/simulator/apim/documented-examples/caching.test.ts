/**
 * Examples of Microsoft's pages on caching, on the gateway whose clock the tests move.
 *
 * @see https://learn.microsoft.com/azure/api-management/cache-lookup-policy
 * @see https://learn.microsoft.com/azure/api-management/cache-store-policy
 * @see https://learn.microsoft.com/azure/api-management/cache-lookup-value-policy
 * @see https://learn.microsoft.com/azure/api-management/cache-store-value-policy
 * @see https://learn.microsoft.com/azure/api-management/cache-remove-value-policy
 * @see https://learn.microsoft.com/azure/api-management/api-management-sample-cache-by-key
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PolicyGateway, servePolicies } from "../../../support/policy-gateway.ts";
import { serve, type TestServer } from "../../../support/serve.ts";
import { keyNames, subscriptionWithKeys } from "../../../support/subscriptions.ts";
import { makeKey, signToken } from "../../../support/tokens.ts";

let served: PolicyGateway;
let profiles: TestServer;
let asked: string[] = [];
beforeAll(async () => {
  served = await servePolicies();
  profiles = await serve((request, response) => {
    asked.push(String(request.url));
    response.end('{ "username" : "Bob Smith", "Status" : "Gold" }');
  });
});
afterAll(() => Promise.all([served.close(), profiles.close()]));

describe("cache-store", () => {
  const parts = {
    inbound: `<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" downstream-caching-type="public" must-revalidate="true">
      <vary-by-header>Accept</vary-by-header><vary-by-header>Accept-Charset</vary-by-header></cache-lookup>`,
    outbound: `<cache-store duration="@{
    var header = context.Response.Headers.GetValueOrDefault("Cache-Control","");
    var maxAge = Regex.Match(header, @"max-age=(?<maxAge>\\d+)").Groups["maxAge"]?.Value;
    return (!string.IsNullOrEmpty(maxAge))?int.Parse(maxAge):300;
  }"
 />`,
  };
  const isKept = async (answer: object, seconds: number) => {
    served.gateway.now += 10_000;
    await served.call({ ...parts, answer });
    served.gateway.now += seconds;
    return (await served.call({ ...parts, answer })).backend === undefined;
  };

  it("keeps an answer for as long as its backend says", async () => {
    const answer = { headers: { "Cache-Control": "public, max-age=60" } };
    expect([await isKept(answer, 59), await isKept(answer, 60)]).toEqual([true, false]);
  });

  it("keeps it for five minutes where the backend says nothing", async () => {
    expect([await isKept({}, 299), await isKept({}, 300)]).toEqual([true, false]);
  });
});

describe("values by key", () => {
  const id = '<set-variable name="enduserid" value="7" />';
  const key = `key="@("userprofile-" + context.Variables["enduserid"])"`;
  const shown =
    '<return-response><set-body>@(context.Variables.GetValueOrDefault<string>("userprofile", "none"))</set-body></return-response>';

  it("are stored, looked up and removed by the same expression", async () => {
    const lookup = `${id}<cache-lookup-value ${key} variable-name="userprofile" />${shown}`;
    const before = await served.call({ inbound: lookup });
    await served.call({
      inbound: `${id}<set-variable name="userprofile" value="Bob" /><cache-store-value ${key} value="@((string)context.Variables["userprofile"])" duration="100000" />`,
    });
    const kept = await served.call({ inbound: lookup });
    await served.call({ inbound: `${id}<cache-remove-value ${key} />` });
    const removed = await served.call({ inbound: lookup });
    expect([before.body, kept.body, removed.body]).toEqual(["none", "Bob", "none"]);
  });
});

describe("fragment caching", () => {
  const flight = '{"flightno":"871","userprofile":"$userprofile$"}';
  const inbound =
    () => `<set-variable name="enduserid" value="@(context.Request.Headers.GetValueOrDefault("Authorization","").Split(' ')[1].AsJwt()?.Subject)" />
    <cache-lookup-value key="@("userprofile-" + context.Variables["enduserid"])" variable-name="userprofile" />
    <rate-limit calls="10" renewal-period="60" />
    <choose><when condition="@(!context.Variables.ContainsKey("userprofile"))">
      <send-request mode="new" response-variable-name="userprofileresponse" timeout="10" ignore-error="true">
        <set-url>@(new Uri(new Uri("${profiles.origin}/UserProfile/"),(string)context.Variables["enduserid"]).AbsoluteUri)</set-url>
        <set-method>GET</set-method>
      </send-request>
      <set-variable name="userprofile" value="@(((IResponse)context.Variables["userprofileresponse"]).Body.As<string>())" />
      <cache-store-value key="@("userprofile-" + context.Variables["enduserid"])" value="@((string)context.Variables["userprofile"])" duration="100000" />
    </when></choose>`;
  const outbound = `<find-and-replace from='"$userprofile$"' to="@((string)context.Variables["userprofile"])" />`;

  it("puts what another service says of the user into the answer, and asks it once", async () => {
    asked = [];
    const token = signToken(makeKey("k"), { sub: "bob" });
    const call = () =>
      served.call({
        ...{ inbound: inbound(), outbound, answer: { body: flight } },
        request: { headers: { Authorization: `Bearer ${token}` } },
      });
    const bodies = [(await call()).body, (await call()).body];
    const expected = { flightno: "871", userprofile: { username: "Bob Smith", Status: "Gold" } };
    expect(bodies.map((body) => JSON.parse(body))).toEqual([expected, expected]);
    expect(asked).toEqual(["/UserProfile/bob"]);
  });
});

describe("transparent versioning", () => {
  it("asks for the version of a subscription, and calls the backend of that version", async () => {
    const seen: string[] = [];
    const versions = await serve((request, response) => {
      seen.push(String(request.url));
      response.end(request.url?.startsWith("/api/ClientConfig/") ? "v2" : "from the version");
    });
    await served.call({
      inbound: `<set-variable name="clientid" value="@(context.Subscription.Key)" />
        <cache-lookup-value key="@("clientversion-" + context.Variables["clientid"])" variable-name="clientversion" />
        <choose><when condition="@(!context.Variables.ContainsKey("clientversion"))">
          <send-request mode="new" response-variable-name="clientconfiguresponse" timeout="10" ignore-error="true">
            <set-url>@(new Uri(new Uri(context.Api.ServiceUrl.ToString() + "api/ClientConfig/"),(string)context.Variables["clientid"]).AbsoluteUri)</set-url>
            <set-method>GET</set-method>
          </send-request>
          <set-variable name="clientversion" value="@(((IResponse)context.Variables["clientconfiguresponse"]).Body.As<string>())" />
          <cache-store-value key="@("clientversion-" + context.Variables["clientid"])" value="@((string)context.Variables["clientversion"])" duration="100000" />
        </when></choose>
        <set-backend-service base-url="@(context.Api.ServiceUrl.ToString() + "api/" + (string)context.Variables["clientversion"] + "/")" />`,
    });
    const { service } = served.gateway;
    if (service === undefined) throw new Error("There must be a service.");
    served.gateway.service = {
      ...service,
      apis: service.apis.map((api) => ({ ...api, keyNames, serviceUrl: versions.origin })),
      subscriptions: [subscriptionWithKeys("own", { kind: "all" })],
    };
    const call = async () =>
      (await fetch(`${served.gateway.origin}/things`, { headers: { [keyNames.header]: "own-1" } })).text();
    const bodies = [await call(), await call()];
    await versions.close();
    expect(bodies).toEqual(["from the version", "from the version"]);
    expect(seen).toEqual(["/api/ClientConfig/own-1", "/api/v2/things", "/api/v2/things"]);
  });
});
