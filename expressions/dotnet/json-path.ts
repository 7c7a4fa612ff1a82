import { spend } from "../meter.ts";
import { argumentNull } from "./exceptions.ts";
import {
  checkDepth,
  descendantsOf,
  JArray,
  JObject,
  JProperty,
  type JToken,
  JValue,
  jsonException,
} from "./json-token.ts";
import { scalarText } from "./scalar-text.ts";

/** One step of a path: from the tokens that are chosen so far to those of the next step. */
type PathStep =
  | { readonly kind: "names"; readonly names: readonly string[] | "all"; readonly deep: boolean }
  | { readonly kind: "indexes"; readonly indexes: readonly number[] }
  | {
      readonly kind: "slice";
      readonly start: number | null;
      readonly end: number | null;
      readonly step: number;
    }
  | { readonly kind: "filter"; readonly filter: PathFilter; readonly deep: boolean };

type PathOperand =
  | { readonly path: readonly PathStep[]; readonly fromRoot: boolean }
  | { readonly value: JValue };

type PathFilter =
  | { readonly operator: "and" | "or"; readonly left: PathFilter; readonly right: PathFilter }
  | { readonly operator: "exists"; readonly left: PathOperand }
  | { readonly operator: string; readonly left: PathOperand; readonly right: PathOperand };

const longestPath = 4_000;

/** Reads a JSONPath as Newtonsoft.Json: the `$` in front can be left out. */
class PathParser {
  private readonly text: string;
  private position = 0;

  constructor(text: string) {
    if (text.length > longestPath) throw jsonException("Path is too long.");
    this.text = text;
  }

  private get char(): string {
    return this.text[this.position] ?? "";
  }

  private take(text: string): boolean {
    if (!this.text.startsWith(text, this.position)) return false;
    this.position += text.length;
    return true;
  }

  private skipSpaces(): void {
    while (this.char === " ") this.position += 1;
  }

  private end(): never {
    throw jsonException("Path ended with open indexer.");
  }

  whole(): PathStep[] {
    this.take("$");
    const steps = this.steps(false);
    if (this.position < this.text.length) {
      throw jsonException(`Unexpected character while parsing path: ${this.char}`);
    }
    return steps;
  }

  /** Steps up to what cannot be one; within a filter, up to a space or an operator. */
  private steps(inFilter: boolean): PathStep[] {
    const steps: PathStep[] = [];
    let first = !inFilter;
    for (;;) {
      const deep = this.take("..");
      const dot = deep || this.take(".");
      if (this.char === "[") steps.push(this.indexer(deep));
      else if (dot || first) {
        const name = this.name(inFilter);
        if (name === "" && dot) throw jsonException("Unexpected end while parsing path.");
        if (name !== "") steps.push({ kind: "names", names: name === "*" ? "all" : [name], deep });
      } else return steps;
      first = false;
      if (this.char === "") return steps;
    }
  }

  private name(inFilter: boolean): string {
    const start = this.position;
    const stop = inFilter ? /[.[\]()\s=!<>&|,~]/ : /[.[\]()]/;
    while (this.char !== "" && !stop.test(this.char)) this.position += 1;
    return this.text.slice(start, this.position).trim();
  }

  private indexer(deep: boolean): PathStep {
    this.position += 1;
    this.skipSpaces();
    if (this.char === "'" || this.char === '"') return this.quotedNames(deep);
    if (this.take("?")) return this.filterStep(deep);
    const end = this.text.indexOf("]", this.position);
    if (end < 0) this.end();
    const inner = this.text.slice(this.position, end).replaceAll(" ", "");
    this.position = end + 1;
    if (inner === "*") return { kind: "names", names: "all", deep };
    if (/^-?\d+(?:,-?\d+)*$/.test(inner)) return { kind: "indexes", indexes: inner.split(",").map(Number) };
    const slice = /^(-?\d+)?:(-?\d+)?(?::(-?\d+)?)?$/.exec(inner);
    if (slice === null) {
      if (inner === "") throw jsonException("Array index expected.");
      throw jsonException(
        `Unexpected character while parsing path indexer: ${inner.replace(/^[-\d]*/, "")[0] ?? inner}`,
      );
    }
    const number = (text: string | undefined) => (text === undefined ? null : Number(text));
    const step = number(slice[3]) ?? 1;
    if (step === 0) throw jsonException("Step cannot be zero.");
    return { kind: "slice", start: number(slice[1]), end: number(slice[2]), step };
  }

  private quotedText(): string {
    const quote = this.char;
    let text = "";
    for (this.position += 1; this.char !== quote; this.position += 1) {
      if (this.char === "") this.end();
      if (this.char === "\\") this.position += 1;
      text += this.char;
    }
    this.position += 1;
    this.skipSpaces();
    return text;
  }

