import { type CompiledExpression, compileExpression } from "../../../expressions/compile.ts";
import { EvaluationError, ExpressionError } from "../../../expressions/expression-error.ts";
import { expressionEnd } from "../../../expressions/span.ts";
import { valueText } from "../../../expressions/value-text.ts";
import type { ServedOperation } from "../operation.ts";
import type { BodyNeedsCollector } from "./body-needs.ts";
import { evaluationFailure } from "./evaluation-failure.ts";
import type { Exchange } from "./exchange.ts";
import { contextOf } from "./expression-context.ts";
import { constant, type PolicyValue, type ValueKind } from "./policy-value.ts";

/** Where an attribute or text stands, and who is told what is wrong with it. */
export interface ExpressionSite {
  /** `attribute 'value'`, or `text`. */
  readonly place: string;
  readonly needs: BodyNeedsCollector;
  /** Reports what is wrong with it. @param offset Of the text that is wrong, from its begin. */
  readonly refuse: (problem: string, offset: number) => void;
  /** Where a letter of the text stands in the document: `line 3, column 5`. */
  readonly placeAt: (offset: number) => string;
}

/** Whether a text holds what Azure takes for a policy expression. */
export function holdsExpression(text: string): boolean {
  return /@[({]/.test(text);
}

/**
 * Reads a text that holds an expression, and compiles it. A text that is one expression as a whole gives what that gives; texts around
 * expressions make a text of all of it.
 *
 * @returns `undefined` when it was refused.
 * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions
 */
export function readPolicyExpression<T>(
  text: string,
  kind: ValueKind<T>,
  site: ExpressionSite,
): PolicyValue<T> | undefined {
  const parts = partsOf(text, site);
  const values = parts?.map((part) =>
    typeof part === "string" ? constant<unknown>(part) : compiled(part, site),
  );
  if (values === undefined || values.some((value) => value === undefined)) return undefined;
  const [first, ...others] = values as readonly PolicyValue<unknown>[];
  if (first === undefined) return undefined;
  const all = [first, ...others];
  const readsOperationAlone = all.every((value) => value.readsOperationAlone === true);
  const of = (value: (exchange: Exchange) => T) => Object.assign(value, { readsOperationAlone });
  if (others.length === 0)
    return of((exchange) => fitting(first(exchange), kind, { exchange, place: site.place }));
  if (kind.read("a text") === undefined) {
    site.refuse(`The ${site.place} must be one expression as a whole.`, 0);
    return undefined;
  }
  return of((exchange) => {
    const whole = all.map((value) => valueText(value(exchange))).join("");
    return fitting(whole, kind, { exchange, place: site.place });
  });
}

interface ExpressionPart {
  readonly form: "expression" | "block";
  readonly source: string;
  /** Of the source in the text. */
  readonly offset: number;
}

function partsOf(text: string, site: ExpressionSite): readonly (string | ExpressionPart)[] | undefined {
  const parts: (string | ExpressionPart)[] = [];
  let from = 0;
  for (let at = next(text, 0); at >= 0; at = next(text, from)) {
    const end = expressionEnd(text, at);
    if (end === undefined) {
      site.refuse(`The expression in the ${site.place} never ends. Close its bracket.`, at);
      return undefined;
    }
    parts.push(text.slice(from, at), {
      form: text[at + 1] === "(" ? "expression" : "block",
      source: text.slice(at + 2, end - 1),
      offset: at + 2,
    });
    from = end;
  }
  parts.push(text.slice(from));
  const isAlone = parts.length === 3 && parts.every((part) => typeof part !== "string" || part.trim() === "");
  return parts.filter((part) => typeof part !== "string" || (part !== "" && !isAlone));
}

function next(text: string, from: number): number {
  const found = text.slice(from).search(/@[({]/);
  return found < 0 ? found : found + from;
}

function compiled(part: ExpressionPart, site: ExpressionSite): PolicyValue<unknown> | undefined {
  try {
    const expression = compileExpression(part.source, part);
    site.needs.add(expression.needs);
    const own = { ...site, part };
    const value: PolicyValue<unknown> = (exchange) => evaluated(expression, exchange, own);
    return expression.readsOperationAlone ? onceForOperation(value) : value;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const offset = part.offset + offsetIn(part.source, error);
    site.refuse(
      error.kind === "refused" ? error.message : `${error.message} Deploy to Azure, or write it otherwise.`,
      offset,
    );
    return undefined;
  }
}

/** Computes a value once for each operation, which is all that it reads. */
function onceForOperation(value: PolicyValue<unknown>): PolicyValue<unknown> {
  const known = new WeakMap<ServedOperation, string | boolean>();
  const once = (exchange: Exchange) => {
    const { operation, trace } = exchange;
    // A trace tells what each call computes.
    if (operation === undefined || trace !== undefined) return value(exchange);
    const before = known.get(operation);
    if (before !== undefined) return before;
    const result = value(exchange);
    // Whatever has parts, a call may change.
    if (typeof result === "string" || typeof result === "boolean") known.set(operation, result);
    return result;
  };
  return Object.assign(once, { readsOperationAlone: true });
}

function evaluated(
  expression: CompiledExpression,
  exchange: Exchange,
  { part, place, placeAt }: ExpressionSite & { readonly part: ExpressionPart },
): unknown {
  try {
    const result = expression.evaluate(contextOf(exchange));
    exchange.trace?.value(place, result);
    return result;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const at = placeAt(part.offset + offsetIn(part.source, error));
    throw evaluationFailure(exchange, `${error.message} (${error.exception} in the ${place}, ${at})`);
  }
}

function fitting<T>(
  result: unknown,
  kind: ValueKind<T>,
  { exchange, place }: { readonly exchange: Exchange; readonly place: string },
): T {
  const value = kind.convert === undefined ? kind.read(valueText(result)) : kind.convert(result);
  if (value === undefined)
    throw evaluationFailure(
      exchange,
      `The ${place} must be ${kind.must}, but the expression gives another value.`,
    );
  return value;
}

function offsetIn(
  text: string,
  { line, column }: { readonly line: number; readonly column: number },
): number {
  const before = text.split("\n").slice(0, line - 1);
  return before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
}
