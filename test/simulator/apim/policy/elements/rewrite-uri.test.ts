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
    ["no parameter that the operation lacks", "/get", "/get", "/{other}", "/{other}"],
    ["a path without its slash", "/get", "/get", "put", "/put"],
    ["what HTTP cannot carry, escaped", "/get", "/get", "/ä b", "/%C3%A4%20b"],
  ])("puts in %s", async (_, url, urlTemplate, template, expected) => {
    expect(await rewritten(`template="${template}"`, url, urlTemplate)).toBe(expected);
  });

  it.each([
    ["no template", "", "The required attribute 'template' is missing or empty."],
    ["another word for a boolean", 'template="/a" copy-unmatched-params="yes"', 'got "yes"'],
    ["an unknown attribute", 'template="/a" uri="/b"', "The attribute 'uri' is not declared."],
  ])("is refused with %s", async (_, attributes, problem) => {
    await expect(rewritten(attributes, "/get")).rejects.toThrow(problem);
  });

  it("is refused in outbound", async () => {
    await expect(served.call({ outbound: '<rewrite-uri template="/a" />' })).rejects.toThrow(
      "Policy is not allowed in the 'outbound' section.",
    );
  });
});
