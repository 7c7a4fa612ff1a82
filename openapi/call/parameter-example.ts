import type { Finding, Rule } from "../finding.ts";
import { arrayAt, type JsonObject, objectAt } from "../json.ts";
import type { Parameter } from "../parameters.ts";
import { resolve } from "../references.ts";
import { exampleValue } from "./example-value.ts";
import { parameterText } from "./parameter-text.ts";
import { schemaType } from "./schema-sample.ts";
import { isPlainSegment } from "./url-template.ts";

/** A required parameter with the text that a call has for it. */
export interface FilledParameter {
  readonly parameter: Parameter;
  /** As it stands in the request: `id=1` in a query, `1` in a path. */
  readonly text: string;
  readonly isMadeUp: boolean;
}

/** A required parameter for which the document gives no value. */
const parameterMadeUp: Rule = {
  code: "parameter-made-up",
  outcome: "made up",
  text: "The document gives no example of a required parameter. The proof sends a value that is made from the schema.",
  fix: "Add an example to the parameter if the backend refuses this one.",
};

/** The document's example cannot be sent. */
export const exampleReplaced: Rule = {
  code: "example-replaced",
  outcome: "made up",
  text: "A parameter's example does not fit its place. A path segment must not be empty, be a dot segment or contain a slash. A header must be printable ASCII. The proof sends another value.",
  fix: "Correct the example if the backend refuses the other value.",
};

/** API Management has no styles of parameters in a path. */
const pathStyleIgnored: Rule = {
  code: "path-style-ignored",
  outcome: "noted",
  text: 'API Management ignores the style of a path parameter, and a path with ";" is read in different ways. The proof sends the plain value.',
  source:
    "https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#unsupported",
};

/** The example text of a required parameter, and what is to be told of it. A parameter for the rest of a path may hold slashes. */
export function parameterExample(
  document: JsonObject,
  parameter: Parameter,
  { isRest = false }: { readonly isRest?: boolean } = {},
): { readonly filled: FilledParameter; readonly findings: readonly Finding[] } {
  const { place, name, definition } = parameter;
  const holder = definition.content === undefined ? definition : firstContent(definition);
  const found = exampleValue(document, holder);
  const value = isEmpty(found.value) ? emptyStandIn(document, definition) : found.value;
  const isMadeUp = found.isMadeUp || value !== found.value;
  const written = parameterText(parameter, value);
  const text = isRest ? written.replaceAll("%2F", "/") : written;
  const told = (rule: Rule, after: string) => ({
    filled: { parameter, text: after, isMadeUp: isMadeUp || rule === exampleReplaced },
    findings: [
      {
        rule,
        place,
        detail: `${name}: ${rule === exampleReplaced ? `${shown(text)} → ` : ""}${shown(after)}`,
      },
    ],
  });
  if (isSendable(parameter, text))
    return isMadeUp ? told(parameterMadeUp, text) : { filled: { parameter, text, isMadeUp }, findings: [] };
  const plain = parameterText({ ...parameter, definition: {} }, value);
  if (parameter.in === "path" && isSendable(parameter, plain)) return told(pathStyleIgnored, plain);
  const other = standIn(document, parameter);
  return told(isMadeUp ? parameterMadeUp : exampleReplaced, other);
}

/**
 * Other texts for a path parameter whose example leads to another operation: those of the document's list first, else numbers or
 * texts, depending on the type.
 */
export function otherTexts(document: JsonObject, { parameter, text }: FilledParameter): readonly string[] {
  const { schema } = parameter.definition;
  const listed = arrayAt(objectAt(resolve(document, schema)).enum).map((value) =>
    encodeURIComponent(String(value)),
  );
  const type = schemaType(document, schema);
  const made =
    type === "integer" || type === "number" ? ["1", "2", "7"] : ["example", "example-2", `${text}-2`];
  return (listed.length > 0 ? listed : made).filter(
    (other) => other !== text && isSendable(parameter, other),
  );
}

function firstContent({ content }: JsonObject): JsonObject {
  return objectAt(Object.values(objectAt(content))[0]);
}

// A list without members and an object without properties leave nothing to send, and an empty text is no segment.
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function emptyStandIn(document: JsonObject, { schema }: JsonObject): unknown {
  const type = schemaType(document, schema);
  if (type === "integer" || type === "number") return 1;
  return type === "boolean" ? true : "example";
}

function isSendable({ in: location }: Parameter, text: string): boolean {
  // A space at the ends is cut off on the way.
  if (location === "header") return /^[\x21-\x7E](?:[\x20-\x7E]*[\x21-\x7E])?$/.test(text);
  // Encoded by ourselves, so that it can be decoded.
  return (
    location !== "path" || text.split("/").every((segment) => isPlainSegment(decodeURIComponent(segment)))
  );
}

function standIn(document: JsonObject, parameter: Parameter): string {
  return parameterText({ ...parameter, definition: {} }, emptyStandIn(document, parameter.definition));
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
