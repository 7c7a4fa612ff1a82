import { bindLambda } from "./bind-lambda.ts";
import { bindPattern, type Match } from "./bind-pattern.ts";
import { declareVariable, variableWriter } from "./bind-variable.ts";
import {
  type Binder,
  type BoundStatement,
  constructNotSimulated,
  convertTo,
  ends,
  refused,
  resolveType,
} from "./binder.ts";
import { Frame, nullReference, type RunInFrame } from "./evaluation.ts";
import { DotnetException } from "./exception.ts";
import {
  boolType,
  delegateParts,
  dynamicType,
  elementTypeOf,
  namedType,
  objectType,
  type StaticType,
} from "./static-type.ts";
import type { ExpressionSyntax, StatementSyntax } from "./syntax.ts";
import type { Value } from "./value.ts";

type Syntax<K extends StatementSyntax["kind"]> = Extract<StatementSyntax, { readonly kind: K }>;

const nothing: BoundStatement = { run: () => ends.normally, completes: true };

/** Binds statements that stand one after the other in a scope of their own. */
export function bindBlock(binder: Binder, body: readonly StatementSyntax[]): BoundStatement {
  const outer = binder.scope;
  binder.scope = outer.inner();
  declareFunctions(binder, body);
  const statements: BoundStatement[] = [];
  const functions: BoundStatement[] = [];
  const disposals: RunInFrame[] = [];
  for (const syntax of body) {
    const list = syntax.kind === "function" ? functions : statements;
    list.push(binder.statement(syntax));
    if (syntax.kind === "local" && syntax.using) disposals.push(...usedVariables(binder, syntax));
  }
  binder.scope = outer;
  const run = sequence([...functions, ...statements].map((one) => one.run));
  const completes = statements.every((one) => one.completes);
  if (disposals.length === 0) return { run, completes };
  return { run: disposing(run, disposals), completes };
}

/** A function can be called before the place where it is written. */
function declareFunctions(binder: Binder, body: readonly StatementSyntax[]): void {
  for (const syntax of body) {
    if (syntax.kind !== "function") continue;
    const result = resolveType(binder, syntax.result);
    const parameters = syntax.parameters.map(({ type }) => resolveType(binder, type));
    const type =
      result.name === "void" ? namedType("Action", ...parameters) : namedType("Func", ...parameters, result);
    declareVariable(binder, syntax.name, type, syntax.at);
  }
}

/** `T f(T a) { … }`: a variable that holds a lambda. */
export function bindFunction(binder: Binder, syntax: Syntax<"function">): BoundStatement {
  const variable = binder.scope.find(syntax.name);
  const parts = variable === undefined ? undefined : delegateParts(variable.type);
  if (variable === undefined || parts === undefined)
    throw refused(
      binder,
      syntax.at,
      "CS0103",
      `The name '${syntax.name}' does not exist in the current context.`,
    );
  const lambda = { kind: "lambda", parameters: syntax.parameters, body: syntax.body, at: syntax.at } as const;
  const { run } = bindLambda(binder, lambda, parts).bound;
  return { run: writing(run, variableWriter(binder, variable)), completes: true };
}

function usedVariables(binder: Binder, syntax: Syntax<"local">): RunInFrame[] {
  return syntax.variables.map(
    ({ name, at }) => binder.expression({ kind: "name", name, typeArguments: undefined, at }).run,
  );
}

/** Nothing that an expression may hold has anything to give back: disposing only looks at what is used. */
function disposing(
  run: (frame: Frame) => number,
  disposals: readonly RunInFrame[],
): (frame: Frame) => number {
  return (frame) => {
    try {
      return run(frame);
    } finally {
      for (const one of disposals) one(frame);
    }
  };
}

function sequence(runs: readonly ((frame: Frame) => number)[]): (frame: Frame) => number {
  const [first, second] = runs;
  if (first === undefined) return nothing.run;
  if (second === undefined) return first;
  return (frame) => {
    for (const run of runs) {
      const end = run(frame);
      if (end !== ends.normally) return end;
    }
    return ends.normally;
  };
}

