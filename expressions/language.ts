import { Conversions } from "./conversions.ts";
import { pairOf } from "./core/dictionary.ts";
import { ItemsValue } from "./core/tuple.ts";
import { NotSimulatedError } from "./dotnet/exceptions.ts";
import type { Evaluation } from "./evaluation.ts";
import { Marshal } from "./marshal.ts";
import { type ComputedType, isNumeric, numberOf } from "./numeric.ts";
import { Operators } from "./operators.ts";
import { dynamicType, type StaticType } from "./static-type.ts";
import type { Host, TypeDescription } from "./type-description.ts";
import { DotnetTypeRegistry } from "./type-registry.ts";
import { charOf, EnumValue, type Value } from "./value.ts";
import { ValueOperations } from "./value-operations.ts";

/** C# over a set of types. */
export class Language {
  readonly registry: DotnetTypeRegistry;
  readonly operations: ValueOperations;
  readonly marshal: Marshal;
  readonly conversions: Conversions;
  readonly operators: Operators;

  /** @param descriptions The types that a program may use. */
  constructor(descriptions: readonly TypeDescription[]) {
    this.registry = new DotnetTypeRegistry(descriptions);
    this.operations = new ValueOperations(this.registry);
    this.marshal = new Marshal(this.registry, this.operations);
    this.conversions = new Conversions(this.registry, this.operations, this.marshal);
    this.operators = new Operators(this.registry, this.operations, this.conversions, this.marshal);
  }

  /** What a variable of a type is before anything is assigned. */
  defaultOf(type: StaticType): Value {
    if (!this.conversions.isValueType(type)) return null;
    if (type.name === "bool") return false;
    if (type.name === "()") return new ItemsValue(type, this.#defaultsOf(type));
    if (type.name === "KeyValuePair") return pairOf(type, this.#defaultsOf(type));
    if (isNumeric(type.name))
      return type.name === "char" ? charOf(0) : numberOf(type.name as ComputedType, 0);
    const info = this.registry.info(type);
    if (info?.kind === "enum") return new EnumValue(info.fullName, 0);
    return this.registry.defaultOf(type);
  }

  #defaultsOf(type: StaticType): readonly Value[] {
    return type.arguments.map((one) => this.defaultOf(one));
  }

  /** What the type's own `Parse` makes of a text; `undefined` when it has none. */
  parse(type: StaticType, text: string, host: Host): Value {
    const found = this.registry
      .staticMembers(type, "Parse")
      .find(({ member: { signature } }) => signature.parameters.slice(1).every((one) => one.default));
    const implementation = found?.member.implementation;
    if (found === undefined || typeof implementation !== "function") return undefined;
    const defaults = found.member.signature.parameters.slice(1).map((one) => one.default?.value);
    return (implementation as (...list: unknown[]) => Value)(text, ...defaults, host);
  }

  /** What the constructor with as many parameters makes; an error when the type is not described. */
  create(type: StaticType, natives: readonly unknown[], host: Host): Value {
    const found = this.registry
      .constructorsOf(type)
      .find(({ member: { signature } }) => signature.parameters.length === natives.length);
    const implementation = found?.member.implementation;
    if (typeof implementation !== "function") throw new NotSimulatedError(`new ${type.text}(…)`);
    return (implementation as (...list: unknown[]) => Value)(...natives, host);
  }

  /** `+` of values whose types are not known before. */
  add(left: Value, right: Value, run: Evaluation): Value {
    const found = this.operators.binary("+", dynamicType, dynamicType);
    return found === undefined ? null : found.compute(left, right, run);
  }
}
