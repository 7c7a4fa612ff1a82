import { azureNames } from "../azure-import.ts";
import type { Finding, Rule } from "../finding.ts";
import { type JsonObject, objectAt } from "../json.ts";
import { resolve } from "../references.ts";
import { type ExampleValue, exampleValue } from "./example-value.ts";
import { formBody, multipartBody } from "./form-body.ts";
import { isMediaRange, type MediaFamily, mediaFamily, withoutParameters } from "./media-type.ts";
import { plainText } from "./parameter-text.ts";
import { schemaSample, schemaType } from "./schema-sample.ts";

/** A request's body as it is sent. */
export interface RequestBody {
  readonly contentType: string;
  readonly text: string;
}

/** A required body for which the document gives no example. */
const bodyMadeUp: Rule = {
  code: "body-made-up",
  outcome: "made up",
  text: "The document gives no example of a required body. The proof sends one that is made from the schema.",
  fix: "Add an example to the body's media type if the backend refuses this one.",
};

/** A required body that says nothing about its content. */
const bodyNotDescribed: Rule = {
  code: "body-not-described",
  outcome: "noted",
  text: "The operation requires a body and describes none. The proof sends no body.",
  fix: "Describe the body's media type and schema.",
};

// fetch sends none of TRACE.
const bodiless = new Set([...azureNames.methodsWithoutRequestBody, "trace"]);

/**
 * The body of an operation's example call, if one is required: of the first media type that is not a range and of which it is known
 * how to write it, else of the first. A range stands for its best known type: any type for JSON.
 */
export function requestBody(
  document: JsonObject,
  { method, operation, place }: { method: string; operation: JsonObject; place: string },
): { readonly body?: RequestBody; readonly findings: readonly Finding[] } {
  const described = objectAt(resolve(document, operation.requestBody));
  if (described.required !== true || bodiless.has(method.toLowerCase())) return { findings: [] };
  const content = objectAt(described.content);
  const key = chosenKey(Object.keys(content));
  const at = `${place}.requestBody`;
  if (key === undefined) return { findings: [{ rule: bodyNotDescribed, place: at }] };
  const media = objectAt(content[key]);
  const contentType = isMediaRange(key) ? concreteType(withoutParameters(key)) : key;
  const { isMadeUp, ...body } = writtenBody(document, media, contentType);
  const detail = `${contentType}: ${shortened(body.text)}`;
  return { body, findings: isMadeUp ? [{ rule: bodyMadeUp, place: at, detail }] : [] };
}

function chosenKey(keys: readonly string[]): string | undefined {
  const isKnown = (key: string) => !isMediaRange(key) && mediaFamily(key) !== "unknown";
  return keys.find(isKnown) ?? keys.find((key) => !isMediaRange(key)) ?? keys[0];
}

const bestOf: ReadonlyMap<string, string> = new Map([
  ["text", "text/plain"],
  ["image", "image/png"],
  ["audio", "audio/mpeg"],
  ["video", "video/mp4"],
  ["multipart", "multipart/form-data"],
]);

function concreteType(range: string): string {
  return bestOf.get(range.split("/", 1).join("")) ?? "application/json";
}

function writtenBody(
  document: JsonObject,
  media: JsonObject,
  contentType: string,
): RequestBody & { readonly isMadeUp: boolean } {
  const family = mediaFamily(contentType);
  const { value, isMadeUp } = exampleValue(document, media);
  if (family === "multipart") {
    const properties = propertiesOf(document, media.schema);
    const parts = withOneMember(value);
    const mediaType = withoutParameters(contentType);
    return { ...multipartBody(parts, { mediaType, properties, encoding: media.encoding }), isMadeUp };
  }
  return { contentType, text: bodyText(document, media, { family, value, isMadeUp }), isMadeUp };
}

// A multipart body without a part is no body that a server can read.
function withOneMember(value: unknown): JsonObject {
  const members = objectAt(value);
  return Object.keys(members).length > 0
    ? members
    : { example: typeof value === "object" ? "example" : value };
}

function bodyText(
  document: JsonObject,
  { schema, encoding }: JsonObject,
  { family, value, isMadeUp }: ExampleValue & { readonly family: MediaFamily },
): string {
  if (family === "json") return jsonText(value, schemaType(document, schema));
  if (family === "form") return typeof value === "string" ? value : formBody(value, encoding);
  if (typeof value === "string" && !(family === "xml" && isMadeUp)) return value;
  if (family === "xml") return xmlText(document, schema, isMadeUp ? undefined : value);
  return value === undefined || value === null ? "example" : plainText(value);
}

// Many documents hold an object's example as a text of JSON.
function jsonText(value: unknown, type: string | undefined): string {
  const isWritten = typeof value === "string" && type !== "string" && /^\s*[[{]/.test(value);
  return isWritten ? value : JSON.stringify(value ?? {});
}

function xmlText(document: JsonObject, schema: unknown, example: unknown): string {
  const own = example === undefined ? schema : { ...objectAt(resolve(document, schema)), example };
  const text = schemaSample(document, own, { format: "xml" });
  return typeof text === "string" && text !== "" ? text.trim() : "<root/>";
}

function propertiesOf(document: JsonObject, schema: unknown): JsonObject {
  const properties = objectAt(objectAt(resolve(document, schema)).properties);
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const own = objectAt(resolve(document, property));
      return [name, { ...own, items: resolve(document, own.items) }];
    }),
  );
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
