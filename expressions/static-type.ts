/**
 * A type as the compiler knows it. `name` is C#'s word or the name without its namespace: `int`, `JObject`, `List`. Some names are
 * the language's own: `[]` an array, `?` a nullable value type, `dynamic` not known before it runs, `null`, `void`, `()` a tuple,
 * `{}` an anonymous type, `=>` a lambda that has no type yet.
 */
export interface StaticType {
  readonly name: string;
  readonly arguments: readonly StaticType[];
  /** As C# writes it; two types are the same when their texts are. */
  readonly text: string;
  /** The names of a tuple's items or of an anonymous type's members. */
  readonly names?: readonly (string | undefined)[];
}

/** A type by its name. */
export function namedType(name: string, ...typeArguments: readonly StaticType[]): StaticType {
  const list = typeArguments.map(({ text }) => text).join(",");
  const first = typeArguments[0]?.text ?? "";
  const text =
    name === "[]" ? `${first}[]` : name === "?" ? `${first}?` : list === "" ? name : `${name}<${list}>`;
  return remembered({ name, arguments: typeArguments, text });
}

const anonymous = "<anonymous type: ";
const mostAnonymous = 10_000;
const anonymousTypes = new Map<string, StaticType>();

/** A type that cannot be read from its text is kept by it. */
function remembered(type: StaticType): StaticType {
  if (!type.text.includes(anonymous)) return type;
  if (anonymousTypes.size >= mostAnonymous) anonymousTypes.clear();
  anonymousTypes.set(type.text, type);
  return type;
}

/** The type with an anonymous type in it that has a text; `object` when it is not known any more. */
export function anonymousByText(text: string): StaticType | undefined {
  return text.includes(anonymous) ? (anonymousTypes.get(text) ?? objectType) : undefined;
}

/** `(int, string name)` */
export function tupleType(items: readonly StaticType[], names: readonly (string | undefined)[]): StaticType {
  return remembered({
    name: "()",
    arguments: items,
    text: `(${items.map(({ text }) => text).join(",")})`,
    names,
  });
}

/** `new { Id = 1 }` */
export function anonymousType(items: readonly StaticType[], names: readonly string[]): StaticType {
  const members = items.map(({ text }, index) => `${text} ${names[index] ?? ""}`);
  return remembered({ name: "{}", arguments: items, text: `${anonymous}${members.join(", ")}>`, names });
}

/** A lambda before its target is known: only how many parameters it has. */
export function lambdaType(count: number): StaticType {
  return {
    name: "=>",
    arguments: Array.from({ length: count }, () => dynamicType),
    text: "lambda expression",
  };
}

/** `object` */
export const objectType = namedType("object");
/** `string` */
export const stringType = namedType("string");
/** `bool` */
export const boolType = namedType("bool");
/** `int` */
export const intType = namedType("int");
/** `char` */
export const charType = namedType("char");
/** `void` */
export const voidType = namedType("void");
/** The type of `null`. */
export const nullType = namedType("null");
/** A type that is known only when the expression runs. */
export const dynamicType = namedType("dynamic");

/** Whether two types are one. */
export function isSame(left: StaticType, right: StaticType): boolean {
  return left === right || left.text === right.text;
}

/** Puts types in the place of type parameters. */
export function substitute(type: StaticType, given: ReadonlyMap<string, StaticType>): StaticType {
  if (given.size === 0) return type;
  if (type.arguments.length === 0) return given.get(type.name) ?? type;
  const list = type.arguments.map((one) => substitute(one, given));
  if (list.every((one, index) => one === type.arguments[index])) return type;
  if (type.name === "()") return tupleType(list, type.names ?? []);
  return type.name === "{}" ? type : namedType(type.name, ...list);
}

/** What an array, `IEnumerable<T>` or nullable type is made of. */
export function elementTypeOf(type: StaticType): StaticType {
  return type.arguments[0] ?? objectType;
}

const delegateNames = new Set(["Func", "Action", "Predicate", "Comparison", "Converter"]);

/** The parameters and the result of a delegate type, or `undefined`. */
export function delegateParts(
  type: StaticType,
): { readonly parameters: readonly StaticType[]; readonly result: StaticType } | undefined {
  if (!delegateNames.has(type.name)) return undefined;
  const list = type.arguments;
  if (type.name === "Action") return { parameters: list, result: voidType };
  if (type.name === "Predicate") return { parameters: list, result: boolType };
  if (type.name === "Comparison")
    return { parameters: [elementTypeOf(type), elementTypeOf(type)], result: intType };
  return { parameters: list.slice(0, -1), result: list.at(-1) ?? voidType };
}
