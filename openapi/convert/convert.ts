import type { Rule, StepResult } from "../finding.ts";
import type { JsonObject } from "../json.ts";
import { convertLaterVersion } from "./convert-later-version.ts";
import { convertStraySchemas } from "./convert-stray-schemas.ts";
import { convertSwagger } from "./convert-swagger.ts";
import { versionOf } from "./document-version.ts";
import { inlineOperations } from "./inline-operations.ts";
import { liftReferences } from "./lift-references.ts";
import { resolveAnchors } from "./resolve-anchors.ts";

const versionUnknown: Rule = {
  code: "version-unknown",
  outcome: "refused",
  text: "The document does not say that it is of OpenAPI 3.0, 3.1 or 3.2, or of Swagger 2.0.",
  fix: 'Begin it with "openapi: 3.0.3", or with the version it is written in.',
};

/**
 * Says a document of Swagger 2.0, OpenAPI 3.1 or 3.2 in OpenAPI 3.0.3, of which API Management keeps every feature. A
 * document of OpenAPI 3.0 stays the same object, except for references that Azure's importer does not take and for schemas
 * in words of another version. External references have to be bundled before.
 */
export function convertToOpenApi30(content: JsonObject): StepResult<JsonObject> {
  const version = versionOf(content);
  if (version === undefined) {
    const { openapi, swagger } = content;
    return {
      content,
      findings: [
        { rule: versionUnknown, place: "document", detail: JSON.stringify(openapi ?? swagger) ?? "nothing" },
      ],
    };
  }
  const referring = convertReferences(version === "3.1" ? resolveAnchors(content) : content);
  const converted = converters[version](referring.content);
  return { content: converted.content, findings: [...referring.findings, ...converted.findings] };
}

/** Leaves references to components only, as Azure's importer takes them. Also for what an overlay brings. */
export function convertReferences(content: JsonObject): StepResult<JsonObject> {
  const lifted = liftReferences(content);
  const inlined = inlineOperations(lifted.content);
  // What is written out may stand where no references are looked for, and bring its own.
  const again =
    inlined.content === lifted.content ? { ...inlined, findings: [] } : liftReferences(inlined.content);
  return { content: again.content, findings: [...lifted.findings, ...inlined.findings, ...again.findings] };
}

const converters = { "2.0": convertSwagger, "3.0": convertStraySchemas, "3.1": convertLaterVersion };
