import { DotnetException } from "../exception.ts";
import { spend } from "../meter.ts";
import { CharValue, NumberValue, type Value } from "../value.ts";
import { DateTime } from "./date-time.ts";
import { DateTimeOffset } from "./date-time-offset.ts";
import { Decimal } from "./decimal.ts";
import {
  argumentException,
  argumentNull,
  argumentOutOfRange,
  invalidOperation,
  NotSimulatedError,
} from "./exceptions.ts";
import { Guid } from "./guid.ts";
import { jsonPathText } from "./json-position.ts";
import { scalarText } from "./scalar-text.ts";
import { upperInvariant } from "./text.ts";
import { TimeSpan } from "./time-span.ts";
import { Uri } from "./uri.ts";

/** The values of `Newtonsoft.Json.Linq.JTokenType`. */
export const jsonTokenTypes = {
  None: 0,
  Object: 1,
  Array: 2,
  Constructor: 3,
  Property: 4,
  Comment: 5,
  Integer: 6,
  Float: 7,
  String: 8,
  Boolean: 9,
  Null: 10,
  Undefined: 11,
  Date: 12,
  Raw: 13,
  Bytes: 14,
  Guid: 15,
  Uri: 16,
  TimeSpan: 17,
} as const;

/** The name of a `JTokenType`. */
export type JsonTokenTypeName = keyof typeof jsonTokenTypes;

/** How deep tokens may be nested when they are written or copied. */
const mostDepth = 500;

/** Refuses a depth that .NET itself would only leave by the end of its stack. */
export function checkDepth(depth: number): void {
  if (depth > mostDepth)
    throw new NotSimulatedError(`JSON that is nested more than ${mostDepth} levels deep`);
}

/** How many elements of an array are moved or looked at in the time of one step. */
const shiftsOfStep = 128;

/** `Newtonsoft.Json.JsonException`. */
export function jsonException(message: string): DotnetException {
  return new DotnetException("Newtonsoft.Json.JsonException", message);
}

/**
 * `Newtonsoft.Json.Linq.JToken`: what all JSON values have in common.
 *
 * @see https://www.newtonsoft.com/json/help/html/T_Newtonsoft_Json_Linq_JToken.htm
 */
export abstract class JToken {
  parent: JContainer | null = null;

  abstract get type(): JsonTokenTypeName;
  /** Its name without the namespace, such as `JObject`. */
  abstract get className(): string;
  /** A copy without a parent. */
  abstract deepClone(depth?: number): JToken;
  /** The tokens directly below it. */
  abstract children(): readonly JToken[];

  /** `HasValues`. */
  get hasValues(): boolean {
    return this.children().length > 0;
  }

  get root(): JToken {
    let token: JToken = this;
    while (token.parent !== null) token = token.parent;
    return token;
  }

  /** The token beside it: `Next` (1) or `Previous` (-1). */
  sibling(step: 1 | -1): JToken | null {
    const { parent } = this;
    return parent?.children()[parent.placeOf(this) + step] ?? null;
  }

  /** `Path`: `a.b[0]`. */
  get path(): string {
    const steps: (string | number)[] = [];
    let below: JToken = this;
    if (this instanceof JProperty) steps.push(this.name);
    for (let token = this.parent; token !== null; token = token.parent) {
      if (token instanceof JProperty) steps.push(token.name);
      else if (token instanceof JArray) steps.push(token.placeOf(below));
      below = token;
    }
    return this.parent === null ? "" : jsonPathText(steps.reverse());
  }

  private get holder(): JContainer {
    if (this.parent === null) throw invalidOperation("The parent is missing.");
    return this.parent;
  }

  /** Takes it out of its parent; throws an `InvalidOperationException` without one. */
  remove(): void {
    this.holder.removeChild(this);
  }

  /** Puts another token in its place. */
  replace(value: JToken | null): void {
    this.holder.replaceChild(this, value);
  }

