import { OktaExpressionError } from "./expression-error.ts";
import {
  type ExpressionFunction,
  elementOf,
  expressionFunctions,
  unsimulatedFunctions,
} from "./functions.ts";
import { matchesWhole } from "./group-functions.ts";
import { readName } from "./names.ts";
import { type ExpressionToken, expressionTokens } from "./tokens.ts";
import { type Evaluated, type ExpressionValue, listOf, valueAsText } from "./values.ts";

/**
 * Reads an expression in Okta's language, as far as the local Okta evaluates it: attributes of the person and the app, operators,
 * conditions, and the functions of {@link expressionFunctions}.
 *
 * Differs from Okta: an attribute that no person has is taken for one without a value; there, an unknown one is refused.
 * Assumed of Okta: where nobody signed in, all that an expression says of a person has no value.
 * Assumed of Okta: a text that is joined to a missing value ends in "null".
 *
 * @throws {OktaExpressionError}
 * @see https://developer.okta.com/docs/reference/okta-expression-language/
 */
export function readExpression(text: string): Evaluated {
  const reader = new ExpressionReader(expressionTokens(text));
  const value = reader.condition();
  reader.expectEnd();
  return value;
}

type Join = (left: Evaluated, right: Evaluated) => Evaluated;

/** Reads the words of one expression, from the weakest operator to the strongest. */
class ExpressionReader {
  readonly #tokens: readonly ExpressionToken[];
  #at = 0;

  constructor(tokens: readonly ExpressionToken[]) {
    this.#tokens = tokens;
  }

  /** `a ? b : c`, and `a ?: b`. */
  condition(): Evaluated {
    const value = this.#joined(orSigns, () => this.#joined(andSigns, () => this.#comparison()));
    if (this.#takes("?:")) {
      const otherwise = this.condition();
      return (subject) => {
        const found = value(subject);
        return found === null || found === "" ? otherwise(subject) : found;
      };
    }
    if (!this.#takes("?")) return value;
    const yes = this.condition();
    this.#expect(":");
    const no = this.condition();
    return (subject) => (isTrue(value(subject)) ? yes : no)(subject);
  }

  expectEnd(): void {
    if (this.#token.kind !== "end") throw this.#unexpected();
  }

  #comparison(): Evaluated {
    return this.#joined(comparisons, () => this.#joined(sums, () => this.#negation()));
  }

  #negation(): Evaluated {
    if (!this.#takes("!")) return this.#element();
    const value = this.#negation();
    return (subject) => !isTrue(value(subject));
  }

  /** `{1, 2}[0]`, and `….![name]`. */
  #element(): Evaluated {
    let value = this.#value();
    for (;;) {
      const list = value;
      if (this.#takes("[")) {
        const position = this.condition();
        this.#expect("]");
        value = (subject) => elementOf(list(subject), position(subject));
      } else if (this.#takes(".!")) {
        this.#expect("[");
        const name = this.#take().value;
        this.#expect("]");
        value = (subject) =>
          listOf(list(subject)).map((one) => (one as Record<string, ExpressionValue>)[name] ?? null);
      } else return value;
    }
  }

