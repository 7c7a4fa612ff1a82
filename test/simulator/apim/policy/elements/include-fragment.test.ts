/** @see https://learn.microsoft.com/azure/api-management/include-fragment-policy */

import { describe, expect, it } from "vitest";
import { parsePolicyDocument } from "../../../../../simulator/apim/policy/document.ts";

const fragments: Readonly<Record<string, string>> = {
  headers:
    '<fragment><set-header name="a"><value>1</value></set-header><cors><allowed-origins><origin>*</origin></allowed-origins><allowed-headers><header>*</header></allowed-headers></cors></fragment>',
  outer: '<fragment><include-fragment fragment-id="headers" /></fragment>',
};
const parse = (inbound: string) =>
  parsePolicyDocument(`<policies><inbound>${inbound}</inbound></policies>`, {
    ...{ scope: "api", sku: "Developer" },
    fragment: (id) => {
      const xml = fragments[id];
      return xml === undefined ? undefined : { xml, format: "rawxml" };
    },
  });
const elementsOf = async (inbound: string) =>
  (await parse(inbound)).sections.inbound.map((step) => (step === "base" ? step : step.element));

describe("include-fragment", () => {
  it("is the fragment's statements in its place, as Microsoft's example has it", async () => {
    expect(await elementsOf('<include-fragment fragment-id="headers" /><base />')).toEqual([
      ...["set-header", "cors", "base"],
    ]);
  });

  it("tells the documents that include a fragment, in any letter case", async () => {
    const { fragments: included } = await parse('<include-fragment fragment-id="headers" />');
    expect([...included]).toEqual(["headers"]);
  });

  it.each([
    ["no id", "<include-fragment />", "The required attribute 'fragment-id' is missing or empty."],
    [
      "an expression",
      '<include-fragment fragment-id="@(context.Api.Id)" />',
      "The attribute 'fragment-id' holds a policy expression",
    ],
    [
      "a child",
      '<include-fragment fragment-id="headers"><a /></include-fragment>',
      "invalid child element 'a'",
    ],
    [
      "a fragment that includes another one",
      '<include-fragment fragment-id="outer" />',
      "Policy fragment 'outer': Error in element 'include-fragment' on line 1, column 11: A policy fragment can't include another policy fragment.",
    ],
    [
      "an unknown id",
      '<include-fragment fragment-id="none" />',
      "Policy fragment with id 'none' could not be found.",
    ],
  ])("is refused with %s", async (_, inbound, problem) => {
    await expect(parse(inbound)).rejects.toThrow(problem);
  });
});
