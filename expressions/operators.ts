import type { Conversions } from "./conversions.ts";
import type { Evaluation } from "./evaluation.ts";
import { DotnetException } from "./exception.ts";
import type { Marshal } from "./marshal.ts";
import { type ComputedType, isNumeric, negate, numberOperator, promoted, rawOf, shift } from "./numeric.ts";
import {
  boolType,
  dynamicType,
  elementTypeOf,
  isSame,
  namedType,
  type StaticType,
  stringType,
} from "./static-type.ts";
import type { DotnetTypeRegistry, FoundMember } from "./type-registry.ts";
import { CharValue, EnumValue, type Value } from "./value.ts";
import type { ValueOperations } from "./value-operations.ts";

/** An operator for operands of two types. */
export interface BinaryOperator {
  readonly type: StaticType;
  /** Computes its value. */
  readonly compute: (left: Value, right: Value, run: Evaluation) => Value;
}

/** An operator for an operand of one type. */
export interface UnaryOperator {
  readonly type: StaticType;
  /** Computes its value. */
  readonly compute: (value: Value, run: Evaluation) => Value;
}

const equality = new Set(["==", "!="]);
const order = new Set(["<", ">", "<=", ">="]);

/** The operators of C#, by the types of their operands. */
export class Operators {
  readonly #registry: DotnetTypeRegistry;
  readonly #operations: ValueOperations;
  readonly #conversions: Conversions;
  readonly #marshal: Marshal;
  readonly #late = new Map<string, BinaryOperator | undefined>();

  /** @param marshal Converts for the operators that types declare. */
  constructor(
    registry: DotnetTypeRegistry,
    operations: ValueOperations,
    conversions: Conversions,
    marshal: Marshal,
  ) {
    this.#registry = registry;
    this.#operations = operations;
    this.#conversions = conversions;
    this.#marshal = marshal;
  }

  /** `undefined` when C# has no such operator for the two types. */
  binary(operator: string, left: StaticType, right: StaticType): BinaryOperator | undefined {
    if (left.name === "void" || right.name === "void") return undefined;
    // XNamespace + string is no concatenation: an operator that a type declares comes first.
    if (operator === "+" && (isSame(left, stringType) || isSame(right, stringType)))
      return this.#declared(operator, left, right) ?? concatenation;
    if (left.name === "dynamic" || right.name === "dynamic") return this.#lateBinary(operator, left, right);
    return (
      this.#ofNumbers(operator, left, right) ??
      this.#ofBools(operator, left, right) ??
      this.#ofEnums(operator, left, right) ??
      this.#declared(operator, left, right) ??
      this.#lifted(operator, left, right) ??
      this.#ofStructs(operator, left, right) ??
      this.#ofReferences(operator, left, right)
    );
  }

  #lateBinary(operator: string, left: StaticType, right: StaticType): BinaryOperator {
    const isTest = equality.has(operator) || order.has(operator);
    return {
      type: isTest ? boolType : dynamicType,
      compute: (one, other, run) => {
        const types = [left, right].map((type, index) =>
          type.name === "dynamic" ? this.#registry.typeOf(index === 0 ? one : other) : type,
        );
        const [first = dynamicType, second = dynamicType] = types;
        const key = `${operator} ${first.text} ${second.text}`;
        if (!this.#late.has(key)) this.#late.set(key, this.binary(operator, first, second));
        const found = this.#late.get(key);
        if (found === undefined)
          throw new DotnetException(
            "Microsoft.CSharp.RuntimeBinder.RuntimeBinderException",
            `Operator '${operator}' cannot be applied to operands of type '${first.text}' and '${second.text}'`,
          );
        return found.compute(one, other, run);
      },
    };
  }

