import { declareVariable } from "./bind-variable.ts";
import {
  type Binder,
  type Bound,
  type BoundStatement,
  convertTo,
  ends,
  refused,
  resolveType,
} from "./binder.ts";
import { Frame, type RunInFrame } from "./evaluation.ts";
import { DotnetException } from "./exception.ts";
import { dynamicType, isSame, namedType, type StaticType, voidType } from "./static-type.ts";
import type { ExpressionSyntax, StatementSyntax } from "./syntax.ts";
import type { Value } from "./value.ts";

type LambdaSyntax = Extract<ExpressionSyntax, { readonly kind: "lambda" }>;

/** A lambda with the type of what it gives. */
export interface BoundLambda {
  readonly bound: Bound;
  readonly result: StaticType;
}

/** What the place of a lambda asks for; the result where it is known. */
interface Expected {
  readonly parameters: readonly StaticType[];
  readonly result: StaticType | undefined;
}

const deepestCalls = 100;

/**
 * Binds a lambda.
 *
 * @param expected The types of its parameters, and of its result where it is known.
 */
export function bindLambda(binder: Binder, syntax: LambdaSyntax, expected: Expected): BoundLambda {
  const outer = { scope: binder.scope, returns: binder.returns, expectedReturn: binder.expectedReturn };
  binder.scope = binder.scope.ofFunction();
  binder.returns = [];
  binder.expectedReturn = expected.result;
  try {
    return bindWithin(binder, syntax, expected);
  } finally {
    Object.assign(binder, outer);
  }
}

function bindWithin(binder: Binder, syntax: LambdaSyntax, expected: Expected): BoundLambda {
  const slots = syntax.parameters.map(({ name, type }, index) => {
    const declared = type === undefined ? expected.parameters[index] : resolveType(binder, type);
    if (name === "_" && binder.scope.find("_") !== undefined) return binder.scope.reserve();
    return declareVariable(binder, name, declared ?? dynamicType, syntax.at).slot;
  });
  const body = bindBody(binder, syntax.body, expected.result);
  const run = lambdaRun(slots, body.run);
  const type = namedType("Func", ...expected.parameters, body.result);
  return { bound: { type, run, at: syntax.at }, result: body.result };
}

interface Body {
  readonly run: RunInFrame;
  readonly result: StaticType;
}

function bindBody(
  binder: Binder,
  body: ExpressionSyntax | StatementSyntax,
  expected: StaticType | undefined,
): Body {
  if (body.kind !== "block") {
    const bound = binder.expression(body as ExpressionSyntax, expected);
    if (expected === undefined || expected.name === "void")
      return { run: bound.run, result: expected ?? bound.type };
    return { run: convertTo(binder, bound, expected).run, result: expected };
  }
  const statement = binder.statement(body);
  const result = expected ?? commonType(binder, binder.returns);
  if (statement.completes && result.name !== "void")
    throw refused(binder, body.at, "CS1643", "Not all code paths return a value in lambda expression.");
  return { run: statementRun(statement), result };
}

/** A statement that gives what its `return` gives. */
export function statementRun({ run }: BoundStatement): RunInFrame {
  return (frame) => {
    const end = run(frame);
    const { returned } = frame.run;
    frame.run.returned = null;
    return end === ends.return ? returned : null;
  };
}

/** The type that all the types of `return` become. */
export function commonType(binder: Binder, types: readonly StaticType[]): StaticType {
  let common: StaticType | undefined;
  for (const type of types) {
    if (common === undefined || isSame(common, type) || common.name === "null") common = type;
    else if (type.name === "null") continue;
    else if (
      binder.language.conversions.implicit(common, type)?.convert === undefined &&
      binder.language.conversions.implicit(common, type) !== undefined
    )
      common = type;
    else if (binder.language.conversions.implicit(type, common) === undefined) return dynamicType;
  }
  return common ?? voidType;
}

function tooDeep(): DotnetException {
  return new DotnetException(
    "InsufficientExecutionStackException",
    "Insufficient stack to continue executing the program safely.",
  );
}

function lambdaRun(slots: readonly number[], body: RunInFrame): RunInFrame {
  const [first, second] = slots;
  return (outer) => {
    const { run } = outer;
    return (...list: readonly Value[]) => {
      run.spend(1);
      const frame = new Frame(run, outer);
      if (first !== undefined) frame.slots[first] = list[0];
      if (second !== undefined) frame.slots[second] = list[1];
      for (let index = 2; index < slots.length; index++) {
        const slot = slots[index];
        if (slot !== undefined) frame.slots[slot] = list[index];
      }
      run.depth++;
      try {
        if (run.depth > deepestCalls) throw tooDeep();
        return body(frame);
      } finally {
        run.depth--;
      }
    };
  };
}
