import { bindAssign, bindIncrement } from "./bind-assignment.ts";
import { bindAnonymous, bindNew, bindNewArray, bindTuple } from "./bind-creation.ts";
import { bindLambda, commonType, statementRun } from "./bind-lambda.ts";
import {
  bindCall,
  bindConditionalAccess,
  bindIndex,
  bindMember,
  bindName,
  bindReceiver,
} from "./bind-member.ts";
import {
  bindAs,
  bindBinary,
  bindCast,
  bindCondition,
  bindDefault,
  bindTypeOf,
  bindUnary,
  neverType,
} from "./bind-operation.ts";
import { bindIs, bindSwitchValue } from "./bind-pattern.ts";
import {
  bindBlock,
  bindDeconstruct,
  bindExpressionStatement,
  bindFor,
  bindForeach,
  bindFunction,
  bindIf,
  bindJump,
  bindLocal,
  bindReturn,
  bindSwitch,
  bindUsing,
  bindWhile,
} from "./bind-statement.ts";
import { bindInterpolated } from "./bind-text.ts";
import { bindThrow, bindTry } from "./bind-try.ts";
import {
  type AllowedMembers,
  type Binder,
  type Bound,
  type BoundStatement,
  ends,
  refused,
} from "./binder.ts";
import { type BodyNeeds, bodyNeeds } from "./body-needs.ts";
import type { ExpressionContext } from "./context.ts";
import { NotSimulatedError } from "./dotnet/exceptions.ts";
import { defaultLimits, Evaluation, Frame, LimitError, type Limits, type RunInFrame } from "./evaluation.ts";
import { DotnetException } from "./exception.ts";
import { EvaluationError, ExpressionError } from "./expression-error.ts";
import type { Language } from "./language.ts";
import { charging } from "./meter.ts";
import { readsOperationAlone } from "./operation-alone.ts";
import { parseBlock, parseExpression } from "./parser.ts";
import { LocalScope } from "./scope.ts";
import { allowedMembers, standardLanguage } from "./standard-language.ts";
import { delegateParts, dynamicType, namedType as literalType, type StaticType } from "./static-type.ts";
import type { ExpressionSyntax, StatementSyntax } from "./syntax.ts";
import type { Value } from "./value.ts";

/** How an expression is written: `@(…)` or `@{…}`. */
export interface ExpressionForm {
  readonly form: "expression" | "block";
}

/** An expression that is ready to be evaluated, again and again. */
export interface CompiledExpression {
  /** Which bodies it reads, and so have to be there before. */
  readonly needs: BodyNeeds;
  /** Whether it certainly gives the same for every call of an operation. */
  readonly readsOperationAlone: boolean;
  /** Its type as C# writes it, as far as it is known. */
  readonly type: string | undefined;
  /**
   * Computes its value.
   *
   * @throws EvaluationError when it fails as .NET fails, or uses up its limits.
   */
  evaluate(context: ExpressionContext, limits?: Limits): Value;
}

// A policy document of Azure's holds at most 256 KiB.
const longestSource = 256 * 1024;
const deepestSyntax = 600;

/**
 * Compiles an expression.
 *
 * @param source The text between the brackets.
 * @throws ExpressionError when Azure refuses it, or when the language lacks something.
 */
