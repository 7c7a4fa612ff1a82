/** What of a document's text Azure's import takes. That Azure refuses the same is not proved: the rules name their sources. */
import { describe, expect, it } from "vitest";
import { parseOpenApi } from "../../../../simulator/arm/import/document-text.ts";
import { ImportRefusal, type ImportRule } from "../../../../simulator/arm/import/refusal.ts";

const head = '{"openapi":"3.0.3"';

function ruleOf(text: string, format = "openapi"): ImportRule | undefined {
  try {
    parseOpenApi(text, format);
    return undefined;
  } catch (error) {
    if (error instanceof ImportRefusal) return error.problems[0]?.rule;
    throw error;
  }
}

describe("parseOpenApi", () => {
  it.each([
    ["JSON as JSON", "openapi+json", `${head}}`],
    ["JSON as YAML", "openapi", ` ${head}}`],
    ["YAML", "openapi", "openapi: 3.0.3"],
    ["YAML that begins with a brace", "openapi", "{ openapi: 3.0.3 }"],
  ])("reads %s", (_, format, text) => {
    expect(parseOpenApi(text, format)).toEqual({ openapi: "3.0.3" });
  });

  it.each<[string, ImportRule, string, string]>([
    ["YAML as JSON", "syntax", "openapi+json", "openapi: 3.0.3"],
    ["JSON with a comma too many", "syntax", "openapi+json", `${head},}`],
    ["broken YAML", "syntax", "openapi", "a: ["],
    ["broken YAML with a brace", "syntax", "openapi", "{ a: [ }"],
    ["a plain text", "syntax", "openapi", "openapi"],
    ["a list", "syntax", "openapi+json", "[]"],
    ["a YAML alias of nothing", "syntax", "openapi", "openapi: *a"],
    ["a YAML alias inside what it names", "syntax", "openapi", "openapi: &a { b: *a }"],
    ["a YAML key that is there twice", "duplicate-key", "openapi", "openapi: 3.0.3\nopenapi: 3.0.3"],
  ])("refuses %s", (_, rule, format, text) => {
    expect(ruleOf(text, format)).toBe(rule);
  });

  it("takes 4 MB, measured in bytes, and no more", () => {
    const padded = (bytes: number) => `${head},"x-a":"é${"a".repeat(bytes - head.length - 12)}"}`;
    expect(Buffer.byteLength(padded(4_194_304))).toBe(4_194_304);
    expect(ruleOf(padded(4_194_304))).toBeUndefined();
    expect(ruleOf(padded(4_194_305))).toBe("inline-size");
  });

  it.each([
    ["OpenAPI 2.0", "swagger: '2.0'"],
    ["OpenAPI 3.1", "openapi: 3.1.0"],
  ])("says of %s, which Azure imports, that it is not simulated", (version, text) => {
    expect(() => parseOpenApi(text, "openapi")).toThrow(
      expect.objectContaining({
        code: "UnsupportedImport",
        message: `The local cloud does not simulate the import of ${version}. Convert the document to OpenAPI 3.0.3.`,
      }),
    );
  });

  it.each(["openapi: 3.2.0", "openapi: '3.0'", "swagger: '1.2'", "a: b", "swagger: '2.0'\nopenapi: 2.0.0"])(
    "refuses the version of %j",
    (text) => {
      expect(ruleOf(text)).toBe("version-unknown");
    },
  );
});