  #ofNumbers(operator: string, left: StaticType, right: StaticType): BinaryOperator | undefined {
    if (!isNumeric(left.name) || !isNumeric(right.name)) return undefined;
    if (operator === "<<" || operator === ">>") {
      const type = promoted(left.name, "int");
      if (type === undefined || type === "double" || type === "float") return undefined;
      return { type: namedType(type), compute: (one, other) => shift(operator, type, one, other) };
    }
    const type = promoted(left.name, right.name);
    const compute = type === undefined ? undefined : numberOperator(operator, type);
    if (type === undefined || compute === undefined) return undefined;
    return { type: equality.has(operator) || order.has(operator) ? boolType : namedType(type), compute };
  }

  #ofBools(operator: string, left: StaticType, right: StaticType): BinaryOperator | undefined {
    if (!isSame(left, boolType) || !isSame(right, boolType)) return undefined;
    const compute = boolOperators[operator];
    return compute === undefined ? undefined : { type: boolType, compute };
  }

  #ofEnums(operator: string, left: StaticType, right: StaticType): BinaryOperator | undefined {
    const info = this.#registry.info(left);
    if (info?.kind !== "enum" || !isSame(left, right)) return undefined;
    const compute = numberOperator(operator, "int");
    if (compute === undefined) return undefined;
    const raw = (value: Value) => (value instanceof EnumValue ? value.value : rawOf(value));
    if (equality.has(operator) || order.has(operator))
      return { type: boolType, compute: (one, other) => compute(raw(one), raw(other)) };
    if (!["|", "&", "^"].includes(operator)) return undefined;
    return {
      type: left,
      compute: (one, other) => new EnumValue(info.fullName, Number(compute(raw(one), raw(other)))),
    };
  }

  #declared(operator: string, left: StaticType, right: StaticType): BinaryOperator | undefined {
    const sources = [...this.#registry.lineage(left), ...this.#registry.lineage(right)];
    const found = sources.flatMap((type) => this.#registry.operators(type, operator));
    let best: { readonly distance: number; readonly operator: BinaryOperator } | undefined;
    for (const member of found) {
      const candidate = this.#fitting(member, left, right);
      if (candidate !== undefined && candidate.distance < (best?.distance ?? Number.POSITIVE_INFINITY))
        best = candidate;
    }
    return best?.operator;
  }

  #fitting({ member }: FoundMember, left: StaticType, right: StaticType) {
    const [first, second] = member.signature.parameters;
    if (first === undefined || second === undefined || typeof member.implementation !== "function")
      return undefined;
    const one = this.#conversions.implicit(left, first.type);
    const other = this.#conversions.implicit(right, second.type);
    if (one === undefined || other === undefined) return undefined;
    const call = member.implementation as (left: unknown, right: unknown, run: Evaluation) => unknown;
    const natives = [this.#marshal.toNative(first.type), this.#marshal.toNative(second.type)] as const;
    const back = this.#marshal.fromNative(member.signature.result);
    const compute = (a: Value, b: Value, run: Evaluation) => {
      const [x, y] = [one.convert?.(a, run) ?? a, other.convert?.(b, run) ?? b];
      const result = call(natives[0]?.(x) ?? x, natives[1]?.(y) ?? y, run);
      return back === undefined ? result : back(result);
    };
    return { distance: one.distance + other.distance, operator: { type: member.signature.result, compute } };
  }

  /** An operator of `T?`: `null` in, `null` out; a comparison with `null` is false. */
  #lifted(operator: string, left: StaticType, right: StaticType): BinaryOperator | undefined {
    if (left.name === "null" || right.name === "null") {
      // C# takes `1 == null`, which is never true, with a warning.
      const other = left.name === "null" ? right : left;
      const isValue = other.name === "?" || this.#conversions.isValueType(other);
      return isValue && equality.has(operator) ? this.#nullTest(operator) : undefined;
    }
    if (left.name !== "?" && right.name !== "?") return undefined;
    const [one, other] = [left, right].map((type) => (type.name === "?" ? elementTypeOf(type) : type));
    const inner = one === undefined || other === undefined ? undefined : this.binary(operator, one, other);
    if (inner === undefined) return undefined;
    if (equality.has(operator)) {
      const equal = operator === "==";
      return {
        type: boolType,
        compute: (a, b, run) => (a === null || b === null ? (a === b) === equal : inner.compute(a, b, run)),
      };
    }
    if (order.has(operator))
      return { type: boolType, compute: (a, b, run) => a !== null && b !== null && inner.compute(a, b, run) };
    return {
      type: inner.type.name === "?" ? inner.type : namedType("?", inner.type),
      compute: (a, b, run) => (a === null || b === null ? null : inner.compute(a, b, run)),
    };
  }

  #nullTest(operator: string): BinaryOperator {
    const equal = operator === "==";
    return { type: boolType, compute: (a, b) => (a === b) === equal };
  }

  #ofStructs(operator: string, left: StaticType, right: StaticType): BinaryOperator | undefined {
    if (!isSame(left, right) || (this.#registry.info(left)?.kind !== "struct" && left.name !== "()"))
      return undefined;
    if (equality.has(operator)) {
      const equal = operator === "==";
      return { type: boolType, compute: (a, b) => this.#operations.equals(a, b) === equal };
    }
    if (!order.has(operator) || this.#registry.trait(left, "compare") === undefined) return undefined;
    const test = numberOperator(operator, "int");
    if (test === undefined) return undefined;
    return { type: boolType, compute: (a, b) => test(this.#operations.compare(a, b), 0) };
  }

  /**
   * `==` of references. Two strings are compared by their text, and two boxed values are never the same.
   *
   * Differs from Azure: `==` between an `object` and a `string` compares the text, where C# compares the references.
   * Differs from Azure: `==` of an `object` with itself is false when it holds an `int` or a `bool`, whose box C# would find to be the same.
   */
  #ofReferences(operator: string, left: StaticType, right: StaticType): BinaryOperator | undefined {
    if (!equality.has(operator)) return undefined;
    const isValue = (type: StaticType) => this.#conversions.isValueType(type);
    if (isValue(left) || isValue(right)) return undefined;
    const fits =
      this.#conversions.implicit(left, right)?.convert === undefined &&
      (this.#conversions.implicit(left, right) !== undefined ||
        this.#conversions.implicit(right, left) !== undefined);
    const isInterface = [left, right].some((type) => this.#registry.info(type)?.kind === "interface");
    if (!fits && !isInterface) return undefined;
    const equal = operator === "==";
    return { type: boolType, compute: (a, b) => (a === b && !isBoxed(a)) === equal };
  }

  /** `undefined` when C# has no such operator for the type. */
  unary(operator: string, type: StaticType): UnaryOperator | undefined {
    if (operator === "!") {
      if (isSame(type, boolType)) return { type: boolType, compute: (value) => value !== true };
      return type.name === "dynamic" ? { type: boolType, compute: (value) => this.#not(value) } : undefined;
    }
    if (type.name === "?") {
      const inner = this.unary(operator, elementTypeOf(type));
      if (inner === undefined) return undefined;
      return { type, compute: (value, run) => (value === null ? null : inner.compute(value, run)) };
    }
    if (isNumeric(type.name)) return this.#ofNumber(operator, type);
    return this.#declaredUnary(operator, type);
  }

  #not(value: Value): Value {
    return this.#conversions.unbox(value, boolType) !== true;
  }

  #ofNumber(operator: string, type: StaticType): UnaryOperator | undefined {
    const isReal = type.name === "double" || type.name === "float";
    let result = promoted(type.name, "int");
    if (operator === "-" && type.name === "uint") result = "long";
    if (result === undefined && operator === "-") return undefined;
    if (operator === "~" && isReal) return undefined;
    const target: ComputedType = result ?? "ulong";
    return { type: namedType(target), compute: (value) => negate(operator, target, value) };
  }

  #declaredUnary(operator: string, type: StaticType): UnaryOperator | undefined {
    const found = this.#registry
      .operators(type, operator)
      .find(({ member }) => member.signature.parameters.length === 1);
    if (found === undefined || typeof found.member.implementation !== "function") return undefined;
    const call = found.member.implementation as (value: unknown, run: Evaluation) => unknown;
    const back = this.#marshal.fromNative(found.member.signature.result);
    return {
      type: found.member.signature.result,
      compute: (value, run) => {
        const result = call(value, run);
        return back === undefined ? result : back(result);
      },
    };
  }
}

/** A value that each conversion to `object` puts into a box of its own. */
function isBoxed(value: Value): boolean {
  return typeof value === "number" || typeof value === "boolean" || value instanceof CharValue;
}

/** `+` with a string. */
const concatenation: BinaryOperator = {
  type: stringType,
  compute: (left, right, run) => {
    const text = run.text(left) + run.text(right);
    if (text.length > 256) run.allocate(text.length);
    return text;
  },
};

const boolOperators: Readonly<Record<string, ((left: Value, right: Value) => Value) | undefined>> =
  Object.assign(Object.create(null), {
    "==": (left: Value, right: Value) => left === right,
    "!=": (left: Value, right: Value) => left !== right,
    "&": (left: Value, right: Value) => left === true && right === true,
    "|": (left: Value, right: Value) => left === true || right === true,
    "^": (left: Value, right: Value) => left !== right,
  });