/** `var a = 1, b;` */
export function bindLocal(binder: Binder, syntax: Syntax<"local">): BoundStatement {
  const declared = syntax.type === undefined ? undefined : resolveType(binder, syntax.type);
  const runs = syntax.variables.map(({ name, value, at }) => {
    if (value === undefined) {
      if (declared === undefined)
        throw refused(binder, at, "CS0818", "Implicitly-typed variables must be initialized.");
      declareVariable(binder, name, declared, at);
      return nothing.run;
    }
    const bound = binder.expression(value, declared);
    if (declared === undefined && (bound.type.name === "null" || bound.type.name === "void"))
      throw refused(
        binder,
        at,
        "CS0815",
        `Cannot assign ${bound.type.name === "null" ? "<null>" : "void"} to an implicitly-typed variable.`,
      );
    const type = declared ?? bound.type;
    const { run } = convertTo(binder, bound, type);
    const write = variableWriter(binder, declareVariable(binder, name, type, at));
    return writing(run, write);
  });
  return { run: sequence(runs), completes: true };
}

function writing(run: RunInFrame, write: (frame: Frame, value: Value) => void): (frame: Frame) => number {
  return (frame) => {
    write(frame, run(frame));
    return ends.normally;
  };
}

/** `var (a, b) = …;` */
export function bindDeconstruct(binder: Binder, { names, value, at }: Syntax<"deconstruct">): BoundStatement {
  const bound = binder.expression(value);
  if (bound.type.name !== "()" || bound.type.arguments.length !== names.length)
    throw constructNotSimulated(binder, at, `A deconstruction of '${bound.type.text}'`);
  const writes = names.map((name, index) => {
    const type = bound.type.arguments[index] ?? objectType;
    return name === "_" ? undefined : variableWriter(binder, declareVariable(binder, name, type, at));
  });
  return {
    run: (frame) => {
      const { comparedItems } = bound.run(frame) as { readonly comparedItems: readonly Value[] };
      for (const [index, write] of writes.entries()) write?.(frame, comparedItems[index] ?? null);
      return ends.normally;
    },
    completes: true,
  };
}

const statementKinds = new Set(["assign", "call", "new", "prefix", "postfix", "conditional-access", "throw"]);

/** `f();` */
export function bindExpressionStatement(binder: Binder, { value, at }: Syntax<"expression">): BoundStatement {
  const kind = value.kind === "conditional-access" ? lastKind(value) : value.kind;
  if (!statementKinds.has(kind))
    throw refused(
      binder,
      at,
      "CS0201",
      "Only assignment, call, increment, decrement, and new object expressions can be used as a statement.",
    );
  const { run } = binder.expression(value);
  return {
    run: (frame) => {
      frame.run.spend(1);
      run(frame);
      return ends.normally;
    },
    completes: value.kind !== "throw",
  };
}

function lastKind(value: ExpressionSyntax): string {
  return value.kind === "conditional-access" ? lastKind(value.rest) : value.kind;
}

/** `if (a) … else …` */
export function bindIf(binder: Binder, syntax: Syntax<"if">): BoundStatement {
  const test = convertTo(binder, binder.expression(syntax.test), boolType).run;
  const then = inScope(binder, syntax.then);
  const otherwise = syntax.otherwise === undefined ? nothing : inScope(binder, syntax.otherwise);
  return {
    run: (frame) => (test(frame) === true ? then.run(frame) : otherwise.run(frame)),
    completes: then.completes || otherwise.completes,
  };
}

function inScope(binder: Binder, syntax: StatementSyntax): BoundStatement {
  return bindBlock(binder, [syntax]);
}

/** `while (a) …`, `do … while (a);` */
export function bindWhile(binder: Binder, syntax: Syntax<"while" | "do">): BoundStatement {
  const outer = binder.scope;
  binder.scope = outer.inner();
  const test = convertTo(binder, binder.expression(syntax.test), boolType).run;
  const body = loopBody(binder, syntax.body);
  binder.scope = outer;
  const run = looping({ test, body: body.run, next: undefined, testsFirst: syntax.kind === "while" });
  return { run, completes: !isTrue(syntax.test) || body.breaks };
}

function isTrue(test: ExpressionSyntax | undefined): boolean {
  return test === undefined || (test.kind === "literal" && test.value === true);
}

interface Loop {
  readonly test: RunInFrame;
  readonly body: (frame: Frame) => number;
  readonly next: ((frame: Frame) => void) | undefined;
  readonly testsFirst: boolean;
}

