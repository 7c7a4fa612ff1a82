import { argumentException, NotSimulatedError } from "./exceptions.ts";

/** The values of `System.Text.RegularExpressions.RegexOptions`. */
export const regexOptions = {
  None: 0,
  IgnoreCase: 1,
  Multiline: 2,
  ExplicitCapture: 4,
  Compiled: 8,
  Singleline: 16,
  IgnorePatternWhitespace: 32,
  RightToLeft: 64,
  ECMAScript: 256,
  CultureInvariant: 512,
} as const;

/** A pattern in the syntax of the engine, and what .NET calls its groups. */
export interface TranslatedPattern {
  readonly source: string;
  /** For each group of .NET in its order, `0` first: its name and the number that the engine gives it. */
  readonly groups: readonly { readonly name: string; readonly engineNumber: number }[];
  /** It has a `$` or `\Z` that also stands in front of a last line feed. */
  readonly endsBeforeLineFeed: boolean;
}

const letters = "\\p{L}\\p{Mn}\\p{Nd}\\p{Pc}";
const spaces = "\\t-\\r\\x{85}\\p{Z}";

/** .NET's classes are Unicode's, those of the engine ASCII's. */
const classes: Readonly<Record<string, string>> = {
  d: "\\p{Nd}",
  D: "\\P{Nd}",
  w: `[${letters}]`,
  W: `[^${letters}]`,
  s: `[${spaces}]`,
  S: `[^${spaces}]`,
};

const asciiClasses: Readonly<Record<string, string>> = {
  d: "\\d",
  D: "\\D",
  w: "\\w",
  W: "\\W",
  s: "\\s",
  S: "\\S",
};

/** What stands for a class within brackets; a negated one has no form there but for digits. */
const bracketClasses: Readonly<Record<string, string>> = {
  d: "\\p{Nd}",
  D: "\\P{Nd}",
  w: letters,
  s: spaces,
};

const controls: Readonly<Record<string, string>> = {
  a: "\\x07",
  e: "\\x1B",
  f: "\\f",
  n: "\\n",
  r: "\\r",
  t: "\\t",
  v: "\\x0B",
};

/** Rewrites a pattern of .NET. */
class PatternTranslator {
  private readonly pattern: string;
  private readonly ecma: boolean;
  private readonly explicit: boolean;
  private readonly spaced: boolean;
  private position = 0;
  private output = "";
  private engineGroups = 0;
  private unnamed = 0;
  private lineFeedEnd = false;
  private readonly named: { name: string; engineNumber: number }[] = [];
  private readonly numbered: { name: string; engineNumber: number }[] = [{ name: "0", engineNumber: 0 }];

  constructor(pattern: string, options: number) {
    this.pattern = pattern;
    this.ecma = (options & regexOptions.ECMAScript) !== 0;
    this.explicit = (options & regexOptions.ExplicitCapture) !== 0;
    this.spaced = (options & regexOptions.IgnorePatternWhitespace) !== 0;
  }

  private get rest(): string {
    return this.pattern.slice(this.position, this.position + 80);
  }

  private error(message: string): Error {
    return argumentException(`parsing "${this.pattern}" - ${message}`);
  }

  private put(text: string, read: number): void {
    this.output += text;
    this.position += read;
  }

