import { declareVariable, variableWriter } from "./bind-variable.ts";
import { type Binder, type BoundStatement, convertTo, ends, refused, resolveType } from "./binder.ts";
import type { Frame, RunInFrame } from "./evaluation.ts";
import { DotnetException } from "./exception.ts";
import { boolType, namedType } from "./static-type.ts";
import type { CatchSyntax, ExpressionSyntax, StatementSyntax } from "./syntax.ts";
import type { Value } from "./value.ts";

type TrySyntax = Extract<StatementSyntax, { readonly kind: "try" }>;

interface BoundCatch extends BoundStatement {
  readonly takes: (frame: Frame, error: DotnetException) => boolean;
}

/** `try … catch … finally …` */
export function bindTry(binder: Binder, syntax: TrySyntax): BoundStatement {
  const body = binder.statement(syntax.body);
  const catches = syntax.catches.map((one) => bindCatch(binder, one));
  const last = syntax.finally === undefined ? undefined : binder.statement(syntax.finally);
  const run = catching(body, catches);
  const completes = (body.completes || catches.some((one) => one.completes)) && (last?.completes ?? true);
  return { run: last === undefined ? run : finishing(run, last), completes };
}

function catching(body: BoundStatement, catches: readonly BoundCatch[]): (frame: Frame) => number {
  if (catches.length === 0) return body.run;
  return (frame) => {
    const { depth } = frame.run;
    try {
      return body.run(frame);
    } catch (error) {
      if (!(error instanceof DotnetException)) throw error;
      frame.run.depth = depth;
      frame.run.spend(1);
      const found = catches.find((one) => one.takes(frame, error));
      if (found === undefined) throw error;
      return caught(frame, error, found.run);
    }
  };
}

/** Runs a `catch`; `throw;` inside it throws the same again. */
function caught(frame: Frame, error: DotnetException, run: (frame: Frame) => number): number {
  const before = frame.run.caught;
  frame.run.caught = error;
  try {
    return run(frame);
  } finally {
    frame.run.caught = before;
  }
}

function finishing(run: (frame: Frame) => number, last: BoundStatement): (frame: Frame) => number {
  return (frame) => {
    let end: number = ends.normally;
    try {
      end = run(frame);
    } catch (error) {
      // A limit, or what is not simulated, ends the expression: nothing of it runs on.
      if (error instanceof DotnetException) {
        const { returned } = frame.run;
        last.run(frame);
        frame.run.returned = returned;
      }
      throw error;
    }
    const { returned } = frame.run;
    last.run(frame);
    frame.run.returned = returned;
    return end;
  };
}

function bindCatch(binder: Binder, syntax: CatchSyntax): BoundCatch {
  const type = syntax.type === undefined ? namedType("Exception") : resolveType(binder, syntax.type);
  const outer = binder.scope;
  binder.scope = outer.inner();
  const write =
    syntax.name === undefined
      ? undefined
      : variableWriter(binder, declareVariable(binder, syntax.name, type, syntax.body.at));
  const guard =
    syntax.guard === undefined ? undefined : convertTo(binder, binder.expression(syntax.guard), boolType).run;
  const body = binder.statement(syntax.body);
  binder.scope = outer;
  const { conversions } = binder.language;
  return {
    ...body,
    takes: (frame, error) => {
      if (type.name !== "Exception" && !conversions.isInstance(error, type)) return false;
      write?.(frame, error);
      return guard === undefined || guard(frame) === true;
    },
  };
}

/** `throw a;`, `throw;` */
export function bindThrow(binder: Binder, value: ExpressionSyntax | undefined, at: number): RunInFrame {
  if (value === undefined)
    return (frame) => {
      throw (
        frame.run.caught ??
        new DotnetException("Exception", "Exception of type 'System.Exception' was thrown.")
      );
    };
  const bound = binder.expression(value);
  if (binder.language.conversions.implicit(bound.type, namedType("Exception")) === undefined)
    throw refused(binder, at, "CS0155", "The type caught or thrown must be derived from System.Exception.");
  return (frame): Value => {
    const error = bound.run(frame);
    frame.run.at = at;
    throw error instanceof DotnetException
      ? error
      : new DotnetException(
          "NullReferenceException",
          "Object reference not set to an instance of an object.",
        );
  };
}
