import { compileExpression } from "../expressions/compile.ts";
import { ExpressionError } from "../expressions/expression-error.ts";
import { Lexer, type Token } from "../expressions/lexer.ts";
import { expressionEnd } from "../expressions/span.ts";
import { policyCode } from "./policy-code.ts";
import { PolicyError } from "./policy-error.ts";

/** A policy expression that {@link expression} or {@link expressionBlock} has checked. */
export interface Expression {
  readonly kind: "expression";
  /** As it stands in a document, before XML: `@(context.RequestId)`. */
  readonly text: string;
  readonly [policyCode]: true;
}

/** The place of a named value, which {@link namedValue} makes. */
export interface NamedValueReference {
  readonly kind: "named-value";
  /** As it stands in a document: `{{name}}`. */
  readonly text: string;
  readonly [policyCode]: true;
}

/** A Liquid template that `liquid` has checked. */
export interface Liquid {
  readonly kind: "liquid";
  readonly text: string;
  readonly [policyCode]: true;
}

/** What is run or looked up for each request, in place of a text. */
export type PolicyCode = Expression | NamedValueReference;

/** A text that is taken letter by letter, or what stands for one. */
export type Text = string | PolicyCode;

/** What becomes a literal of C# in an {@link expression}; an expression stays what it is, in brackets. */
export type ExpressionPart = string | number | boolean | readonly string[] | Expression;

/**
 * A policy expression: expression`context.Request.IpAddress` → `@(context.Request.IpAddress)`.
 *
 * It is checked at once. A value in it is a literal of C# and never code, whoever wrote it:
 * expression`context.Api.Name == ${name}` compares with that text, letter by letter.
 *
 * @throws {PolicyError} `INVALID_EXPRESSION` when it cannot be compiled, or a value stands in a string or comment of the code.
 * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions
 */
export function expression(strings: TemplateStringsArray, ...parts: readonly ExpressionPart[]): Expression {
  return checked("expression", strings, parts);
}

/**
 * A policy expression of several statements: expressionBlock`return context.RequestId;` → `@{return context.RequestId;}`. Otherwise as
 * {@link expression}.
 *
 * @throws {PolicyError} `INVALID_EXPRESSION`
 */
export function expressionBlock(
  strings: TemplateStringsArray,
  ...parts: readonly ExpressionPart[]
): Expression {
  return checked("block", strings, parts);
}

/**
 * `namedValue("greeting")` → `{{greeting}}`: API Management puts the value of that display name there. A secret one never stands in the
 * document.
 *
 * @throws {PolicyError} `INVALID_VALUE` for what cannot be a display name.
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-properties
 */
export function namedValue(name: string): NamedValueReference {
  if (!/^[A-Za-z0-9\-._]{1,256}$/.test(name)) {
    throw new PolicyError(
      "INVALID_VALUE",
      "namedValue",
      `must name a named value in letters, digits and - . _, with at most 256 characters; got ${JSON.stringify(name.slice(0, 100))}. Write its display name.`,
    );
  }
  return { kind: "named-value", text: `{{${name}}}`, [policyCode]: true };
}

/** Whether it is an expression or a named value that this module made. */
export function isPolicyCode(value: unknown): value is PolicyCode {
  return typeof value === "object" && value !== null && policyCode in value;
}

/** An expression of code that this package composed of literals. @param code What stands between the brackets. */
export function composedExpression(code: string): Expression {
  return { kind: "expression", text: `@(${code})`, [policyCode]: true };
}

type Form = "expression" | "block";

function checked(form: Form, { raw }: TemplateStringsArray, parts: readonly ExpressionPart[]): Expression {
  let source = "";
  const places: Place[] = [];
  for (const [index, written] of raw.entries()) {
    source += written;
    if (index >= parts.length) break;
    const literal = literalOf(parts[index] as ExpressionPart);
    places.push({ from: source.length, to: source.length + literal.length });
    source += literal;
  }
  assertInCode(source, places);
  assertCode(source, form);
  const text = form === "expression" ? `@(${source})` : `@{${source}}`;
  if (expressionEnd(text, 0) !== text.length)
    throw invalidExpression("ends before its end. Close each bracket and quote");
  return { kind: "expression", text, [policyCode]: true };
}

