import { ExpressionError } from "./expression-error.ts";
import { charOf, NumberValue, type Value } from "./value.ts";

/** A hole of an interpolated string, not yet parsed. */
export interface HoleTokens {
  readonly value: readonly Token[];
  readonly alignment: readonly Token[] | undefined;
  readonly format: string | undefined;
}

/** A word of C#; `at` and `end` are its place in the source. */
export type Token = { readonly at: number; readonly end: number } & (
  | { readonly kind: "name"; readonly text: string; readonly escaped: boolean }
  | { readonly kind: "symbol"; readonly text: string }
  | { readonly kind: "literal"; readonly text: ""; readonly type: string; readonly value: Value }
  | { readonly kind: "interpolated"; readonly text: ""; readonly parts: readonly (string | HoleTokens)[] }
  | { readonly kind: "end"; readonly text: "" }
);

const symbols = [
  "<<=",
  ">>=",
  "??=",
  "=>",
  "==",
  "!=",
  "<=",
  ">=",
  "&&",
  "||",
  "??",
  "?.",
  "?[",
  "++",
  "--",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "&=",
  "|=",
  "^=",
  "<<",
  "::",
]; // prettier-ignore

/** No `>>`, which also ends two lists of type arguments: the parser joins two that touch. */
const single = new Set("+-*/%&|^!~=<>?:;,.()[]{}");

const nameStart = /[\p{L}\p{Nl}_]/u;
const namePart = /[\p{L}\p{Nl}\p{Nd}\p{Pc}\p{Mn}\p{Mc}\p{Cf}_]/uy;
const nameRest = /[\p{L}\p{Nl}\p{Nd}\p{Pc}\p{Mn}\p{Mc}\p{Cf}_]*/uy;
const space = /[\s\u0085\uFEFF]*/y;
const numeral =
  /0[xX][0-9a-fA-F_]+([uU][lL]?|[lL][uU]?)?|0[bB][01_]+([uU][lL]?|[lL][uU]?)?|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?([uU][lL]?|[lL][uU]?|[fFdDmM])?/y;

const deepestHoles = 16;

/** Takes a source apart into words. Linear in its length. */
export class Lexer {
  readonly #source: string;
  #at: number;
  readonly #depth: number;

  /** @param depth How many interpolated strings this one stands in. */
  constructor(source: string, at = 0, depth = 0) {
    this.#source = source;
    this.#at = at;
    this.#depth = depth;
  }

  /** Where it has come to. */
  get at(): number {
    return this.#at;
  }

  /** All words, and the end. */
  all(): Token[] {
    const tokens: Token[] = [];
    for (;;) {
      const token = this.next();
      tokens.push(token);
      if (token.kind === "end") return tokens;
    }
  }

