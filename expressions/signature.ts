import { Lexer } from "./lexer.ts";
import { anonymousByText, namedType, type StaticType, tupleType } from "./static-type.ts";
import type { TypeSyntax } from "./syntax.ts";
import { TokenStream } from "./token-stream.ts";
import { expectType } from "./type-parser.ts";
import type { Value } from "./value.ts";

/** A parameter of a member. */
export interface SignatureParameter {
  readonly name: string;
  readonly type: StaticType;
  readonly passing: "value" | "out" | "params";
  /** What it is when it is left out; absent when it must be given. */
  readonly default?: { readonly value: Value };
}

/** What a line of a type's description says. */
export interface Signature {
  readonly kind: "constructor" | "method" | "property" | "indexer" | "operator" | "implicit" | "explicit";
  /** Of an operator its sign. */
  readonly name: string;
  readonly isStatic: boolean;
  readonly isExtension: boolean;
  readonly isSettable: boolean;
  readonly typeParameters: readonly string[];
  readonly parameters: readonly SignatureParameter[];
  readonly result: StaticType;
}

const operators = "+ - * / % == != < > <= >= ! & | ^".split(" ");

/**
 * Reads a line of a type's description (see `TypeDescription`).
 *
 * @throws Error when it is not written as the format says: a mistake in the description.
 */
export function parseSignature(line: string): Signature {
  const stream = new TokenStream(line, new Lexer(line).all());
  const isStatic = stream.acceptWord("static");
  const signature = readMember(stream, isStatic);
  if (stream.peek().kind !== "end") throw new Error(`The description "${line}" goes on after its end.`);
  return signature;
}

function readMember(stream: TokenStream, isStatic: boolean): Signature {
  const base = { isStatic, isExtension: false, isSettable: false, typeParameters: [] };
  if (stream.acceptWord("new"))
    return {
      ...base,
      kind: "constructor",
      name: "new",
      result: namedType("void"),
      ...readParameters(stream, "(", ")"),
    };
  if (stream.isWord("implicit") || stream.isWord("explicit")) {
    const kind = stream.isWord("implicit") ? "implicit" : "explicit";
    stream.take();
    stream.take();
    const result = typeOfSyntax(expectType(stream));
    return { ...base, kind, name: kind, result, ...readParameters(stream, "(", ")") };
  }
  const result = typeOfSyntax(expectType(stream));
  if (stream.acceptWord("operator")) {
    const sign = stream.take().text;
    const name = operators.includes(sign) ? sign : "?";
    return { ...base, kind: "operator", name, result, ...readParameters(stream, "(", ")") };
  }
  if (stream.acceptWord("this")) {
    const parameters = readParameters(stream, "[", "]");
    return { ...base, kind: "indexer", name: "this", result, ...parameters, isSettable: readSetter(stream) };
  }
  const name = stream.expectName();
  const typeParameters = readTypeParameters(stream);
  if (!stream.isSymbol("("))
    return { ...base, kind: "property", name, result, parameters: [], isSettable: readSetter(stream) };
  return { ...base, kind: "method", name, typeParameters, result, ...readParameters(stream, "(", ")") };
}

function readSetter(stream: TokenStream): boolean {
  if (!stream.accept("{")) return false;
  let isSettable = false;
  while (!stream.accept("}")) isSettable = stream.take().text === "set" || isSettable;
  return isSettable;
}

function readTypeParameters(stream: TokenStream): readonly string[] {
  const names: string[] = [];
  if (!stream.accept("<")) return names;
  do names.push(stream.expectName());
  while (stream.accept(","));
  stream.expect(">");
  return names;
}

function readParameters(
  stream: TokenStream,
  open: string,
  close: string,
): { readonly parameters: readonly SignatureParameter[]; readonly isExtension: boolean } {
  const parameters: SignatureParameter[] = [];
  stream.expect(open);
  const isExtension = stream.acceptWord("this");
  while (!stream.accept(close)) {
    const passing = stream.acceptWord("out") ? "out" : stream.acceptWord("params") ? "params" : "value";
    const type = typeOfSyntax(expectType(stream));
    const name = stream.take().text;
    if (!stream.accept("=")) parameters.push({ name, type, passing });
    else parameters.push({ name, type, passing, default: { value: readDefault(stream) } });
    if (!stream.isSymbol(close)) stream.expect(",");
  }
  return { parameters, isExtension };
}

function readDefault(stream: TokenStream): Value {
  const isNegative = stream.accept("-");
  const token = stream.take();
  if (token.kind !== "literal")
    throw new Error(`The description "${stream.source}" has a default that is no literal.`);
  return isNegative ? -Number(token.value) : token.value;
}

/** Names that are written in two ways. */
const keywordOf: ReadonlyMap<string, string> = new Map([
  ["Boolean", "bool"],
  ["Byte", "byte"],
  ["Char", "char"],
  ["Decimal", "decimal"],
  ["Double", "double"],
  ["Int16", "short"],
  ["Int32", "int"],
  ["Int64", "long"],
  ["Object", "object"],
  ["SByte", "sbyte"],
  ["Single", "float"],
  ["String", "string"],
  ["UInt16", "ushort"],
  ["UInt32", "uint"],
  ["UInt64", "ulong"],
]);

/** The name without its namespace, and C#'s word for it where there is one. */
export function shortName(name: string): string {
  const last = name.slice(name.lastIndexOf(".") + 1);
  return keywordOf.get(last) ?? last;
}

/** A type of a description, whose names are all known. */
export function typeOfSyntax(syntax: TypeSyntax): StaticType {
  if (syntax.kind === "name") return namedType(shortName(syntax.name), ...syntax.arguments.map(typeOfSyntax));
  if (syntax.kind === "tuple")
    return tupleType(
      syntax.items.map(({ type }) => typeOfSyntax(type)),
      syntax.items.map(({ name }) => name),
    );
  return namedType(syntax.kind === "array" ? "[]" : "?", typeOfSyntax(syntax.element));
}

const parsed = new Map<string, StaticType>();

/** A type from the text that a value tells. */
export function parseTypeText(text: string): StaticType {
  const known = parsed.get(text) ?? anonymousByText(text);
  if (known !== undefined) return known;
  const type = typeOfSyntax(expectType(new TokenStream(text, new Lexer(text).all())));
  if (parsed.size < 1000) parsed.set(text, type);
  return type;
}
