import { parseSignature, parseTypeText, type Signature, shortName } from "./signature.ts";
import { namedType, objectType, type StaticType, substitute } from "./static-type.ts";
import type { Implementation, TypeDescription } from "./type-description.ts";
import { ArrayValue, CharValue, EnumValue, NumberValue, SequenceValue, type Value } from "./value.ts";

/** A member with the function behind it. */
export interface Member {
  readonly owner: TypeInfo;
  readonly line: string;
  readonly signature: Signature;
  readonly implementation: Implementation;
}

/** All that is known of one type. */
export interface TypeInfo {
  readonly name: string;
  readonly fullName: string;
  readonly kind: TypeDescription["kind"];
  readonly parameters: readonly string[];
  readonly base: StaticType | undefined;
  readonly interfaces: readonly StaticType[];
  readonly descriptions: readonly TypeDescription[];
  readonly values: Readonly<Record<string, number>>;
  /** By name; constructors are `new`, indexers `this`, conversions `implicit` and `explicit`. */
  readonly members: ReadonlyMap<string, readonly Member[]>;
}

/** A member as a type has it: its owner's type parameters are filled in. */
export interface FoundMember {
  readonly member: Member;
  readonly given: ReadonlyMap<string, StaticType>;
}

/** The types that a program may name, with their members. */
export class DotnetTypeRegistry {
  readonly #infos = new Map<string, TypeInfo>();
  readonly #full = new Map<string, TypeInfo>();
  readonly #extensions = new Map<string, Member[]>();
  readonly #recognised: readonly TypeInfo[];
  readonly #ofConstructor = new Map<unknown, TypeInfo | undefined>();

  /** @param descriptions Those of one name are merged. */
  constructor(descriptions: readonly TypeDescription[]) {
    const groups = Map.groupBy(descriptions, ({ name }) => name);
    for (const [fullName, group] of groups) this.#add(fullName, group);
    for (const { members } of this.#full.values())
      for (const list of members.values()) for (const member of list) this.#addExtension(member);
    this.#recognised = [...this.#infos.values()].filter(({ descriptions: list }) =>
      list.some(({ is }) => is),
    );
  }

