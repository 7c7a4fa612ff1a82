import { ExpressionError } from "./expression-error.ts";
import type { Token } from "./lexer.ts";

/** Deeper nesting than this is not simulated; .NET's compiler stops at a depth that depends on its stack. */
export const deepestNesting = 150;

/** Words that are read one after the other, with the bracket that closes each. */
export class TokenStream {
  readonly source: string;
  readonly #tokens: readonly Token[];
  readonly #closing: Int32Array;
  #position = 0;
  #depth: number;

  /** @param depth How deep what is read stands in the whole. */
  constructor(source: string, tokens: readonly Token[], depth = 0) {
    this.source = source;
    this.#tokens = tokens;
    this.#closing = closingBrackets(tokens);
    this.#depth = depth;
  }

  /** Which word is next. */
  get position(): number {
    return this.#position;
  }

  /** Goes to a word again. */
  reset(position: number): void {
    this.#position = position;
  }

  /** How deep it is now. */
  get depth(): number {
    return this.#depth;
  }

  /** The next word, or the one some words after it. */
  peek(ahead = 0): Token {
    return this.at(this.#position + ahead);
  }

  /** A word by its position. */
  at(position: number): Token {
    const token = this.#tokens[Math.min(position, this.#tokens.length - 1)];
    if (token === undefined) throw new Error("A list of words always has its end.");
    return token;
  }

  /** The position of the bracket that closes the one at a position, or -1. */
  closing(position: number): number {
    return this.#closing[position] ?? -1;
  }

  /** Takes the next word. */
  take(): Token {
    const token = this.peek();
    if (this.#position < this.#tokens.length - 1) this.#position++;
    return token;
  }

  /** Whether the next word is this symbol. */
  isSymbol(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "symbol" && token.text === text;
  }

  /** Whether the next word is this keyword. */
  isWord(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "name" && token.text === text && !token.escaped;
  }

  /** Takes the next word if it is this symbol. */
  accept(text: string): boolean {
    if (!this.isSymbol(text)) return false;
    this.take();
    return true;
  }

  /** Takes the next word if it is this keyword. */
  acceptWord(text: string): boolean {
    if (!this.isWord(text)) return false;
    this.take();
    return true;
  }

  /** Takes this symbol, or refuses. */
  expect(text: string): Token {
    if (this.isSymbol(text)) return this.take();
    const code = text === ";" ? "CS1002" : text === ")" ? "CS1026" : text === "}" ? "CS1513" : "CS1003";
    throw this.refuse(code, `'${text}' expected.`);
  }

  /** Takes a name, or refuses. */
  expectName(): string {
    const token = this.peek();
    if (token.kind !== "name" || (!token.escaped && keywords.has(token.text)))
      throw this.refuse("CS1001", "Identifier expected.");
    this.take();
    return token.text;
  }

  /** An error of C#'s compiler at the next word. */
  refuse(code: string, message: string, at = this.peek().at): ExpressionError {
    return new ExpressionError("refused", `${message} (${code})`, { source: this.source, offset: at });
  }

  /** What this language lacks. */
  missing(construct: string, at = this.peek().at): ExpressionError {
    return new ExpressionError(
      "not-simulated",
      `${construct} is not simulated here.`,
      { source: this.source, offset: at },
      construct,
    );
  }

  /** Runs something one level deeper. */
  nested<T>(read: () => T): T {
    if (++this.#depth > deepestNesting)
      throw this.missing(`An expression nested deeper than ${deepestNesting} levels`);
    const result = read();
    this.#depth--;
    return result;
  }
}

function closingBrackets(tokens: readonly Token[]): Int32Array {
  const closing = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  tokens.forEach(({ kind, text }, index) => {
    if (kind !== "symbol") return;
    if (text === "(" || text === "[" || text === "{" || text === "?[") open.push(index);
    else if (text === ")" || text === "]" || text === "}") {
      const start = open.pop();
      if (start !== undefined) closing[start] = index;
    }
  });
  return closing;
}

/** C#'s reserved words. */
export const keywords: ReadonlySet<string> = new Set(
  `abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event
  explicit extern finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new object operator
  out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch
  this throw try typeof uint ulong unchecked unsafe ushort using virtual void volatile while`.split(/\s+/),
);
