import { Validator } from "@seriousme/openapi-schema-validator";
import { type JsonObject, objectAt, textAt } from "./json.ts";
import { stepsOf, valueAt } from "./json-pointer.ts";
import { type SchemaError, schemaSentence } from "./schema-sentence.ts";

// Compiles the schema of OpenAPI 3.0 once, for all documents of a stack. It comes with the validator and is not checked
// itself, and a handful of documents does not repay optimized code: a third less time and half the memory.
const validator = new Validator({
  allErrors: true,
  verbose: true,
  meta: false,
  validateSchema: false,
  code: { optimize: false },
});

/** What the OpenAPI 3.0 schema itself refuses, one line each, with its place. */
export async function schemaProblems(document: JsonObject): Promise<string[]> {
  // The validator rewrites what it is given.
  const { errors } = await validator.validate(structuredClone(document) as Record<string, unknown>);
  // A text is the verdict of its check of references, which takes examples for references; ours is in references.ts.
  if (errors === undefined || typeof errors === "string") return [];
  const own = (errors as readonly SchemaError[]).filter((error) => !isOfRefusedScheme(document, error));
  const telling = own.filter((error) => isOfMeantBranch(document, error));
  // No document passes because all of its errors were taken for noise.
  return [...new Set((telling.length > 0 ? telling : own).map(schemaSentence))];
}

// Kinds of security scheme other than oauth2 are refused in security.ts.
function isOfRefusedScheme(document: JsonObject, { instancePath }: SchemaError): boolean {
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
