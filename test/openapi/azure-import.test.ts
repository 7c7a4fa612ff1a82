/** The table of what Azure's import does. That Azure does it is not proved here: each row names its source. */
// What Azure really does is not proved here; each row names the page or the code that it is taken from.
import { describe, expect, it } from "vitest";
import table from "../../openapi/azure-import.json" with { type: "json" };
import {
  type AzureImportCode,
  azureFields,
  azureImportRow,
  azureLimits,
  azureNames,
} from "../../openapi/azure-import.ts";

const codes = Object.keys(table.rows) as AzureImportCode[];

describe("azureImportRow", () => {
  it.each(codes)("gives a verdict, a sentence and a source for %s", (code) => {
    const row = azureImportRow(code);
    expect(["read", "ignored", "refused", "limited", "converted"]).toContain(row.verdict);
    expect(URL.parse(row.source)?.protocol).toBe("https:");
    for (const sentence of [row.text, row.fix, row.assumed])
      expect(sentence ?? "A.").toMatch(/^[A-Za-z{].*\.$/);
  });

  it("says what to do for each refusal and limit that can stop an import", () => {
    const stopping = codes.filter((code) => ["refused", "limited"].includes(azureImportRow(code).verdict));
    const withoutFix = stopping.filter((code) => azureImportRow(code).fix === undefined);
    // It refuses nothing.
    expect(withoutFix).toEqual(["api-url-length"]);
  });
});

describe("the table's data", () => {
  it("leaves room for the suffix of a name", () => {
    const suffix = `-${azureLimits.operationNameSuffixes}`;
    expect(azureLimits.operationNameBeforeSuffix + suffix.length).toBe(azureLimits.operationNameCharacters);
  });

  it("allows no fewer operations in a higher tier", () => {
    const { Developer, Basic, Standard, Premium } = azureLimits.operationsByTier;
    expect([Developer, Basic, Standard, Premium]).toEqual([3000, 10_000, 50_000, 75_000]);
  });

  it("imports the methods of a path item, but for trace", () => {
    const methods = azureFields.pathItem.filter((field) =>
      /^(get|put|post|delete|options|head|patch|trace)$/.test(field),
    );
    expect(methods.filter((method) => !azureNames.importedMethods.includes(method))).toEqual(["trace"]);
  });
});