function looping({ test, body, next, testsFirst }: Loop): (frame: Frame) => number {
  return (frame) => {
    if (testsFirst && test(frame) !== true) return ends.normally;
    do {
      frame.run.spend(1);
      const end = body(frame);
      if (end === ends.break) break;
      if (end === ends.return) return end;
      next?.(frame);
    } while (test(frame) === true);
    return ends.normally;
  };
}

/** The body of a loop: one that holds lambdas has variables of its own in each round, which they keep. */
function loopBody(binder: Binder, syntax: StatementSyntax): BoundStatement & { readonly breaks: boolean } {
  const breaks = hasBreak(syntax);
  const outer = binder.scope;
  const keeps = holdsLambda(syntax);
  if (keeps) binder.scope = outer.ofFunction();
  const body = inScope(binder, syntax);
  binder.scope = outer;
  if (!keeps) return { ...body, breaks };
  return { run: (frame) => body.run(new Frame(frame.run, frame)), completes: body.completes, breaks };
}

function holdsLambda(syntax: unknown): boolean {
  const queue: unknown[] = [syntax];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (typeof at !== "object" || at === null) continue;
    if ("kind" in at && at.kind === "lambda") return true;
    queue.push(...Object.values(at).filter((one) => one !== undefined));
  }
  return false;
}

/** Whether a `break` leaves this loop; one in a loop or switch inside does not. */
function hasBreak(syntax: StatementSyntax): boolean {
  switch (syntax.kind) {
    case "break":
      return true;
    case "block":
      return syntax.body.some(hasBreak);
    case "if":
      return hasBreak(syntax.then) || (syntax.otherwise !== undefined && hasBreak(syntax.otherwise));
    case "try":
      return hasBreak(syntax.body) || syntax.catches.some(({ body }) => hasBreak(body));
    case "using":
      return hasBreak(syntax.body);
    default:
      return false;
  }
}

/** `for (a; b; c) …` */
export function bindFor(binder: Binder, syntax: Syntax<"for">): BoundStatement {
  const outer = binder.scope;
  binder.scope = outer.inner();
  const start = sequence(syntax.start.map((one) => binder.statement(one).run));
  const test: RunInFrame =
    syntax.test === undefined ? () => true : convertTo(binder, binder.expression(syntax.test), boolType).run;
  const steps = syntax.next.map((one) => binder.expression(one).run);
  const body = loopBody(binder, syntax.body);
  binder.scope = outer;
  const next = (frame: Frame) => {
    for (const step of steps) step(frame);
  };
  const loop = looping({ test, body: body.run, next, testsFirst: true });
  return {
    run: (frame) => {
      start(frame);
      return loop(frame);
    },
    completes: !isTrue(syntax.test) || body.breaks,
  };
}

/** `foreach (var a in b) …` */
export function bindForeach(binder: Binder, syntax: Syntax<"foreach">): BoundStatement {
  const source = binder.expression(syntax.source);
  const element = elementType(binder, source.type);
  if (element === undefined)
    throw refused(
      binder,
      syntax.at,
      "CS1579",
      `foreach statement cannot operate on variables of type '${source.type.text}'.`,
    );
  const type = syntax.type === undefined ? element : resolveType(binder, syntax.type);
  const cast = binder.language.conversions.explicit(element, type);
  if (cast === undefined)
    throw refused(binder, syntax.at, "CS0030", `Cannot convert type '${element.text}' to '${type.text}'.`);
  const outer = binder.scope;
  const keeps = holdsLambda(syntax.body);
  binder.scope = keeps ? outer.ofFunction() : outer.inner();
  const write = variableWriter(binder, declareVariable(binder, syntax.name, type, syntax.at));
  const body = inScope(binder, syntax.body);
  binder.scope = outer;
  const { at } = syntax;
  return {
    run: (frame) => {
      const value = source.run(frame);
      frame.run.at = at;
      const list = elementsOf(frame, value);
      for (const item of list) {
        const own = keeps ? new Frame(frame.run, frame) : frame;
        write(own, cast.convert === undefined ? item : cast.convert(item, frame.run));
        const end = body.run(own);
        if (end === ends.break) break;
        if (end === ends.return) return end;
      }
      return ends.normally;
    },
    completes: true,
  };
}

