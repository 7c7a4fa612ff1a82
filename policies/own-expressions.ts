import { compileExpression } from "../expressions/compile.ts";
import { ExpressionError } from "../expressions/expression-error.ts";
import { expressionEnd } from "../expressions/span.ts";
import { everyElement, type PlacedText, type ProblemAt, textIn } from "./placed-text.ts";

/** The expressions that API Management refuses; what the local gateway alone lacks, it tells itself. */
export function checkExpressions({ root, source, sourceIndex }: PlacedText, problem: ProblemAt): void {
  for (const element of everyElement(root)) {
    for (const text of [...Object.values(element.attributes), textIn(element)].flatMap(expressionsIn)) {
      const refusal = refusalOf(text);
      if (refusal === undefined) continue;
      const start = sourceIndex(element.start);
      // Written with entities, it has no place of its own.
      const at = source.indexOf(text, start);
      problem(
        at < 0 ? start : at + 2 + offsetOf(text.slice(2), refusal),
        `The policy expression in <${element.name}> cannot be compiled: ${refusal.message}`,
      );
    }
  }
}

function offsetOf(text: string, { line, column }: ExpressionError): number {
  const before = text.split("\n").slice(0, line - 1);
  return before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
}

function expressionsIn(value: string): readonly string[] {
  const found: string[] = [];
  for (let at = value.search(/@[({]/); at >= 0; ) {
    const end = expressionEnd(value, at) ?? value.length;
    found.push(value.slice(at, end));
    const next = value.slice(end).search(/@[({]/);
    at = next < 0 ? -1 : end + next;
  }
  // The value of a name in braces is part of the code, and not known here.
  return found.filter((text) => !text.includes("{{"));
}

function refusalOf(text: string): ExpressionError | undefined {
  try {
    compileExpression(text.slice(2, -1), { form: text.startsWith("@(") ? "expression" : "block" });
    return undefined;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return error.kind === "refused" ? error : undefined;
  }
}
