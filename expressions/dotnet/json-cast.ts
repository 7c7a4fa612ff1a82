import { NumberValue, type Value } from "../value.ts";
import { fromBase64 } from "./base64.ts";
import { convertToInteger, numberOfType, toBoolean, toDate, toDecimal, toDouble, toText } from "./convert.ts";
import type { DateTime } from "./date-time.ts";
import { DateTimeOffset } from "./date-time-offset.ts";
import { argumentException, argumentNull, invalidCast } from "./exceptions.ts";
import { Guid } from "./guid.ts";
import { JArray, JObject, JProperty, type JsonTokenTypeName, type JToken, JValue } from "./json-token.ts";
import type { IntegerType } from "./number-parse.ts";
import { TimeSpan } from "./time-span.ts";
import { Uri } from "./uri.ts";

const numberTypes: readonly JsonTokenTypeName[] = ["Integer", "Float", "String", "Comment", "Raw", "Boolean"];
const textTypes: readonly JsonTokenTypeName[] = [...numberTypes, "Date", "Bytes", "Guid", "TimeSpan", "Uri"];

/** The names of C#'s types in the texts of Newtonsoft.Json. */
const dotnetNames: Readonly<Record<string, string>> = {
  string: "String",
  bool: "Boolean",
  int: "Int32",
  long: "Int64",
  short: "Int16",
  byte: "Byte",
  uint: "UInt32",
  ulong: "UInt64",
  ushort: "UInt16",
  sbyte: "SByte",
  double: "Double",
  float: "Single",
  decimal: "Decimal",
  DateTime: "DateTime",
  DateTimeOffset: "DateTimeOffset",
  Guid: "Guid",
  TimeSpan: "TimeSpan",
  Uri: "Uri",
};

const acceptedTypes: Readonly<Record<string, readonly JsonTokenTypeName[]>> = {
  string: textTypes,
  DateTime: ["Date", "String", "Comment", "Raw"],
  DateTimeOffset: ["Date", "String", "Comment", "Raw"],
  Guid: ["String", "Comment", "Raw", "Guid", "Bytes"],
  TimeSpan: ["String", "Comment", "Raw", "TimeSpan"],
  Uri: ["String", "Comment", "Raw", "Uri"],
};

const integers: readonly IntegerType[] = ["int", "long", "short", "byte", "uint", "ulong", "ushort", "sbyte"];

function asInteger(type: string): IntegerType | undefined {
  return integers.find((integer) => integer === type);
}

/** Converts what a `JValue` holds to a scalar type; `undefined` when the type is none. */
export function scalarTo(value: Value, type: string, now: DateTime): Value {
  const integer = asInteger(type);
  if (integer !== undefined) return numberOfType(convertToInteger(value, integer), integer);
  switch (type) {
    case "string":
      return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : toText(value);
    case "bool":
      return toBoolean(value);
    case "double":
      return new NumberValue("double", toDouble(value));
    case "float":
      return new NumberValue("float", Math.fround(toDouble(value)));
    case "decimal":
      return toDecimal(value);
    case "DateTime":
      return value instanceof DateTimeOffset ? value.universal.as("Local") : toDate(value, now);
    case "DateTimeOffset":
      return value instanceof DateTimeOffset ? value : DateTimeOffset.fromDateTime(toDate(value, now));
    case "Guid":
      return value instanceof Guid ? value : Guid.parse(toText(value));
    case "TimeSpan":
      return value instanceof TimeSpan ? value : TimeSpan.parse(toText(value));
    case "Uri":
      return value instanceof Uri ? value : new Uri(toText(value), "RelativeOrAbsolute");
    case "byte[]":
      return value instanceof Uint8Array ? value : fromBase64(toText(value));
    default:
      return undefined;
  }
}

/** Whether a type's name is one that {@link castToken} converts to. */
export function isJsonScalar(type: string): boolean {
  return Object.hasOwn(dotnetNames, type) || type === "byte[]";
}

/**
 * `(int)token` and its like: `(string)null` is null, `(int)null` throws.
 *
 * @param type As C# writes it, without a question mark.
 * @throws `System.ArgumentException` when the token is of a type that is never converted ("Can not convert Object to String.").
 * @see https://www.newtonsoft.com/json/help/html/ExplicitConversions.htm
 */
export function castToken(token: JToken | null, type: string, nullable: boolean, now: DateTime): Value {
  const mayBeNull = nullable || type === "string" || type === "Uri" || type === "byte[]";
  if (token === null) {
    if (mayBeNull) return null;
    throw argumentNull("value");
  }
  const value = token instanceof JProperty ? token.value : token;
  const accepted =
    acceptedTypes[type] ??
    (type === "byte[]" ? ["Bytes", "String", "Comment", "Raw", "Integer"] : numberTypes);
  const isNull = value.type === "Null" || value.type === "Undefined";
  if (!(value instanceof JValue) || !(accepted.includes(value.type) || (mayBeNull && isNull))) {
    const name = type === "byte[]" ? "byte array" : (dotnetNames[type] ?? type);
    throw argumentException(`Can not convert ${token.type} to ${name}.`);
  }
  return isNull ? null : scalarTo(value.value, type, now);
}

function tokenClass(type: string): boolean {
  return ["JToken", "JObject", "JArray", "JValue", "JContainer", "JProperty"].includes(type);
}

function isOfClass(token: JToken, type: string): boolean {
  if (type === "JToken" || token.className === type) return true;
  return (
    type === "JContainer" &&
    (token instanceof JObject || token instanceof JArray || token instanceof JProperty)
  );
}

/**
 * `Value<T>()` of a token: `null` gives the default of the type.
 *
 * @throws `System.InvalidCastException` when the token is no value, or null and the type takes none.
 */
export function valueOfToken(
  token: JToken | null,
  type: string,
  defaultOf: (type: string) => Value,
  now: DateTime,
): Value {
  if (token === null) return defaultOf(type);
  if (tokenClass(type) || type === "object") {
    if (type === "object" && token instanceof JValue) return token.value;
    if (type === "object" || isOfClass(token, type)) return token;
  }
  if (!(token instanceof JValue)) {
    const target = tokenClass(type) ? `Newtonsoft.Json.Linq.${type}` : "Newtonsoft.Json.Linq.JToken";
    throw invalidCast(`Cannot cast Newtonsoft.Json.Linq.${token.className} to ${target}.`);
  }
  const nullable = type.endsWith("?");
  const wanted = nullable ? type.slice(0, -1) : type;
  if (token.value === null) {
    if (nullable || wanted === "string") return null;
    throw invalidCast("Null object cannot be converted to a value type.");
  }
  if (tokenClass(wanted)) {
    throw invalidCast(`Cannot cast Newtonsoft.Json.Linq.JValue to Newtonsoft.Json.Linq.${wanted}.`);
  }
  const value = scalarTo(token.value, wanted, now);
  if (value === undefined) throw invalidCast(`Invalid cast from the JSON value to '${wanted}'.`);
  return value;
}