function elementsOf(frame: Frame, value: Value): Iterable<Value> {
  if (value === null) throw nullReference();
  const list = frame.run.enumerate(value);
  if (list === undefined)
    throw new DotnetException(
      "InvalidCastException",
      `Unable to cast object of type '${frame.run.typeName(value)}' to type 'System.Collections.IEnumerable'.`,
    );
  return list;
}

/** The type of what a `foreach` over a type gives. */
function elementType(binder: Binder, type: StaticType): StaticType | undefined {
  if (type.name === "dynamic") return dynamicType;
  if (type.name === "string") return namedType("char");
  const found = binder.language.registry
    .lineage(type)
    .find(({ name, arguments: list }) => name === "IEnumerable" && list.length === 1);
  if (found !== undefined) return elementTypeOf(found);
  return binder.language.registry.lineage(type).some(({ name }) => name === "IEnumerable")
    ? objectType
    : undefined;
}

/** `switch (a) { case …: … }` */
export function bindSwitch(binder: Binder, syntax: Syntax<"switch">): BoundStatement {
  const operand = binder.expression(syntax.operand);
  const outer = binder.scope;
  binder.scope = outer.inner();
  const sections = syntax.sections.map(({ labels, body }) => {
    const inside = binder.scope;
    binder.scope = inside.inner();
    const tests = labels.map((label) => {
      if (label === undefined) return undefined;
      const match = bindPattern(binder, label.pattern, operand.type);
      return guarded(
        match,
        label.guard === undefined
          ? undefined
          : convertTo(binder, binder.expression(label.guard), boolType).run,
      );
    });
    const bound = bindBlock(binder, body);
    binder.scope = inside;
    if (bound.completes)
      throw refused(
        binder,
        body[0]?.at ?? syntax.at,
        "CS0163",
        "Control cannot fall through from one case label to another.",
      );
    return { tests, run: bound.run, breaks: body.some(hasBreak) };
  });
  binder.scope = outer;
  const last = sections.find(({ tests }) => tests.includes(undefined));
  return {
    run: (frame) => {
      const value = operand.run(frame);
      const chosen = sections.find(({ tests }) => tests.some((test) => test?.(frame, value))) ?? last;
      const end = chosen?.run(frame) ?? ends.normally;
      return end === ends.break ? ends.normally : end;
    },
    completes: last === undefined || sections.some(({ breaks }) => breaks),
  };
}

function guarded(match: Match, guard: RunInFrame | undefined): Match {
  return guard === undefined ? match : (frame, value) => match(frame, value) && guard(frame) === true;
}

/** `return a;` */
export function bindReturn(binder: Binder, { value, at }: Syntax<"return" | "throw">): BoundStatement {
  if (value === undefined) {
    binder.returns.push(namedType("void"));
    return { run: () => ends.return, completes: false };
  }
  const bound = binder.expression(value, binder.expectedReturn);
  if (bound.type.name === "void")
    throw refused(binder, at, "CS0029", "Cannot implicitly convert type 'void' to 'object'.");
  const expected = binder.expectedReturn;
  const { run } =
    expected === undefined || expected.name === "void" ? bound : convertTo(binder, bound, expected);
  binder.returns.push(bound.type);
  return {
    run: (frame) => {
      frame.run.returned = run(frame);
      return ends.return;
    },
    completes: false,
  };
}

/** `break;`, `continue;` */
export function bindJump({ kind }: Syntax<"break" | "continue" | "empty">): BoundStatement {
  if (kind === "empty") return nothing;
  const end = kind === "break" ? ends.break : ends.continue;
  return { run: () => end, completes: false };
}

/** `using (var a = …) …` */
export function bindUsing(binder: Binder, syntax: Syntax<"using">): BoundStatement {
  const outer = binder.scope;
  binder.scope = outer.inner();
  const resource =
    syntax.resource.kind === "expression"
      ? writing(binder.expression(syntax.resource.value).run, () => undefined)
      : binder.statement(syntax.resource).run;
  const body = inScope(binder, syntax.body);
  binder.scope = outer;
  return { run: sequence([resource, body.run]), completes: body.completes };
}
