import type { ExpressionSyntax, PatternSyntax } from "./syntax.ts";
import { keywords, type TokenStream } from "./token-stream.ts";
import { tryType } from "./type-parser.ts";

/**
 * Reads a pattern: a constant, a type, `var x`, `not`, `and`, `or`, `> 1`.
 *
 * @param readConstant Reads an expression that binds closer than a comparison.
 */
export function readPattern(stream: TokenStream, readConstant: () => ExpressionSyntax): PatternSyntax {
  let left = conjunction(stream, readConstant);
  while (stream.isWord("or")) {
    const { at } = stream.take();
    left = { kind: "or", left, right: conjunction(stream, readConstant), at };
  }
  return left;
}

function conjunction(stream: TokenStream, readConstant: () => ExpressionSyntax): PatternSyntax {
  let left = simple(stream, readConstant);
  while (stream.isWord("and")) {
    const { at } = stream.take();
    left = { kind: "and", left, right: simple(stream, readConstant), at };
  }
  return left;
}

function simple(stream: TokenStream, readConstant: () => ExpressionSyntax): PatternSyntax {
  const token = stream.peek();
  const { at } = token;
  if (stream.acceptWord("not"))
    return { kind: "not", pattern: stream.nested(() => simple(stream, readConstant)), at };
  if (token.kind === "symbol" && [">", "<", ">=", "<="].includes(token.text)) {
    stream.take();
    return { kind: "relation", operator: token.text, value: stream.nested(readConstant), at };
  }
  if (stream.isSymbol("{")) throw stream.missing("A property pattern");
  if (stream.isWord("var")) {
    stream.take();
    const name = stream.expectName();
    return { kind: "var", name: name === "_" ? undefined : name, at };
  }
  if (stream.isWord("_")) {
    stream.take();
    return { kind: "var", name: undefined, at };
  }
  return typed(stream) ?? { kind: "constant", value: stream.nested(readConstant), at };
}

/** `string s`, `string`, `JObject`; a name alone may be a constant, which the binder tells. */
function typed(stream: TokenStream): PatternSyntax | undefined {
  const start = stream.position;
  const { at } = stream.peek();
  const type = tryType(stream, false);
  if (type === undefined) return undefined;
  if (stream.isSymbol("{")) throw stream.missing("A property pattern");
  const next = stream.peek();
  const isName =
    next.kind === "name" && !keywords.has(next.text) && !["when", "and", "or"].includes(next.text);
  if (isName) return { kind: "type", type, name: stream.expectName(), at };
  if (next.kind === "symbol" && ["(", ".", "["].includes(next.text)) {
    stream.reset(start);
    return undefined;
  }
  return { kind: "type", type, name: undefined, at };
}
