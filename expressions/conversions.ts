import { type Evaluation, nullReference } from "./evaluation.ts";
import { DotnetException } from "./exception.ts";
import type { Marshal } from "./marshal.ts";
import { type ComputedType, isNumeric, numberOf, rawOf, wideningDistance } from "./numeric.ts";
import { delegateParts, elementTypeOf, isSame, type StaticType } from "./static-type.ts";
import type { DotnetTypeRegistry, Member } from "./type-registry.ts";
import { ArrayValue, charOf, EnumValue, type Value } from "./value.ts";
import type { ValueOperations } from "./value-operations.ts";

/** Turns a value of one type into one of another; `undefined` when nothing is to be done. */
export type Conversion = ((value: Value, run: Evaluation) => Value) | undefined;

const same = { distance: 0, convert: undefined };

/** A conversion that C# makes without a cast, and how far it is: overloads are chosen by the smallest. */
export interface ImplicitConversion {
  readonly distance: number;
  readonly convert: Conversion;
}

/** What can become what. */
export class Conversions {
  readonly #registry: DotnetTypeRegistry;
  readonly #operations: ValueOperations;
  readonly #marshal: Marshal;

  /** @param marshal Converts for the operators that types declare. */
  constructor(registry: DotnetTypeRegistry, operations: ValueOperations, marshal: Marshal) {
    this.#registry = registry;
    this.#operations = operations;
    this.#marshal = marshal;
  }

  /** Whether a type's values can never be `null`. */
  isValueType(type: StaticType): boolean {
    if (isNumeric(type.name) || type.name === "bool" || type.name === "()") return true;
    const kind = this.#registry.info(type)?.kind;
    return type.name !== "?" && (kind === "struct" || kind === "enum");
  }

  /**
   * What C# converts without a cast.
   *
   * @param constant The value, when the expression is a constant: `1` fits a `byte`.
   */
  implicit(
    from: StaticType,
    to: StaticType,
    constant?: { readonly value: Value },
  ): ImplicitConversion | undefined {
    if (isSame(from, to)) return same;
    if (from.name === "dynamic") return { distance: 2, convert: (value, run) => this.late(value, to, run) };
    if (to.name === "dynamic") return { distance: 60, convert: undefined };
    if (from.name === "null")
      return this.isValueType(to)
        ? undefined
        : { distance: to.name === "object" ? 2 : 1, convert: undefined };
    if (from.name === "=>") return this.#ofLambda(from, to);
    if (to.name === "object") return { distance: 50, convert: undefined };
    return (
      this.#ofNumber(from, to, constant) ??
      this.#ofNullable(from, to, constant) ??
      this.#ofItems(from, to) ??
      this.#upcast(from, to) ??
      this.#declared(from, to, "implicit")
    );
  }

