/** `rewrite-uri` by what the backend is asked. Microsoft's examples: learn.microsoft.com/azure/api-management/rewrite-uri-policy. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

/** Path and query that the backend was asked for, below its own path. */
async function rewritten(attributes: string, url: string, urlTemplate = "/get", more = ""): Promise<string> {
  const { backend } = await served.call({
    inbound: `${more}<rewrite-uri ${attributes} />`,
    operation: { urlTemplate },
    url,
  });
  return backend?.url.replace(/^\/v1/, "") ?? "";
}

describe("rewrite-uri", () => {
  it("gives the example's path with two parameters and a query", async () => {
    const template = "/v2/US/hardware/{storenumber}&amp;{ordernumber}?City=city&amp;State=state";
    const url = await rewritten(`template="${template}"`, "/12/34", "/{storenumber}/{ordernumber}");
    expect(url).toBe("/v2/US/hardware/12&34?City=city&State=state");
  });

  it.each([
    ['template="/put"', "/put?c=d"],
    ['template="/put" copy-unmatched-params="true"', "/put?c=d"],
    ['template="/put" copy-unmatched-params="false"', "/put"],
  ])("gives the example's query with %s", async (attributes, expected) => {
    expect(await rewritten(attributes, "/get?a=b&c=d", "/get?a={b}")).toBe(expected);
  });

  it("puts a query parameter of the operation's template into the path", async () => {
    expect(await rewritten('template="/put/{b}"', "/get?a=x%20y&c=d", "/get?a={b}")).toBe("/put/x%20y?c=d");
  });

  it("adds what came to the template's own query", async () => {
    expect(await rewritten('template="/put?x=1"', "/get?c=d&c=e")).toBe("/put?x=1&c=d&c=e");
  });

  it("copies parameters that an earlier policy set", async () => {
    const earlier = '<set-query-parameter name="n"><value>1</value></set-query-parameter>';
    expect(await rewritten('template="/put"', "/get", "/get", earlier)).toBe("/put?n=1");
  });

  it.each([
    ["a parameter of a part of a segment", "/files/a.json", "/files/{name}.json", "/{name}", "/a"],
    ["the rest behind a wildcard", "/files/a/b%20c", "/files/{*rest}", "/all/{rest}", "/all/a/b%20c"],
    ["a parameter with escapes as one segment", "/a%3Fb", "/{x}", "/{x}/y", "/a%3Fb/y"],
    ["no parameter that the operation lacks", "/get", "/get", "/{other}", "/%7Bother%7D"],
    ["a path without its slash", "/get", "/get", "put", "/put"],
    ["what HTTP cannot carry, escaped", "/get", "/get", "/ä b", "/%C3%A4%20b"],
  ])("puts in %s", async (_, url, urlTemplate, template, expected) => {
    expect(await rewritten(`template="${template}"`, url, urlTemplate)).toBe(expected);
  });

  it.each([
    ["a slash", "a%2Fb", "/put/a%2Fb/x"],
    ["a slash and dots", "..%2F..%2Fadmin", "/put/..%2F..%2Fadmin/x"],
    ["dots", "..", "/x"],
    ["escaped dots", "%2e%2e", "/x"],
    ["a question mark", "a%3Fb", "/put/a%3Fb/x"],
    ["a number sign", "a%23b", "/put/a%23b/x"],
    ["a backslash", "a%5C..%5Cb", "/put/a%5C..%5Cb/x"],
    ["a line break", "a%0D%0AEvil:%201", "/put/a%0D%0AEvil:%201/x"],
    ["an escape", "%252e%252e%252f", "/put/%252e%252e%252f/x"],
    ["a lone surrogate", "%ED%A0%80", "/put/%EF%BF%BD%EF%BF%BD%EF%BF%BD/x"],
  ])("puts a query's value with %s into one segment", async (_, value, expected) => {
    expect(await rewritten('template="/put/{b}/x"', `/get?a=${value}`, "/get?a={b}")).toBe(expected);
  });

  it.each([
    ["dot segments", "/a/../b/./c", "/b/c"],
    ["dot segments above the root", "/../../b", "/b"],
    ["escaped dot segments", "/a/%2e%2E/b", "/b"],
    ["dot segments at the end", "/a/b/..", "/a/"],
    ["backslashes", "/a\\\\..\\\\b", "/b"],
    ["a number sign", "/a#b?c", "/a%23b?c"],
    ["a line break", "/a\\r\\nEvil: 1", "/a%0D%0AEvil:%201"],
    ["a lone surrogate", "/a\\ud800", "/a%EF%BF%BD"],
    ["an escape of what needs none", "/%61", "/a"],
    ["another host", "http://evil.example/a", "/a"],
    ["an authority without a scheme", "//evil.example/a", "//evil.example/a"],
  ])("asks for the path that Url.Path names, with %s", async (_, text, expected) => {
    const { backend } = await served.call({
      inbound: `<rewrite-uri template='@("${text}")' /><set-header name="Path"><value>@(context.Request.Url.Path)</value></set-header>`,
      operation: { urlTemplate: "/get" },
      url: "/get",
    });
    expect([backend?.url, backend?.headers.path]).toEqual([
      `/v1${expected}`,
      `/v1${expected.replace(/\?.*/, "")}`,
    ]);
  });

  it.each([
    ["no template", "", "The required attribute 'template' is missing or empty."],
    ["another word for a boolean", 'template="/a" copy-unmatched-params="yes"', 'got "yes"'],
    ["an unknown attribute", 'template="/a" uri="/b"', "The attribute 'uri' is not declared."],
  ])("is refused with %s", async (_, attributes, problem) => {
    await expect(rewritten(attributes, "/get")).rejects.toThrow(problem);
  });

  it("changes the path of a second try in backend", async () => {
    const { backend } = await served.call({
      backend: `<retry condition="@(context.Response.StatusCode == 500)" count="1" interval="0">
        <choose>
          <when condition="@(context.Response.StatusCode == 500)"><rewrite-uri template="/second" /></when>
        </choose>
        <forward-request />
      </retry>`,
      answer: { status: 500 },
    });
    expect(backend?.url).toBe("/v1/second");
  });

  it("is refused in outbound", async () => {
    await expect(served.call({ outbound: '<rewrite-uri template="/a" />' })).rejects.toThrow(
      "Policy is not allowed in the 'outbound' section.",
    );
  });
});
