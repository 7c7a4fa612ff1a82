import type { HoleTokens, Token } from "./lexer.ts";
import { readPattern } from "./pattern-parser.ts";
import type {
  ArgumentSyntax,
  ExpressionSyntax,
  HoleSyntax,
  InitializerSyntax,
  ParameterSyntax,
  StatementSyntax,
} from "./syntax.ts";
import { keywords, TokenStream } from "./token-stream.ts";
import { expectType, predefinedTypes, tryType, tryTypeArguments } from "./type-parser.ts";

/** Reads a block; handed in, because statements hold expressions and lambdas hold statements. */
export type BlockReader = (stream: TokenStream) => StatementSyntax;

const precedences: Readonly<Record<string, number | undefined>> = Object.assign(Object.create(null), {
  "||": 2,
  "&&": 3,
  "|": 4,
  "^": 5,
  "&": 6,
  "==": 7,
  "!=": 7,
  "<": 8,
  ">": 8,
  "<=": 8,
  ">=": 8,
  "<<": 9,
  ">>": 9,
  "+": 10,
  "-": 10,
  "*": 11,
  "/": 11,
  "%": 11,
});
const relational = 8;
const assignments = new Set(["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "??="]);

/** Reads expressions. */
export class ExpressionParser {
  readonly #stream: TokenStream;
  readonly #readBlock: BlockReader;

  /** @param readBlock Reads the body of a lambda. */
  constructor(stream: TokenStream, readBlock: BlockReader) {
    this.#stream = stream;
    this.#readBlock = readBlock;
  }

  /** An expression, assignments and lambdas included. */
  expression(): ExpressionSyntax {
    return this.#stream.nested(() => this.#assignment());
  }

  #assignment(): ExpressionSyntax {
    const lambda = this.#tryLambda();
    if (lambda !== undefined) return lambda;
    const target = this.#conditional();
    const token = this.#stream.peek();
    const operator = this.#joined(token);
    if (token.kind !== "symbol" || !assignments.has(operator)) return target;
    this.#stream.take();
    if (operator !== token.text) this.#stream.take();
    return { kind: "assign", operator, target, value: this.expression(), at: token.at };
  }

  /** `>` and `>=` that touch a `>` before them are one word. */
  #joined(token: Token): string {
    const next = this.#stream.peek(1);
    const touches =
      token.kind === "symbol" && token.text === ">" && next.kind === "symbol" && next.at === token.end;
    return touches && (next.text === ">" || next.text === ">=") ? `>${next.text}` : token.text;
  }

  #conditional(): ExpressionSyntax {
    const stream = this.#stream;
    if (stream.isWord("throw")) {
      const { at } = stream.take();
      return { kind: "throw", value: this.expression(), at };
    }
    const test = this.#coalesce();
    if (!stream.isSymbol("?")) return test;
    const { at } = stream.take();
    const then = this.expression();
    stream.expect(":");
    return { kind: "condition", test, then, otherwise: this.expression(), at };
  }

  #coalesce(): ExpressionSyntax {
    const left = this.#binary(2);
    if (!this.#stream.isSymbol("??")) return left;
    const { at } = this.#stream.take();
    const right = this.#stream.nested(() =>
      this.#stream.isWord("throw") ? this.#conditional() : this.#coalesce(),
    );
    return { kind: "binary", operator: "??", left, right, at };
  }

  #binary(lowest: number): ExpressionSyntax {
    let left = this.#unary();
    for (;;) {
      const token = this.#stream.peek();
      if (lowest <= relational && token.kind === "name" && !token.escaped) {
        const typed = this.#typeTest(left, token);
        if (typed !== undefined) {
          left = typed;
          continue;
        }
      }
      const operator = this.#joined(token);
      const precedence = token.kind === "symbol" ? precedences[operator] : undefined;
      if (precedence === undefined || precedence < lowest) return left;
      this.#stream.take();
      if (operator !== token.text) this.#stream.take();
      const right = this.#stream.nested(() => this.#binary(precedence + 1));
      left = { kind: "binary", operator, left, right, at: token.at };
    }
  }

  #typeTest(left: ExpressionSyntax, token: Token): ExpressionSyntax | undefined {
    const stream = this.#stream;
    if (token.text === "as") {
      stream.take();
      const type = tryType(stream, false);
      if (type === undefined) throw stream.refuse("CS1031", "Type expected.");
      return { kind: "as", type, operand: left, at: token.at };
    }
    if (token.text === "is") {
      stream.take();
      const pattern = readPattern(stream, () => this.#binary(relational + 1));
      return { kind: "is", operand: left, pattern, at: token.at };
    }
    if (token.text === "switch" && stream.isSymbol("{", 1)) return this.#switchValue(left, token.at);
    return undefined;
  }

  #switchValue(operand: ExpressionSyntax, at: number): ExpressionSyntax {
    const stream = this.#stream;
    stream.take();
    stream.expect("{");
    const arms = [];
    while (!stream.isSymbol("}")) {
      const pattern = readPattern(stream, () => this.#binary(relational + 1));
      const guard = stream.acceptWord("when") ? this.expression() : undefined;
      stream.expect("=>");
      arms.push({ pattern, guard, value: this.expression() });
      if (!stream.accept(",")) break;
    }
    stream.expect("}");
    return { kind: "switch-value", operand, arms, at };
  }

  #unary(): ExpressionSyntax {
    const stream = this.#stream;
    const token = stream.peek();
    if (token.kind === "symbol") {
      if ("+-!~".includes(token.text)) {
        stream.take();
        const operand = stream.nested(() => this.#unary());
        return { kind: "unary", operator: token.text, operand, at: token.at };
      }
      if (token.text === "++" || token.text === "--") {
        stream.take();
        const operand = stream.nested(() => this.#unary());
        return { kind: "prefix", operator: token.text, operand, at: token.at };
      }
      if (token.text === "(") {
        const cast = this.#tryCast();
        if (cast !== undefined) return cast;
      }
    }
    if (stream.isWord("await"))
      throw stream.refuse("CS4033", "The 'await' operator can only be used within an async method.");
    return this.#postfix(this.#primary());
  }

  #tryCast(): ExpressionSyntax | undefined {
    const stream = this.#stream;
    const start = stream.position;
    const close = stream.closing(start);
    const { at } = stream.take();
    // A tuple type begins with a bracket: only one level of them, or reading would double with each.
    if (stream.isSymbol("(")) {
      stream.reset(start);
      return undefined;
    }
    const type = tryType(stream);
    if (type === undefined || stream.position !== close || !this.#followsCast(close + 1, type)) {
      stream.reset(start);
      return undefined;
    }
    stream.take();
    return { kind: "cast", type, operand: stream.nested(() => this.#unary()), at };
  }

  /** C#'s rule for `(x) y`: a cast if it can be nothing else. */
  #followsCast(position: number, type: { readonly kind: string; readonly name?: string }): boolean {
    if (type.kind !== "name" || predefinedTypes.has(type.name ?? "")) return true;
    const token = this.#stream.at(position);
    if (token.kind === "literal" || token.kind === "interpolated") return true;
    if (token.kind === "symbol") return token.text === "(" || token.text === "!" || token.text === "~";
    if (token.kind !== "name") return false;
    return token.escaped || (token.text !== "is" && token.text !== "as" && token.text !== "switch");
  }

  #postfix(start: ExpressionSyntax): ExpressionSyntax {
    const stream = this.#stream;
    let target = start;
    for (;;) {
      const token = stream.peek();
      if (token.kind !== "symbol") return target;
      if (token.text === ".") {
        stream.take();
        target = this.#member(target);
      } else if (token.text === "(")
        target = { kind: "call", target, arguments: this.#arguments("(", ")"), at: token.at };
      else if (token.text === "[")
        target = { kind: "index", target, arguments: this.#arguments("[", "]"), at: token.at };
      else if (token.text === "?." || (token.text === "?[" && this.#isConditionalIndex())) {
        stream.take();
        const receiver: ExpressionSyntax = { kind: "receiver", at: token.at };
        const first =
          token.text === "?." ? this.#member(receiver) : this.#indexAfterQuestion(receiver, token.at);
        const rest = stream.nested(() => this.#postfix(first));
        return { kind: "conditional-access", target, rest, at: token.at };
      } else if (token.text === "++" || token.text === "--") {
        stream.take();
        target = { kind: "postfix", operator: token.text, operand: target, at: token.at };
      } else if (token.text === "!" && !stream.isSymbol("=", 1))
        throw stream.refuse("CS8370", "Feature 'nullable reference types' is not available in C# 7.");
      else return target;
    }
  }

  /** `a?[0]` against `a ?[…] : b`, which C# 7 does not have. */
  #isConditionalIndex(): boolean {
    return this.#stream.closing(this.#stream.position) >= 0;
  }

  #indexAfterQuestion(target: ExpressionSyntax, at: number): ExpressionSyntax {
    return { kind: "index", target, arguments: this.#argumentsUntil("]"), at };
  }

  #member(target: ExpressionSyntax): ExpressionSyntax {
    const { at } = this.#stream.peek();
    const name = this.#stream.expectName();
    return { kind: "member", target, name, typeArguments: this.#callTypeArguments(), at };
  }

  /** `<T>` after a name, by C#'s rule for telling it from a comparison. */
  #callTypeArguments() {
    const stream = this.#stream;
    if (!stream.isSymbol("<")) return undefined;
    const start = stream.position;
    const types = tryTypeArguments(stream);
    if (types === undefined) return undefined;
    const next = stream.peek();
    if (
      next.kind === "symbol" &&
      [
        "(",
        ")",
        "]",
        "}",
        ":",
        ";",
        ",",
        ".",
        "?",
        "==",
        "!=",
        "|",
        "^",
        "&&",
        "||",
        "&",
        "[",
        "?.",
      ].includes(next.text)
    )
      return types;
    if (next.kind === "end") return types;
    stream.reset(start);
    return undefined;
  }

  #arguments(open: string, close: string): readonly ArgumentSyntax[] {
    this.#stream.expect(open);
    return this.#argumentsUntil(close);
  }

  #argumentsUntil(close: string): readonly ArgumentSyntax[] {
    const list: ArgumentSyntax[] = [];
    if (this.#stream.accept(close)) return list;
    do list.push(this.#argument());
    while (this.#stream.accept(","));
    this.#stream.expect(close);
    return list;
  }

  #argument(): ArgumentSyntax {
    const stream = this.#stream;
    const { at } = stream.peek();
    let name: string | undefined;
    if (stream.peek().kind === "name" && stream.isSymbol(":", 1)) {
      name = stream.expectName();
      stream.take();
    }
    const passing = stream.isWord("out") ? "out" : stream.isWord("ref") ? "ref" : "value";
    if (passing === "value") return { name, passing, value: this.expression(), declares: undefined, at };
    stream.take();
    const start = stream.position;
    const type = passing === "out" ? tryType(stream) : undefined;
    const next = stream.peek();
    if (type !== undefined && next.kind === "name" && !keywords.has(next.text)) {
      const isVar = type.kind === "name" && type.name === "var";
      const declares = { type: isVar ? undefined : type, name: stream.expectName() };
      return { name, passing, value: undefined, declares, at };
    }
    stream.reset(start);
    return { name, passing, value: this.expression(), declares: undefined, at };
  }

  #primary(): ExpressionSyntax {
    const stream = this.#stream;
    const token = stream.peek();
    if (token.kind === "literal") {
      stream.take();
      return { kind: "literal", type: token.type, value: token.value, at: token.at };
    }
    if (token.kind === "interpolated") {
      stream.take();
      return { kind: "interpolated", parts: token.parts.map((part) => this.#part(part)), at: token.at };
    }
    if (token.kind === "symbol" && token.text === "(") return this.#parenthesised();
    if (token.kind === "symbol" && token.text === "[") throw stream.missing("A collection expression");
    if (token.kind !== "name") throw this.#unexpected(token);
    if (token.escaped || !keywords.has(token.text)) {
      if (token.text === "nameof" && stream.isSymbol("(", 1)) return this.#nameOf();
      stream.take();
      return { kind: "name", name: token.text, typeArguments: this.#callTypeArguments(), at: token.at };
    }
    return this.#keyword(token);
  }

  #unexpected(token: Token): Error {
    if (token.kind === "end") return this.#stream.refuse("CS1733", "Expected expression.");
    return this.#stream.refuse("CS1525", `Invalid expression term '${token.text}'.`);
  }

  #keyword(token: Token): ExpressionSyntax {
    const stream = this.#stream;
    const { at, text } = token;
    if (text === "new") return this.#creation();
    if (text === "typeof") {
      stream.take();
      stream.expect("(");
      const type = expectType(stream);
      stream.expect(")");
      return { kind: "typeof", type, at };
    }
    if (text === "default") {
      stream.take();
      if (!stream.accept("(")) return { kind: "default", type: undefined, at };
      const type = expectType(stream);
      stream.expect(")");
      return { kind: "default", type, at };
    }
    if (text === "checked" || text === "unchecked") {
      if (text === "checked") throw stream.missing("checked");
      stream.take();
      return this.#parenthesised();
    }
    if (predefinedTypes.has(text)) {
      const type = tryType(stream, false);
      if (type !== undefined) return { kind: "predefined-type", type, at };
    }
    if (["delegate", "sizeof", "stackalloc", "ref"].includes(text)) throw stream.missing(text);
    throw this.#unexpected(token);
  }

  #nameOf(): ExpressionSyntax {
    const { at } = this.#stream.take();
    this.#stream.expect("(");
    const operand = this.expression();
    this.#stream.expect(")");
    if (operand.kind !== "name" && operand.kind !== "member")
      throw this.#stream.refuse("CS8081", "Expression does not have a name.", operand.at);
    return { kind: "literal", type: "string", value: operand.name, at };
  }

  #part(part: string | HoleTokens): string | HoleSyntax {
    if (typeof part === "string") return part;
    const read = (tokens: readonly Token[]) => {
      const stream = new TokenStream(this.#stream.source, tokens, this.#stream.depth);
      const value = new ExpressionParser(stream, this.#readBlock).expression();
      if (stream.peek().kind !== "end") throw this.#unexpectedIn(stream);
      return value;
    };
    return {
      value: read(part.value),
      alignment: part.alignment === undefined ? undefined : read(part.alignment),
      format: part.format,
    };
  }

  #unexpectedIn(stream: TokenStream): Error {
    return stream.refuse("CS1003", "The hole of an interpolated string holds more than one expression.");
  }

  #parenthesised(): ExpressionSyntax {
    const stream = this.#stream;
    const { at } = stream.expect("(");
    const items: { name: string | undefined; value: ExpressionSyntax }[] = [];
    do {
      const isNamed = stream.peek().kind === "name" && stream.isSymbol(":", 1);
      const name = isNamed ? stream.expectName() : undefined;
      if (isNamed) stream.take();
      items.push({ name, value: this.expression() });
    } while (stream.accept(","));
    stream.expect(")");
    const [first] = items;
    if (items.length === 1 && first !== undefined) return first.value;
    return { kind: "tuple", items, at };
  }

  #creation(): ExpressionSyntax {
    const stream = this.#stream;
    const { at } = stream.take();
    if (stream.isSymbol("{")) return this.#anonymous(at);
    if (stream.isSymbol("[") && stream.isSymbol("]", 1)) {
      stream.take();
      stream.take();
      return { kind: "new-array", element: undefined, size: undefined, items: this.arrayItems(), at };
    }
    if (stream.isSymbol("(")) throw stream.missing("new() without a type");
    const type = tryType(stream, false);
    if (type === undefined)
      throw stream.refuse(
        "CS1526",
        "A new expression requires an argument list or (), [], or {} after type.",
      );
    if (type.kind === "array")
      return { kind: "new-array", element: type.element, size: undefined, items: this.arrayItems(), at };
    if (stream.isSymbol("[")) return this.#sizedArray(type, at);
    if (stream.isSymbol("?[")) return this.#nullableArray({ kind: "nullable", element: type, at }, at);
    const list = stream.isSymbol("(") ? this.#arguments("(", ")") : undefined;
    const initializer = stream.isSymbol("{") ? this.#initializer() : undefined;
    if (list === undefined && initializer === undefined)
      throw stream.refuse(
        "CS1526",
        "A new expression requires an argument list or (), [], or {} after type.",
      );
    return { kind: "new", type, arguments: list ?? [], initializer, at };
  }

  /** `new int?[] { … }`, `new int?[2]` */
  #nullableArray(element: ReturnType<typeof expectType>, at: number): ExpressionSyntax {
    const stream = this.#stream;
    if (!stream.isSymbol("]", 1)) return this.#sizedArray(element, at);
    stream.take();
    stream.take();
    return { kind: "new-array", element, size: undefined, items: this.arrayItems(), at };
  }

  #sizedArray(element: ReturnType<typeof expectType>, at: number): ExpressionSyntax {
    const stream = this.#stream;
    stream.take();
    const size = this.expression();
    if (stream.isSymbol(",")) throw stream.missing("An array of several dimensions");
    stream.expect("]");
    let type = element;
    while (stream.isSymbol("[") && stream.isSymbol("]", 1)) {
      stream.take();
      stream.take();
      type = { kind: "array", element: type, at };
    }
    const items = stream.isSymbol("{") ? this.arrayItems() : undefined;
    return { kind: "new-array", element: type, size, items, at };
  }

  /** `{ a, b }` after `new T[]`. */
  arrayItems(): readonly ExpressionSyntax[] {
    return this.#braced(() => {
      if (this.#stream.isSymbol("{")) throw this.#stream.missing("An array initializer inside another");
      return this.expression();
    });
  }

  /** `{ a, b, }` */
  #braced<T>(read: () => T): readonly T[] {
    const stream = this.#stream;
    stream.expect("{");
    const list: T[] = [];
    while (!stream.isSymbol("}")) {
      list.push(read());
      if (!stream.accept(",")) break;
    }
    stream.expect("}");
    return list;
  }

  #anonymous(at: number): ExpressionSyntax {
    const stream = this.#stream;
    const members = this.#braced(() => {
      if (stream.peek().kind === "name" && stream.isSymbol("=", 1)) {
        const name = stream.expectName();
        stream.take();
        return { name, value: this.expression() };
      }
      const value = this.expression();
      const name = value.kind === "name" || value.kind === "member" ? value.name : lastMember(value);
      if (name === undefined)
        throw stream.refuse("CS0746", "Invalid anonymous type member declarator.", value.at);
      return { name, value };
    });
    return { kind: "new-anonymous", members, at };
  }

  #initializer(): InitializerSyntax {
    const stream = this.#stream;
    const isMember = stream.isSymbol("[", 1) || (stream.peek(1).kind === "name" && stream.isSymbol("=", 2));
    if (!isMember) {
      const items = this.#braced(() =>
        stream.isSymbol("{") ? this.#braced(() => this.expression()) : [this.expression()],
      );
      return { kind: "items", items };
    }
    const members = this.#braced(() => {
      const { at } = stream.peek();
      const keys = stream.isSymbol("[") ? this.#arguments("[", "]") : [];
      const name = keys.length > 0 ? undefined : stream.expectName();
      stream.expect("=");
      if (stream.isSymbol("{")) throw stream.missing("An initializer inside another");
      return { name, keys, value: this.expression(), at };
    });
    return { kind: "members", members };
  }

  #tryLambda(): ExpressionSyntax | undefined {
    const stream = this.#stream;
    const token = stream.peek();
    if (token.kind === "name" && stream.isSymbol("=>", 1)) {
      const name = stream.expectName();
      return this.#lambdaBody([{ name, type: undefined }], token.at);
    }
    if (!stream.isSymbol("(")) return undefined;
    const close = stream.closing(stream.position);
    const arrow = close < 0 ? undefined : stream.at(close + 1);
    if (arrow?.kind !== "symbol" || arrow.text !== "=>") return undefined;
    stream.take();
    const parameters: ParameterSyntax[] = [];
    while (!stream.isSymbol(")")) {
      const isPlain = stream.isSymbol(",", 1) || stream.isSymbol(")", 1);
      const type = isPlain ? undefined : expectType(stream);
      parameters.push({ name: stream.expectName(), type });
      if (!stream.accept(",")) break;
    }
    stream.expect(")");
    return this.#lambdaBody(parameters, token.at);
  }

  #lambdaBody(parameters: readonly ParameterSyntax[], at: number): ExpressionSyntax {
    this.#stream.expect("=>");
    const body = this.#stream.isSymbol("{") ? this.#readBlock(this.#stream) : this.expression();
    return { kind: "lambda", parameters, body, at };
  }
}

/** `new { a?.B }` is named `B`. */
function lastMember(value: ExpressionSyntax): string | undefined {
  if (value.kind !== "conditional-access") return undefined;
  return value.rest.kind === "member" ? value.rest.name : lastMember(value.rest);
}
