/** `cache-lookup` with `cache-store` on the local gateway, whose clock the tests move. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyCase, type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";
import { exchangeRaw } from "../../../../support/raw.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

const required = 'vary-by-developer="false" vary-by-developer-groups="false"';
const lookup = (attributes = "", children = "") =>
  `<cache-lookup ${required} ${attributes}>${children}</cache-lookup>`;
const version = "<vary-by-query-parameter>version</vary-by-query-parameter>";

/** Whether the backend was called for each of the URLs in turn. */
async function called(parts: PolicyCase, urls: readonly string[]): Promise<readonly boolean[]> {
  const got: boolean[] = [];
  served.gateway.now += 1000;
  for (const url of urls) {
    const { backend } = await served.call({ outbound: '<cache-store duration="60" />', ...parts, url });
    got.push(backend !== undefined);
  }
  return got;
}

describe("cache-lookup", () => {
  it("answers a second GET from the cache, for each value of a query parameter", async () => {
    const inbound = lookup(
      'downstream-caching-type="none" must-revalidate="true" caching-type="internal"',
      version,
    );
    const urls = ["/things?version=1", "/things?version=1&a=b", "/things?version=2"];
    expect(await called({ inbound }, urls)).toEqual([true, false, true]);
  });

  it("tells answers apart by the whole query when no parameter is named", async () => {
    const urls = ["/things?user=1", "/things?user=2", "/things?user=1"];
    expect(await called({ inbound: lookup() }, urls)).toEqual([true, true, false]);
  });

  it("tells answers apart by Host, which is for the gateway alone", async () => {
    const { gateway } = served;
    gateway.now += 1000;
    await served.call({
      inbound: lookup("", "<vary-by-header>Host</vary-by-header>"),
      outbound: '<set-body>@(context.RequestId.ToString())</set-body><cache-store duration="60" />',
    });
    const idFor = async (host: string) => {
      const text = await exchangeRaw(
        gateway.origin,
        `GET /things HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      return text.split("\r\n\r\n")[1];
    };
    const [one, again, other] = [
      await idFor("a.example"),
      await idFor("a.example"),
      await idFor("b.example"),
    ];
    expect([one === again, one === other]).toEqual([true, false]);
  });

  it("gives the kept answer whole until its time is over, and goes on after cache-store", async () => {
    served.gateway.now += 1000;
    const parts = {
      inbound: lookup(),
      outbound:
        '<set-header name="X-Before"><value>1</value></set-header><cache-store duration="60" /><set-header name="X-After"><value>@(context.RequestId)</value></set-header>',
      answer: { headers: { "Content-Type": "text/x" }, body: "kept" },
    };
    const first = await served.call(parts);
    served.gateway.now += 59;
    const second = await served.call({ ...parts, answer: { body: "new" } });
    expect([second.body, second.headers.get("content-type"), second.headers.get("x-before")]).toEqual([
      "kept",
      "text/x",
      "1",
    ]);
    expect(second.headers.get("x-after")).not.toBe(first.headers.get("x-after"));
    served.gateway.now += 1;
    expect((await served.call({ ...parts, answer: { body: "new" } })).body).toBe("new");
  });

  it("tells answers apart by the address that the backend is asked for", async () => {
    served.gateway.now += 1000;
    const outbound = '<cache-store duration="60" />';
    await served.call({ inbound: lookup(), outbound });
    const rewritten = { inbound: `<rewrite-uri template="/other" />${lookup()}`, outbound };
    expect((await served.call(rewritten)).backend?.url).toBe("/v1/other");
    expect((await served.call(rewritten)).backend).toBeUndefined();
  });

  it("caches neither a POST nor, unless it is allowed, a request with Authorization", async () => {
    const twice = ["/things", "/things"];
    const request = { headers: { Authorization: "Bearer a" } };
    expect(await called({ inbound: lookup(), request: { method: "POST" } }, twice)).toEqual([true, true]);
    expect(await called({ inbound: lookup(), request }, twice)).toEqual([true, true]);
    const allowed = lookup('allow-private-response-caching="true"');
    expect(await called({ inbound: allowed, request }, twice)).toEqual([true, false]);
  });

  it("keeps what is for the external cache apart from the internal one", async () => {
    served.gateway.now += 1000;
    const outbound = '<cache-store duration="60" />';
    const external = { inbound: lookup('caching-type="external"'), outbound };
    await served.call({ inbound: lookup(), outbound });
    const first = await served.call(external);
    const second = await served.call(external);
    expect([first.backend === undefined, second.backend === undefined]).toEqual([false, true]);
  });

  it.each([
    ['<cache-lookup vary-by-developer="false" />', "'vary-by-developer-groups' is missing"],
    [lookup() + lookup(), "only once in a section"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
