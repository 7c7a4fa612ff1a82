import { type NodeKind, placeOf, rewriteDocument } from "../document-tree.ts";
import type { Finding, Rule, StepResult } from "../finding.ts";
import { type JsonObject, objectAt } from "../json.ts";

const numberAsText: Rule = {
  code: "number-as-text",
  outcome: "converted",
  text: "A text is written without quotes, so that YAML reads a number, true or false. The import has it as a text.",
  fix: "Write it in quotes: without them YAML reads 1.0 as the number 1.",
};

const versionMissing: Rule = {
  code: "info-version-missing",
  outcome: "added",
  text: 'The document has no version, which Azure requires. The import says "0".',
  fix: 'Write the API\'s version under "info".',
  source:
    "https://github.com/microsoft/OpenAPI.NET/blob/main/src/Microsoft.OpenApi/Validations/Rules/OpenApiInfoRules.cs",
};

const patchMissing: Rule = {
  code: "version-without-patch",
  outcome: "converted",
  text: "The version of OpenAPI names no patch. The import says 3.0.3.",
  fix: 'Begin the document with "openapi: 3.0.3".',
};

// OpenAPI.NET reads each scalar of these as the text that it is.
const textFields: Readonly<Partial<Record<NodeKind, readonly string[]>>> = {
  document: ["host", "basePath"],
  pathItem: ["summary", "description"],
  operation: ["summary", "description", "operationId"],
  parameter: ["name", "description"],
  header: ["description"],
  requestBody: ["description"],
  response: ["description"],
  schema: ["title", "description"],
  example: ["summary", "description"],
  server: ["url", "description"],
  securityScheme: ["name", "description"],
  tag: ["name", "description"],
};

/**
 * Makes texts of numbers that stand where OpenAPI has texts, `version: 1.0` among them, and says a version where there is none. The
 * document is the same object when there is nothing to change.
 */
export function writeTexts(document: JsonObject): StepResult<JsonObject> {
  const findings: Finding[] = [];
  const content = rewriteDocument(document, (value, at) => {
    const node = objectAt(value);
    if (node !== value) return value;
    const fields = textFields[at.kind] ?? [];
    const written = withTexts(node, fields, (field, detail) =>
      findings.push({ rule: numberAsText, place: placeOf(at, field), detail }),
    );
    return at.kind === "document" ? withVersion(withInfo(written, findings), findings) : written;
  });
  return { content, findings };
}

function withInfo(document: JsonObject, findings: Finding[]): JsonObject {
  const info = objectAt(document.info);
  if (info !== document.info) return document;
  const written = withTexts(info, ["title", "version", "description", "termsOfService"], (field, detail) =>
    findings.push({ rule: numberAsText, place: `info.${field}`, detail }),
  );
  const isVersioned = written.version !== undefined && written.version !== null;
  if (!isVersioned) findings.push({ rule: versionMissing, place: "info" });
  const whole = isVersioned ? written : { ...written, version: "0" };
  return whole === info ? document : { ...document, info: whole };
}

// YAML reads an unquoted 3.0 as the number 3.
function withVersion(document: JsonObject, findings: Finding[]): JsonObject {
  if (document.openapi !== 3 && document.openapi !== "3.0") return document;
  findings.push({ rule: patchMissing, place: "openapi" });
  return { ...document, openapi: "3.0.3" };
}

function withTexts(
  node: JsonObject,
  fields: readonly string[],
  found: (field: string, detail: string) => void,
): JsonObject {
  let result = node;
  for (const field of fields) {
    const value = node[field];
    if (typeof value !== "number" && typeof value !== "boolean") continue;
    found(field, String(value));
    result = { ...result, [field]: String(value) };
  }
  return result;
}