  private quotedNames(deep: boolean): PathStep {
    const names = [this.quotedText()];
    while (this.take(",")) {
      this.skipSpaces();
      names.push(this.quotedText());
    }
    if (!this.take("]")) {
      throw jsonException(`Unexpected character while parsing path indexer: ${this.char}`);
    }
    return { kind: "names", names, deep };
  }

  private filterStep(deep: boolean): PathStep {
    if (!this.take("(")) throw jsonException(`Unexpected character while parsing path indexer: ${this.char}`);
    const filter = this.disjunction(0);
    this.skipSpaces();
    if (!this.take(")")) throw jsonException("Path ended with an open query.");
    this.skipSpaces();
    if (!this.take("]")) this.end();
    return { kind: "filter", filter, deep };
  }

  private disjunction(depth: number): PathFilter {
    checkDepth(depth);
    let left = this.conjunction(depth);
    for (this.skipSpaces(); this.take("||"); this.skipSpaces()) {
      left = { operator: "or", left, right: this.conjunction(depth) };
    }
    return left;
  }

  private conjunction(depth: number): PathFilter {
    let left = this.comparison(depth);
    for (this.skipSpaces(); this.take("&&"); this.skipSpaces()) {
      left = { operator: "and", left, right: this.comparison(depth) };
    }
    return left;
  }

  private comparison(depth: number): PathFilter {
    this.skipSpaces();
    if (this.take("(")) {
      const inner = this.disjunction(depth + 1);
      this.skipSpaces();
      if (!this.take(")")) throw jsonException("Path ended with an open query.");
      return inner;
    }
    const left = this.operand();
    this.skipSpaces();
    const operator = ["===", "!==", "==", "!=", "<>", "<=", ">=", "<", ">", "=~"].find((each) =>
      this.take(each),
    );
    if (operator === undefined) return { operator: "exists", left };
    if (operator === "=~")
      throw jsonException("Regular expressions in a path are not simulated by the local gateway.");
    return { operator, left, right: this.operand() };
  }

  private operand(): PathOperand {
    this.skipSpaces();
    const { char } = this;
    if (char === "@" || char === "$") {
      this.position += 1;
      return { path: this.steps(true), fromRoot: char === "$" };
    }
    if (char === "'" || char === '"') return { value: new JValue(this.quotedText()) };
    const word = /^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/.exec(this.text.slice(this.position));
    if (word === null) throw jsonException("Could not read query operator.");
    this.position += word[0].length;
    return { value: new JValue(JSON.parse(word[0])) };
  }
}

function scalarOrder(left: JValue, right: JValue): number | undefined {
  const [first, second] = [left.text(), right.text()];
  const numeric = [left, right].every(
    ({ type }) => type === "Integer" || type === "Float" || type === "String",
  );
  if (numeric && (left.type !== "String" || right.type !== "String")) {
    const [one, two] = [numberOf(left), numberOf(right)];
    return Number.isNaN(one) || Number.isNaN(two) ? undefined : one - two;
  }
  if (left.type !== right.type && left.type !== "String" && right.type !== "String") return undefined;
  return first < second ? -1 : first > second ? 1 : 0;
}

function numberOf(value: JValue): number {
  // A number of the parsed path is JavaScript's own and need be no Int32.
  return typeof value.value === "number" ? value.value : Number(scalarText(value.value) || Number.NaN);
}

function compares(operator: string, left: JToken, right: JToken): boolean {
  if (!(left instanceof JValue && right instanceof JValue)) return operator === "!=" || operator === "<>";
  const strict = operator === "===" || operator === "!==";
  const order = strict && left.type !== right.type ? undefined : scalarOrder(left, right);
  switch (operator) {
    case "==":
    case "===":
      return order === 0;
    case "!=":
    case "<>":
    case "!==":
      return order !== 0;
    case "<":
      return order !== undefined && order < 0;
    case "<=":
      return order !== undefined && order <= 0;
    case ">":
      return order !== undefined && order > 0;
    default:
      return order !== undefined && order >= 0;
  }
}

function childValues(token: JToken): readonly JToken[] {
  if (token instanceof JObject) return token.properties().map((property) => property.value);
  return token instanceof JArray ? token.children() : [];
}

function withDescendants(token: JToken): JToken[] {
  return [token, ...descendantsOf(token)].filter((each) => !(each instanceof JProperty));
}