  #value(): Evaluated {
    const token = this.#take();
    if (token.kind === "text") return () => token.value;
    if (token.kind === "number") return () => Number(token.value);
    if (token.kind === "name") return this.#named(token.value);
    if (token.value === "{") return this.#braces();
    if (token.value !== "(") throw this.#unexpected(token);
    const value = this.condition();
    this.#expect(")");
    return value;
  }

  #named(first: string): Evaluated {
    const constant = constants[first.toLowerCase()];
    if (constant !== undefined) return () => constant.value;
    const parts = [first];
    while (this.#takes(".")) parts.push(this.#take().value);
    return this.#takes("(") ? this.#call(parts.join(".")) : readName(parts);
  }

  #call(name: string): Evaluated {
    const args = this.#list(")");
    if (name === "user.getInternalProperty") return internalProperty(args);
    const work: ExpressionFunction | undefined = Object.hasOwn(expressionFunctions, name)
      ? expressionFunctions[name]
      : undefined;
    if (work !== undefined)
      return (subject) =>
        work(
          args.map((arg) => arg(subject)),
          subject,
        );
    if (unsimulatedFunctions.some((known) => name.startsWith(known)))
      throw new OktaExpressionError(`the function "${name}"`, { isUnsimulated: true });
    throw new OktaExpressionError(`The expression calls "${name}", which is no function of Okta's.`);
  }

  /** A list `{1, 2}`, or names with values `{'group.type': 'OKTA_GROUP'}`. */
  #braces(): Evaluated {
    const isNamed = this.#token.kind === "text" && this.#tokens[this.#at + 1]?.value === ":";
    if (!isNamed) {
      const items = this.#list("}");
      return (subject) => items.map((item) => item(subject));
    }
    const fields: [string, Evaluated][] = [];
    do {
      const name = this.#take().value;
      this.#expect(":");
      fields.push([name, this.condition()]);
    } while (this.#takes(","));
    this.#expect("}");
    return (subject) => Object.fromEntries(fields.map(([name, value]) => [name, value(subject)]));
  }

  #list(end: string): readonly Evaluated[] {
    const items: Evaluated[] = [];
    if (this.#takes(end)) return items;
    do items.push(this.condition());
    while (this.#takes(","));
    this.#expect(end);
    return items;
  }

  #joined(signs: Readonly<Record<string, Join>>, next: () => Evaluated): Evaluated {
    let value = next();
    for (;;) {
      const { kind, value: sign } = this.#token;
      const join = kind === "text" || !Object.hasOwn(signs, sign) ? undefined : signs[sign];
      if (join === undefined) return value;
      this.#at += 1;
      value = join(value, next());
    }
  }

  get #token(): ExpressionToken {
    return this.#tokens[this.#at] ?? { kind: "end", value: "" };
  }

  #take(): ExpressionToken {
    const token = this.#token;
    this.#at += 1;
    return token;
  }

  #takes(sign: string): boolean {
    if (this.#token.kind !== "sign" || this.#token.value !== sign) return false;
    this.#at += 1;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#takes(sign)) throw this.#unexpected();
  }

  #unexpected({ kind, value }: ExpressionToken = this.#token): OktaExpressionError {
    const found = kind === "end" ? "at its end" : `at "${value}"`;
    return new OktaExpressionError(`The expression cannot be read ${found}.`);
  }
}

const constants: Readonly<Record<string, { readonly value: boolean | null }>> = {
  true: { value: true },
  false: { value: false },
  null: { value: null },
};

const or: Join = (left, right) => (subject) => isTrue(left(subject)) || isTrue(right(subject));
const and: Join = (left, right) => (subject) => isTrue(left(subject)) && isTrue(right(subject));
const orSigns = { OR: or, or, "||": or };
const andSigns = { AND: and, and, "&&": and };

const compare =
  (holds: (left: ExpressionValue, right: ExpressionValue) => boolean): Join =>
  (left, right) =>
  (subject) =>
    holds(left(subject), right(subject));

const comparisons: Readonly<Record<string, Join>> = {
  "==": compare((left, right) => valueAsText(left) === valueAsText(right)),
  "!=": compare((left, right) => valueAsText(left) !== valueAsText(right)),
  "<": compare((left, right) => left !== null && right !== null && left < right),
  "<=": compare((left, right) => left !== null && right !== null && left <= right),
  ">": compare((left, right) => left !== null && right !== null && left > right),
  ">=": compare((left, right) => left !== null && right !== null && left >= right),
  matches: compare(
    (left, right) => left !== null && matchesWhole(valueAsText(left) ?? "", valueAsText(right) ?? ""),
  ),
};

const sums: Readonly<Record<string, Join>> = {
  "+": (left, right) => (subject) => {
    const [a, b] = [left(subject), right(subject)];
    if (typeof a === "number" && typeof b === "number") return a + b;
    return a === null && b === null ? null : `${valueAsText(a)}${valueAsText(b)}`;
  },
};

function isTrue(value: ExpressionValue): boolean {
  return value === true || value === "true";
}

function internalProperty([name]: readonly Evaluated[]): Evaluated {
  return (subject) => {
    const wanted = name?.(subject);
    if (subject.user === undefined || (wanted !== "id" && wanted !== "status")) return null;
    return subject.user[wanted];
  };
}
