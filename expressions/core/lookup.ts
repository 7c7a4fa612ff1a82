import type { NamedValuesContext } from "../context.ts";
import { namedType, objectType, type StaticType, stringType } from "../static-type.ts";
import { ArrayValue, type Value } from "../value.ts";
import { pairType } from "./dictionary.ts";
import { ItemsValue } from "./tuple.ts";

/** What an `IReadOnlyDictionary` is read by. */
export interface Lookup {
  readonly staticType: StaticType;
  readonly count: number;
  /** The value of a key, or `undefined`. */
  find(key: Value): { readonly value: Value } | undefined;
  /** All keys. */
  keys(): Value[];
  /** All values. */
  values(): Value[];
  /** Each pair as a `KeyValuePair`. */
  pairs(): Value[];
}

const textsType = namedType("[]", stringType);

/** Headers, query parameters or claims: `IReadOnlyDictionary<string, string[]>`. */
export class HeaderLookup implements Lookup {
  readonly staticType: StaticType = namedType("IReadOnlyDictionary", stringType, textsType);
  readonly context: NamedValuesContext;

  /** @param context Is asked each time. */
  constructor(context: NamedValuesContext) {
    this.context = context;
  }

  /** How many names there are. */
  get count(): number {
    return [...this.context.entries()].length;
  }

  /** The values of a name. */
  find(key: Value): { readonly value: Value } | undefined {
    const values = typeof key === "string" ? this.context.get(key) : undefined;
    return values === undefined ? undefined : { value: new ArrayValue("string", [...values]) };
  }

  /** All names. */
  keys(): Value[] {
    return [...this.context.entries()].map(([name]) => name);
  }

  /** The values of each name. */
  values(): Value[] {
    return [...this.context.entries()].map(([, values]) => new ArrayValue("string", [...values]));
  }

  /** Each name with its values. */
  pairs(): Value[] {
    const type = pairType(stringType, textsType);
    return [...this.context.entries()].map(
      ([name, values]) => new ItemsValue(type, [name, new ArrayValue("string", [...values])]),
    );
  }
}

/** `context.Variables` or `context.Request.MatchedParameters`. */
export class MapLookup implements Lookup {
  readonly staticType: StaticType;
  readonly #map: ReadonlyMap<string, Value>;
  readonly #valueType: StaticType;

  /** @param map Is asked each time. */
  constructor(map: ReadonlyMap<string, Value>, valueType: StaticType = objectType) {
    this.#map = map;
    this.#valueType = valueType;
    this.staticType = namedType("IReadOnlyDictionary", stringType, valueType);
  }

  /** How many there are. */
  get count(): number {
    return this.#map.size;
  }

  /** The value of a key. */
  find(key: Value): { readonly value: Value } | undefined {
    if (typeof key !== "string") return undefined;
    const value = this.#map.get(key);
    return value === undefined ? undefined : { value };
  }

  /** All keys. */
  keys(): Value[] {
    return [...this.#map.keys()];
  }

  /** All values. */
  values(): Value[] {
    return [...this.#map.values()];
  }

  /** Each pair. */
  pairs(): Value[] {
    const type = pairType(stringType, this.#valueType);
    return [...this.#map].map((pair) => new ItemsValue(type, pair));
  }
}