function* slice(token: JArray, step: PathStep & { kind: "slice" }): Generator<JToken> {
  const items = token.children();
  const forward = step.step > 0;
  const place = (index: number) => (index < 0 ? index + items.length : index);
  let from = step.start === null ? (forward ? 0 : items.length - 1) : place(step.start);
  let to = step.end === null ? (forward ? items.length : -1) : place(step.end);
  from = Math.max(from, forward ? 0 : Number.NEGATIVE_INFINITY);
  from = Math.min(from, forward ? Number.POSITIVE_INFINITY : items.length - 1);
  to = Math.min(Math.max(to, -1), items.length);
  for (let index = from; forward ? index < to : index > to; index += step.step) {
    const item = items[index];
    if (item !== undefined) yield item;
  }
}

/** Chooses tokens, and refuses by name what is missing when the caller wants an error. */
class PathRun {
  private readonly root: JToken;
  private readonly errorWhenNoMatch: boolean;

  constructor(root: JToken, errorWhenNoMatch: boolean) {
    this.root = root;
    this.errorWhenNoMatch = errorWhenNoMatch;
  }

  private missing(message: string): JToken[] {
    if (this.errorWhenNoMatch) throw jsonException(message);
    return [];
  }

  private named(token: JToken, names: readonly string[] | "all"): readonly JToken[] {
    if (names === "all") return childValues(token);
    if (!(token instanceof JObject)) {
      return this.missing(`Property '${names[0] ?? ""}' not valid on ${token.className}.`);
    }
    return names.flatMap((name) => {
      return token.get(name) ?? this.missing(`Property '${name}' does not exist on JObject.`);
    });
  }

  private indexed(token: JToken, indexes: readonly number[]): readonly JToken[] {
    if (!(token instanceof JArray))
      return this.missing(`Index ${indexes[0] ?? 0} not valid on ${token.className}.`);
    return indexes.flatMap((index) => {
      return token.children()[index] ?? this.missing(`Index ${index} outside the bounds of JArray.`);
    });
  }

  private holds(filter: PathFilter, token: JToken): boolean {
    spend(1);
    if ("right" in filter && (filter.operator === "and" || filter.operator === "or")) {
      const { operator, left, right } = filter as PathFilter & { operator: "and" | "or" };
      return operator === "and"
        ? this.holds(left as PathFilter, token) && this.holds(right as PathFilter, token)
        : this.holds(left as PathFilter, token) || this.holds(right as PathFilter, token);
    }
    const comparison = filter as { operator: string; left: PathOperand; right?: PathOperand };
    const left = this.operand(comparison.left, token);
    if (comparison.right === undefined) return left.length > 0;
    const right = this.operand(comparison.right, token);
    return left.some((one) => {
      spend(right.length);
      return right.some((two) => compares(comparison.operator, one, two));
    });
  }

  private operand(operand: PathOperand, token: JToken): readonly JToken[] {
    if ("value" in operand) return [operand.value];
    return new PathRun(this.root, false).run(operand.path, operand.fromRoot ? this.root : token);
  }

  private step(step: PathStep, token: JToken): readonly JToken[] {
    if (step.kind === "indexes") return this.indexed(token, step.indexes);
    if (step.kind === "slice") {
      return token instanceof JArray
        ? [...slice(token, step)]
        : this.missing(`Array slice is not valid on ${token.className}.`);
    }
    const tokens = step.deep ? withDescendants(token) : [token];
    spend(tokens.length);
    if (step.kind === "filter") {
      return tokens.flatMap((each) => childValues(each).filter((child) => this.holds(step.filter, child)));
    }
    const quiet = step.deep ? new PathRun(this.root, false) : this;
    return tokens.flatMap((each) => quiet.named(each, step.names));
  }

  run(steps: readonly PathStep[], from: JToken): readonly JToken[] {
    let tokens: readonly JToken[] = [from];
    for (const step of steps) {
      tokens = tokens.flatMap((token) => {
        const chosen = this.step(step, token);
        spend(1 + chosen.length);
        return chosen;
      });
    }
    return tokens;
  }
}

/**
 * `SelectTokens(path)`: `$.store.book[?(@.price < 10)].title`.
 *
 * @throws `Newtonsoft.Json.JsonException` when the path is none, or nothing matches and `errorWhenNoMatch` is set.
 * @see https://www.newtonsoft.com/json/help/html/SelectToken.htm
 */
export function selectTokens(
  token: JToken,
  path: string | null,
  errorWhenNoMatch = false,
): readonly JToken[] {
  if (path === null) throw argumentNull("expression");
  return new PathRun(token.root, errorWhenNoMatch).run(new PathParser(path).whole(), token);
}

/** `SelectToken(path)`: the one match, `null` without any. Throws a `JsonException` when there are several. */
export function selectToken(token: JToken, path: string | null, errorWhenNoMatch = false): JToken | null {
  const [first, second] = selectTokens(token, path, errorWhenNoMatch);
  if (second !== undefined) throw jsonException("Path returned multiple tokens.");
  return first ?? null;
}
