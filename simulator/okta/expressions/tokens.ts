import { OktaExpressionError } from "./expression-error.ts";

/** A word of an expression. */
export interface ExpressionToken {
  readonly kind: "text" | "number" | "name" | "sign" | "end";
  /** Of a text what stands between its quotes. */
  readonly value: string;
}

// Longer signs first.
const pattern =
  /\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<number>\d+(?:\.\d+)?)|(?<name>[A-Za-z_]\w*)|(?<sign>\?:|\.!|==|!=|<=|>=|&&|\|\||[-+?:.,(){}[\]<>!]))/y;

/**
 * Cuts an expression into words: `user.city == "Bern"` → `user` `.` `city` `==` `Bern`.
 *
 * @throws {OktaExpressionError} at a letter that begins no word.
 */
export function expressionTokens(text: string): readonly ExpressionToken[] {
  const tokens: ExpressionToken[] = [];
  const end = text.trimEnd().length;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < end) {
    const start = pattern.lastIndex;
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined)
      throw new OktaExpressionError(
        `The expression cannot be read at "${text.slice(start).trim().slice(0, 20)}".`,
      );
    tokens.push(tokenOf(groups));
  }
  return [...tokens, { kind: "end", value: "" }];
}

function tokenOf({
  double,
  single,
  number,
  name,
  sign = "",
}: Record<string, string | undefined>): ExpressionToken {
  const text = double ?? single;
  if (text !== undefined) return { kind: "text", value: text };
  if (number !== undefined) return { kind: "number", value: number };
  return name === undefined ? { kind: "sign", value: sign } : { kind: "name", value: name };
}
