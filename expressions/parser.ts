import { ExpressionParser } from "./expression-parser.ts";
import { Lexer } from "./lexer.ts";
import { readPattern } from "./pattern-parser.ts";
import type {
  CatchSyntax,
  ExpressionSyntax,
  StatementSyntax,
  SwitchSectionSyntax,
  TypeSyntax,
} from "./syntax.ts";
import { keywords, TokenStream } from "./token-stream.ts";
import { expectType, tryType } from "./type-parser.ts";

/** Reads `@(…)`: one expression. */
export function parseExpression(source: string): ExpressionSyntax {
  const stream = new TokenStream(source, new Lexer(source).all());
  const value = new StatementParser(stream).expressions.expression();
  if (stream.peek().kind !== "end") throw stream.refuse("CS1026", "')' expected.");
  return value;
}

/** Reads `@{…}`: statements. */
export function parseBlock(source: string): readonly StatementSyntax[] {
  const stream = new TokenStream(source, new Lexer(source).all());
  const parser = new StatementParser(stream);
  const body: StatementSyntax[] = [];
  while (stream.peek().kind !== "end") body.push(parser.statement());
  return body;
}

/** Reads statements. */
class StatementParser {
  readonly expressions: ExpressionParser;
  readonly #stream: TokenStream;

  constructor(stream: TokenStream) {
    this.#stream = stream;
    this.expressions = new ExpressionParser(stream, () => this.#block());
  }

  /** One statement. */
  statement(): StatementSyntax {
    return this.#stream.nested(() => this.#statement());
  }

  #statement(): StatementSyntax {
    const stream = this.#stream;
    const token = stream.peek();
    const { at } = token;
    if (stream.isSymbol("{")) return this.#block();
    if (stream.accept(";")) return { kind: "empty", at };
    if (token.kind === "name" && !token.escaped) {
      const read = this.#readers[token.text];
      if (read !== undefined) {
        stream.take();
        return read(at);
      }
      if (token.text === "unchecked" && stream.isSymbol("{", 1)) {
        stream.take();
        return this.#block();
      }
      if (["goto", "lock", "checked", "unsafe", "fixed", "yield"].includes(token.text) && !this.#isCall())
        throw stream.missing(token.text);
    }
    const local = this.#tryFunction() ?? this.#tryLocal();
    if (local !== undefined) {
      if (local.kind === "local") stream.expect(";");
      return local;
    }
    const value = this.expressions.expression();
    stream.expect(";");
    return this.#deconstruction(value) ?? { kind: "expression", value, at };
  }

  #isCall(): boolean {
    return ["(", ".", "=", "["].includes(this.#stream.peek(1).text);
  }

  /** Each keyword that a statement begins with; the word itself is taken. */
  readonly #readers: Readonly<Record<string, ((at: number) => StatementSyntax) | undefined>> = Object.assign(
    Object.create(null),
    {
      if: (at: number) => this.#if(at),
      for: (at: number) => this.#for(at),
      foreach: (at: number) => this.#foreach(at),
      while: (at: number) => ({ kind: "while", test: this.#bracketed(), body: this.statement(), at }),
      do: (at: number) => this.#do(at),
      switch: (at: number) => this.#switch(at),
      try: (at: number) => this.#try(at),
      using: (at: number) => this.#using(at),
      return: (at: number) => this.#leave("return", at),
      throw: (at: number) => this.#leave("throw", at),
      break: (at: number) => this.#jump("break", at),
      continue: (at: number) => this.#jump("continue", at),
      const: () => this.#const(),
    },
  );

  #block(): StatementSyntax {
    const stream = this.#stream;
    const { at } = stream.expect("{");
    const body: StatementSyntax[] = [];
    while (!stream.isSymbol("}")) {
      if (stream.peek().kind === "end") throw stream.refuse("CS1513", "'}' expected.");
      body.push(this.statement());
    }
    stream.take();
    return { kind: "block", body, at };
  }

  #bracketed(): ExpressionSyntax {
    this.#stream.expect("(");
    const value = this.expressions.expression();
    this.#stream.expect(")");
    return value;
  }

