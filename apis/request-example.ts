import { arrayAt, type JsonObject, objectAt, textAt } from "./json.ts";
import { resolve } from "./references.ts";
import type { Report } from "./security.ts";

/** A call of an operation, made of the document's examples: required parameters and body only. */
export interface RequestExample {
  /** Path and query, URL-encoded: `/session/100?q=x`. */
  readonly path: string;
  /** Required header parameters, `Content-Type`, and `Accept` for the success response's first media type. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A parameter with its references followed, its own place, and whether the path item or the operation has it. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly definition: JsonObject;
  readonly place: string;
}

/** The parameters of an operation: its own, and those of its path that it does not redefine. */
export function parametersOf(
  document: JsonObject,
  { pathItem, operation, place }: { pathItem: JsonObject; operation: JsonObject; place: string },
): readonly Parameter[] {
  const read = (list: unknown, at: string) =>
    arrayAt(list).map((entry, index): Parameter => {
      const definition = objectAt(resolve(document, entry));
      const { name, in: location, required } = definition;
      return {
        name: String(name),
        in: String(location),
        required: required === true,
        definition,
        place: `${at}.parameters.${index}`,
      };
    });
  const own = read(operation.parameters, place);
  const inherited = read(pathItem.parameters, place.slice(0, place.lastIndexOf(".")));
  const isRedefined = (one: Parameter) => own.some((other) => other.name === one.name && other.in === one.in);
  return [...inherited.filter((parameter) => !isRedefined(parameter)), ...own];
}

/** Builds the example call; what is missing for it is reported. */
export function requestExample(
  document: JsonObject,
  {
    path,
    operation,
    parameters,
    accept,
    place,
    report,
  }: {
    path: string;
    operation: JsonObject;
    parameters: readonly Parameter[];
    accept: string | undefined;
    place: string;
    report: Report;
  },
): RequestExample {
  const values = parameters
    .filter(({ required }) => required)
    .map((parameter) => {
      const value = exampleOf(document, parameter.definition);
      if (value === undefined) {
        report(
          parameter.place,
          `must have an example, since the parameter "${parameter.name}" is required; got none. Add one: the proof calls with it.`,
        );
      }
      return { ...parameter, value: parameterText(value) };
    });
  const of = (location: string) => values.filter((parameter) => parameter.in === location);
  const query = of("query")
    .map(({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
  const cookies = of("cookie")
    .map(({ name, value }) => `${name}=${value}`)
    .join("; ");
  const body = bodyExample(document, operation, (problem) => report(`${place}.requestBody`, problem));
  return {
    path: filled(path, of("path")) + (query === "" ? "" : `?${query}`),
    headers: {
      ...(accept === undefined ? {} : { accept }),
      ...Object.fromEntries(of("header").map(({ name, value }) => [name.toLowerCase(), value])),
      ...(cookies === "" ? {} : { cookie: cookies }),
      ...(body === undefined ? {} : { "content-type": body.contentType }),
    },
    ...(body === undefined ? {} : { body: body.text }),
  };
}

function filled(path: string, values: readonly { name: string; value: string }[]): string {
  return values.reduce((at, { name, value }) => at.replaceAll(`{${name}}`, encodeURIComponent(value)), path);
}

// `example`, else the first of `examples`, else the schema's `example` or `default`.
function exampleOf(document: JsonObject, definition: JsonObject): unknown {
  const [content] = Object.values(objectAt(definition.content));
  if (content !== undefined) return exampleOf(document, objectAt(content));
  const [named] = Object.values(objectAt(definition.examples)).map(
    (entry) => objectAt(resolve(document, entry)).value,
  );
  const schema = objectAt(resolve(document, definition.schema));
  return definition.example ?? named ?? schema.example ?? schema.default;
}

function parameterText(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(",");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

function bodyExample(
  document: JsonObject,
  operation: JsonObject,
  report: (problem: string) => void,
): { contentType: string; text: string } | undefined {
  const body = objectAt(resolve(document, operation.requestBody));
  if (body.required !== true) return undefined;
  const [contentType, media] = Object.entries(objectAt(body.content))[0] ?? [];
  const value = exampleOf(document, objectAt(media));
  if (contentType === undefined || value === undefined) {
    report(
      "must have an example for its first media type, since the body is required; got none. Add one: the proof calls with it.",
    );
    return undefined;
  }
  const text = bodyText(contentType, value);
  if (text === undefined) {
    report(
      `must have a media type whose example can be sent as text, JSON or a form; got "${contentType}". List another one first.`,
    );
    return undefined;
  }
  return { contentType, text };
}

function bodyText(contentType: string, value: unknown): string | undefined {
  if (/[/+]json\b/.test(contentType)) return JSON.stringify(value);
  if (typeof value === "string") return value;
  if (contentType === "application/x-www-form-urlencoded") {
    return new URLSearchParams(
      Object.entries(objectAt(value)).map(([key, inner]): [string, string] => [key, parameterText(inner)]),
    ).toString();
  }
  return contentType.startsWith("text/") ? textAt(parameterText(value)) : undefined;
}
