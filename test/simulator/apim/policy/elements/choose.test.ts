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
