/** How many findings are told in few lines. */
import { describe, expect, it } from "vitest";
import type { Finding, Outcome, Rule } from "../../openapi/finding.ts";
import { findingsText, importSummary } from "../../openapi/findings-text.ts";

const rule = (code: string): Rule => ({
  code,
  outcome: "refused",
  text: `${code} is wrong.`,
  fix: "Correct it.",
});
const findings = (code: string, count: number): Finding[] =>
  Array.from({ length: count }, (_, index) => ({ rule: rule(code), place: `paths./${code}${index}` }));

describe("the text of findings", () => {
  it("is one line for one place, with what stands there", () => {
    expect(findingsText([{ rule: rule("a"), place: "info", detail: '"x"' }])).toEqual([
      '- info ("x"): a is wrong. Correct it.',
    ]);
  });

  it("tells a rule once, with its first three places and how many more", () => {
    expect(findingsText([...findings("a", 5), ...findings("b", 1)])).toEqual([
      "- a is wrong. Correct it. (5 places)",
      "    paths./a0",
      "    paths./a1",
      "    paths./a2",
      "    … and 2 more",
      "- paths./b0: b is wrong. Correct it.",
    ]);
  });

  it("names every place when all are wanted", () => {
    expect(findingsText(findings("a", 5), { all: true })).toHaveLength(6);
  });

  it("tells the same of the same place once", () => {
    expect(findingsText([...findings("a", 1), ...findings("a", 1)])).toHaveLength(1);
  });

  it("has at most 39 lines, and says what it leaves out", () => {
    const many = Array.from({ length: 50 }, (_, index) => findings(`rule${index}`, 2)).flat();
    const lines = findingsText(many);
    expect(lines.length).toBeLessThanOrEqual(39);
    expect(lines.at(-1)).toBe("- … and 38 more rules at 76 places. --all lists them.");
    expect(findingsText(many, { all: true })).toHaveLength(150);
  });

  it("ends a rule of another system with its page", () => {
    const sourced = { ...rule("a"), source: "https://example.com/rule" };
    expect(findingsText([{ rule: sourced, place: "info" }])).toEqual([
      "- info: a is wrong. Correct it. See https://example.com/rule.",
    ]);
  });
});

describe("the summary of an import", () => {
  const summary = (...outcomes: Outcome[]) =>
    importSummary(outcomes.map((outcome) => ({ rule: { ...rule(outcome), outcome }, place: "info" })));

  it.each<[string, Outcome[]]>([
    ["has 1 remark on its document", ["noted"]],
    ["has 2 remarks on its document", ["noted", "made up"]],
    ["is not imported as its document stands: 1 converted", ["converted"]],
    ["is not imported as its document stands: 1 lost, 2 added", ["added", "lost", "added"]],
    ["is not imported as its document stands: 1 lost, 1 remark", ["noted", "lost"]],
  ])("says %j", (text, outcomes) => {
    expect(summary(...outcomes)).toBe(text);
  });
});
