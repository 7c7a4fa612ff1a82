import type { Value } from "./value.ts";

/**
 * How a type of .NET's is described to the language. One family of types stands in a file of its own, which exports a list of
 * these; several descriptions of one name are merged, so that a family can add members to a type of another.
 *
 * A member is a line of C# as Microsoft's documentation writes it, and a function. The language parses the line, checks calls
 * against it when an expression is compiled, converts arguments and result, and prints it in the table of supported members:
 *
 * ```ts
 * members: {
 *   "new(string g)": (g: string) => Guid.parse(g),
 *   "static Guid NewGuid()": () => Guid.random(),
 *   "static bool TryParse(string input, out Guid result)": (input: string, result: OutCell) => …,
 *   "string ToString(string format = null)": (self: Guid, format: string | null) => …,
 *   "int Length": (self: Text) => self.length,
 *   "int Capacity { get; set; }": { get: (self) => …, set: (self, value) => … },
 *   "JToken this[object key] { get; set; }": { get: (self, key) => …, set: (self, key, value) => … },
 *   "T Value<T>(object key)": (self, key, host, typeArguments) => …,
 *   "static IEnumerable<TResult> Select<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> selector)": …,
 *   "static string Format(string format, params object[] args)": (format: string, args: Value[]) => …,
 *   "static explicit operator string(JToken value)": (value) => …,
 *   "static implicit operator JToken(string value)": (value) => …,
 *   "static TimeSpan operator -(DateTime left, DateTime right)": (left, right) => …,
 * }
 * ```
 *
 * A function gets the receiver (of an instance member), each parameter (a left out one as its default), then the {@link Host}, then,
 * of a generic method, a constructor or a member of `Nullable<T>`, the names of the type arguments as C# writes them. What it gets and gives for a declared type:
 *
 * | declared | JavaScript |
 * |---|---|
 * | `string`, `bool`, `int` and smaller, `uint`, `float`, `double` | string, boolean, number |
 * | `long`, `ulong` | bigint |
 * | `char` | a string of one code unit |
 * | an enum | the underlying number |
 * | `byte[]` | `Uint8Array` |
 * | `string[]`, any other array, `params` | an array of values |
 * | `IEnumerable<T>` | an iterable of values, one that can be enumerated again |
 * | `Func<…>`, `Action<…>`, `Predicate<T>`, `Comparison<T>` | a function of values |
 * | `out T` | an {@link OutCell}, whose value is set in the JavaScript of `T` |
 * | `T?`, or a reference that is `null` | `null` |
 * | `object`, a type parameter, any other type | the value as it is (`value.ts`) |
 */
export interface TypeDescription {
  /** The full name with its type parameters: `System.Guid`, `System.Collections.Generic.List<T>`. */
  readonly name: string;
  /** `static`: cannot be a value's type, such as `System.Convert`. */
  readonly kind: "class" | "struct" | "enum" | "interface" | "static";
  /** The class that it derives from, whose members it has as well; `object` when absent. */
  readonly base?: string;
  /** The interfaces whose members (and extension methods) it has as well, such as `IEnumerable<JToken>`. */
  readonly interfaces?: readonly string[];
  /** Whether a value is of this type or of one that derives from it. Absent: no value ever is. */
  readonly is?: (value: Value) => boolean;
  readonly members?: Readonly<Record<string, Implementation>>;
  /** The values of an enum; `flags` lets them be combined. */
  readonly values?: Readonly<Record<string, number>>;
  readonly flags?: boolean;
  /** `default(T)` of a struct. */
  readonly default?: () => Value;
  /** Elements for `foreach` and LINQ; the type of them is that of the `IEnumerable<T>` among the interfaces. */
  readonly enumerate?: (self: never) => Iterable<Value>;
  /** Two values are equal (`Equals`, `Distinct`, a dictionary's keys; `==` of a struct) when these are. Absent: by reference. */
  readonly identity?: (self: never) => string | number | bigint | boolean;
  /** `CompareTo`, `OrderBy`, `Max`; for a struct `<`, `>`, `<=` and `>=` as well. Absent: it cannot be compared. */
  readonly compare?: (left: never, right: never) => number;
}

/** A property or indexer that can be set. */
export interface Accessors {
  /** Gives the value. */
  readonly get: (...parameters: never[]) => unknown;
  /** Sets it; the value comes after the receiver and the keys. */
  readonly set: (...parameters: never[]) => void;
}

/** What stands behind a member. */
export type Implementation = ((...parameters: never[]) => unknown) | Accessors;

/** Where an `out` parameter puts its value. */
export interface OutCell<T = Value> {
  value: T;
}

/** What a member may ask of the evaluation that it runs in. */
export interface Host {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Counts work, one step for each element or some hundred characters touched; throws when the expression has used up its steps.
   * Call it before any work that an argument can make long.
   */
  spend(steps: number): void;
  /** Counts memory in characters or elements; throws when the expression holds too much. Call it before allocating. */
  allocate(size: number): void;
  /** `ToString()` of any value, and the empty string for `null`. */
  text(value: Value): string;
  /** The full name of a value's type, such as `System.Int32`. */
  typeName(value: Value): string;
  /** `Equals` of any two values. */
  equals(left: Value, right: Value): boolean;
  /** A key of a `Map`: two values are `Equals` when their keys are the same. */
  key(value: Value): unknown;
  /** The default comparer of any two values. */
  compare(left: Value, right: Value): number;
  /** A cast of any value to a type, as C# writes it. */
  cast(value: Value, type: string): Value;
  /** Whether a value is of a type, as C# writes it. */
  isInstance(value: Value, type: string): boolean;
  /** What a constructor of a type makes of natives of its parameters. */
  create(type: string, natives: readonly unknown[]): Value;
  /** `default(T)` of a type, as C# writes it. */
  defaultOf(type: string): Value;
  /** What the type's own `Parse` makes of a text; `undefined` when it has none. */
  parse(type: string, text: string): Value;
  /** `+` of two numbers whose types are not known before. */
  add(left: Value, right: Value): Value;
  /** The elements of any value that is an `IEnumerable`; `undefined` when it is none. */
  enumerate(value: Value): Iterable<Value> | undefined;
}
