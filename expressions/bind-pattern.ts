import { typeNamed } from "./bind-member.ts";
import { declareVariable, variableWriter } from "./bind-variable.ts";
import { type Binder, type Bound, convertTo, refused, resolveType } from "./binder.ts";
import type { Frame } from "./evaluation.ts";
import { boolType, type StaticType } from "./static-type.ts";
import type { ExpressionSyntax, PatternSyntax } from "./syntax.ts";
import type { Value } from "./value.ts";

type Syntax<K extends ExpressionSyntax["kind"]> = Extract<ExpressionSyntax, { readonly kind: K }>;

/** Whether a value matches; the variables of the pattern are set when it does. */
export type Match = (frame: Frame, value: Value) => boolean;

/** `a is …` */
export function bindIs(binder: Binder, syntax: Syntax<"is">): Bound {
  const operand = binder.expression(syntax.operand);
  const match = bindPattern(binder, syntax.pattern, operand.type);
  return { type: boolType, run: (frame) => match(frame, operand.run(frame)), at: syntax.at };
}

/** Binds a pattern against values of a type. */
export function bindPattern(binder: Binder, syntax: PatternSyntax, type: StaticType): Match {
  switch (syntax.kind) {
    case "not": {
      const match = bindPattern(binder, syntax.pattern, type);
      return (frame, value) => !match(frame, value);
    }
    case "and": {
      const [left, right] = [bindPattern(binder, syntax.left, type), bindPattern(binder, syntax.right, type)];
      return (frame, value) => left(frame, value) && right(frame, value);
    }
    case "or": {
      const [left, right] = [bindPattern(binder, syntax.left, type), bindPattern(binder, syntax.right, type)];
      return (frame, value) => left(frame, value) || right(frame, value);
    }
    case "var":
      return bindCapture(binder, syntax.name, type, syntax.at);
    case "relation":
      return bindRelation(binder, syntax.operator, syntax.value, type);
    case "constant":
      return bindConstant(binder, syntax.value, type);
    case "type":
      return bindTypePattern(binder, syntax, type);
  }
}

function bindCapture(binder: Binder, name: string | undefined, type: StaticType, at: number): Match {
  if (name === undefined) return () => true;
  const write = variableWriter(binder, declareVariable(binder, name, type, at));
  return (frame, value) => {
    write(frame, value);
    return true;
  };
}

function bindRelation(binder: Binder, operator: string, syntax: ExpressionSyntax, type: StaticType): Match {
  const limit = binder.expression(syntax);
  const found = binder.language.operators.binary(
    operator,
    type.name === "object" ? limit.type : type,
    limit.type,
  );
  if (found === undefined)
    throw refused(
      binder,
      limit.at,
      "CS0019",
      `Operator '${operator}' cannot be applied to operands of type '${type.text}' and '${limit.type.text}'.`,
    );
  return (frame, value) => value !== null && found.compute(value, limit.run(frame), frame.run) === true;
}

function bindConstant(binder: Binder, syntax: ExpressionSyntax, type: StaticType): Match {
  const constant = binder.expression(syntax, type);
  const { run } =
    type.name === "object" || type.name === "dynamic" ? constant : convertTo(binder, constant, type);
  return (frame, value) => frame.run.equals(value, run(frame));
}

function bindTypePattern(
  binder: Binder,
  syntax: Extract<PatternSyntax, { readonly kind: "type" }>,
  type: StaticType,
): Match {
  const constant = syntax.name === undefined ? constantOf(binder, syntax) : undefined;
  if (constant !== undefined) return bindConstant(binder, constant, type);
  const target = resolveType(binder, syntax.type);
  const capture = bindCapture(binder, syntax.name, target, syntax.at);
  const { conversions } = binder.language;
  return (frame, value) => conversions.isInstance(value, target) && capture(frame, value);
}

/** A name that is no type: a variable, or a value of an enum. */
function constantOf(
  binder: Binder,
  { type, at }: { readonly type: { readonly kind: string; readonly name?: string }; readonly at: number },
): ExpressionSyntax | undefined {
  if (type.kind !== "name" || type.name === undefined) return undefined;
  const [first = "", ...rest] = type.name.split(".");
  let syntax: ExpressionSyntax = { kind: "name", name: first, typeArguments: undefined, at };
  for (const name of rest) syntax = { kind: "member", target: syntax, name, typeArguments: undefined, at };
  if (binder.scope.find(first) !== undefined) return syntax;
  return syntax.kind === "member" &&
    typeNamed(binder, syntax) === undefined &&
    typeNamed(binder, syntax.target) !== undefined
    ? syntax
    : undefined;
}

/** `a switch { … => …, _ => … }` */
export function bindSwitchValue(
  binder: Binder,
  syntax: Syntax<"switch-value">,
  common: (types: readonly StaticType[]) => StaticType,
): Bound {
  const operand = binder.expression(syntax.operand);
  const outer = binder.scope;
  const arms = syntax.arms.map(({ pattern, guard, value }) => {
    binder.scope = outer.inner();
    const match = bindPattern(binder, pattern, operand.type);
    const test = guard === undefined ? undefined : convertTo(binder, binder.expression(guard), boolType).run;
    return { match, test, value: binder.expression(value) };
  });
  binder.scope = outer;
  const type = common(arms.map(({ value }) => value.type).filter(({ name }) => name !== "never"));
  const ready = arms.map(({ match, test, value }) => ({
    match,
    test,
    run: value.type.name === "never" ? value.run : convertTo(binder, value, type).run,
  }));
  return {
    type,
    run: (frame) => {
      const value = operand.run(frame);
      for (const { match, test, run } of ready)
        if (match(frame, value) && (test === undefined || test(frame) === true)) return run(frame);
      return null;
    },
    at: syntax.at,
  };
}
