import { CharValue, NumberValue, type Value } from "../value.ts";
import { DateTime } from "./date-time.ts";
import { DateTimeOffset } from "./date-time-offset.ts";
import { Decimal } from "./decimal.ts";
import { Guid } from "./guid.ts";
import {
  formatDecimal,
  formatDouble,
  formatInteger,
  formatSingle,
  type IntegerBits,
} from "./number-format.ts";
import { TimeSpan } from "./time-span.ts";
import { Uri } from "./uri.ts";

const bitsOf: Readonly<Record<string, IntegerBits>> = {
  sbyte: 8,
  byte: 8,
  short: 16,
  ushort: 16,
  uint: 32,
  long: 64,
  ulong: 64,
};

function numberText(value: NumberValue, format: string | null): string {
  if (value.type === "double") return formatDouble(Number(value.value), format);
  if (value.type === "float") return formatSingle(Number(value.value), format);
  return formatInteger(BigInt(value.value), bitsOf[value.type] ?? 64, format);
}

/**
 * `ToString(format)` in the culture en-US of a text, a boolean, a number, a date, a GUID or a URI; a type that takes no format
 * leaves it aside, as composite formatting does. `undefined` for a value of any other type.
 */
export function scalarText(value: Value, format: string | null = null): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return formatInteger(BigInt(value), 32, format);
  if (typeof value === "bigint") return value.toString();
  if (value instanceof NumberValue) return numberText(value, format);
  if (value instanceof CharValue) return String.fromCharCode(value.code);
  if (value instanceof Decimal) return formatDecimal(value, format);
  if (value instanceof DateTime || value instanceof DateTimeOffset) return value.toString(format);
  if (value instanceof TimeSpan || value instanceof Guid) return value.toString(format);
  return value instanceof Uri ? value.toString() : undefined;
}
