import { DictionaryValue } from "../core/dictionary.ts";
import { ListValue } from "../core/list.ts";
import { DotnetException } from "../exception.ts";
import { parseTypeText } from "../signature.ts";
import type { Host } from "../type-description.ts";
import { ArrayValue, type Value } from "../value.ts";
import { DateTime } from "./date-time.ts";
import { DateTimeOffset } from "./date-time-offset.ts";
import { NotSimulatedError } from "./exceptions.ts";
import { Guid } from "./guid.ts";
import { isJsonScalar, scalarTo } from "./json-cast.ts";
import { JArray, JObject, type JToken, JValue } from "./json-token.ts";
import { TimeSpan } from "./time-span.ts";

function serializationException(message: string): DotnetException {
  return new DotnetException("Newtonsoft.Json.JsonSerializationException", message);
}

/** `default(T)` of a scalar type of C#, `null` for any other. */
export function defaultScalar(type: string): Value {
  switch (type) {
    case "DateTime":
      return new DateTime(0n);
    case "DateTimeOffset":
      return DateTimeOffset.fromDateTime(new DateTime(0n));
    case "TimeSpan":
      return new TimeSpan(0n);
    case "Guid":
      return Guid.empty;
    case "string":
    case "Uri":
    case "byte[]":
      return null;
    default:
      return isJsonScalar(type) ? scalarTo(0, type, new DateTime(0n)) : null;
  }
}

const tokenClasses: Readonly<Record<string, (token: JToken) => boolean>> = {
  JToken: () => true,
  JObject: (token) => token instanceof JObject,
  JArray: (token) => token instanceof JArray,
  JValue: (token) => token instanceof JValue,
  JContainer: (token) => !(token instanceof JValue),
};

function asScalar(token: JToken, type: string, host: Host): Value {
  const nullable = type.endsWith("?");
  const wanted = nullable ? type.slice(0, -1) : type;
  if (!(token instanceof JValue)) {
    throw serializationException(
      `Cannot deserialize the current JSON ${token instanceof JArray ? "array" : "object"} into type '${wanted}'. Path '${token.path}'.`,
    );
  }
  if (token.value === null) {
    if (nullable || defaultScalar(wanted) === null) return null;
    throw serializationException(`Error converting value {null} to type '${wanted}'. Path '${token.path}'.`);
  }
  try {
    return scalarTo(token.value, wanted, DateTime.fromUnix(host.now()));
  } catch (error) {
    if (!(error instanceof DotnetException)) throw error;
    throw serializationException(
      `Error converting value "${token.text()}" to type '${wanted}'. Path '${token.path}'. ${error.message}`,
    );
  }
}

/**
 * `ToObject<T>` and `DeserializeObject<T>`: a scalar, a token, an array, a list, a dictionary by names, or `object`.
 *
 * @param type As C# writes it.
 * @throws `Newtonsoft.Json.JsonSerializationException` when the token does not fit; {@link NotSimulatedError} for a type of any other
 * kind.
 */
export function fromJson(token: JToken, type: string, host: Host): Value {
  if (type === "object" || type === "dynamic") return token instanceof JValue ? token.value : token;
  const fits = Object.hasOwn(tokenClasses, type) ? tokenClasses[type] : undefined;
  if (fits !== undefined) {
    if (fits(token)) return token.parent === null ? token : token.deepClone();
    if (token.type === "Null") return null;
    throw serializationException(
      `Deserialized JSON type 'Newtonsoft.Json.Linq.${token.className}' is not compatible with expected type 'Newtonsoft.Json.Linq.${type}'. Path '${token.path}'.`,
    );
  }
  if (isJsonScalar(type.replace(/\?$/, ""))) return asScalar(token, type, host);
  if (type.endsWith("[]")) return arrayOf(token, type.slice(0, -2), host);
  const { name, arguments: given } = parseTypeText(type);
  const [first, second] = given.map(({ text }) => text);
  if (listNames.has(name) && first !== undefined) return listOf(token, first, host);
  if (dictionaryNames.has(name) && first === "string" && second !== undefined) {
    return dictionaryOf(token, second, host);
  }
  throw new NotSimulatedError(`the conversion of JSON to the type ${type}`);
}

const listNames = new Set(["List", "IList", "IEnumerable", "ICollection"]);
const dictionaryNames = new Set(["Dictionary", "IDictionary"]);

function listOf(token: JToken, element: string, host: Host): Value {
  const array = arrayOf(token, element, host);
  return array instanceof ArrayValue ? new ListValue("List", element, [...array.items]) : array;
}

function dictionaryOf(token: JToken, type: string, host: Host): Value {
  if (token.type === "Null") return null;
  if (!(token instanceof JObject)) {
    throw serializationException(
      `Cannot deserialize the current JSON value into type 'Dictionary<string,${type}>'. Path '${token.path}'.`,
    );
  }
  const dictionary = new DictionaryValue("string", type);
  for (const { name, value } of token.properties()) dictionary.set(name, fromJson(value, type, host), host);
  return dictionary;
}

function arrayOf(token: JToken, element: string, host: Host): Value {
  if (token.type === "Null") return null;
  if (!(token instanceof JArray)) {
    throw serializationException(
      `Cannot deserialize the current JSON value into type '${element}[]'. Path '${token.path}'.`,
    );
  }
  host.allocate(token.children().length);
  return new ArrayValue(
    element,
    token.children().map((child) => fromJson(child, element, host)),
  );
}
