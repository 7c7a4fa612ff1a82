import { RE2JS } from "re2js";
import { allocate, lookAtClock, spend } from "../meter.ts";
import { argumentException, argumentOutOfRange, NotSimulatedError, required } from "./exceptions.ts";
import { regexOptions, type TranslatedPattern, translatePattern } from "./regex-pattern.ts";

/** What a group matched: `System.Text.RegularExpressions.Group`. */
export class RegexGroup {
  readonly success: boolean;
  readonly name: string;
  readonly index: number;
  readonly value: string;

  constructor(success: boolean, name: string, index: number, value: string) {
    this.success = success;
    this.name = name;
    this.index = index;
    this.value = value;
  }

  get length(): number {
    return this.value.length;
  }

  /** Its text. */
  toString(): string {
    return this.value;
  }
}

/** `System.Text.RegularExpressions.Match`: its groups, the whole match first. */
export class RegexMatch extends RegexGroup {
  readonly groups: readonly RegexGroup[];
  private readonly follow: () => RegexMatch;
  private readonly input: string;

  constructor(groups: readonly RegexGroup[], input: string, follow: () => RegexMatch) {
    const whole = groups[0];
    super(whole?.success ?? false, "0", whole?.index ?? 0, whole?.value ?? "");
    this.groups = groups;
    this.input = input;
    this.follow = follow;
  }

  static readonly empty: RegexMatch = new RegexMatch([], "", () => RegexMatch.empty);

  /** `NextMatch()`. */
  next(): RegexMatch {
    return this.follow();
  }

  /** `Groups[name]` or `Groups[number]`: one without success when there is none. */
  group(key: string | number): RegexGroup {
    const found =
      typeof key === "number" ? this.groups[key] : this.groups.find((group) => group.name === key);
    return found ?? new RegexGroup(false, String(key), 0, "");
  }

  /**
   * `Result(replacement)`: `$1`, `${name}`, `$&`, `` $` ``, `$'`, `$$` are replaced.
   */
  result(replacement: string): string {
    const token = /\$(?:\$|&|`|'|\+|_|(\d{1,9})|\{(\w{1,100})\})/g;
    const parts: string[] = [];
    let from = 0;
    for (const found of replacement.matchAll(token)) {
      parts.push(replacement.slice(from, found.index), this.#put(found[0], found[1] ?? found[2]));
      from = found.index + found[0].length;
    }
    parts.push(replacement.slice(from));
    allocate(parts.reduce((size, part) => size + part.length, 0));
    return parts.join("");
  }

  /** What stands for `$1` or the like; the key is the group's number or name. */
  #put(whole: string, key: string | undefined): string {
    if (key !== undefined) {
      const group = /^\d+$/.test(key)
        ? this.groups[Number(key)]
        : this.groups.find((each) => each.name === key);
      return group === undefined ? whole : group.value;
    }
    switch (whole) {
      case "$$":
        return "$";
      case "$&":
        return this.value;
      case "$`":
        return this.input.slice(0, this.index);
      case "$'":
        return this.input.slice(this.index + this.length);
      case "$_":
        return this.input;
      default:
        return this.groups.at(-1)?.value ?? "";
    }
  }
}

const longestPattern = 10_000;

/** How many instructions of a pattern are tried on a character in the time of one step. */
const triesOfStep = 8;

/** What the engine says of a pattern, and what .NET says. */
const parseErrors: Readonly<Record<string, string>> = {
  "missing closing )": "Not enough )'s.",
  "unexpected )": "Too many )'s.",
  "missing argument to repetition operator": "Quantifier {x,y} following nothing.",
  "invalid nested repetition operator": "Nested quantifier.",
  "invalid character class range": "[x-y] range in reverse order.",
};

function engineFlags(options: number): number {
  const has = (flag: number) => (options & flag) !== 0;
  return (
    (has(regexOptions.IgnoreCase) ? RE2JS.CASE_INSENSITIVE : 0) |
    (has(regexOptions.Multiline) ? RE2JS.MULTILINE : 0) |
    (has(regexOptions.Singleline) ? RE2JS.DOTALL : 0)
  );
}

/**
 * `System.Text.RegularExpressions.Regex` on an engine of linear time, so that no pattern can hang the gateway.
 *
 * Differs from Azure: in regular expressions look-around, back-references and the other constructs that need backtracking are not simulated, `Captures`
 * holds the last capture only, and `\b` knows ASCII letters. A match time-out is accepted and never needed.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.text.regularexpressions.regex
 */
export class Regex {
  readonly pattern: string;
  readonly options: number;
  private readonly translated: TranslatedPattern;
  private readonly engine: RE2JS;
  private lineEngine: RE2JS | undefined;

