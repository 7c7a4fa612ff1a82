/**
 * Examples of Microsoft's pages on limits and on who may call.
 *
 * @see https://learn.microsoft.com/azure/api-management/rate-limit-policy
 * @see https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy
 * @see https://learn.microsoft.com/azure/api-management/quota-policy
 * @see https://learn.microsoft.com/azure/api-management/quota-by-key-policy
 * @see https://learn.microsoft.com/azure/api-management/api-management-sample-flexible-throttling
 * @see https://learn.microsoft.com/azure/api-management/llm-token-limit-policy
 * @see https://learn.microsoft.com/azure/api-management/ip-filter-policy
 * @see https://learn.microsoft.com/azure/api-management/cors-policy
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../support/gateway.ts";
import { type PolicyCase, type PolicyGateway, servePolicies } from "../../../support/policy-gateway.ts";
import { type ShopGateway, serveShop } from "../../../support/shop-gateway.ts";
import { makeKey, signToken } from "../../../support/tokens.ts";

let served: PolicyGateway;
let shop: ShopGateway;
beforeAll(async () => {
  [served, shop] = await Promise.all([servePolicies(), serveShop()]);
});
afterAll(() => Promise.all([served.close(), shop.close()]));

/** The statuses of the same call again and again. */
async function statuses(times: number, parts: PolicyCase): Promise<readonly number[]> {
  const got: number[] = [];
  for (let at = 0; at < times; at += 1) got.push((await served.call(parts)).status);
  return got;
}
const many = (length: number, status: number) => Array.from({ length }, () => status);

describe("rate-limit", () => {
  it("lets 20 calls of a subscription in within 90 seconds, and counts down in a variable", async () => {
    const shown =
      '<set-header name="left"><value>@(context.Variables["remainingCallsPerSubscription"].ToString())</value></set-header>';
    await shop.start(
      `<rate-limit calls="20" renewal-period="90" remaining-calls-variable-name="remainingCallsPerSubscription"/>${shown}`,
    );
    const got: number[] = [];
    for (let at = 0; at < 21; at += 1) got.push((await shop.call()).status);
    expect(got).toEqual([...many(20, 200), 429]);
    shop.gateway.now += 90;
    expect((await shop.call()).status).toBe(200);
  });
});

describe("rate-limit-by-key", () => {
  const byAddress = (more = "") =>
    `<rate-limit-by-key calls="10" renewal-period="60" ${more} counter-key="@(context.Request.IpAddress)" remaining-calls-variable-name="remainingCallsPerIP"/>`;

  it("lets an address call 10 times a minute", async () => {
    const inbound = byAddress(`increment-condition="@(context.Response.StatusCode == 200)"`);
    expect(await statuses(11, { inbound })).toEqual([...many(10, 200), 429]);
    served.gateway.now += 60;
  });

  it("does not count calls whose answer is no 200", async () => {
    const inbound = byAddress(`increment-condition="@(context.Response.StatusCode == 200)"`);
    expect(await statuses(12, { inbound, answer: { status: 404 } })).toEqual(many(12, 404));
  });

  it("counts for each subject of a token", async () => {
    const inbound = `<rate-limit-by-key calls="2" renewal-period="60" counter-key="@(context.Request.Headers.GetValueOrDefault("Authorization","").AsJwt()?.Subject)" />`;
    const key = makeKey("k");
    const as = (sub: string) => ({
      inbound,
      request: { headers: { Authorization: signToken(key, { sub }) } },
    });
    const [one, two] = [as("one"), as("two")];
    expect(await statuses(3, one)).toEqual([200, 200, 429]);
    expect(await statuses(1, two)).toEqual([200]);
  });

  it("counts by a header of the client's", async () => {
    const inbound = `<rate-limit-by-key calls="1" renewal-period="60" counter-key="@(context.Request.Headers.GetValueOrDefault("Rate-Key",""))"/>`;
    const by = (key: string) => ({ inbound, request: { headers: { "Rate-Key": key } } });
    expect([await statuses(2, by("a")), await statuses(1, by("b"))]).toEqual([[200, 429], [200]]);
  });

  it("refuses the page's own form of that, whose variable does not exist", async () => {
    const inbound = `<rate-limit-by-key calls="100" renewal-period="60" counter-key="@(request.Headers.GetValueOrDefault("Rate-Key",""))"/>`;
    await expect(policy(inbound)).rejects.toThrow("'request.Headers' is not supported");
  });
});

describe("quota", () => {
  it("takes the numbers of the page for a subscription, and counts calls beside kilobytes", async () => {
    await shop.start('<quota calls="10000" bandwidth="40000" renewal-period="3600" />');
    expect((await shop.call()).status).toBe(200);
    await shop.start('<quota calls="2" bandwidth="40000" renewal-period="3600" />');
    expect([(await shop.call()).status, (await shop.call()).status, (await shop.call()).status]).toEqual([
      ...[200, 200, 403],
    ]);
  });
});

