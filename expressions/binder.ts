import type { Conversion } from "./conversions.ts";
import type { Frame, RunInFrame } from "./evaluation.ts";
import { ExpressionError } from "./expression-error.ts";
import type { Language } from "./language.ts";
import type { LocalScope } from "./scope.ts";
import { isSame, namedType, type StaticType, tupleType } from "./static-type.ts";
import type { ExpressionSyntax, StatementSyntax, TypeSyntax } from "./syntax.ts";
import type { Value } from "./value.ts";

/** An expression with its type, ready to run. */
export interface Bound {
  readonly type: StaticType;
  readonly run: RunInFrame;
  /** The value of what is written out; it fits smaller number types. */
  readonly constant?: { readonly value: Value };
  readonly at: number;
}

/** How a statement ended. */
export const ends = { normally: 0, break: 1, continue: 2, return: 3 } as const;

/** A statement, ready to run. */
export interface BoundStatement {
  /** Runs it, and tells how it ended. */
  readonly run: (frame: Frame) => number;
  /** Whether what follows it can be reached. */
  readonly completes: boolean;
}

/** What turns syntax into closures; each kind of syntax has a file of its own, which gets this. */
export interface Binder {
  readonly language: Language;
  readonly source: string;
  /** The variables that can be seen here. */
  scope: LocalScope;
  /** What `?.` was applied to, innermost last. */
  readonly receivers: Bound[];
  /** Binds an expression; `expected` is the type that its place asks for, where it has one. */
  expression(syntax: ExpressionSyntax, expected?: StaticType): Bound;
  /** Binds a statement. */
  statement(syntax: StatementSyntax): BoundStatement;
  /** The types of what `return` gives in the innermost function. */
  returns: StaticType[];
  /** The type that `return` has to give, where it is known. */
  expectedReturn: StaticType | undefined;
  /** Whether a type or member is allowed, by Azure's list; throws when it is not. */
  readonly allowed: AllowedMembers;
}

/** Microsoft's list of what an expression may use. */
export interface AllowedMembers {
  /** Whether a type may be named, by its full name without type parameters. */
  allowsType(fullName: string): boolean;
  /** Whether a member of a type may be used; a constructor is `new`, an indexer `this`. */
  allowsMember(fullName: string, member: string): boolean;
  /** The full name of a listed type. */
  typeNamed(name: string): string | undefined;
}

/** C#'s compiler, and so Azure, refuses this. */
export function refused(binder: Binder, at: number, code: string, message: string): ExpressionError {
  return new ExpressionError("refused", `${message} (${code})`, { source: binder.source, offset: at });
}

/** Azure refuses this: it is not on its list. */
export function disallowed(binder: Binder, at: number, message: string, subject: string): ExpressionError {
  return new ExpressionError("refused", message, { source: binder.source, offset: at }, subject);
}

/** Azure takes this, and the language here does not know it. */
export function constructNotSimulated(binder: Binder, at: number, subject: string): ExpressionError {
  return new ExpressionError(
    "not-simulated",
    `${subject} is not simulated here.`,
    { source: binder.source, offset: at },
    subject,
  );
}

/** The type that a name stands for. */
export function resolveType(binder: Binder, syntax: TypeSyntax): StaticType {
  if (syntax.kind === "tuple")
    return tupleType(
      syntax.items.map(({ type }) => resolveType(binder, type)),
      syntax.items.map(({ name }) => name),
    );
  if (syntax.kind !== "name") {
    const element = resolveType(binder, syntax.element);
    if (syntax.kind === "array") return namedType("[]", element);
    return binder.language.conversions.isValueType(element) ? namedType("?", element) : element;
  }
  if (syntax.name === "dynamic" || syntax.name === "void") return namedType(syntax.name);
  const info = binder.language.registry.find(syntax.name, syntax.arguments.length);
  if (info === undefined) throw unknownType(binder, syntax.name, syntax.at);
  if (!binder.allowed.allowsType(info.fullName)) throw disallowedType(binder, info.fullName, syntax.at);
  const type = namedType(info.name, ...syntax.arguments.map((one) => resolveType(binder, one)));
  if (info.name === "Nullable") return namedType("?", ...type.arguments);
  return type;
}

/** A type that is not known: Azure does not allow it, or it is not simulated. */
export function unknownType(binder: Binder, name: string, at: number): ExpressionError {
  const full = binder.allowed.typeNamed(name);
  if (full !== undefined) return constructNotSimulated(binder, at, full);
  if (/^[a-z]/.test(name) && !name.includes("."))
    return disallowed(binder, at, `The name '${name}' does not exist in the current context. (CS0103)`, name);
  return disallowedType(binder, name, at);
}

/** A type that is not on Azure's list. */
export function disallowedType(binder: Binder, name: string, at: number): ExpressionError {
  return disallowed(binder, at, `Usage of type '${name}' is not supported within expressions.`, name);
}

/** Converts to the type of a place, or refuses as C# does. */
export function convertTo(binder: Binder, bound: Bound, to: StaticType): Bound {
  if (isSame(bound.type, to)) return bound;
  const found = binder.language.conversions.implicit(bound.type, to, bound.constant);
  if (found === undefined) {
    const { text } = bound.type;
    const isCast = binder.language.conversions.explicit(bound.type, to) !== undefined && text !== "null";
    const hint = isCast ? " An explicit conversion exists (are you missing a cast?) (CS0266)" : " (CS0029)";
    throw new ExpressionError("refused", `Cannot implicitly convert type '${text}' to '${to.text}'.${hint}`, {
      source: binder.source,
      offset: bound.at,
    });
  }
  return { type: to, run: converted(bound.run, found.convert, bound.at), at: bound.at };
}

/** A value that is converted after it is computed. */
export function converted(run: RunInFrame, convert: Conversion, at: number): RunInFrame {
  if (convert === undefined) return run;
  return (frame) => {
    const value = run(frame);
    frame.run.at = at;
    return convert(value, frame.run);
  };
}
