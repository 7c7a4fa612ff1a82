import { placeOf, rewriteDocument } from "../document-tree.ts";
import type { Finding, Rule, StepResult } from "../finding.ts";
import type { JsonObject } from "../json.ts";
import { convertStrayWords } from "./convert-schema.ts";

const schemaOfOtherVersion: Rule = {
  code: "schema-of-other-version",
  outcome: "converted",
  text: "The schema uses words of Swagger 2.0 or OpenAPI 3.1, which OpenAPI 3.0 does not know. It is imported in those of 3.0.",
};

/** Says schemas of an OpenAPI 3.0 document in the words of 3.0, where their author took those of another version. */
export function convertStraySchemas(document: JsonObject): StepResult<JsonObject> {
  const findings: Finding[] = [];
  const content = rewriteDocument(document, (value, at) => {
    if (at.kind !== "schema") return value;
    const place = placeOf(at);
    const converted = convertStrayWords(value, at, (rule, detail) =>
      findings.push({ rule, place, ...(detail === undefined ? {} : { detail }) }),
    );
    if (converted !== value) findings.push({ rule: schemaOfOtherVersion, place });
    return converted;
  });
  return { content, findings };
}
