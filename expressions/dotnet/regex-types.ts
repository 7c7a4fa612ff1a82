import type { Host, TypeDescription } from "../type-description.ts";
import { argumentException } from "./exceptions.ts";
import { Regex, RegexGroup, RegexMatch, unescapeRegex } from "./regex.ts";
import { regexOptions } from "./regex-pattern.ts";
import type { TimeSpan } from "./time-span.ts";

const space = "System.Text.RegularExpressions";

const most = 50;
const known = new Map<string, Regex>();

/** A pattern is compiled once for many calls, as .NET keeps the patterns of its static methods. */
function compiled(pattern: string | null, options: number): Regex {
  const key = `${options} ${pattern}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const regex = new Regex(pattern, options);
  const [oldest] = known.keys();
  if (known.size >= most && oldest !== undefined) known.delete(oldest);
  known.set(key, regex);
  return regex;
}

/** `MatchCollection`. */
class RegexMatches {
  readonly items: readonly RegexMatch[];

  constructor(items: readonly RegexMatch[]) {
    this.items = items;
  }
}

/** `GroupCollection`. */
class RegexGroups {
  readonly match: RegexMatch;

  constructor(match: RegexMatch) {
    this.match = match;
  }
}

type Evaluator = (match: RegexMatch) => unknown;

/** Calls that exist with a pattern (and options) in front as well. */
const calls = {
  isMatch: (regex: Regex, input: string | null) => regex.isMatch(input),
  match: (regex: Regex, input: string | null) => regex.match(input),
  matches: (regex: Regex, input: string | null) => new RegexMatches([...regex.matches(input)]),
  split: (regex: Regex, input: string | null) => regex.split(input),
  replace: (regex: Regex, input: string | null, replacement: string | null) =>
    regex.replace(input, replacement),
  evaluate: (regex: Regex, input: string | null, evaluator: Evaluator, host: Host) =>
    regex.replace(input, (match) => host.text(evaluator(match))),
};

const regexDescription: TypeDescription = {
  name: `${space}.Regex`,
  kind: "class",
  is: (value) => value instanceof Regex,
  members: {
    "new(string pattern)": (pattern: string | null) => compiled(pattern, 0),
    "new(string pattern, RegexOptions options)": compiled,
    "new(string pattern, RegexOptions options, TimeSpan matchTimeout)": compiled,
    "static bool IsMatch(string input, string pattern)": (input: string, pattern: string) =>
      calls.isMatch(compiled(pattern, 0), input),
    "static bool IsMatch(string input, string pattern, RegexOptions options)": (
      input: string,
      pattern: string,
      options: number,
    ) => calls.isMatch(compiled(pattern, options), input),
    "static bool IsMatch(string input, string pattern, RegexOptions options, TimeSpan matchTimeout)": (
      input: string,
      pattern: string,
      options: number,
      _timeout: TimeSpan,
    ) => calls.isMatch(compiled(pattern, options), input),
    "static Match Match(string input, string pattern)": (input: string, pattern: string) =>
      calls.match(compiled(pattern, 0), input),
    "static Match Match(string input, string pattern, RegexOptions options)": (
      input: string,
      pattern: string,
      options: number,
    ) => calls.match(compiled(pattern, options), input),
    "static Match Match(string input, string pattern, RegexOptions options, TimeSpan matchTimeout)": (
      input: string,
      pattern: string,
      options: number,
      _timeout: TimeSpan,
    ) => calls.match(compiled(pattern, options), input),
    "static MatchCollection Matches(string input, string pattern)": (input: string, pattern: string) =>
      calls.matches(compiled(pattern, 0), input),
    "static MatchCollection Matches(string input, string pattern, RegexOptions options)": (
      input: string,
      pattern: string,
      options: number,
    ) => calls.matches(compiled(pattern, options), input),
    "static string Replace(string input, string pattern, string replacement)": (
      input: string,
      pattern: string,
      replacement: string,
    ) => calls.replace(compiled(pattern, 0), input, replacement),
    "static string Replace(string input, string pattern, string replacement, RegexOptions options)": (
      input: string,
      pattern: string,
      replacement: string,
      options: number,
    ) => calls.replace(compiled(pattern, options), input, replacement),
    "static string Replace(string input, string pattern, Func<Match, string> evaluator)": (
      input: string,
      pattern: string,
      evaluator: Evaluator,
      host: Host,
    ) => calls.evaluate(compiled(pattern, 0), input, evaluator, host),
    "static string[] Split(string input, string pattern)": (input: string, pattern: string) =>
      calls.split(compiled(pattern, 0), input),
    "static string[] Split(string input, string pattern, RegexOptions options)": (
      input: string,
      pattern: string,
      options: number,
    ) => calls.split(compiled(pattern, options), input),
    "static string Unescape(string str)": unescapeRegex,
    "bool IsMatch(string input)": calls.isMatch,
    "Match Match(string input)": calls.match,
    "Match Match(string input, int startat)": (self: Regex, input: string | null, start: number) =>
      self.match(input, start),
    "MatchCollection Matches(string input)": calls.matches,
    "string Replace(string input, string replacement)": calls.replace,
    "string Replace(string input, string replacement, int count)": (
      self: Regex,
      input: string | null,
      replacement: string | null,
      count: number,
    ) => self.replace(input, replacement, count),
    "string Replace(string input, Func<Match, string> evaluator)": calls.evaluate,
    "string[] Split(string input)": calls.split,
    "string ToString()": (self: Regex) => self.pattern,
  },
};

const matchDescriptions: readonly TypeDescription[] = [
  {
    name: `${space}.Capture`,
    kind: "class",
    members: {
      "int Index": (self: RegexGroup) => self.index,
      "int Length": (self: RegexGroup) => self.length,
      "string Value": (self: RegexGroup) => self.value,
      "string ToString()": (self: RegexGroup) => self.value,
    },
  },
  {
    name: `${space}.Group`,
    kind: "class",
    base: "Capture",
    is: (value) => value instanceof RegexGroup && !(value instanceof RegexMatch),
    members: { "bool Success": (self: RegexGroup) => self.success },
  },
  {
    name: `${space}.Match`,
    kind: "class",
    base: "Group",
    is: (value) => value instanceof RegexMatch,
    members: {
      "static Match Empty": () => RegexMatch.empty,
      "GroupCollection Groups": (self: RegexMatch) => new RegexGroups(self),
      "string Result(string replacement)": (self: RegexMatch, replacement: string) =>
        self.result(replacement),
    },
  },
  {
    name: `${space}.GroupCollection`,
    kind: "class",
    interfaces: ["IEnumerable<Group>"],
    is: (value) => value instanceof RegexGroups,
    enumerate: (self: RegexGroups) => self.match.groups,
    members: {
      "int Count": (self: RegexGroups) => self.match.groups.length,
      "Group this[int groupnum]": (self: RegexGroups, key: number) => self.match.group(key),
      "Group this[string groupname]": (self: RegexGroups, key: string) => self.match.group(key),
    },
  },
  {
    name: `${space}.MatchCollection`,
    kind: "class",
    interfaces: ["IEnumerable<Match>"],
    is: (value) => value instanceof RegexMatches,
    enumerate: (self: RegexMatches) => self.items,
    members: {
      "int Count": (self: RegexMatches) => self.items.length,
      "Match this[int i]": (self: RegexMatches, index: number) => {
        const match = self.items[index];
        if (match === undefined)
          throw argumentException("Specified argument was out of the range of valid values.", "i");
        return match;
      },
    },
  },
];

/** Regular expressions. */
export const regexTypes: readonly TypeDescription[] = [
  regexDescription,
  ...matchDescriptions,
  { name: `${space}.RegexOptions`, kind: "enum", flags: true, values: regexOptions },
];