  /** `AddAfterSelf` (1) and `AddBeforeSelf` (0). */
  addBeside(content: Value, offset: 0 | 1): void {
    const holder = this.holder;
    holder.insert(holder.placeOf(this) + offset, content);
  }

  /** `this[key]`. */
  item(key: Value): JToken | null {
    if (key === undefined) throw argumentNull("key");
    throw invalidOperation(`Cannot access child value on Newtonsoft.Json.Linq.${this.className}.`);
  }

  /** `this[key] = value`. */
  setItem(_key: Value, _value: JToken | null): void {
    throw invalidOperation(`Cannot set child value on Newtonsoft.Json.Linq.${this.className}.`);
  }
}

/** The type of a value in a `JValue`. */
function valueType(value: Value): JsonTokenTypeName {
  if (value === null) return "Null";
  if (typeof value === "boolean") return "Boolean";
  if (typeof value === "string" || value instanceof CharValue) return "String";
  if (typeof value === "number" || typeof value === "bigint") return "Integer";
  if (value instanceof NumberValue)
    return value.type === "double" || value.type === "float" ? "Float" : "Integer";
  if (value instanceof Decimal) return "Float";
  if (value instanceof DateTime || value instanceof DateTimeOffset) return "Date";
  if (value instanceof Guid) return "Guid";
  if (value instanceof Uri) return "Uri";
  if (value instanceof TimeSpan) return "TimeSpan";
  if (value instanceof Uint8Array) return "Bytes";
  throw argumentException("Could not determine JSON object type for the given value.");
}

/** `Newtonsoft.Json.Linq.JValue`: a text, a number, a date, a boolean or null. */
export class JValue extends JToken {
  readonly value: Value;
  private readonly givenType: JsonTokenTypeName | undefined;

  /** @param type Only for what the value does not tell, such as `Undefined`. */
  constructor(value: Value, type?: JsonTokenTypeName) {
    super();
    this.value = value instanceof CharValue ? String.fromCharCode(value.code) : value;
    this.givenType = type;
    if (type === undefined) valueType(value);
  }

  get type(): JsonTokenTypeName {
    return this.givenType ?? valueType(this.value);
  }

  get className(): string {
    return "JValue";
  }

  /** A copy without a parent. */
  deepClone(): JValue {
    spend(1);
    return new JValue(this.value, this.givenType);
  }

  children(): readonly JToken[] {
    return [];
  }

  /** `ToString()`: the text of the value itself, without quotation marks; empty for null. */
  text(format: string | null = null): string {
    if (this.value === null) return "";
    if (this.value instanceof Uint8Array) return "System.Byte[]";
    return scalarText(this.value, format) ?? "";
  }
}

/** `Newtonsoft.Json.Linq.JContainer`: an object, an array or a property. */
export abstract class JContainer extends JToken {
  protected readonly items: JToken[] = [];

  children(): readonly JToken[] {
    return this.items;
  }

  /** Where a token stands below it; -1 when it does not. */
  placeOf(token: JToken): number {
    spend(this.items.length / shiftsOfStep);
    return this.items.indexOf(token);
  }

  /** Throws when the token cannot stand here. */
  protected abstract accept(token: JToken, existing: JToken | null): void;
  /** Told of a token that goes. */
  protected forget(_token: JToken): void {}
  /** Told of a token that came. */
  protected remember(_token: JToken): void {}

  /** A token without a parent: itself when it has none and this is not below it, else a copy. */
  protected adopted(content: JToken): JToken {
    const loops = content === this || (content.hasValues && this.root === content);
    return content.parent !== null || loops ? content.deepClone() : content;
  }

  /** Inserts one content, or each of an array's. */
  insert(index: number, content: Value): void {
    for (const [offset, part] of contents(content).entries()) this.insertOne(index + offset, part);
  }

  /** Inserts one content. */
  protected insertOne(index: number, content: Value): void {
    if (index > this.items.length)
      throw argumentOutOfRange("index", "Index must be within the bounds of the List.");
    const token = this.adopted(jsonTokenOf(content));
    this.accept(token, null);
    token.parent = this;
    spend((this.items.length - index) / shiftsOfStep);
    this.items.splice(index, 0, token);
    this.remember(token);
  }