function assertCode(source: string, form: Form): void {
  if (source.includes("{{"))
    throw invalidExpression(
      'must not hold "{{", which API Management reads as a named value. Write a space between the braces',
    );
  try {
    compileExpression(source, { form });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    // What only the local gateway lacks, Azure takes; the gateway says so when the policy is saved.
    if (error.kind === "not-simulated" && wordsOf(source) !== undefined) return;
    const { line, column } = error;
    throw invalidExpression(
      `cannot be compiled: line ${line}, column ${column}: ${error.message.replace(/\.$/, "")}; got ${JSON.stringify(source.slice(0, 200))}. Correct it`,
    );
  }
}

interface Place {
  readonly from: number;
  readonly to: number;
}

/** A value in a string of the code would end that string, and go on as code. */
function assertInCode(source: string, places: readonly Place[]): void {
  for (const { from, to } of places) {
    const before = wordsOf(source.slice(0, from));
    const all = before && wordsOf(source);
    // Words that cannot be told apart for another reason are refused with it when they are compiled.
    if (before !== undefined && all === undefined) return;
    if (all?.some(({ at }) => at === from) && all.some(({ end }) => end === to)) continue;
    throw invalidExpression(
      'must have its values outside of strings, comments and words of the code. Join a value to a text by +, "text " + value',
    );
  }
}

/** `undefined` where a string or a comment does not end, or no word of C# begins. */
function wordsOf(source: string): readonly Token[] | undefined {
  try {
    return new Lexer(source).all();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return undefined;
  }
}

function literalOf(part: ExpressionPart): string {
  if (typeof part === "string") return stringLiteral(part);
  if (typeof part === "number") return numberLiteral(part);
  if (typeof part === "boolean") return String(part);
  if (isPolicyCode(part)) return codeInBrackets(part);
  const items: readonly unknown[] = Array.isArray(part) ? part : [part];
  if (!Array.isArray(part) || !items.every((item) => typeof item === "string"))
    throw invalidExpression(
      "takes texts, numbers, booleans and lists of texts as values. Choose one of them",
    );
  return items.length === 0
    ? "(new string[0])"
    : `(new [] { ${items.map((item) => stringLiteral(String(item))).join(", ")} })`;
}

/**
 * A text as a literal of C#, in one line. Besides letters, digits and what paths are made of, every character is escaped: no text can
 * end the literal, the attribute or the expression that it stands in, and `{{` cannot start a named value.
 *
 * @see https://learn.microsoft.com/dotnet/csharp/language-reference/language-specification/lexical-structure#6456-string-literals
 */
export function stringLiteral(text: string): string {
  // By UTF-16 unit, as C# counts characters: without the flag u the pattern does so too.
  const escaped = text.replace(
    /[^A-Za-z0-9 ./:{}_~-]|(?<=\{)\{/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`,
  );
  return `"${escaped}"`;
}

function numberLiteral(value: number): string {
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
    throw invalidExpression(`takes numbers that both languages have; got ${value}. Write another one`);
  const isLong = Number.isInteger(value) && Math.abs(value) > 2_147_483_647;
  const text = `${Math.abs(value)}${isLong ? "L" : ""}`;
  return value < 0 || Object.is(value, -0) ? `(-${text})` : text;
}

function codeInBrackets({ kind, text }: PolicyCode): string {
  if (kind === "expression" && text.startsWith("@(")) return text.slice(1);
  throw invalidExpression(
    kind === "expression"
      ? "takes other expressions as values, but no blocks of statements. Write the block's value into a variable before"
      : `cannot take ${text} as a value, because its text would become code. Write it into a variable before: setVariable({ name: "x", value: namedValue("…") })`,
  );
}

function invalidExpression(rule: string): PolicyError {
  return new PolicyError("INVALID_EXPRESSION", "expression", `${rule}.`);
}