  #if(at: number): StatementSyntax {
    const test = this.#bracketed();
    const then = this.statement();
    const otherwise = this.#stream.acceptWord("else") ? this.statement() : undefined;
    return { kind: "if", test, then, otherwise, at };
  }

  #for(at: number): StatementSyntax {
    const stream = this.#stream;
    stream.expect("(");
    const start: StatementSyntax[] = [];
    if (!stream.isSymbol(";")) {
      const local = this.#tryLocal();
      if (local !== undefined) start.push(local);
      else
        start.push(
          ...this.#expressionList().map((value) => ({ kind: "expression" as const, value, at: value.at })),
        );
    }
    stream.expect(";");
    const test = stream.isSymbol(";") ? undefined : this.expressions.expression();
    stream.expect(";");
    const next = stream.isSymbol(")") ? [] : this.#expressionList();
    stream.expect(")");
    return { kind: "for", start, test, next, body: this.statement(), at };
  }

  #expressionList(): readonly ExpressionSyntax[] {
    const list = [this.expressions.expression()];
    while (this.#stream.accept(",")) list.push(this.expressions.expression());
    return list;
  }

  #foreach(at: number): StatementSyntax {
    const stream = this.#stream;
    stream.expect("(");
    if (stream.isWord("var") && stream.isSymbol("(", 1))
      throw stream.missing("foreach with a deconstruction");
    const type = this.#localType();
    const name = stream.expectName();
    if (!stream.acceptWord("in")) throw stream.refuse("CS1515", "'in' expected.");
    const source = this.expressions.expression();
    stream.expect(")");
    return { kind: "foreach", type, name, source, body: this.statement(), at };
  }

  /** `undefined` for `var`. */
  #localType(): TypeSyntax | undefined {
    const type = expectType(this.#stream);
    return type.kind === "name" && type.name === "var" ? undefined : type;
  }

  #do(at: number): StatementSyntax {
    const body = this.statement();
    if (!this.#stream.acceptWord("while")) throw this.#stream.refuse("CS1003", "'while' expected.");
    const test = this.#bracketed();
    this.#stream.expect(";");
    return { kind: "do", test, body, at };
  }

  #switch(at: number): StatementSyntax {
    const stream = this.#stream;
    const operand = this.#bracketed();
    stream.expect("{");
    const sections: SwitchSectionSyntax[] = [];
    while (!stream.isSymbol("}")) {
      const labels = this.#labels();
      const body: StatementSyntax[] = [];
      while (!stream.isSymbol("}") && !stream.isWord("case") && !this.#isDefaultLabel())
        body.push(this.statement());
      sections.push({ labels, body });
    }
    stream.take();
    return { kind: "switch", operand, sections, at };
  }

  #isDefaultLabel(): boolean {
    return this.#stream.isWord("default") && this.#stream.isSymbol(":", 1);
  }

  #labels(): SwitchSectionSyntax["labels"] {
    const stream = this.#stream;
    const labels: SwitchSectionSyntax["labels"][number][] = [];
    for (;;) {
      if (this.#isDefaultLabel()) {
        stream.take();
        labels.push(undefined);
      } else if (stream.acceptWord("case")) {
        const pattern = readPattern(stream, () => this.#constant());
        const guard = stream.acceptWord("when") ? this.expressions.expression() : undefined;
        labels.push({ pattern, guard });
      } else break;
      stream.expect(":");
    }
    if (labels.length === 0) throw stream.refuse("CS1513", "'}' expected.");
    return labels;
  }

  #constant(): ExpressionSyntax {
    return this.expressions.expression();
  }

  #try(at: number): StatementSyntax {
    const stream = this.#stream;
    const body = this.#block();
    const catches: CatchSyntax[] = [];
    while (stream.acceptWord("catch")) catches.push(this.#catch());
    const last = stream.acceptWord("finally") ? this.#block() : undefined;
    if (catches.length === 0 && last === undefined)
      throw stream.refuse("CS1524", "Expected catch or finally.");
    return { kind: "try", body, catches, finally: last, at };
  }

  #catch(): CatchSyntax {
    const stream = this.#stream;
    let type: TypeSyntax | undefined;
    let name: string | undefined;
    if (stream.accept("(")) {
      type = expectType(stream);
      if (!stream.isSymbol(")")) name = stream.expectName();
      stream.expect(")");
    }
    const guard = stream.acceptWord("when") ? this.#bracketed() : undefined;
    return { type, name, guard, body: this.#block() };
  }

  #using(at: number): StatementSyntax {
    const stream = this.#stream;
    if (!stream.isSymbol("(")) {
      const local = this.#tryLocal(true);
      if (local === undefined) throw stream.refuse("CS1003", "'(' expected.");
      stream.expect(";");
      return local;
    }
    stream.take();
    const local = this.#tryLocal();
    const resource = local ?? { kind: "expression" as const, value: this.expressions.expression(), at };
    stream.expect(")");
    return { kind: "using", resource, body: this.statement(), at };
  }

  #leave(kind: "return" | "throw", at: number): StatementSyntax {
    const value = this.#stream.isSymbol(";") ? undefined : this.expressions.expression();
    this.#stream.expect(";");
    return { kind, value, at };
  }

  #jump(kind: "break" | "continue", at: number): StatementSyntax {
    this.#stream.expect(";");
    return { kind, at };
  }

  #const(): StatementSyntax {
    const local = this.#tryLocal();
    if (local === undefined) throw this.#stream.refuse("CS1031", "Type expected.");
    this.#stream.expect(";");
    return local;
  }

  /** `T a = …, b`, or goes back; without its semicolon. */
  #tryLocal(isUsing = false): StatementSyntax | undefined {
    const stream = this.#stream;
    const start = stream.position;
    const { at } = stream.peek();
    const type = tryType(stream);
    const next = stream.peek();
    if (type === undefined || next.kind !== "name" || (!next.escaped && keywords.has(next.text))) {
      stream.reset(start);
      return undefined;
    }
    const isVar = type.kind === "name" && type.name === "var";
    const variables = [];
    do {
      const place = stream.peek().at;
      const name = stream.expectName();
      const value = stream.accept("=") ? this.#initial(type) : undefined;
      variables.push({ name, value, at: place });
    } while (stream.accept(","));
    return { kind: "local", type: isVar ? undefined : type, using: isUsing, variables, at };
  }

  /** `T f(T a) { … }`, `T f(T a) => …;`, or goes back. */
  #tryFunction(): StatementSyntax | undefined {
    const stream = this.#stream;
    const start = stream.position;
    const { at } = stream.peek();
    const result = tryType(stream);
    const next = stream.peek();
    const isName = next.kind === "name" && (next.escaped || !keywords.has(next.text));
    if (result !== undefined && isName && stream.isSymbol("<", 1))
      throw stream.missing("A generic local function");
    if (result === undefined || !isName || !stream.isSymbol("(", 1)) {
      stream.reset(start);
      return undefined;
    }
    const name = stream.expectName();
    stream.expect("(");
    const parameters: { name: string; type: TypeSyntax }[] = [];
    while (!stream.isSymbol(")")) {
      const type = expectType(stream);
      parameters.push({ type, name: stream.expectName() });
      if (stream.isSymbol("=")) throw stream.missing("A default of a local function's parameter");
      if (!stream.accept(",")) break;
    }
    stream.expect(")");
    if (stream.isSymbol("{")) return { kind: "function", name, result, parameters, body: this.#block(), at };
    stream.expect("=>");
    const body = this.expressions.expression();
    stream.expect(";");
    return { kind: "function", name, result, parameters, body, at };
  }

  /** What stands after `=`: `string[] a = { "b" }` as well. */
  #initial(type: TypeSyntax): ExpressionSyntax {
    const { at } = this.#stream.peek();
    if (type.kind !== "array" || !this.#stream.isSymbol("{")) return this.expressions.expression();
    return {
      kind: "new-array",
      element: type.element,
      size: undefined,
      items: this.expressions.arrayItems(),
      at,
    };
  }

  /** `var (a, b) = …` reads as a call of `var`, which is then assigned. */
  #deconstruction(value: ExpressionSyntax): StatementSyntax | undefined {
    if (value.kind !== "assign" || value.operator !== "=" || value.target.kind !== "call") return undefined;
    const { target } = value.target;
    if (target.kind !== "name" || target.name !== "var") return undefined;
    const names = value.target.arguments.map(({ value: item }) =>
      item?.kind === "name" ? item.name : undefined,
    );
    const known = names.filter((name) => name !== undefined);
    if (known.length !== names.length)
      throw this.#stream.missing("A deconstruction inside another", value.at);
    return { kind: "deconstruct", names: known, value: value.value, at: value.at };
  }
}