export function compileExpression(source: string, { form }: ExpressionForm): CompiledExpression {
  if (source.length > longestSource)
    throw new ExpressionError(
      "refused",
      "The expression is longer than a policy document may be (256 KiB).",
      { source: "", offset: 0 },
    );
  try {
    return compile(source, form);
  } catch (error) {
    if (error instanceof ExpressionError) throw error;
    // The limits on nesting keep far from it; a stack that was nearly full before may still end here.
    const [message, subject] =
      error instanceof RangeError
        ? ["An expression nested this deep is not simulated here.", "deep nesting"]
        : [`This expression is not simulated here: ${textOf(error)}`, "the expression"];
    throw new ExpressionError("not-simulated", message, { source, offset: 0 }, subject);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function compile(source: string, form: "expression" | "block"): CompiledExpression {
  const binder = new SyntaxBinder(source, standardLanguage(), allowedMembers);
  const syntax = form === "expression" ? parseExpression(source) : parseBlock(source);
  checkDepth(syntax, source);
  const { run, type } = "kind" in syntax ? bindWhole(binder, syntax) : bindWholeBlock(binder, syntax);
  return {
    needs: bodyNeeds(syntax),
    readsOperationAlone: readsOperationAlone(syntax),
    type: type.name === "dynamic" ? undefined : type.text,
    evaluate: (context, limits = defaultLimits) => evaluate(binder, run, context, limits),
  };
}

function bindWhole(
  binder: Binder,
  syntax: ExpressionSyntax,
): { readonly run: RunInFrame; readonly type: StaticType } {
  const bound = binder.expression(syntax);
  if (bound.type.name === "void")
    throw refused(binder, bound.at, "CS0029", "Cannot implicitly convert type 'void' to 'object'.");
  return bound;
}

function bindWholeBlock(
  binder: Binder,
  body: readonly StatementSyntax[],
): { readonly run: RunInFrame; readonly type: StaticType } {
  const statement = bindBlock(binder, body);
  if (statement.completes)
    throw refused(
      binder,
      Math.max(0, binder.source.trimEnd().length - 1),
      "CS0161",
      "Not all code paths return a value.",
    );
  const type = binder.returns.length === 0 ? dynamicType : commonType(binder, binder.returns);
  return { run: statementRun(statement), type };
}

/** A long chain of calls or operators is deep as well: it would fill the stack. */
function checkDepth(syntax: unknown, source: string): void {
  let level: unknown[] = [syntax];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepestSyntax)
      throw new ExpressionError(
        "not-simulated",
        `An expression with chains of more than ${deepestSyntax / 2} links is not simulated here.`,
        { source, offset: 0 },
        "long chains",
      );
    level = level.flatMap((one) =>
      typeof one === "object" && one !== null
        ? Object.values(one).filter((each) => typeof each === "object")
        : [],
    );
  }
}

function evaluate(
  { language, source }: Binder,
  run: RunInFrame,
  context: ExpressionContext,
  limits: Limits,
): Value {
  const evaluation = new Evaluation(context, limits, language);
  try {
    return charging(evaluation, () => run(new Frame(evaluation)));
  } catch (error) {
    const place = new ExpressionError("refused", "", { source, offset: evaluation.at });
    if (error instanceof DotnetException) throw new EvaluationError(error.type, error.message, place);
    if (error instanceof NotSimulatedError) throw new EvaluationError("NotSimulated", error.message, place);
    if (error instanceof LimitError)
      throw new EvaluationError("System.OperationCanceledException", error.message, place);
    if (error instanceof RangeError)
      throw new EvaluationError(
        "System.InsufficientExecutionStackException",
        "Insufficient stack to continue executing the program safely.",
        place,
      );
    // A fault of the language here, not of the expression: it must not end more than the expression.
    const fault = `The local gateway could not compute this expression: ${textOf(error)}`;
    throw new EvaluationError("NotSimulated", fault, place);
  }
}

/** Binds each kind of syntax by the file that knows it. */
class SyntaxBinder implements Binder {
  readonly language: Language;
  readonly source: string;
  readonly allowed: AllowedMembers;
  readonly receivers: Bound[] = [];
  scope = new LocalScope({ size: 0, parent: undefined });
  returns: StaticType[] = [];
  expectedReturn: StaticType | undefined;

  constructor(source: string, language: Language, allowed: AllowedMembers) {
    this.source = source;
    this.language = language;
    this.allowed = allowed;
  }

  expression(syntax: ExpressionSyntax, expected?: StaticType): Bound {
    switch (syntax.kind) {
      case "literal":
        return this.#literal(syntax);
      case "interpolated":
        return bindInterpolated(this, syntax);
      case "name":
        return bindName(this, syntax);
      case "member":
        return bindMember(this, syntax);
      case "call":
        return bindCall(this, syntax);
      case "index":
        return bindIndex(this, syntax);
      case "conditional-access":
        return bindConditionalAccess(this, syntax);
      case "receiver":
        return bindReceiver(this, syntax.at);
      case "binary":
        return bindBinary(this, syntax);
      case "unary":
        return bindUnary(this, syntax);
      case "assign":
        return bindAssign(this, syntax);
      case "prefix":
      case "postfix":
        return bindIncrement(this, syntax);
      default:
        return this.#other(syntax, expected);
    }
  }