  /** `Add(content)`. */
  add(content: Value): void {
    this.insert(this.items.length, content);
  }

  /** Adds a token that nobody else holds, without a check. */
  append(token: JToken): void {
    token.parent = this;
    this.items.push(token);
    this.remember(token);
  }

  /** Takes a token out; whether it was there. */
  removeChild(token: JToken): boolean {
    const index = this.placeOf(token);
    if (index < 0) return false;
    this.forget(token);
    this.items.splice(index, 1);
    token.parent = null;
    return true;
  }

  /** Puts a content in the place of a token. */
  replaceChild(existing: JToken, content: Value): void {
    const index = this.placeOf(existing);
    const token = this.adopted(jsonTokenOf(content));
    this.accept(token, existing);
    this.forget(existing);
    existing.parent = null;
    token.parent = this;
    this.items[index] = token;
    this.remember(token);
  }

  /** `RemoveAll()`. */
  clear(): void {
    for (const token of this.items) {
      spend(1);
      this.forget(token);
      token.parent = null;
    }
    this.items.length = 0;
  }
}

/** A token as it is; any other value as a `JValue`. */
export function jsonTokenOf(content: Value): JToken {
  return content instanceof JToken ? content : new JValue(content);
}

/** What a content adds: each element of an array of the language, else itself. */
function contents(content: Value): readonly Value[] {
  return Array.isArray(content) ? content : [content];
}

/** `Newtonsoft.Json.Linq.JProperty`: a name and its value. */
export class JProperty extends JContainer {
  readonly name: string;

  constructor(name: string | null, content: Value) {
    super();
    if (name === null) throw argumentNull("name");
    this.name = name;
    const parts = Array.isArray(content) ? new JArray(content) : content;
    this.insertOne(0, parts);
  }

  get type(): JsonTokenTypeName {
    return "Property";
  }

  get className(): string {
    return "JProperty";
  }

  get value(): JToken {
    return this.items[0] ?? new JValue(null);
  }

  set value(token: JToken | null) {
    const existing = this.items[0];
    if (existing === undefined) this.insertOne(0, token);
    else this.replaceChild(existing, token);
  }

  /** Throws when the token cannot stand here. */
  protected accept(token: JToken): void {
    if (token instanceof JProperty) {
      throw argumentException(
        "Can not add Newtonsoft.Json.Linq.JProperty to Newtonsoft.Json.Linq.JProperty.",
      );
    }
  }

  /** Inserts contents. */
  override insert(index: number, content: Value): void {
    if (this.items.length > 0)
      throw jsonException("Newtonsoft.Json.Linq.JProperty cannot have multiple values.");
    super.insert(index, content);
  }

  /** Takes a token out; whether it was there. */
  override removeChild(): boolean {
    throw jsonException("Cannot add or remove items from Newtonsoft.Json.Linq.JProperty.");
  }

  /** Takes all tokens out. */
  override clear(): void {
    this.removeChild();
  }

  /** A copy without a parent. */
  deepClone(depth = 0): JProperty {
    return new JProperty(this.name, this.value.deepClone(depth));
  }
}

/** `Newtonsoft.Json.Linq.JObject`: properties in the order in which they were added. */
export class JObject extends JContainer {
  private readonly byName = new Map<string, JProperty>();

  constructor(content?: Value) {
    super();
    if (content !== undefined && content !== null) this.add(content);
  }

  get type(): JsonTokenTypeName {
    return "Object";
  }

  get className(): string {
    return "JObject";
  }

  /** Throws when the token cannot stand here. */
  protected accept(token: JToken, existing: JToken | null): void {
    if (!(token instanceof JProperty)) {
      throw argumentException(
        `Can not add Newtonsoft.Json.Linq.${token.className} to Newtonsoft.Json.Linq.JObject.`,
      );
    }
    if (existing instanceof JProperty && existing.name === token.name) return;
    if (this.byName.has(token.name)) {
      throw argumentException(
        `Can not add property ${token.name} to Newtonsoft.Json.Linq.JObject. Property with the same name already exists on object.`,
      );
    }
  }

