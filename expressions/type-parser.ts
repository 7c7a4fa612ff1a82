import type { TypeSyntax } from "./syntax.ts";
import { keywords, type TokenStream } from "./token-stream.ts";

/** The types that C# has a word for. */
export const predefinedTypes: ReadonlySet<string> = new Set(
  "bool byte sbyte char decimal double float int uint long ulong object short ushort string void".split(" "),
);

/**
 * Reads a type if one stands here, and goes back if none does.
 *
 * @param allowsNullable `T?` is read as one type; not after `is` and `as`, where a condition may follow.
 */
export function tryType(stream: TokenStream, allowsNullable = true): TypeSyntax | undefined {
  const start = stream.position;
  const type = stream.nested(() => readType(stream, allowsNullable));
  if (type === undefined) stream.reset(start);
  return type;
}

/** Reads a type, or refuses. */
export function expectType(stream: TokenStream): TypeSyntax {
  const type = tryType(stream);
  if (type === undefined) throw stream.refuse("CS1031", "Type expected.");
  return type;
}

function readType(stream: TokenStream, allowsNullable: boolean): TypeSyntax | undefined {
  let type = stream.isSymbol("(") ? tupleType(stream) : namedType(stream);
  if (type === undefined) return undefined;
  const { at } = type;
  if (stream.isSymbol("?") && (allowsNullable || !startsOperand(stream))) {
    stream.take();
    type = { kind: "nullable", element: type, at };
  }
  for (;;) {
    if (stream.isSymbol("[") && stream.isSymbol("]", 1)) {
      stream.take();
      stream.take();
      type = { kind: "array", element: type, at };
    } else if (stream.isSymbol("?[") && stream.isSymbol("]", 1) && allowsNullable) {
      stream.take();
      stream.take();
      type = { kind: "array", element: { kind: "nullable", element: type, at }, at };
    } else return type;
  }
}

/** After `is` and `as`: whether what follows the question mark can be the first branch of a condition. */
function startsOperand(stream: TokenStream): boolean {
  const next = stream.peek(1);
  if (next.kind !== "symbol") return next.kind !== "end";
  return ["(", "-", "+", "!", "~", "++", "--", "["].includes(next.text);
}

function namedType(stream: TokenStream): TypeSyntax | undefined {
  const first = stream.peek();
  if (first.kind !== "name") return undefined;
  if (!first.escaped && predefinedTypes.has(first.text)) {
    stream.take();
    return { kind: "name", name: first.text, arguments: [], at: first.at };
  }
  const names: string[] = [];
  let typeArguments: readonly TypeSyntax[] = [];
  for (;;) {
    const token = stream.peek();
    if (token.kind !== "name" || (!token.escaped && keywords.has(token.text))) return undefined;
    stream.take();
    names.push(token.text);
    if (stream.isSymbol("<")) {
      const read = tryTypeArguments(stream);
      if (read === undefined) return undefined;
      typeArguments = read;
    }
    if (stream.isSymbol("::")) throw stream.missing("An alias (::)");
    if (!stream.isSymbol(".")) break;
    stream.take();
  }
  return { kind: "name", name: names.join("."), arguments: typeArguments, at: first.at };
}

/** Reads `<T, …>`, or goes back. */
export function tryTypeArguments(stream: TokenStream): readonly TypeSyntax[] | undefined {
  const start = stream.position;
  if (!stream.accept("<")) return undefined;
  const types: TypeSyntax[] = [];
  do {
    const type = tryType(stream);
    if (type === undefined) break;
    types.push(type);
  } while (stream.accept(","));
  if (types.length > 0 && stream.accept(">")) return types;
  stream.reset(start);
  return undefined;
}

function tupleType(stream: TokenStream): TypeSyntax | undefined {
  const { at } = stream.take();
  const items: { type: TypeSyntax; name: string | undefined }[] = [];
  do {
    const type = tryType(stream);
    if (type === undefined) return undefined;
    const next = stream.peek();
    const name = next.kind === "name" && !keywords.has(next.text) ? stream.expectName() : undefined;
    items.push({ type, name });
  } while (stream.accept(","));
  return items.length > 1 && stream.accept(")") ? { kind: "tuple", items, at } : undefined;
}
