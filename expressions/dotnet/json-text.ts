import { spend } from "../meter.ts";
import type { Value } from "../value.ts";
import { NumberValue } from "../value.ts";
import { DateTime } from "./date-time.ts";
import { DateTimeOffset } from "./date-time-offset.ts";
import { Decimal } from "./decimal.ts";
import { newLine } from "./exceptions.ts";
import { escapeJson } from "./json-position.ts";
import { checkDepth, JArray, JObject, JProperty, type JToken, JValue } from "./json-token.ts";
import { formatDouble, formatSingle } from "./number-format.ts";
import { scalarText } from "./scalar-text.ts";
import { Uri } from "./uri.ts";

const dateFormat = "yyyy'-'MM'-'dd'T'HH':'mm':'ss.FFFFFFFK";

function quoted(text: string): string {
  spend(text.length / 32);
  return `"${escapeJson(text, '"')}"`;
}

function withPoint(text: string): string {
  if (/^-?(?:Infinity|NaN)$/.test(text)) return `"${text}"`;
  return /[.E]/i.test(text) ? text : `${text}.0`;
}

/** A value as JSON: `1.0` for a double without a fraction, a date in ISO 8601, a text with quotation marks. */
export function jsonScalar(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number" || typeof value === "bigint") return value.toString();
  if (value instanceof NumberValue) {
    if (value.type === "double") return withPoint(formatDouble(Number(value.value), "R"));
    return value.type === "float"
      ? withPoint(formatSingle(Number(value.value), "R"))
      : value.value.toString();
  }
  if (value instanceof Decimal) return withPoint(value.toString());
  if (value instanceof DateTime || value instanceof DateTimeOffset) return quoted(value.toString(dateFormat));
  if (value instanceof Uint8Array) return quoted(Buffer.from(value).toString("base64"));
  if (value instanceof Uri) return quoted(value.original);
  return quoted(scalarText(value) ?? "");
}

/**
 * `JToken.ToString(formatting)`: indented by two spaces, or on one line.
 */
export function jsonText(token: JToken, indented: boolean): string {
  return write(token, indented, 0);
}

function write(token: JToken, indented: boolean, depth: number): string {
  checkDepth(depth);
  spend(1);
  if (token instanceof JValue) return token.type === "Undefined" ? "undefined" : jsonScalar(token.value);
  if (token instanceof JProperty) {
    return `${quoted(token.name)}:${indented ? " " : ""}${write(token.value, indented, depth)}`;
  }
  const [open, close] = token instanceof JObject ? ["{", "}"] : ["[", "]"];
  const parts = token.children().map((child) => write(child, indented, depth + 1));
  if (parts.length === 0 || !(token instanceof JArray || token instanceof JObject)) return open + close;
  if (!indented) return open + parts.join(",") + close;
  const inner = newLine + "  ".repeat(depth + 1);
  return `${open}${inner}${parts.join(`,${inner}`)}${newLine}${"  ".repeat(depth)}${close}`;
}

/** `ToString()` of any token: of a `JValue` its value, of any other indented JSON. */
export function tokenText(token: JToken): string {
  return token instanceof JValue ? token.text() : jsonText(token, true);
}