describe("quota-by-key", () => {
  const inbound = `<quota-by-key calls="10000" bandwidth="40000" renewal-period="3600"
    increment-condition="@(context.Response.StatusCode >= 200 && context.Response.StatusCode < 400)"
    counter-key="@(context.Request.IpAddress)" />`;
  const body = "b".repeat(40_000 * 1024);

  it("counts the kilobytes of an address's calls, but not of those that fail", async () => {
    expect(await statuses(2, { inbound, answer: { status: 404, body } })).toEqual([404, 404]);
    expect(await statuses(1, { inbound, answer: { body } })).toEqual([200]);
    const refused = await served.call({ inbound });
    expect([refused.status, refused.log.join()]).toEqual([
      403,
      expect.stringContaining("Out of bandwidth quota. Quota will be replenished in "),
    ]);
  });
});

describe("llm-token-limit", () => {
  const request = { method: "POST", body: '{"messages":[{"role":"user","content":"Hello"}]}' };
  const answer = {
    headers: { "Content-Type": "application/json" },
    body: '{"usage":{"prompt_tokens":1000,"completion_tokens":4000,"total_tokens":5000}}',
  };

  it("lets an address take 5000 tokens a minute, and tells what is left", async () => {
    const parts = {
      inbound: `<llm-token-limit counter-key="@(context.Request.IpAddress)" tokens-per-minute="5000" estimate-prompt-tokens="false" remaining-tokens-variable-name="remainingTokens" />`,
      outbound:
        '<set-header name="left"><value>@(context.Variables["remainingTokens"].ToString())</value></set-header>',
      ...{ request, answer },
    };
    const [first, second] = [await served.call(parts), await served.call(parts)];
    expect([first.status, first.headers.get("left"), second.status]).toEqual([200, "0", 429]);
  });

  it("refuses the page's example of a quota, which leaves estimate-prompt-tokens out", async () => {
    const example = (more: string) =>
      `<llm-token-limit counter-key="@(context.Subscription.Id)" token-quota="100000" token-quota-period="Monthly" remaining-quota-tokens-variable-name="remainingQuotaTokens" ${more} />`;
    await expect(policy(example(""))).rejects.toThrow("'estimate-prompt-tokens' is missing");
    await expect(policy(example('estimate-prompt-tokens="false"'))).resolves.toBeDefined();
  });
});

describe("ip-filter", () => {
  const example = `<ip-filter action="allow">
    <address>13.66.201.169</address><address-range from="13.66.140.128" to="13.66.140.143" /></ip-filter>`;

  it("refuses an address that is neither listed nor in the range", async () => {
    const { status, body, log } = await served.call({ inbound: example });
    expect([status, log[0]]).toEqual([403, expect.stringContaining("CallerIpNotAllowed")]);
    expect(JSON.parse(body)).toMatchObject({ statusCode: 403 });
  });

  it.each([
    ["<address>127.0.0.1</address>", 200],
    ['<address-range from="127.0.0.0" to="127.0.0.255" />', 200],
    ['<address-range from="127.0.0.2" to="127.0.0.255" />', 403],
  ])("judges a caller by %s", async (inside, status) => {
    const inbound = `<ip-filter action="allow">${inside}</ip-filter>`;
    expect((await served.call({ inbound })).status).toBe(status);
  });
});

describe("cors", () => {
  const example = `<cors allow-credentials="true">
    <allowed-origins><origin>http://localhost:8080/</origin><origin>http://example.com/</origin></allowed-origins>
    <allowed-methods preflight-result-max-age="300"><method>GET</method><method>POST</method><method>PATCH</method><method>DELETE</method></allowed-methods>
    <allowed-headers><header>x-zumo-version</header><header>content-type</header></allowed-headers>
    <expose-headers><header>x-zumo-installation-id</header><header>x-zumo-application</header></expose-headers>
  </cors>`;
  const preflight = async (origin: string, method: string) => {
    await served.call({ inbound: example, operation: { method: "PATCH" }, request: { method: "PATCH" } });
    const headers = {
      Origin: origin,
      "Access-Control-Request-Method": method,
      "Access-Control-Request-Headers": "x-zumo-version",
    };
    return fetch(`${served.gateway.origin}/things`, { method: "OPTIONS", headers });
  };

  it("answers a preflight of an allowed origin", async () => {
    const { status, headers } = await preflight("http://localhost:8080", "PATCH");
    const told = ["allow-origin", "allow-credentials", "allow-methods", "allow-headers", "max-age"];
    expect([status, ...told.map((name) => headers.get(`access-control-${name}`))]).toEqual([
      ...[200, "http://localhost:8080", "true", "PATCH", "x-zumo-version", "300"],
    ]);
  });

  it("exposes headers to an allowed origin alone", async () => {
    const ask = (origin: string) =>
      served.call({ inbound: example, request: { headers: { Origin: origin } } });
    const [allowed, other] = [await ask("http://example.com"), await ask("http://other.example")];
    expect(allowed.headers.get("access-control-expose-headers")).toBe(
      "x-zumo-installation-id,x-zumo-application",
    );
    expect(allowed.body).toBe("from the backend");
    expect([other.status, other.headers.get("access-control-allow-origin")]).toEqual([200, null]);
  });
});