  /** The words of a hole: up to the `}`, `,` or `:` that belongs to none of its brackets. */
  hole(): Token[] {
    const tokens: Token[] = [];
    let depth = 0;
    for (;;) {
      this.#skip();
      const sign = this.#source[this.#at];
      if (depth === 0 && (sign === "}" || sign === "," || sign === ":")) break;
      const token = this.next();
      if (token.kind === "end")
        throw this.#refuse(this.#at, "CS1002", "The hole of the interpolated string does not end.");
      if ("([{".includes(token.text) && token.text !== "") depth++;
      else if (token.text === "?[") depth++;
      else if (")]}".includes(token.text) && token.text !== "") depth--;
      tokens.push(token);
    }
    tokens.push({ kind: "end", text: "", at: this.#at, end: this.#at });
    return tokens;
  }

  /** The next word. */
  next(): Token {
    this.#skip();
    const at = this.#at;
    const sign = this.#source[at];
    if (sign === undefined) return { kind: "end", text: "", at, end: at };
    if (sign === '"') return this.#plainString();
    if (sign === "'") return this.#char();
    if (sign === "$" || sign === "@") return this.#prefixed();
    if ((sign >= "0" && sign <= "9") || (sign === "." && /\d/.test(this.#source[at + 1] ?? "")))
      return this.#number();
    if (nameStart.test(String.fromCodePoint(this.#source.codePointAt(at) ?? 0))) return this.#name(false);
    return this.#symbol();
  }

  #skip(): void {
    for (;;) {
      space.lastIndex = this.#at;
      space.exec(this.#source);
      this.#at = space.lastIndex;
      if (this.#source.startsWith("//", this.#at)) {
        const end = this.#source.indexOf("\n", this.#at);
        this.#at = end < 0 ? this.#source.length : end + 1;
      } else if (this.#source.startsWith("/*", this.#at)) {
        const end = this.#source.indexOf("*/", this.#at + 2);
        if (end < 0) throw this.#refuse(this.#at, "CS1035", "The comment does not end.");
        this.#at = end + 2;
      } else return;
    }
  }

  #symbol(): Token {
    const at = this.#at;
    for (const text of symbols) {
      if (!this.#source.startsWith(text, at)) continue;
      // `a ?.5 : b` and `x ?[1] : y` are conditions; the parser splits the second.
      if (text === "?." && /\d/.test(this.#source[at + 2] ?? "")) continue;
      this.#at += text.length;
      return { kind: "symbol", text, at, end: this.#at };
    }
    const text = this.#source[at] ?? "";
    if (!single.has(text)) throw this.#refuse(at, "CS1056", `Unexpected character '${text}'.`);
    this.#at++;
    return { kind: "symbol", text, at, end: this.#at };
  }

  #name(escaped: boolean): Token {
    const at = this.#at;
    nameRest.lastIndex = at;
    const text = nameRest.exec(this.#source)?.[0] ?? "";
    this.#at += text.length;
    if (text === "true" || text === "false")
      return { kind: "literal", text: "", type: "bool", value: text === "true", at, end: this.#at };
    if (text === "null" && !escaped)
      return { kind: "literal", text: "", type: "null", value: null, at, end: this.#at };
    return { kind: "name", text, escaped, at, end: this.#at };
  }

  #number(): Token {
    const at = this.#at;
    numeral.lastIndex = at;
    const text = numeral.exec(this.#source)?.[0] ?? "";
    this.#at += text.length;
    namePart.lastIndex = this.#at;
    if (text === "" || namePart.test(this.#source))
      throw this.#refuse(at, "CS1013", "The number is written in a way that C# does not know.");
    const { type, value } = this.#numberValue(text.replaceAll("_", ""), at);
    return { kind: "literal", text: "", type, value, at, end: this.#at };
  }

  #numberValue(text: string, at: number): { readonly type: string; readonly value: Value } {
    const isHex = /^0x/i.test(text);
    const isBinary = /^0b/i.test(text);
    const suffix = (isHex ? /[ul]+$/i : /[ulfdm]+$/i).exec(text)?.[0].toLowerCase() ?? "";
    const digits = text.slice(0, text.length - suffix.length);
    if (suffix === "m") return { type: "decimal", value: digits };
    const isReal = !isHex && !isBinary && /[.e]/i.test(digits);
    if (isReal || suffix === "d" || suffix === "f") return real(digits, suffix);
    if (digits.length > 80) throw this.#refuse(at, "CS1021", "Integral constant is too large.");
    const value = BigInt(digits);
    const isUnsigned = suffix.includes("u");
    const isLong = suffix.includes("l");
    if (!isUnsigned && !isLong && value < 2n ** 31n) return { type: "int", value: Number(value) };
    if (!isLong && value < 2n ** 32n) return { type: "uint", value: new NumberValue("uint", Number(value)) };
    if (!isUnsigned && value < 2n ** 63n) return { type: "long", value: new NumberValue("long", value) };
    if (value < 2n ** 64n) return { type: "ulong", value: new NumberValue("ulong", value) };
    throw this.#refuse(at, "CS1021", "Integral constant is too large.");
  }

  #prefixed(): Token {
    const at = this.#at;
    const prefix = /^(?:\$@|@\$|\$|@)"/.exec(this.#source.slice(at, at + 3))?.[0];
    if (prefix === '@"') return this.#verbatimString();
    if (prefix !== undefined) return this.#interpolated(prefix.length, prefix.includes("@"));
    if (this.#source[at] === "@" && nameStart.test(this.#source[at + 1] ?? "")) {
      this.#at++;
      return this.#name(true);
    }
    throw this.#refuse(at, "CS1056", `Unexpected character '${this.#source[at] ?? ""}'.`);
  }

  #plainString(): Token {
    const at = this.#at++;
    const pieces: string[] = [];
    for (;;) {
      const sign = this.#source[this.#at];
      if (sign === undefined || sign === "\n" || sign === "\r")
        throw this.#refuse(at, "CS1010", "Newline in constant.");
      if (sign === '"') break;
      pieces.push(sign === "\\" ? this.#escape() : sign);
      if (sign !== "\\") this.#at++;
    }
    this.#at++;
    return { kind: "literal", text: "", type: "string", value: pieces.join(""), at, end: this.#at };
  }

  #verbatimString(): Token {
    const at = this.#at;
    this.#at += 2;
    const pieces: string[] = [];
    for (;;) {
      const end = this.#source.indexOf('"', this.#at);
      if (end < 0) throw this.#refuse(at, "CS1039", "Unterminated string literal.");
      pieces.push(this.#source.slice(this.#at, end));
      this.#at = end + 1;
      if (this.#source[this.#at] !== '"') break;
      pieces.push('"');
      this.#at++;
    }
    return { kind: "literal", text: "", type: "string", value: pieces.join(""), at, end: this.#at };
  }

  #char(): Token {
    const at = this.#at++;
    const sign = this.#source[this.#at];
    if (sign === undefined || sign === "'" || sign === "\n")
      throw this.#refuse(at, "CS1011", "Empty character literal.");
    const text = sign === "\\" ? this.#escape() : sign;
    if (sign !== "\\") this.#at++;
    if (text.length !== 1 || this.#source[this.#at] !== "'")
      throw this.#refuse(at, "CS1012", "Too many characters in character literal.");
    this.#at++;
    return { kind: "literal", text: "", type: "char", value: charOf(text.charCodeAt(0)), at, end: this.#at };
  }

  #escape(): string {
    const at = this.#at;
    const sign = this.#source[at + 1] ?? "";
    const plain = plainEscapes[sign];
    if (plain !== undefined) {
      this.#at += 2;
      return plain;
    }
    const pattern = { x: /^[0-9a-fA-F]{1,4}/, u: /^[0-9a-fA-F]{4}/, U: /^[0-9a-fA-F]{8}/ }[sign];
    const digits = pattern?.exec(this.#source.slice(at + 2, at + 10))?.[0];
    const code = digits === undefined ? Number.NaN : Number.parseInt(digits, 16);
    if (digits === undefined || !(code <= 0x10ffff))
      throw this.#refuse(at, "CS1009", "Unrecognized escape sequence.");
    this.#at += 2 + digits.length;
    return sign === "U" ? String.fromCodePoint(code) : String.fromCharCode(code);
  }

  #interpolated(prefixLength: number, isVerbatim: boolean): Token {
    const at = this.#at;
    if (this.#depth >= deepestHoles)
      throw new ExpressionError(
        "not-simulated",
        `More than ${deepestHoles} interpolated strings inside each other are not simulated.`,
        { source: this.#source, offset: at },
        "nested interpolated strings",
      );
    this.#at += prefixLength;
    const parts: (string | HoleTokens)[] = [];
    let text: string[] = [];
    for (;;) {
      const piece = this.#interpolatedPiece(at, isVerbatim);
      if (piece === undefined) break;
      if (typeof piece === "string") text.push(piece);
      else {
        if (text.length > 0) parts.push(text.join(""));
        text = [];
        parts.push(piece);
      }
    }
    if (text.length > 0) parts.push(text.join(""));
    return { kind: "interpolated", text: "", parts, at, end: this.#at };
  }

  /** A sign, a hole, or `undefined` at the end. */
  #interpolatedPiece(start: number, isVerbatim: boolean): string | HoleTokens | undefined {
    const sign = this.#source[this.#at];
    const following = this.#source[this.#at + 1];
    if (sign === undefined || (!isVerbatim && (sign === "\n" || sign === "\r")))
      throw this.#refuse(start, "CS1039", "Unterminated string literal.");
    if (sign === "\\" && !isVerbatim) return this.#escape();
    if (sign === '"' && !(isVerbatim && following === '"')) {
      this.#at++;
      return undefined;
    }
    if ((sign === "{" || sign === "}" || sign === '"') && following === sign) {
      this.#at += 2;
      return sign;
    }
    if (sign === "}")
      throw this.#refuse(
        this.#at,
        "CS8086",
        "A '}' character must be escaped (by doubling) in an interpolated string.",
      );
    this.#at++;
    return sign === "{" ? this.#hole() : sign;
  }

  #hole(): HoleTokens {
    const inner = new Lexer(this.#source, this.#at, this.#depth + 1);
    const value = inner.hole();
    let alignment: readonly Token[] | undefined;
    if (this.#source[inner.at] === ",") {
      inner.#at++;
      alignment = inner.hole();
    }
    let format: string | undefined;
    if (this.#source[inner.at] === ":") {
      const end = this.#source.indexOf("}", inner.at);
      if (end < 0)
        throw this.#refuse(inner.at, "CS8076", "Missing close delimiter '}' for interpolated expression.");
      format = this.#source.slice(inner.at + 1, end);
      inner.#at = end;
    }
    if (this.#source[inner.at] !== "}")
      throw this.#refuse(
        inner.at,
        "CS8076",
        "Missing close delimiter '}' for interpolated expression started with '{'.",
      );
    this.#at = inner.at + 1;
    return { value, alignment, format };
  }

  #refuse(offset: number, code: string, message: string): ExpressionError {
    return new ExpressionError("refused", `${message} (${code})`, { source: this.#source, offset });
  }
}

const plainEscapes: Readonly<Record<string, string | undefined>> = Object.assign(Object.create(null), {
  "'": "'",
  '"': '"',
  "\\": "\\",
  "0": "\0",
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
});

function real(digits: string, suffix: string): { readonly type: string; readonly value: Value } {
  const type = suffix === "f" ? "float" : "double";
  const value = Number(digits);
  return { type, value: new NumberValue(type, suffix === "f" ? Math.fround(value) : value) };
}
