import type { Rule } from "../finding.ts";
import { arrayAt, type JsonObject, objectAt, textAt } from "../json.ts";
import { pointerOf, resolve } from "../references.ts";
import type { SwaggerPart } from "./swagger-source.ts";

/** A list whose items Swagger 2.0 separates as OpenAPI 3.0 cannot. */
export const collectionFormatLost: Rule = {
  code: "collection-format-lost",
  outcome: "lost",
  text: "OpenAPI 3.0 has no such format of lists here. The list's items are separated by commas.",
};

const mediaTypeMadeUp: Rule = {
  code: "media-type-made-up",
  outcome: "added",
  text: "The document does not say which media type the body has. JSON is taken.",
  fix: 'Add "consumes" and "produces".',
};

const formBesideBody: Rule = {
  code: "form-beside-body",
  outcome: "lost",
  text: "An operation of Swagger 2.0 has either a body or form fields. The form fields are left out.",
};

/** Whether a parameter, its reference followed, is part of the request's body. */
export function isBodyParameter(parameter: unknown): boolean {
  return ["body", "formData"].includes(String(objectAt(parameter).in));
}

// What describes a value, and stands in a schema in OpenAPI 3.0.
const schemaFields = new Set(
  `type format items default maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems
  minItems uniqueItems enum multipleOf x-nullable`.split(/\s+/),
);

/** Says a parameter that is no part of the body in OpenAPI 3.0; a reference to a shared parameter stays one. */
export function convertSwaggerParameter(parameter: unknown, part: SwaggerPart): unknown {
  const ref = textAt(objectAt(parameter).$ref);
  if (ref !== undefined && /^\/parameters\/[^/]+$/.test(pointerOf(ref) ?? "")) return parameter;
  const target = objectAt(resolve(part.document, parameter));
  if (target.in === undefined) return parameter;
  const { collectionFormat, "x-example": example, ...rest } = target;
  const { schema, others } = splitSchema(rest);
  return {
    ...others,
    ...(example !== undefined && others.example === undefined ? { example } : {}),
    ...(schema.type === "array" ? serialization(target.in, collectionFormat, part) : {}),
    schema: Object.keys(schema).length === 0 && others.schema !== undefined ? others.schema : schema,
  };
}

/** Says the parameters of a list that are no part of the body in OpenAPI 3.0, each with the place that it has in the list. */
export function convertSwaggerParameters(
  parameters: readonly unknown[],
  part: SwaggerPart,
): readonly unknown[] {
  return parameters.flatMap((one, index) =>
    isBodyParameter(resolve(part.document, one))
      ? []
      : [convertSwaggerParameter(one, { ...part, place: `${part.place}.parameters.${index}` })],
  );
}

/** Says a response's header in OpenAPI 3.0. */
export function convertSwaggerHeader(header: unknown, part: SwaggerPart): unknown {
  const { collectionFormat, ...rest } = objectAt(header);
  const { schema, others } = splitSchema(rest);
  if (schema.type === "array") serialization("header", collectionFormat, part);
  return { ...others, schema };
}

function splitSchema(parameter: JsonObject): { schema: JsonObject; others: JsonObject } {
  const isSchema = ([field]: [string, unknown]) => schemaFields.has(field);
  const entries = Object.entries(parameter);
  return {
    schema: Object.fromEntries(entries.filter(isSchema)),
    others: Object.fromEntries(entries.filter((entry) => !isSchema(entry))),
  };
}

const queryFormats: Readonly<Record<string, JsonObject>> = {
  csv: { style: "form", explode: false },
  multi: { style: "form", explode: true },
  ssv: { style: "spaceDelimited", explode: false },
  pipes: { style: "pipeDelimited", explode: false },
};

function serialization(location: unknown, format: unknown, { find, place }: SwaggerPart): JsonObject {
  const isQuery = location === "query" || location === "formData";
  const name = format === undefined ? "csv" : String(format);
  const known = isQuery ? queryFormats[name] : name === "csv" ? { style: "simple" } : undefined;
  if (known === undefined) find(collectionFormatLost, place, `"${name}"`);
  return known ?? (isQuery ? { style: "form", explode: false } : { style: "simple" });
}

/** The request body that an operation's body and form parameters describe, if there are any. */
export function requestBodyOf(
  parameters: readonly unknown[],
  consumes: readonly unknown[],
  part: SwaggerPart,
): JsonObject | undefined {
  const bodies = parameters.map((one) => objectAt(resolve(part.document, one))).filter(isBodyParameter);
  const body = bodies.find((one) => one.in === "body");
  const fields = bodies.filter((one) => one.in === "formData");
  if (body === undefined) return fields.length === 0 ? undefined : formBody(fields, consumes, part);
  if (fields.length > 0) part.find(formBesideBody, part.place);
  const { name: _, in: __, schema, "x-example": example, ...rest } = body;
  const media = { schema: schema ?? {}, ...(example === undefined ? {} : { example }) };
  return { ...rest, content: Object.fromEntries(mediaTypes(consumes, part).map((type) => [type, media])) };
}

/** The media types, or JSON where the document names none. */
export function mediaTypes(declared: readonly unknown[], { find, place }: SwaggerPart): readonly string[] {
  if (declared.length > 0) return [...new Set(declared.map(String))];
  find(mediaTypeMadeUp, place);
  return ["application/json"];
}

const urlencoded = "application/x-www-form-urlencoded";

function formBody(
  fields: readonly JsonObject[],
  consumes: readonly unknown[],
  part: SwaggerPart,
): JsonObject {
  const declared = consumes
    .map(String)
    .filter((type) => type === urlencoded || type.startsWith("multipart/"));
  const hasFile = fields.some((field) => field.type === "file");
  const types = declared.length > 0 ? declared : [hasFile ? "multipart/form-data" : urlencoded];
  const required = fields.filter((field) => field.required === true).map((field) => String(field.name));
  const encodings = fields
    .filter((field) => field.type === "array")
    .map((field) => [String(field.name), serialization("formData", field.collectionFormat, part)] as const);
  const media = {
    schema: {
      type: "object",
      properties: Object.fromEntries(fields.map((field) => [String(field.name), formField(field)])),
      ...(required.length === 0 ? {} : { required }),
    },
    ...(encodings.length === 0 ? {} : { encoding: Object.fromEntries(encodings) }),
  };
  return {
    ...(required.length === 0 ? {} : { required: true }),
    content: Object.fromEntries(types.map((type) => [type, media])),
  };
}

function formField(field: JsonObject): JsonObject {
  const { name: _, in: __, required: ___, collectionFormat: ____, allowEmptyValue: _____, ...rest } = field;
  const { "x-example": example, ...schema } = rest;
  return example === undefined ? schema : { ...schema, example };
}

/** The parameters that hold for an operation: those of its path that it does not declare itself, then its own. */
export function parametersWithShared(
  own: readonly unknown[],
  shared: readonly unknown[],
  document: JsonObject,
): readonly unknown[] {
  const keyOf = (parameter: unknown) => {
    const { in: location, name } = objectAt(resolve(document, parameter));
    return location === "body" ? "body" : `${location} ${name}`;
  };
  const declared = new Set(arrayAt(own).map(keyOf));
  return [...shared.filter((one) => !declared.has(keyOf(one))), ...own];
}
