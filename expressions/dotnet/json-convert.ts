import type { LastErrorContext } from "../context.ts";
import type { Host } from "../type-description.ts";
import { ArrayValue, CharValue, EnumValue, NumberValue, type Value } from "../value.ts";
import { DateTime } from "./date-time.ts";
import { DateTimeOffset } from "./date-time-offset.ts";
import { Decimal } from "./decimal.ts";
import { NotSimulatedError } from "./exceptions.ts";
import { Guid } from "./guid.ts";
import { checkDepth, JArray, JObject, JProperty, JToken, JValue } from "./json-token.ts";
import { TimeSpan } from "./time-span.ts";
import { Uri } from "./uri.ts";

/** An object of an anonymous type, a tuple or a pair of a dictionary: what the language says of its own values. */
interface ItemwiseValue {
  readonly staticType: { readonly name: string; readonly names?: readonly (string | undefined)[] };
  readonly comparedItems: readonly Value[];
}

function isItemwise(value: object): value is ItemwiseValue {
  return "staticType" in value && "comparedItems" in value;
}

function isScalar(value: object): boolean {
  return [NumberValue, Decimal, DateTime, DateTimeOffset, TimeSpan, Guid, Uri, Uint8Array].some(
    (type) => value instanceof type,
  );
}

/** The pairs of a dictionary; `undefined` when the elements are none. */
function pairs(elements: readonly Value[]): readonly ItemwiseValue[] | undefined {
  const list = elements.filter((each) => typeof each === "object" && each !== null && isItemwise(each));
  const all = list.filter(
    (each): each is ItemwiseValue => (each as ItemwiseValue).staticType.name === "KeyValuePair",
  );
  return all.length === elements.length && all.length > 0 ? all : undefined;
}

function objectOf(entries: Iterable<readonly [string, Value]>, host: Host, depth: number): JObject {
  const object = new JObject();
  for (const [name, value] of entries) object.append(new JProperty(name, convert(value, host, depth + 1)));
  return object;
}

function isDictionary(value: object): boolean {
  const { staticType } = value as { readonly staticType?: { readonly name: string } };
  return staticType !== undefined && /Dictionary$/.test(staticType.name);
}

function convertElements(value: object, elements: Iterable<Value>, host: Host, depth: number): JToken {
  const list = [...elements];
  const found = pairs(list);
  if (isDictionary(value)) {
    const entries = (found ?? []).map(
      ({ comparedItems: [key, item] }) => [host.text(key), item ?? null] as const,
    );
    return objectOf(entries, host, depth);
  }
  const array = new JArray();
  for (const element of list) array.append(convert(element, host, depth + 1));
  return array;
}

function isLastError(value: object): value is LastErrorContext {
  return "kind" in value && value.kind === "last-error";
}

/** Assumed of Azure: `context.LastError` as JSON has its documented members, in the order of their documentation. */
function lastErrorEntries(error: LastErrorContext): readonly (readonly [string, Value])[] {
  return [
    ["Source", error.source],
    ["Reason", error.reason],
    ["Message", error.message],
    ["Scope", error.scope],
    ["Section", error.section],
    ["Path", error.path],
    ["PolicyId", error.policyId],
  ];
}

function convert(value: Value, host: Host, depth: number): JToken {
  checkDepth(depth);
  host.spend(1);
  if (value === null || value === undefined) return new JValue(null);
  if (value instanceof JToken) return value.parent === null ? value : value.deepClone();
  if (value instanceof CharValue) return new JValue(String.fromCharCode(value.code));
  if (value instanceof EnumValue) return new JValue(new NumberValue("long", BigInt(value.value)));
  if (typeof value !== "object" || isScalar(value)) return new JValue(value);
  const elements = value instanceof ArrayValue ? value.items : host.enumerate(value);
  if (elements !== undefined) return convertElements(value, elements, host, depth);
  if (isItemwise(value)) {
    const names = value.staticType.names ?? ["Key", "Value"];
    return objectOf(
      value.comparedItems.map((item, index) => [names[index] ?? `Item${index + 1}`, item] as const),
      host,
      depth,
    );
  }
  if (isLastError(value)) return objectOf(lastErrorEntries(value), host, depth);
  throw new NotSimulatedError(`the JSON text of a ${host.typeName(value)}`);
}

/**
 * What `JToken.FromObject` and `JsonConvert.SerializeObject` make of a value: an array of what is enumerable, an object of a dictionary
 * and of an anonymous type, else a `JValue`.
 */
export function toJson(value: Value, host: Host): JToken {
  return convert(value, host, 0);
}