  private group(): void {
    const { rest } = this;
    const named = /^\(\?(?:<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)'|P<([A-Za-z_]\w*)>)/.exec(rest);
    if (named !== null) {
      this.namedGroup(named[1] ?? named[2] ?? named[3] ?? "", named[0].length);
      return;
    }
    if (rest.startsWith("(?#")) {
      const end = this.pattern.indexOf(")", this.position);
      if (end < 0) throw this.error("Unterminated (?#...) comment.");
      this.position = end + 1;
      return;
    }
    if (/^\(\?(?:[=!]|<[=!])/.test(rest)) throw new NotSimulatedError("look-around in a regular expression");
    if (rest.startsWith("(?>")) throw new NotSimulatedError("an atomic group in a regular expression");
    if (/^\(\?\(/.test(rest))
      throw new NotSimulatedError("an alternation by condition in a regular expression");
    if (/^\(\?(?:<|')/.test(rest))
      throw new NotSimulatedError("a numbered or balancing group in a regular expression");
    const flags = /^\(\?([ims]*(?:-[ims]+)?)[:)]/.exec(rest);
    if (flags !== null) {
      this.put(flags[0], flags[0].length);
      return;
    }
    if (rest.startsWith("(?")) throw this.error("Unrecognized grouping construct.");
    if (this.explicit) {
      this.put("(?:", 1);
      return;
    }
    this.engineGroups += 1;
    this.unnamed += 1;
    this.numbered.push({ name: String(this.unnamed), engineNumber: this.engineGroups });
    this.put("(", 1);
  }

  private namedGroup(name: string, length: number): void {
    if (this.named.some((group) => group.name === name)) {
      throw new NotSimulatedError("a regular expression with two groups of one name");
    }
    this.engineGroups += 1;
    this.named.push({ name, engineNumber: this.engineGroups });
    this.put("(", length);
  }

  /** An escape that means one character, within brackets or without; `undefined` when it is none. */
  private characterEscape(): string | undefined {
    const { rest } = this;
    const hex = /^\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4}))/.exec(rest);
    if (hex !== null) {
      this.position += hex[0].length;
      return `\\x{${hex[1] ?? hex[2]}}`;
    }
    const control = /^\\c([A-Za-z])/.exec(rest);
    if (control !== null) {
      this.position += 3;
      return `\\x{${(control[1]?.toUpperCase().charCodeAt(0) ?? 64) - 64}}`;
    }
    const char = rest[1] ?? "";
    if (Object.hasOwn(controls, char)) {
      this.position += 2;
      return controls[char];
    }
    if (/[^A-Za-z0-9_]/.test(char)) {
      this.position += 2;
      return char.charCodeAt(0) < 0x80 && char !== " " && char !== "\n" ? `\\${char}` : char;
    }
    return undefined;
  }

  private unicodeClass(): string | undefined {
    const match = /^\\[pP]\{(\w+)\}/.exec(this.rest);
    if (match === null) return undefined;
    if (match[1]?.startsWith("Is")) throw new NotSimulatedError("a Unicode block in a regular expression");
    this.position += match[0].length;
    return match[0];
  }

  private escape(): void {
    const char = this.rest[1];
    if (char === undefined) throw this.error("Illegal \\ at end of pattern.");
    if (/[1-9k]/.test(char)) throw new NotSimulatedError("a back-reference in a regular expression");
    if (char === "G") throw new NotSimulatedError("the anchor \\G in a regular expression");
    const known = (this.ecma ? asciiClasses : classes)[char];
    if (known !== undefined) {
      this.put(known, 2);
      return;
    }
    if (char === "b" || char === "B") {
      this.put(`\\${char}`, 2);
      return;
    }
    if (char === "A" || char === "z") {
      this.put(char === "A" ? "\\A" : "\\z", 2);
      return;
    }
    if (char === "Z") {
      this.lineFeedEnd = true;
      this.put("$", 2);
      return;
    }
    if (char === "0") {
      this.put("\\x00", 2);
      return;
    }
    const text = this.unicodeClass() ?? this.characterEscape();
    if (text === undefined) throw this.error(`Unrecognized escape sequence \\${char}.`);
    this.output += text;
  }

  private bracketEscape(): string {
    const char = this.rest[1] ?? "";
    if (char === "b") {
      this.position += 2;
      return "\\x08";
    }
    const known = (this.ecma ? asciiClasses : bracketClasses)[char];
    if (known !== undefined) {
      this.position += 2;
      return known;
    }
    if (/[WS]/.test(char)) throw new NotSimulatedError(`\\${char} within brackets of a regular expression`);
    const text = this.unicodeClass() ?? this.characterEscape();
    if (text === undefined) throw this.error(`Unrecognized escape sequence \\${char}.`);
    return text;
  }

  private brackets(): void {
    const negated = this.pattern[this.position + 1] === "^";
    this.position += negated ? 2 : 1;
    let text = "";
    for (let first = true; ; first = false) {
      const char = this.pattern[this.position];
      if (char === undefined) throw this.error("Unterminated [] set.");
      if (char === "]" && !first) break;
      if (char === "\\") text += this.bracketEscape();
      else {
        if (char === "-" && this.pattern[this.position + 1] === "[") {
          throw new NotSimulatedError("the subtraction of classes in a regular expression");
        }
        text += char === "[" || char === "]" ? `\\${char}` : char;
        this.position += 1;
      }
    }
    this.put(`[${negated ? "^" : ""}${text}]`, 1);
  }

  translate(): TranslatedPattern {
    while (this.position < this.pattern.length) {
      const char = this.pattern[this.position] ?? "";
      if (char === "(") this.group();
      else if (char === "[") this.brackets();
      else if (char === "\\") this.escape();
      else if (char === "$") {
        this.lineFeedEnd = true;
        this.put("$", 1);
      } else if (char === "{" && !/^\{\d+(?:,\d*)?\}/.test(this.rest)) this.put("\\{", 1);
      else if (this.spaced && /\s/.test(char)) this.position += 1;
      else if (this.spaced && char === "#") this.skipComment();
      else this.put(char, 1);
    }
    const groups = [...this.numbered, ...this.named];
    return { source: this.output, groups, endsBeforeLineFeed: this.lineFeedEnd };
  }

  private skipComment(): void {
    const end = this.pattern.indexOf("\n", this.position);
    this.position = end < 0 ? this.pattern.length : end + 1;
  }
}

/**
 * Rewrites a pattern of .NET for an engine that takes linear time.
 *
 * @throws `System.ArgumentException` when .NET refuses the pattern too; {@link NotSimulatedError} for look-around, back-references,
 * atomic, balancing and conditional groups, which no engine of linear time has.
 */
export function translatePattern(pattern: string, options: number): TranslatedPattern {
  if ((options & regexOptions.RightToLeft) !== 0) throw new NotSimulatedError("RegexOptions.RightToLeft");
  return new PatternTranslator(pattern, options).translate();
}