  #ofLambda(from: StaticType, to: StaticType): ImplicitConversion | undefined {
    const parts = delegateParts(to);
    return parts !== undefined && parts.parameters.length === from.arguments.length ? same : undefined;
  }

  #ofNumber(
    from: StaticType,
    to: StaticType,
    constant?: { readonly value: Value },
  ): ImplicitConversion | undefined {
    const distance = wideningDistance(from.name, to.name);
    if (to.name === "decimal" && distance !== undefined) {
      const declared = this.#declared(from, to, "implicit");
      return declared === undefined ? undefined : { ...declared, distance: distance + 1 };
    }
    if (distance !== undefined)
      return { distance: distance + 1, convert: (value) => numberOf(to.name as ComputedType, rawOf(value)) };
    if (constant === undefined || typeof constant.value !== "number") return undefined;
    const limits = constantLimits.get(to.name);
    if (limits === undefined || constant.value < limits[0] || constant.value > limits[1]) return undefined;
    const raw = constant.value;
    return { distance: 8, convert: () => numberOf(to.name as ComputedType, raw) };
  }

  #ofNullable(
    from: StaticType,
    to: StaticType,
    constant?: { readonly value: Value },
  ): ImplicitConversion | undefined {
    if (to.name !== "?") return undefined;
    const inner = this.implicit(from.name === "?" ? elementTypeOf(from) : from, elementTypeOf(to), constant);
    if (inner === undefined) return undefined;
    const { convert, distance } = inner;
    return {
      distance: distance + 1,
      convert:
        convert === undefined ? undefined : (value, run) => (value === null ? null : convert(value, run)),
    };
  }

  /** Tuples of the same length, item by item. */
  #ofItems(from: StaticType, to: StaticType): ImplicitConversion | undefined {
    if (from.name !== "()" || to.name !== "()" || from.arguments.length !== to.arguments.length)
      return undefined;
    const fits = from.arguments.every((one, index) => {
      const target = to.arguments[index];
      return target !== undefined && this.implicit(one, target)?.convert === undefined;
    });
    return fits ? { distance: 1, convert: undefined } : undefined;
  }

  /** To a base class or an interface. */
  #upcast(from: StaticType, to: StaticType): ImplicitConversion | undefined {
    const index = this.#registry.lineage(from).findIndex((one) => this.#fits(one, to));
    return index < 0 ? undefined : { distance: index + 1, convert: undefined };
  }

  /** Whether two constructed types are one, but for `IEnumerable<string>` where `IEnumerable<object>` is asked. */
  #fits(from: StaticType, to: StaticType): boolean {
    if (isSame(from, to)) return true;
    if (from.name !== to.name || from.arguments.length !== to.arguments.length) return false;
    const isVariant =
      from.name === "[]" || this.#registry.info(from)?.kind === "interface" || from.name === "Func";
    return from.arguments.every((one, index) => {
      const other = to.arguments[index];
      if (other === undefined) return false;
      if (isSame(one, other) || one.name === "dynamic" || other.name === "dynamic") return true;
      return (
        isVariant &&
        !this.isValueType(one) &&
        this.implicit(one, other)?.convert === undefined &&
        this.implicit(one, other) !== undefined
      );
    });
  }

  /** A conversion that one of the two types declares. */
  #declared(from: StaticType, to: StaticType, kind: "implicit" | "explicit"): ImplicitConversion | undefined {
    const found = [
      ...this.#registry.operators(to, kind),
      ...this.#registry.operators(from, kind),
      ...this.#ofBases(from, kind),
    ];
    let nearest: { readonly distance: number; readonly member: Member } | undefined;
    for (const { member } of found) {
      const [parameter] = member.signature.parameters;
      if (parameter === undefined || !isSame(member.signature.result, to)) continue;
      const distance = this.#operandDistance(from, parameter.type);
      if (distance !== undefined && distance < (nearest?.distance ?? Number.POSITIVE_INFINITY))
        nearest = { distance, member };
    }
    if (nearest === undefined) return undefined;
    return { distance: 30 + nearest.distance, convert: this.#operatorCall(nearest.member) };
  }

  #ofBases(type: StaticType, kind: string) {
    return this.#registry
      .lineage(type)
      .slice(1)
      .flatMap((one) => this.#registry.operators(one, kind));
  }

  #operandDistance(from: StaticType, parameter: StaticType): number | undefined {
    if (isSame(from, parameter)) return 0;
    if (from.name === "object" || parameter.name === "object")
      return parameter.name === "object" ? 20 : undefined;
    return this.#upcast(from, parameter)?.distance;
  }

  #operatorCall({ implementation, signature }: Member): Conversion {
    if (typeof implementation !== "function") return undefined;
    const call = implementation as (value: unknown, run: Evaluation) => unknown;
    const to =
      signature.parameters[0] === undefined
        ? undefined
        : this.#marshal.toNative(signature.parameters[0].type);
    const from = this.#marshal.fromNative(signature.result);
    return (value, run) => {
      const result = call(to === undefined ? value : to(value), run);
      return from === undefined ? result : from(result);
    };
  }

  /** What a cast does; `undefined` when C# refuses the cast. */
  explicit(from: StaticType, to: StaticType): { readonly convert: Conversion } | undefined {
    if (from.name === "dynamic") return { convert: (value, run) => this.lateCast(value, to, run) };
    const implicit = this.implicit(from, to);
    if (implicit !== undefined) return implicit;
    const number = this.#numberCast(from, to);
    if (number !== undefined) return number;
    if (from.name === "object" || from.name === "null")
      return { convert: (value, run) => this.unbox(value, to, run) };
    const declared = this.#declared(from, to, "explicit") ?? this.#declaredByWay(from, to);
    if (declared !== undefined) return declared;
    if (from.name === "?") return this.#fromNullable(from, to);
    if (to.name === "?") {
      const inner = this.explicit(from, elementTypeOf(to));
      return inner === undefined ? undefined : { convert: nullSafe(inner.convert) };
    }
    const isDown = this.#upcast(to, from) !== undefined || this.#isInterface(from) || this.#isInterface(to);
    return isDown ? { convert: (value, run) => this.unbox(value, to, run) } : undefined;
  }

  #isInterface(type: StaticType): boolean {
    return this.#registry.info(type)?.kind === "interface";
  }

  /** `(long)token` by the conversion to the same type or, failing that, by a number type in between. */
  #declaredByWay(from: StaticType, to: StaticType): { readonly convert: Conversion } | undefined {
    if (!isNumeric(to.name)) return undefined;
    for (const between of ["decimal", "double", "long", "int"]) {
      const first = this.#declared(from, { name: between, arguments: [], text: between }, "explicit");
      const second = this.#numberCast({ name: between, arguments: [], text: between }, to);
      if (first?.convert === undefined || second === undefined) continue;
      const [one, two] = [first.convert, second.convert];
      return { convert: (value, run) => (two === undefined ? one(value, run) : two(one(value, run), run)) };
    }
    return undefined;
  }

  #fromNullable(from: StaticType, to: StaticType): { readonly convert: Conversion } | undefined {
    const inner = this.explicit(elementTypeOf(from), to.name === "?" ? elementTypeOf(to) : to);
    if (inner === undefined) return undefined;
    if (to.name === "?") return { convert: nullSafe(inner.convert) };
    const { convert } = inner;
    return {
      convert: (value, run) => {
        if (value === null)
          throw new DotnetException("InvalidOperationException", "Nullable object must have a value.");
        return convert === undefined ? value : convert(value, run);
      },
    };
  }

  #numberCast(from: StaticType, to: StaticType): { readonly convert: Conversion } | undefined {
    const [source, target] = [this.#registry.info(from), this.#registry.info(to)];
    if (target?.kind === "enum" && (isNumeric(from.name) || source?.kind === "enum"))
      return {
        convert: (value) =>
          new EnumValue(target.fullName, Number(value instanceof EnumValue ? value.value : rawOf(value))),
      };
    if (!isNumeric(to.name)) return undefined;
    if (to.name === "char" && isNumeric(from.name)) return { convert: (value) => charFrom(value) };
    const type = to.name as ComputedType;
    if (source?.kind === "enum")
      return { convert: (value) => numberOf(type, value instanceof EnumValue ? value.value : 0) };
    return isNumeric(from.name) ? { convert: (value) => numberOf(type, rawOf(value)) } : undefined;
  }

  /** A cast from `object`: the value's own type decides. */
  unbox(value: Value, to: StaticType, _run?: Evaluation): Value {
    if (value === null || value === undefined) {
      if (this.isValueType(to)) throw nullReference();
      return null;
    }
    if (this.isInstance(value, to)) return value;
    const [from, target] = [this.#operations.typeName(value), this.#operations.fullName(to)];
    throw new DotnetException(
      "InvalidCastException",
      `Unable to cast object of type '${from}' to type '${target}'.`,
    );
  }

  /** A conversion of a value whose type was not known when the expression was compiled. */
  late(value: Value, to: StaticType, run: Evaluation): Value {
    if (to.name === "object" || to.name === "dynamic") return value;
    if (value === null) return this.unbox(value, to);
    const from = this.#registry.typeOf(value);
    const found = this.implicit(from, to);
    if (found === undefined) return this.unbox(value, to);
    return found.convert === undefined ? value : found.convert(value, run);
  }

  /** A cast of a value whose type was not known when the expression was compiled. */
  lateCast(value: Value, to: StaticType, run: Evaluation): Value {
    if (value === null) return this.unbox(value, to);
    const found = this.explicit(this.#registry.typeOf(value), to);
    if (found === undefined) return this.unbox(value, to);
    return found.convert === undefined ? value : found.convert(value, run);
  }

  /** Whether a value is of a type, as `is` tells it; `null` is of none. */
  isInstance(value: Value, type: StaticType): boolean {
    if (value === null || value === undefined) return false;
    if (type.name === "object" || type.name === "dynamic") return true;
    if (type.name === "?") return this.isInstance(value, elementTypeOf(type));
    const own = this.#registry.typeOf(value);
    if (isSame(own, type)) return true;
    if (value instanceof ArrayValue && type.name === "[]" && this.isValueType(elementTypeOf(own)))
      return false;
    if (typeof value === "function") return delegateParts(type) !== undefined;
    const info = this.#registry.info(type);
    if (info?.descriptions.some(({ is }) => is?.(value)))
      return type.arguments.length === 0 || this.#upcast(own, type) !== undefined;
    return this.#upcast(own, type) !== undefined;
  }
}

function nullSafe(convert: Conversion): Conversion {
  return convert === undefined ? undefined : (value, run) => (value === null ? null : convert(value, run));
}

function charFrom(value: Value): Value {
  const raw = rawOf(value);
  return charOf(Number(typeof raw === "bigint" ? BigInt.asUintN(16, raw) : raw));
}

const constantLimits: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["sbyte", [-128, 127]],
  ["byte", [0, 255]],
  ["short", [-32768, 32767]],
  ["ushort", [0, 65535]],
  ["uint", [0, 2147483647]],
  ["ulong", [0, 2147483647]],
]);
