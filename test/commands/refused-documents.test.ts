/** How refused documents are told. */
import { describe, expect, it } from "vitest";
import { refusedText } from "../../commands/refused-documents.ts";
import { DocumentError } from "../../openapi/document-error.ts";

const refusal = (subject: string, count: number) => {
  const findings = Array.from({ length: count }, (_, index) => ({
    rule: { code: `rule${index}`, outcome: "refused" as const, text: `${index} is wrong.` },
    place: "info",
  }));
  return new DocumentError(`"${subject}"`, findings);
};
const refusals = (documents: number, problems: number) =>
  Array.from({ length: documents }, (_, index) => refusal(`${index}.yaml`, problems));

describe("the text of refused documents", () => {
  it("holds each problem when there are few", () => {
    expect(refusedText(refusals(2, 1))).toBe(
      [
        '1 problem in "0.yaml":',
        "  - info: 0 is wrong.",
        '1 problem in "1.yaml":',
        "  - info: 0 is wrong.",
      ].join("\n"),
    );
  });

  it.each([1, 2, 3, 10, 25])("has at most 40 lines when %i documents have 50 problems each", (count) => {
    const lines = refusedText(refusals(count, 50)).split("\n");
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines.filter((line) => line.startsWith("50 problems"))).toHaveLength(Math.min(count, 10));
    expect(lines.filter((line) => line.includes("is wrong")).length).toBeGreaterThanOrEqual(
      Math.min(count, 10),
    );
  });

  it("says how many documents it leaves out, and tells each when all are wanted", () => {
    expect(refusedText(refusals(12, 1)).split("\n").at(-1)).toBe(
      "… and 2 more documents with problems. --all lists them.",
    );
    expect(refusedText(refusals(12, 50), { all: true }).split("\n")).toHaveLength(12 * 51);
  });
});