  /** @throws `System.ArgumentException` when the pattern is none. */
  constructor(pattern: string | null, options = 0) {
    this.pattern = required(pattern, "pattern");
    this.options = options;
    if (this.pattern.length > longestPattern) {
      throw new NotSimulatedError(`a regular expression of more than ${longestPattern} characters`);
    }
    this.translated = translatePattern(this.pattern, options);
    this.engine = this.compile(engineFlags(options));
  }

  private compile(flags: number): RE2JS {
    try {
      return RE2JS.compile(this.translated.source, flags);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (/repeat|too large|nesting/i.test(reason)) {
        throw new NotSimulatedError(`the regular expression "${this.pattern}" (${reason})`);
      }
      const known = Object.entries(parseErrors).find(([words]) => reason.includes(words));
      throw argumentException(`parsing "${this.pattern}" - ${known?.[1] ?? reason}`);
    }
  }

  /** The engine in which `$` means what it means in .NET for this text. */
  private engineFor(text: string): RE2JS {
    const plain = !this.translated.endsBeforeLineFeed || (this.options & regexOptions.Multiline) !== 0;
    if (plain || !text.endsWith("\n")) return this.engine;
    // The only line feed is the last: the ends of lines are then just the two places that .NET's "$" means.
    if (text.indexOf("\n") !== text.length - 1) {
      throw new NotSimulatedError(
        '"$" in a regular expression on a text of several lines that ends with a line feed',
      );
    }
    this.lineEngine ??= this.compile(engineFlags(this.options) | RE2JS.MULTILINE);
    return this.lineEngine;
  }

  /** Whether there is a match. */
  isMatch(input: string | null): boolean {
    return this.match(input).success;
  }

  /**
   * The first match at or behind a place; {@link RegexMatch.empty} without any. A search is charged as if it tried the whole pattern
   * on all of the text, for then it is charged before it begins.
   */
  match(input: string | null, start = 0): RegexMatch {
    const text = required(input, "input");
    if (start < 0 || start > text.length) {
      throw argumentOutOfRange("startat", "Start index cannot be less than 0 or greater than input length.");
    }
    const engine = this.engineFor(text);
    spend(((text.length - start) * engine.programSize()) / triesOfStep);
    return this.find(engine, text, start);
  }

  /** Searches on, charged by what it finds; a search that goes far beyond it is stopped by the clock. */
  private find(engine: RE2JS, text: string, start: number): RegexMatch {
    lookAtClock();
    const matcher = engine.matcher(text);
    if (!matcher.find(start)) return RegexMatch.empty;
    spend(1 + (matcher.end() - start) / 8);
    const groups = this.translated.groups.map(({ name, engineNumber }) => {
      const value = matcher.group(engineNumber);
      return value === null
        ? new RegexGroup(false, name, 0, "")
        : new RegexGroup(true, name, matcher.start(engineNumber), value);
    });
    const end = matcher.end();
    const next = end === matcher.start() ? end + 1 : end;
    return new RegexMatch(groups, text, () => {
      return next > text.length ? RegexMatch.empty : this.find(engine, text, next);
    });
  }

  /** Every match, one after the other. */
  *matches(input: string | null): Generator<RegexMatch> {
    for (let match = this.match(input); match.success; match = match.next()) yield match;
  }

  /** `Replace`: at most `count` times; -1 for all. */
  replace(
    input: string | null,
    replacement: string | ((match: RegexMatch) => string) | null,
    count = -1,
  ): string {
    const text = required(input, "input");
    const given = required(replacement, typeof replacement === "function" ? "evaluator" : "replacement");
    let result = "";
    let from = 0;
    let left = count;
    for (const match of this.matches(text)) {
      if (left === 0) break;
      left -= 1;
      const put = typeof given === "string" ? match.result(given) : given(match);
      allocate(match.index - from + put.length);
      result += text.slice(from, match.index) + put;
      from = match.index + match.length;
    }
    return result + text.slice(from);
  }

  /** `Split`: the texts between the matches, with what the groups matched. */
  split(input: string | null): string[] {
    const text = required(input, "input");
    const parts: string[] = [];
    let from = 0;
    for (const match of this.matches(text)) {
      parts.push(text.slice(from, match.index));
      parts.push(
        ...match.groups
          .slice(1)
          .filter(({ success }) => success)
          .map(({ value }) => value),
      );
      from = match.index + match.length;
    }
    parts.push(text.slice(from));
    return parts;
  }

  /** Its text. */
  toString(): string {
    return this.pattern;
  }
}

/** `Regex.Unescape`. */
export function unescapeRegex(text: string | null): string {
  const controls: Readonly<Record<string, string>> = {
    a: "\x07",
    e: "\x1b",
    f: "\f",
    n: "\n",
    r: "\r",
    t: "\t",
    v: "\v",
  };
  return required(text, "str").replace(
    /\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([\s\S]))/g,
    (_whole, unit, byte, char) => {
      const hex: string | undefined = unit ?? byte;
      return hex === undefined ? (controls[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16));
    },
  );
}