  #other(syntax: ExpressionSyntax, expected: StaticType | undefined): Bound {
    switch (syntax.kind) {
      case "cast":
        return bindCast(this, syntax);
      case "as":
        return bindAs(this, syntax);
      case "is":
        return bindIs(this, syntax);
      case "condition":
        return bindCondition(this, syntax, expected);
      case "new":
        return bindNew(this, syntax);
      case "new-array":
        return bindNewArray(this, syntax);
      case "new-anonymous":
        return bindAnonymous(this, syntax);
      case "tuple":
        return bindTuple(this, syntax);
      case "lambda":
        return this.#lambda(syntax, expected);
      case "typeof":
        return bindTypeOf(this, syntax);
      case "default":
        return bindDefault(this, syntax, expected);
      case "throw":
        return { type: neverType(), run: bindThrow(this, syntax.value, syntax.at), at: syntax.at };
      case "switch-value":
        return bindSwitchValue(this, syntax, (types) => commonType(this, types));
      case "bound":
        return syntax.bound as Bound;
      default:
        throw refused(this, syntax.at, "CS1525", "Invalid expression term.");
    }
  }

  #literal(syntax: Extract<ExpressionSyntax, { readonly kind: "literal" }>): Bound {
    const { value, type, at } = syntax;
    if (type === "decimal") return this.#decimal(String(value), at);
    return { type: literalType(type), run: () => value, constant: { value }, at };
  }

  /** `1.5m`, by the type's own reader. */
  #decimal(text: string, at: number): Bound {
    const type = literalType("decimal");
    const found = this.language.registry
      .staticMembers(type, "Parse")
      .find(({ member }) => member.signature.parameters.length > 0);
    const implementation = found?.member.implementation;
    if (typeof implementation !== "function")
      throw new ExpressionError(
        "not-simulated",
        "decimal is not simulated here.",
        { source: this.source, offset: at },
        "decimal",
      );
    const parse = implementation as (...list: unknown[]) => Value;
    const defaults = found?.member.signature.parameters.slice(1).map((one) => one.default?.value) ?? [];
    try {
      const value = parse(text, ...defaults, undefined);
      return { type, run: () => value, constant: { value }, at };
    } catch (error) {
      if (!(error instanceof DotnetException)) throw error;
      throw refused(this, at, "CS0594", "The number is too large for the type 'decimal'.");
    }
  }

  #lambda(
    syntax: Extract<ExpressionSyntax, { readonly kind: "lambda" }>,
    expected: StaticType | undefined,
  ): Bound {
    const parts = expected === undefined ? undefined : delegateParts(expected);
    if (parts === undefined || expected === undefined)
      throw refused(
        this,
        syntax.at,
        "CS0815",
        "Cannot assign lambda expression to an implicitly-typed variable.",
      );
    const { bound } = bindLambda(this, syntax, parts);
    return { ...bound, type: expected };
  }

  statement(syntax: StatementSyntax): BoundStatement {
    switch (syntax.kind) {
      case "block":
        return bindBlock(this, syntax.body);
      case "local":
        return bindLocal(this, syntax);
      case "deconstruct":
        return bindDeconstruct(this, syntax);
      case "function":
        return bindFunction(this, syntax);
      case "expression":
        return bindExpressionStatement(this, syntax);
      case "if":
        return bindIf(this, syntax);
      case "for":
        return bindFor(this, syntax);
      case "foreach":
        return bindForeach(this, syntax);
      case "while":
      case "do":
        return bindWhile(this, syntax);
      case "switch":
        return bindSwitch(this, syntax);
      case "try":
        return bindTry(this, syntax);
      case "using":
        return bindUsing(this, syntax);
      case "return":
        return bindReturn(this, syntax);
      case "throw":
        return this.#throw(syntax);
      default:
        return bindJump(syntax);
    }
  }

  #throw({
    value,
    at,
  }: {
    readonly value: ExpressionSyntax | undefined;
    readonly at: number;
  }): BoundStatement {
    const run = bindThrow(this, value, at);
    return {
      run: (frame) => {
        run(frame);
        return ends.normally;
      },
      completes: false,
    };
  }
}
