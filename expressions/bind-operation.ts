import { type Binder, type Bound, converted, convertTo, refused, resolveType } from "./binder.ts";
import type { RunInFrame } from "./evaluation.ts";
import {
  boolType,
  dynamicType,
  elementTypeOf,
  isSame,
  nullType,
  type StaticType,
  stringType,
} from "./static-type.ts";
import type { ExpressionSyntax } from "./syntax.ts";
import type { Value } from "./value.ts";

type Syntax<K extends ExpressionSyntax["kind"]> = Extract<ExpressionSyntax, { readonly kind: K }>;

/** `a + b`, `a && b`, `a ?? b`; a chain of one operator is walked, not descended, for it can be long. */
export function bindBinary(binder: Binder, syntax: Syntax<"binary">): Bound {
  const chain: Syntax<"binary">[] = [];
  let first: ExpressionSyntax = syntax;
  while (first.kind === "binary" && first.operator !== "??") {
    chain.push(first);
    first = first.left;
  }
  if (chain.length === 0) return bindCoalesce(binder, syntax);
  let left = binder.expression(first);
  for (let one = chain.pop(); one !== undefined; one = chain.pop()) left = bindPair(binder, one, left);
  return left;
}

function bindPair(
  binder: Binder,
  { operator, right: rightSyntax, at }: Syntax<"binary">,
  left: Bound,
): Bound {
  const right = binder.expression(rightSyntax);
  if (operator === "&&" || operator === "||") return bindLogical(binder, operator, left, right, at);
  const found =
    (isUnsigned(left.type) || isUnsigned(right.type)
      ? constantPair(binder, operator, left, right)
      : undefined) ?? binder.language.operators.binary(operator, left.type, right.type);
  if (found === undefined)
    throw refused(
      binder,
      at,
      "CS0019",
      `Operator '${operator}' cannot be applied to operands of type '${title(left.type)}' and '${title(right.type)}'.`,
    );
  const run = binaryRun(left.run, right.run, found.compute, at);
  const folded = foldInt(operator, left.constant, right.constant, found.compute);
  return folded === undefined
    ? { type: found.type, run, at }
    : { type: found.type, run: () => folded.value, constant: folded, at };
}

/** `60 * 20` is a constant as well. */
function foldInt(
  operator: string,
  left: Bound["constant"],
  right: Bound["constant"],
  compute: Compute,
): { readonly value: Value } | undefined {
  if (typeof left?.value !== "number" || typeof right?.value !== "number" || !"+-*".includes(operator))
    return undefined;
  return { value: compute(left.value, right.value, undefined as never) };
}

function isUnsigned({ name }: StaticType): boolean {
  return name === "uint" || name === "ulong";
}

/** `1` is a `ulong` where the other operand is one. */
function constantPair(binder: Binder, operator: string, left: Bound, right: Bound) {
  const { conversions, operators } = binder.language;
  if (
    right.constant !== undefined &&
    conversions.implicit(right.type, left.type, right.constant) !== undefined
  )
    return operators.binary(operator, left.type, left.type);
  if (left.constant !== undefined && conversions.implicit(left.type, right.type, left.constant) !== undefined)
    return operators.binary(operator, right.type, right.type);
  return undefined;
}

function title(type: StaticType): string {
  return type.name === "null" ? "<null>" : type.text;
}

type Compute = (left: Value, right: Value, run: never) => Value;

function binaryRun(left: RunInFrame, right: RunInFrame, compute: Compute, at: number): RunInFrame {
  return (frame) => {
    const one = left(frame);
    const other = right(frame);
    frame.run.at = at;
    return compute(one, other, frame.run as never);
  };
}

function bindLogical(binder: Binder, operator: string, left: Bound, right: Bound, at: number): Bound {
  const [one, other] = [toBool(binder, left, operator), toBool(binder, right, operator)];
  const run: RunInFrame =
    operator === "&&"
      ? (frame) => one(frame) === true && other(frame) === true
      : (frame) => one(frame) === true || other(frame) === true;
  return { type: boolType, run, at };
}

function toBool(binder: Binder, operand: Bound, operator: string): RunInFrame {
  if (isSame(operand.type, boolType)) return operand.run;
  if (binder.language.conversions.implicit(operand.type, boolType) === undefined)
    throw refused(
      binder,
      operand.at,
      "CS0019",
      `Operator '${operator}' cannot be applied to an operand of type '${title(operand.type)}'.`,
    );
  return convertTo(binder, operand, boolType).run;
}

function bindCoalesce(binder: Binder, syntax: Syntax<"binary">): Bound {
  const left = binder.expression(syntax.left);
  const { at } = syntax;
  if (binder.language.conversions.isValueType(left.type))
    throw refused(
      binder,
      at,
      "CS0019",
      `Operator '??' cannot be applied to an operand of type '${left.type.text}'.`,
    );
  const inner = left.type.name === "?" ? elementTypeOf(left.type) : left.type;
  const right = binder.expression(syntax.right, inner);
  const { conversions } = binder.language;
  let type: StaticType;
  if (right.type.name === "never" || conversions.implicit(right.type, inner, right.constant) !== undefined)
    type = inner;
  else if (conversions.implicit(right.type, left.type, right.constant) !== undefined) type = left.type;
  else if (conversions.implicit(left.type, right.type) !== undefined) type = right.type;
  else
    throw refused(
      binder,
      at,
      "CS0019",
      `Operator '??' cannot be applied to operands of type '${title(left.type)}' and '${title(right.type)}'.`,
    );
  const first = converted(
    left.run,
    isSame(type, inner) ? undefined : conversions.implicit(left.type, type)?.convert,
    at,
  );
  const second = right.type.name === "never" ? right.run : convertTo(binder, right, type).run;
  return { type, run: (frame) => first(frame) ?? second(frame), at };
}