  #add(fullName: string, group: readonly TypeDescription[]): void {
    const [head = "", list = ""] = fullName.split(/[<>]/);
    const parameters = list === "" ? [] : list.split(",").map((one) => one.trim());
    const name = internalNames.get(fullName) ?? shortName(head);
    const members = new Map<string, Member[]>();
    const base = group.find((one) => one.base !== undefined)?.base;
    const info: TypeInfo = {
      name,
      fullName: head,
      kind: group[0]?.kind ?? "class",
      parameters,
      base: base === undefined ? undefined : parseTypeText(base),
      interfaces: group.flatMap((one) => one.interfaces ?? []).map((one) => parseTypeText(one)),
      descriptions: group,
      values: Object.assign(Object.create(null), ...group.map(({ values }) => values ?? {})),
      members,
    };
    for (const description of group)
      for (const [line, implementation] of Object.entries(description.members ?? {})) {
        const signature = parseSignature(line);
        const same = members.get(signature.name) ?? [];
        members.set(signature.name, [...same, { owner: info, line, signature, implementation }]);
      }
    this.#infos.set(arityKey(name, parameters.length), info);
    this.#full.set(arityKey(head, parameters.length), info);
  }

  #addExtension(member: Member): void {
    if (!member.signature.isExtension) return;
    const { name } = member.signature;
    this.#extensions.set(name, [...(this.#extensions.get(name) ?? []), member]);
  }

  /** All types. */
  all(): readonly TypeInfo[] {
    return [...this.#full.values()];
  }

  /** The type of a name with or without its namespace. */
  find(name: string, parameterCount: number): TypeInfo | undefined {
    const key = arityKey(name, parameterCount);
    return (
      this.#full.get(key) ?? this.#infos.get(arityKey(shortName(name), parameterCount, name.includes(".")))
    );
  }

  /** What is known of a type. */
  info(type: StaticType): TypeInfo | undefined {
    return this.#infos.get(arityKey(type.name, type.arguments.length));
  }

  /** A type with its type parameters filled in as `IEnumerable<T>` and the like. */
  #given(info: TypeInfo, type: StaticType): ReadonlyMap<string, StaticType> {
    return new Map(info.parameters.map((name, index) => [name, type.arguments[index] ?? objectType]));
  }

  /** The type itself, its bases and its interfaces, nearest first, `object` last. */
  lineage(type: StaticType): readonly StaticType[] {
    const found = new Map<string, StaticType>();
    const queue = [type];
    for (let at = 0; at < queue.length; at++) {
      const one = queue[at];
      if (one === undefined || found.has(one.text)) continue;
      found.set(one.text, one);
      const info = this.info(one);
      if (info === undefined) continue;
      const given = this.#given(info, one);
      if (info.base !== undefined) queue.push(substitute(info.base, given));
      queue.push(...info.interfaces.map((each) => substitute(each, given)));
    }
    found.delete(objectType.text);
    return [...found.values(), objectType];
  }

  /** The members of a name that values of a type have, nearest first. */
  instanceMembers(type: StaticType, name: string): readonly FoundMember[] {
    return this.lineage(type).flatMap((one) => this.#own(one, name, false));
  }

  /** The static members of a name. */
  staticMembers(type: StaticType, name: string): readonly FoundMember[] {
    return this.lineage(type).flatMap((one) => this.#own(one, name, true));
  }

  /** The constructors. */
  constructorsOf(type: StaticType): readonly FoundMember[] {
    return this.#own(type, "new", false);
  }

  #own(type: StaticType, name: string, isStatic: boolean): readonly FoundMember[] {
    const info = this.info(type);
    const members = info?.members.get(name);
    if (info === undefined || members === undefined) return [];
    const given = this.#given(info, type);
    return members
      .filter(({ signature }) => signature.isStatic === isStatic)
      .map((member) => ({ member, given }));
  }

  /** The extension methods of a name, of whatever type. */
  extensionMethods(name: string): readonly FoundMember[] {
    return (this.#extensions.get(name) ?? []).map((member) => ({ member, given: noTypes }));
  }

  /** The operators or conversions that a type declares. */
  operators(type: StaticType, name: string): readonly FoundMember[] {
    const info = this.info(type);
    return (info?.members.get(name) ?? [])
      .filter(({ signature: { kind } }) => kind === "operator" || kind === "implicit" || kind === "explicit")
      .map((member) => ({ member, given: noTypes }));
  }

  /** What a description says that its bases may say in its place. */
  trait<K extends "enumerate" | "identity" | "compare">(
    type: StaticType,
    trait: K,
  ): NonNullable<TypeDescription[K]> | undefined {
    for (const one of this.lineage(type))
      for (const description of this.info(one)?.descriptions ?? []) {
        const found = description[trait];
        if (found !== undefined) return found;
      }
    return undefined;
  }

  /** The value of a struct that nothing was assigned to, by its description. */
  defaultOf(type: StaticType): Value {
    for (const { default: make } of this.info(type)?.descriptions ?? [])
      if (make !== undefined) return make();
    return null;
  }

  /** The type of a value while an expression runs. */
  typeOf(value: Value): StaticType {
    if (value === null || value === undefined) return namedType("null");
    if (typeof value === "string") return namedType("string");
    if (typeof value === "number") return namedType("int");
    if (typeof value === "boolean") return namedType("bool");
    if (typeof value === "function") return namedType("Delegate");
    if (value instanceof NumberValue) return namedType(value.type);
    if (value instanceof CharValue) return namedType("char");
    if (value instanceof EnumValue) return namedType(shortName(value.type));
    if (value instanceof Uint8Array) return namedType("[]", namedType("byte"));
    if (value instanceof ArrayValue) return namedType("[]", parseTypeText(value.elementType));
    if (value instanceof SequenceValue) return namedType("IEnumerable", parseTypeText(value.elementType));
    if (hasOwnType(value)) return value.staticType;
    const info = this.#describedOf(value);
    return info === undefined ? objectType : namedType(info.name, ...info.parameters.map(() => objectType));
  }

  #describedOf(value: object): TypeInfo | undefined {
    const own: unknown = value.constructor;
    const isPlain = own === Object || own === undefined;
    if (!isPlain && this.#ofConstructor.has(own)) return this.#ofConstructor.get(own);
    const matching = this.#recognised.filter(({ descriptions }) =>
      descriptions.some(({ is }) => is?.(value)),
    );
    const nearest = matching.find(
      (one) => !matching.some((other) => other !== one && this.#derives(other, one)),
    );
    if (!isPlain) this.#ofConstructor.set(own, nearest);
    return nearest;
  }

  #derives(derived: TypeInfo, base: TypeInfo): boolean {
    const type = namedType(derived.name, ...derived.parameters.map(() => objectType));
    return this.lineage(type).some(({ name }) => name === base.name);
  }
}

/** A value that knows its static type: lists, dictionaries, anonymous types, exceptions. */
export interface TypedValue {
  readonly staticType: StaticType;
}

function hasOwnType(value: object): value is TypedValue {
  return "staticType" in value;
}

const noTypes: ReadonlyMap<string, StaticType> = new Map();

const internalNames: ReadonlyMap<string, string> = new Map([
  ["System.Array<T>", "[]"],
  ["System.Nullable<T>", "?"],
]);

function arityKey(name: string, count: number, isQualified = false): string {
  return isQualified ? "" : `${name}/${count}`;
}