  /** Inserts one content. */
  protected override insertOne(index: number, content: Value): void {
    // Newtonsoft.Json copies the properties of another object that is added; it is enumerable, so that it counts as many contents.
    if (content instanceof JObject) {
      for (const [offset, property] of content.properties().entries())
        super.insertOne(index + offset, property);
    } else super.insertOne(index, content);
  }

  /** Told of a token that came. */
  protected override remember(token: JToken): void {
    if (token instanceof JProperty) this.byName.set(token.name, token);
  }

  /** Told of a token that goes. */
  protected override forget(token: JToken): void {
    if (token instanceof JProperty) this.byName.delete(token.name);
  }

  /** `Property(name)`; with `ignoreCase`, an exact match first. */
  property(name: string | null, ignoreCase = false): JProperty | null {
    if (name === null) return null;
    const exact = this.byName.get(name);
    if (exact !== undefined || !ignoreCase) return exact ?? null;
    const wanted = upperInvariant(name);
    return (
      this.properties().find((property) => {
        spend(1);
        return property.name.length === name.length && upperInvariant(property.name) === wanted;
      }) ?? null
    );
  }

  /** Its properties in their order. */
  properties(): readonly JProperty[] {
    spend(this.items.length / 16);
    return this.items.filter((token) => token instanceof JProperty);
  }

  /** The value of a property, `null` without one. */
  get(name: string): JToken | null {
    return this.byName.get(name)?.value ?? null;
  }

  /** Sets the value of a property. */
  set(name: string, value: JToken | null): void {
    const property = this.byName.get(name);
    if (property === undefined) this.insertOne(this.items.length, new JProperty(name, value));
    else property.value = value;
  }

  private static nameOf(key: Value, verb: string): string {
    if (key === null) throw argumentNull("key");
    if (typeof key === "string") return key;
    throw argumentException(
      `${verb} JObject values with invalid key value: ${scalarText(key) ?? ""}. Object property name expected.`,
    );
  }

  override item(key: Value): JToken | null {
    return this.get(JObject.nameOf(key, "Accessed"));
  }

  override setItem(key: Value, value: JToken | null): void {
    this.set(JObject.nameOf(key, "Set"), value);
  }

  /** `Remove(name)`: whether there was one. */
  removeProperty(name: string | null): boolean {
    const property = this.property(name);
    return property !== null && this.removeChild(property);
  }

  /** A copy without a parent. */
  deepClone(depth = 0): JObject {
    checkDepth(depth);
    const copy = new JObject();
    for (const property of this.properties()) copy.append(property.deepClone(depth + 1));
    return copy;
  }
}

/** `Newtonsoft.Json.Linq.JArray`. */
export class JArray extends JContainer {
  constructor(content?: Value) {
    super();
    if (content !== undefined) this.add(content);
  }

  get type(): JsonTokenTypeName {
    return "Array";
  }

  get className(): string {
    return "JArray";
  }

  /** Throws when the token cannot stand here. */
  protected accept(token: JToken): void {
    if (token instanceof JProperty) {
      throw argumentException("Can not add Newtonsoft.Json.Linq.JProperty to Newtonsoft.Json.Linq.JArray.");
    }
  }

  private indexOf(key: Value, verb: string): number {
    if (key === null) throw argumentNull("key");
    if (typeof key !== "number") {
      throw argumentException(
        `${verb} JArray values with invalid key value: ${typeof key === "string" ? `"${key}"` : (scalarText(key) ?? "")}. Int32 array index expected.`,
      );
    }
    if (key >= 0 && key < this.items.length) return key;
    throw argumentOutOfRange(
      "index",
      key < 0 ? "Index is less than 0." : "Index is equal to or greater than Count.",
    );
  }