/** `-a`, `!a` */
export function bindUnary(binder: Binder, syntax: Syntax<"unary">): Bound {
  const operand = binder.expression(syntax.operand);
  const { operator, at } = syntax;
  const found = binder.language.operators.unary(operator, operand.type);
  if (found === undefined)
    throw refused(
      binder,
      at,
      "CS0023",
      `Operator '${operator}' cannot be applied to operand of type '${title(operand.type)}'.`,
    );
  const { run } = operand;
  const { compute, type } = found;
  const { constant } = operand;
  if (operator === "-" && constant !== undefined && typeof constant.value === "number") {
    const value = -constant.value | 0;
    return { type, run: () => value, constant: { value }, at };
  }
  return { type, run: (frame) => compute(run(frame), frame.run), at };
}

/** `a ? b : c` */
export function bindCondition(
  binder: Binder,
  syntax: Syntax<"condition">,
  expected: StaticType | undefined,
): Bound {
  const test = convertTo(binder, binder.expression(syntax.test), boolType).run;
  const then = binder.expression(syntax.then, expected);
  const otherwise = binder.expression(syntax.otherwise, expected);
  const type = conditionType(binder, then, otherwise, syntax.at);
  const [one, other] = [branch(binder, then, type), branch(binder, otherwise, type)];
  return { type, run: (frame) => (test(frame) === true ? one(frame) : other(frame)), at: syntax.at };
}

function branch(binder: Binder, bound: Bound, type: StaticType): RunInFrame {
  return bound.type.name === "never" ? bound.run : convertTo(binder, bound, type).run;
}

function conditionType(binder: Binder, then: Bound, otherwise: Bound, at: number): StaticType {
  const { conversions } = binder.language;
  if (isSame(then.type, otherwise.type) || otherwise.type.name === "never") return then.type;
  if (then.type.name === "never") return otherwise.type;
  const forth = conversions.implicit(then.type, otherwise.type, then.constant);
  const back = conversions.implicit(otherwise.type, then.type, otherwise.constant);
  if (back !== undefined && (forth === undefined || back.distance <= forth.distance)) return then.type;
  if (forth !== undefined) return otherwise.type;
  throw refused(
    binder,
    at,
    "CS0173",
    `Type of conditional expression cannot be determined because there is no implicit conversion between '${title(then.type)}' and '${title(otherwise.type)}'.`,
  );
}

/** `(T)a` */
export function bindCast(binder: Binder, syntax: Syntax<"cast">): Bound {
  const type = resolveType(binder, syntax.type);
  const operand = binder.expression(syntax.operand, type);
  const { at } = syntax;
  if (isSame(operand.type, type)) return { ...operand, type };
  const found =
    operand.constant === undefined
      ? undefined
      : binder.language.conversions.implicit(operand.type, type, operand.constant);
  const cast = found ?? binder.language.conversions.explicit(operand.type, type);
  if (cast === undefined || operand.type.name === "void")
    throw refused(binder, at, "CS0030", `Cannot convert type '${title(operand.type)}' to '${type.text}'.`);
  return { type, run: converted(operand.run, cast.convert, at), at };
}

/** `a as T` */
export function bindAs(binder: Binder, syntax: Syntax<"as">): Bound {
  const type = resolveType(binder, syntax.type);
  if (binder.language.conversions.isValueType(type))
    throw refused(
      binder,
      syntax.at,
      "CS0077",
      "The as operator must be used with a reference type or nullable type.",
    );
  const { run } = binder.expression(syntax.operand);
  const { conversions } = binder.language;
  return {
    type,
    run: (frame) => {
      const value = run(frame);
      return conversions.isInstance(value, type) ? value : null;
    },
    at: syntax.at,
  };
}

/** `default`, `default(T)` */
export function bindDefault(
  binder: Binder,
  syntax: Syntax<"default">,
  expected: StaticType | undefined,
): Bound {
  const type = syntax.type === undefined ? expected : resolveType(binder, syntax.type);
  if (type === undefined) return { type: nullType, run: () => null, at: syntax.at };
  return { type, run: () => binder.language.defaultOf(type), at: syntax.at };
}

/** `typeof(T)`: only its names are of use. */
export function bindTypeOf(binder: Binder, syntax: Syntax<"typeof">): Bound {
  const type = resolveType(binder, syntax.type);
  const name = binder.language.operations.fullName(type);
  return { type: stringType, run: () => name, at: syntax.at };
}

/** `throw` where a value is expected. */
export function neverType(): StaticType {
  return { ...dynamicType, name: "never", text: "never" };
}
