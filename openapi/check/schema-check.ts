import schema from "@seriousme/openapi-schema-validator/schemas/v3.0/schema.json" with { type: "json" };
import ajv, { type ValidateFunction } from "ajv-draft-04";
import formats from "ajv-formats";
import type { Finding, Rule } from "../finding.ts";
import { distinct } from "../findings-text.ts";
import { type JsonObject, objectAt, textAt } from "../json.ts";
import { stepsOf, valueAt } from "../json-pointer.ts";
import { azureRule } from "./azure-rule.ts";
import { type SchemaError, schemaSentence } from "./schema-sentence.ts";

// The schema of OpenAPI 3.0, compiled once for all documents of a stack, and not before there is one: a command without documents
// is ready in a third of a second less. It comes with the validator, which is not used itself: it
// follows all references once more after the schema, and needs a copy of the document for that. The schema is not checked, and a
// handful of documents does not repay optimized code: a third less time and half the memory.
let compiled: ValidateFunction | undefined;

function compileSchema(): ValidateFunction {
  const validator = new ajv.default({
    allErrors: true,
    verbose: true,
    meta: false,
    strict: false,
    validateSchema: false,
    code: { optimize: false },
  });
  formats.default(validator);
  return validator.compile(schema);
}

const otherKind = azureRule("scalar-field");

/**
 * OpenAPI's own schema is stricter than the reader that API Management is known to have: OpenAPI.NET takes whatever has the right
 * kind of value, and its rules are in the table that the check of the import reads.
 */
const mismatch: Rule = {
  code: "openapi-mismatch",
  outcome: "noted",
  text: "The document is not what OpenAPI 3.0 defines. API Management is not known to look at it.",
  source: "https://github.com/microsoft/OpenAPI.NET/tree/main/src/Microsoft.OpenApi/Validations/Rules",
};

/** Where a document does not fit the schema of OpenAPI 3.0, apart from what the check of the import finds itself. */
export function schemaFindings(document: JsonObject): readonly Finding[] {
  const { "x-ms-paths": morePaths } = document;
  if (morePaths === undefined) return misfits(document);
  // The import reads them as paths, of which the schema knows nothing.
  const ofMorePaths = misfits({ ...document, paths: morePaths })
    .filter(({ place }) => /^paths(?:\.|$)/.test(place))
    .map((finding) => ({ ...finding, place: `x-ms-${finding.place}` }));
  return [...misfits(document), ...ofMorePaths];
}

function misfits(document: JsonObject): readonly Finding[] {
  compiled ??= compileSchema();
  const validate = compiled;
  if (validate(document)) return [];
  const own = ((validate.errors ?? []) as readonly SchemaError[]).filter(
    (error) => !isOfOtherScheme(document, error),
  );
  const telling = own.filter((error) => isOfMeantBranch(document, error));
  // No document passes because all of its errors were taken for noise.
  const told = (telling.length > 0 ? telling : own).filter((error) => !isOfTable(error)).map(findingOf);
  return distinct(told);
}

function findingOf(error: SchemaError): Finding {
  const isOtherKind = error.keyword === "type" && kindOf(error.data) !== kindOfType(error.params.type);
  const place = stepsOf(error.instancePath).join(".") || "document";
  return { rule: isOtherKind ? otherKind : mismatch, place, detail: schemaSentence(error) };
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "object" && value !== null ? "object" : "plain";
}

function kindOfType(type: string | undefined): string {
  return type === "array" || type === "object" ? type : "plain";
}

const requiredOfTable = new Set([
  "openapi",
  "info",
  "title",
  "version",
  "paths",
  "responses",
  "description",
  "url",
  "default",
]);

// The table has rows of its own for these.
function isOfTable({ keyword, instancePath, params, data }: SchemaError): boolean {
  if (
    keyword === "additionalProperties" ||
    keyword === "unevaluatedProperties" ||
    keyword === "propertyNames"
  )
    return true;
  if (keyword === "format" && instancePath === "/info/contact/email") return true;
  if (keyword === "minProperties" && instancePath.endsWith("/responses")) return true;
  if (instancePath === "/openapi" || /\/exclusive(?:Minimum|Maximum)$/.test(instancePath)) return true;
  if (keyword === "pattern" && instancePath.startsWith("/components/")) return true;
  if (Array.isArray(data) && instancePath.endsWith("/type")) return true;
  if (/\/parameters\/[^/]+\/in$/.test(instancePath)) return true;
  const missing = params.missingProperty;
  if (missing === undefined) return false;
  if (missing === "in" || missing === "required") return /\/parameters\/[^/]+$/.test(instancePath);
  if (missing === "name") return /\/parameters\/[^/]+$|^\/info\/license$|^\/tags\/\d+$/.test(instancePath);
  return requiredOfTable.has(missing);
}

// Azure ignores security schemes, and who may call is read elsewhere.
function isOfOtherScheme(document: JsonObject, { instancePath }: SchemaError): boolean {
  const [owner] = /^\/components\/securitySchemes\/[^/]+/.exec(instancePath) ?? [];
  if (owner === undefined) return false;
  const scheme = objectAt(valueAt(document, owner));
  return !("$ref" in scheme) && scheme.type !== "oauth2";
}

// Where an object may be one of several things, the schema reports why it is none of them. Only the branch that the
// author meant tells something: the reference if it has $ref, the location that a parameter's `in` names.
function isOfMeantBranch(document: JsonObject, error: SchemaError): boolean {
  const { instancePath, schemaPath, keyword } = error;
  if (schemaPath.includes("/Reference/")) return instancePath.endsWith("/$ref");
  if ("$ref" in objectAt(valueAt(document, instancePath))) return false;
  if (schemaPath.includes("/SchemaXORContent/")) return keyword === "oneOf";
  if (keyword === "oneOf" || keyword === "anyOf") return false;
  if (/\/(?:APIKey|HTTP|OpenIdConnect)SecurityScheme\//.test(schemaPath)) return false;
  const [, branch] = /\/ParameterLocation\/oneOf\/(\d)\//.exec(schemaPath) ?? [];
  return branch === undefined || isOfMeantLocation(document, error, Number(branch));
}

const locations = ["path", "query", "header", "cookie"];

function isOfMeantLocation(document: JsonObject, { instancePath }: SchemaError, branch: number): boolean {
  const isOfField = /^(?:in|style|required)$/.test(stepsOf(instancePath).at(-1) ?? "");
  const owner = isOfField ? instancePath.slice(0, instancePath.lastIndexOf("/")) : instancePath;
  const location = textAt(objectAt(valueAt(document, owner)).in);
  const meant = locations.indexOf(location ?? "");
  return meant === -1 ? instancePath === `${owner}/in` : meant === branch;
}