  override item(key: Value): JToken | null {
    return this.items[this.indexOf(key, "Accessed")] ?? null;
  }

  override setItem(key: Value, value: JToken | null): void {
    const existing = this.items[this.indexOf(key, "Set")];
    if (existing !== undefined && existing !== value) this.replaceChild(existing, value);
  }

  /** `RemoveAt(index)`. */
  removeAt(index: number): void {
    const token = this.items[this.indexOf(index, "Accessed")];
    if (token !== undefined) this.removeChild(token);
  }

  /** A copy without a parent. */
  deepClone(depth = 0): JArray {
    checkDepth(depth);
    const copy = new JArray();
    for (const token of this.items) copy.append(token.deepClone(depth + 1));
    return copy;
  }
}

/** `Descendants()`: every token below, parents before their children. */
export function* descendantsOf(token: JToken, depth = 0): Generator<JToken> {
  checkDepth(depth);
  for (const child of token.children()) {
    spend(1 + depth / 4);
    yield child;
    yield* descendantsOf(child, depth + 1);
  }
}

function equalValues(left: JValue, right: JValue): boolean {
  if (left.type !== right.type) return false;
  if (left.type === "Float" || left.type === "Integer") return Number(left.text()) === Number(right.text());
  if (left.value instanceof Uint8Array && right.value instanceof Uint8Array) {
    return Buffer.from(left.value).equals(right.value);
  }
  return left.text("o") === right.text("o");
}

/** `JToken.DeepEquals`: properties in any order. */
export function deepEquals(left: JToken | null, right: JToken | null, depth = 0): boolean {
  checkDepth(depth);
  spend(1);
  if (left === null || right === null) return left === right;
  if (left instanceof JValue && right instanceof JValue) return equalValues(left, right);
  if (left instanceof JObject && right instanceof JObject) {
    if (left.children().length !== right.children().length) return false;
    return left
      .properties()
      .every((property) => deepEquals(property.value, right.get(property.name), depth + 1));
  }
  if (left instanceof JProperty && right instanceof JProperty) {
    return left.name === right.name && deepEquals(left.value, right.value, depth + 1);
  }
  if (!(left instanceof JArray && right instanceof JArray)) return false;
  if (left.children().length !== right.children().length) return false;
  return left
    .children()
    .every((child, index) => deepEquals(child, right.children()[index] ?? null, depth + 1));
}

/** How `Merge` joins two arrays: `MergeArrayHandling`. */
export type MergeArrayHandling = "Concat" | "Union" | "Replace" | "Merge";

/** `Merge(content)`: the properties of another object, one by one; arrays by the rule; a null never replaces a value. */
export function mergeJson(
  target: JToken,
  content: JToken,
  arrays: MergeArrayHandling = "Concat",
  depth = 0,
): void {
  checkDepth(depth);
  if (target instanceof JObject && content instanceof JObject) {
    for (const { name, value } of content.properties()) {
      spend(1);
      const existing = target.property(name);
      if (existing === null) target.set(name, value);
      else if (existing.value instanceof JContainer && existing.value.type === value.type) {
        mergeJson(existing.value, value, arrays, depth + 1);
      } else if (value.type !== "Null" && value.type !== "Undefined") existing.value = value;
    }
  } else if (target instanceof JArray && content instanceof JArray)
    mergeArrays(target, content, arrays, depth);
}

function mergeArrays(target: JArray, content: JArray, arrays: MergeArrayHandling, depth: number): void {
  const added = [...content.children()];
  if (arrays === "Replace" && target !== content) target.clear();
  for (const [index, token] of added.entries()) {
    spend(1);
    const existing = arrays === "Merge" ? target.children()[index] : undefined;
    if (existing instanceof JContainer) mergeJson(existing, token, arrays, depth + 1);
    else if (existing !== undefined) {
      if (token.type !== "Null") target.replaceChild(existing, token);
    } else if (arrays !== "Union" || !target.children().some((child) => deepEquals(child, token)))
      target.add(token);
  }
}
