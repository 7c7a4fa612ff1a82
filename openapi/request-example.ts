import { type JsonObject, objectAt } from "./json.ts";
import { parameterText, plainText } from "./parameter-text.ts";
import type { Parameter } from "./parameters.ts";
import { resolve } from "./references.ts";
import type { Report } from "./security.ts";
import { keysInOrder } from "./written-order.ts";

/** A call of an operation, made of the document's examples: required parameters and body only. */
export interface RequestExample {
  /** Path and query, URL-encoded: `/session/100?q=x`. */
  readonly path: string;
  /** Required header and cookie parameters, `content-type`, and `accept` for the success response's first media type. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An operation as far as its example call is made of it. */
export interface ExampleSite {
  readonly path: string;
  readonly operation: JsonObject;
  readonly parameters: readonly Parameter[];
  /** First media type of the success response. */
  readonly accept: string | undefined;
  readonly place: string;
  readonly report: Report;
}

/** Builds the example call; what is missing for it is reported. */
export function requestExample(document: JsonObject, site: ExampleSite): RequestExample {
  const { path, operation, accept, place, report } = site;
  const values = site.parameters
    .filter(({ required }) => required)
    .map((parameter) => ({ ...parameter, text: exampleText(document, parameter, report) }));
  const of = (location: string) => values.filter((parameter) => parameter.in === location);
  const query = of("query").map(({ text }) => text);
  const cookies = of("cookie").map(({ text }) => text);
  const body = bodyExample(document, operation, (problem) => report(`${place}.requestBody`, problem));
  return {
    path: filled(path, of("path")) + (query.length === 0 ? "" : `?${query.join("&")}`),
    headers: {
      ...(accept === undefined ? {} : { accept }),
      ...Object.fromEntries(of("header").map(({ name, text }) => [name.toLowerCase(), text])),
      ...(cookies.length === 0 ? {} : { cookie: cookies.join("; ") }),
      ...(body === undefined ? {} : { "content-type": body.contentType }),
    },
    ...(body === undefined ? {} : { body: body.text }),
  };
}

function filled(path: string, values: readonly { name: string; text: string }[]): string {
  const texts = new Map(values.map(({ name, text }) => [name, text]));
  return path.replace(/\{([^}]*)\}/g, (template, name) => texts.get(name) ?? template);
}

function exampleText(document: JsonObject, parameter: Parameter, report: Report): string {
  const value = exampleOf(document, parameter.definition);
  if (value === undefined) {
    report(
      parameter.place,
      `must have an example, since the parameter "${parameter.name}" is required; got none. Add one: the proof calls with it.`,
    );
    return "";
  }
  const text = parameterText(parameter, value);
  // A client drops such segments before it sends; an empty one is another path.
  if (parameter.in === "path" && /^\.{0,2}$/.test(text))
    report(
      parameter.place,
      `must have an example that stays a segment of the path; got "${text}". Use another.`,
    );
  // https://www.rfc-editor.org/rfc/rfc9110#section-5.5
  if (parameter.in === "header" && /[^\t\x20-\x7E]/.test(text))
    report(
      parameter.place,
      `must have an example of printable ASCII, since it is a header; got other characters.`,
    );
  return text;
}

// `example`, else the first of `examples` that has a value, else the schema's `example` or `default`.
function exampleOf(document: JsonObject, definition: JsonObject): unknown {
  const [content] = Object.values(objectAt(definition.content));
  if (content !== undefined) return exampleOf(document, objectAt(content));
  const examples = objectAt(definition.examples);
  const named = keysInOrder(examples).map((key) => objectAt(resolve(document, examples[key])).value);
  const schema = objectAt(resolve(document, definition.schema));
  return [definition.example, ...named, schema.example, schema.default].find((value) => value !== undefined);
}

function bodyExample(
  document: JsonObject,
  operation: JsonObject,
  report: (problem: string) => void,
): { contentType: string; text: string } | undefined {
  const body = objectAt(resolve(document, operation.requestBody));
  if (body.required !== true) return undefined;
  const content = objectAt(body.content);
  const [contentType] = keysInOrder(content);
  const value = contentType === undefined ? undefined : exampleOf(document, objectAt(content[contentType]));
  if (contentType === undefined || value === undefined) {
    report(
      "must have an example for its first media type, since the body is required; got none. Add one: the proof calls with it.",
    );
    return undefined;
  }
  const text = bodyText(contentType.toLowerCase(), value);
  if (text === undefined) {
    report(
      `must have a media type whose example can be sent as text, JSON or a form; got "${contentType}". List another one first.`,
    );
    return undefined;
  }
  return { contentType, text };
}

function bodyText(contentType: string, value: unknown): string | undefined {
  if (contentType.includes("*")) return undefined;
  if (/[/+]json\b/.test(contentType)) return JSON.stringify(value);
  if (typeof value === "string") return value;
  if (/^application\/x-www-form-urlencoded\b/.test(contentType)) {
    const entries = Object.entries(objectAt(value));
    return new URLSearchParams(
      entries.map(([key, inner]): [string, string] => [key, plainText(inner)]),
    ).toString();
  }
  return contentType.startsWith("text/") ? plainText(value) : undefined;
}
