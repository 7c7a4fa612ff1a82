import { type JsonObject, objectAt, textAt } from "../json.ts";

/** What decides how a parameter's value stands in a request. */
export interface ParameterPlace {
  readonly name: string;
  /** `path`, `query`, `header` or `cookie`. */
  readonly in: string;
  /** The parameter object, of which `style`, `explode` and `content` are read. */
  readonly definition: JsonObject;
}

interface Expansion {
  readonly first: string;
  readonly separator: string;
  /** Whether a value stands with its parameter's name: `id=1`. */
  readonly isNamed: boolean;
  /** Between the members of a list that stands as one value. */
  readonly delimiter: string;
}

// The operators of https://www.rfc-editor.org/rfc/rfc6570#appendix-A, and OpenAPI's two more delimiters.
const simple: Expansion = { first: "", separator: ",", isNamed: false, delimiter: "," };
const form: Expansion = { first: "", separator: "&", isNamed: true, delimiter: "," };
const expansions: Readonly<Record<string, Expansion>> = {
  simple,
  label: { ...simple, first: ".", separator: "." },
  matrix: { ...form, first: ";", separator: ";" },
  form,
  spaceDelimited: { ...form, delimiter: "%20" },
  pipeDelimited: { ...form, delimiter: "%7C" },
};

/**
 * A parameter's value as it stands in a request, encoded: `q=x&q=y` for the list `x`, `y` in a query.
 *
 * @see https://spec.openapis.org/oas/v3.0.3#style-values
 */
export function parameterText(parameter: ParameterPlace, value: unknown): string {
  const { in: location, definition } = parameter;
  const style =
    textAt(definition.style) ?? (location === "path" || location === "header" ? "simple" : "form");
  const encode = location === "header" ? String : encodeURIComponent;
  const name = encode(parameter.name);
  const members = isJson(definition) ? undefined : membersOf(value, encode);
  if (style === "deepObject" && members !== undefined)
    return members.map(({ key, text }) => `${name}%5B${key}%5D=${text}`).join("&");

  const { first, separator, isNamed, delimiter } = expansions[style] ?? form;
  const named = (text: string) => (isNamed ? `${name}=${text}` : text);
  if (members === undefined) return first + named(encode(plainText(value)));
  if (!(definition.explode ?? style === "form")) {
    const flat = members.flatMap(({ key, text }) => (key === undefined ? [text] : [key, text]));
    return first + named(flat.join(delimiter));
  }
  const exploded = members.map(({ key, text }) => (key === undefined ? named(text) : `${key}=${text}`));
  return first + exploded.join(location === "cookie" ? "; " : separator);
}

/** A value as text: JSON for lists and objects. */
export function plainText(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

// A parameter described by `content` instead of `schema` has its value in that media type.
function isJson(definition: JsonObject): boolean {
  return Object.keys(objectAt(definition.content)).length > 0;
}

function membersOf(
  value: unknown,
  encode: (text: string) => string,
): readonly { key?: string; text: string }[] | undefined {
  if (Array.isArray(value)) return value.map((one) => ({ text: encode(plainText(one)) }));
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).map(([key, one]) => ({ key: encode(key), text: encode(plainText(one)) }));
}
