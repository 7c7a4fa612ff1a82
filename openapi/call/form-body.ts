import { type JsonObject, objectAt, textAt } from "../json.ts";
import { parameterText, plainText } from "./parameter-text.ts";

/**
 * A body of `application/x-www-form-urlencoded`: `{ a: "x y", b: [1, 2] }` → `a=x%20y&b=1&b=2`. Objects are JSON, except where the
 * property's encoding names a style.
 *
 * @see https://spec.openapis.org/oas/v3.0.3#support-for-x-www-form-urlencoded-request-bodies
 */
export function formBody(value: unknown, encoding: unknown): string {
  return Object.entries(objectAt(value))
    .map(([name, one]) => {
      const definition = objectAt(objectAt(encoding)[name]);
      const isObject = typeof one === "object" && one !== null && !Array.isArray(one);
      const isJson = isObject && definition.style === undefined && definition.explode === undefined;
      return parameterText({ name, in: "query", definition }, isJson ? plainText(one) : one);
    })
    .filter((text) => text !== "")
    .join("&");
}

/** A body of a multipart type, and its content type with the boundary. */
export interface MultipartBody {
  readonly contentType: string;
  readonly text: string;
}

/**
 * A body of `multipart/form-data` or another multipart type: a part for each property and for each member of a list, a file where
 * the schema has bytes.
 *
 * @see https://spec.openapis.org/oas/v3.0.3#special-considerations-for-multipart-content
 */
export function multipartBody(
  value: unknown,
  { mediaType, properties, encoding }: { mediaType: string; properties: JsonObject; encoding: unknown },
): MultipartBody {
  const isForm = mediaType === "multipart/form-data";
  const parts = Object.entries(objectAt(value)).flatMap(([name, one]) => {
    const contentType = textAt(objectAt(objectAt(encoding)[name]).contentType)?.split(",", 1)[0];
    const members = Array.isArray(one) ? one : [one];
    const property = objectAt(properties[name]);
    const isFile = isBytes(property) || isBytes(objectAt(property.items));
    return members.map((member) => partText(isForm ? name : undefined, member, { isFile, contentType }));
  });
  const boundary = freeBoundary(parts);
  return {
    contentType: `${mediaType}; boundary=${boundary}`,
    text: `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join("")}--${boundary}--\r\n`,
  };
}

function partText(
  name: string | undefined,
  value: unknown,
  { isFile, contentType }: { isFile: boolean; contentType: string | undefined },
): string {
  const ofValue = typeof value === "object" && value !== null ? "application/json" : "text/plain";
  const type = contentType?.trim() ?? (isFile ? "application/octet-stream" : ofValue);
  const file = isFile ? '; filename="example.bin"' : "";
  const disposition =
    name === undefined ? [] : [`Content-Disposition: form-data; name="${quoted(name)}"${file}`];
  return [...disposition, `Content-Type: ${type}`, "", plainText(value)].join("\r\n");
}

// https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
function quoted(name: string): string {
  return name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
}

function isBytes({ format, contentMediaType }: JsonObject): boolean {
  return format === "binary" || format === "byte" || contentMediaType !== undefined;
}

function freeBoundary(parts: readonly string[]): string {
  let boundary = "example-boundary";
  while (parts.some((part) => part.includes(boundary))) boundary += "-x";
  return boundary;
}
