/** `choose` by which of its policies run, and what a failure inside it says of its place. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

const mark = (value: string) => `<set-header name="X-Way"><value>${value}</value></set-header>`;
const when = (condition: string, content: string) => `<when condition="${condition}">${content}</when>`;

async function way(content: string): Promise<unknown> {
  const { backend } = await served.call({ inbound: `<choose>${content}</choose>` });
  return backend?.headers["x-way"];
}

describe("choose", () => {
  it.each<[string, string, string | undefined]>([
    [
      "the first when that is true",
      when("false", mark("a")) + when("true", mark("b")) + when("true", mark("c")),
      "b",
    ],
    ["otherwise when none is true", `${when("false", mark("a"))}<otherwise>${mark("b")}</otherwise>`, "b"],
    ["nothing when none is true", when("0", mark("a")), undefined],
    [
      "no otherwise after a when that is true",
      `${when("1", mark("a"))}<otherwise>${mark("b")}</otherwise>`,
      "a",
    ],
    ["nothing in a when that is empty", `${when("true", "")}<otherwise>${mark("b")}</otherwise>`, undefined],
    ["a choose inside it", when("true", `<choose>${when("true", mark("a"))}</choose>`), "a"],
  ])("runs %s", async (_, content, expected) => {
    expect(await way(content)).toBe(expected);
  });

  it("ends the pipeline where a policy inside it answers", async () => {
    const answer = await served.call({
      inbound: `<choose>${when("true", '<return-response><set-status code="418" reason="Tea" /></return-response>')}</choose>${mark("a")}`,
    });
    expect(answer).toMatchObject({ status: 418, reason: "Tea", backend: undefined });
  });

  it("runs in every section", async () => {
    const inSection = `<choose>${when("true", mark("a"))}</choose>`;
    const { backend, headers } = await served.call({
      backend: `<choose>${when("true", `${mark("b")}<forward-request />`)}</choose>`,
      outbound: inSection,
    });
    expect([backend?.headers["x-way"], headers.get("x-way")]).toEqual(["b", "a"]);
    const failed = await served.call({
      inbound: '<set-backend-service backend-id="x" />',
      onError: inSection,
    });
    expect([failed.status, failed.headers.get("x-way")]).toEqual([500, "a"]);
  });

  it.each([
    ["no when", "<otherwise />", "At least one 'when' element is expected."],
    ["a when without a condition", "<when />", "The required attribute 'condition' is missing or empty."],
    ["a condition in words", when("maybe", ""), "must be one of"],
    ["otherwise first", `<otherwise />${when("true", "")}`, "'choose' has invalid child element 'when' here"],
    ["two otherwise", `${when("true", "")}<otherwise /><otherwise />`, "'otherwise' may stand only once"],
    ["base inside it", when("true", "<base />"), "'when' has invalid child element 'base'."],
    ["text inside a when", when("true", "hello"), "The element must hold no text of its own."],
    [
      "an unknown policy inside it",
      when("true", "<set-headers />"),
      "API Management has no policy of this name.",
    ],
    [
      "a policy of another section inside it",
      when("true", "<forward-request />"),
      "Error in element 'forward-request' on line 1, column 51: Policy is not allowed in the 'inbound' section.",
    ],
  ])("is refused with %s", async (_, content, problem) => {
    await expect(way(content)).rejects.toThrow(problem);
  });
});

describe("choose by expressions", () => {
  it("does as Microsoft's example with the user agent", async () => {
    const isMobile =
      '<set-variable name="isMobile" value="@(context.Request.Headers.GetValueOrDefault("User-Agent","").Contains("iPad") || context.Request.Headers.GetValueOrDefault("User-Agent","").Contains("iPhone"))" />';
    const set = (value: string) =>
      `<set-query-parameter name="mobile" exists-action="override"><value>${value}</value></set-query-parameter>`;
    const inbound = `${isMobile}<choose><when condition="@(context.Variables.GetValueOrDefault<bool>("isMobile"))">${set("true")}</when><otherwise>${set("false")}</otherwise></choose>`;
    const asked = async (agent: string) =>
      (await served.call({ inbound, request: { headers: { "User-Agent": agent } } })).backend?.url;
    expect([await asked("an iPhone"), await asked("curl")]).toEqual([
      "/v1/things?mobile=true",
      "/v1/things?mobile=false",
    ]);
  });

  it("does as Microsoft's example with the answer's parts", async () => {
    const outbound = `<choose><when condition="@(context.Response.StatusCode == 200)"><set-body>@{
        var response = context.Response.Body.As<JObject>();
        foreach (var key in new [] {"current", "minutely"}) {
          response.Property (key).Remove ();
        }
        return response.ToString(Newtonsoft.Json.Formatting.None);
      }</set-body></when></choose>`;
    const { body } = await served.call({ outbound, answer: { body: '{"current":1,"minutely":2,"lat":3}' } });
    expect(body).toBe('{"lat":3}');
  });

  it("leads to a backend by the query, as Microsoft's example of set-backend-service", async () => {
    const inbound = `<choose><when condition="@(context.Request.Url.Query.GetValueOrDefault("version") == "2013-05")"><set-backend-service base-url="${served.backendOrigin}/api/8.2/" /></when></choose>`;
    const { backend } = await served.call({ inbound, url: "/things?version=2013-05" });
    expect(backend?.url).toBe("/api/8.2/things?version=2013-05");
  });

  it("leads to a backend that an expression names", async () => {
    const inbound = `<set-backend-service base-url="@("${served.backendOrigin}/" + context.Request.Method)" />`;
    const wrong = '<set-backend-service base-url="@("nowhere")" />';
    const [good, bad] = [await served.call({ inbound }), await served.call({ inbound: wrong })];
    expect(good.backend?.url).toBe("/GET/things");
    expect([bad.status, bad.log[0]]).toEqual([500, expect.stringContaining("must be an http or https URL")]);
  });
});
