import type { BodyNeeds } from "../../../expressions/body-needs.ts";
import { BodyNeedsCollector } from "./body-needs.ts";
import { holdsExpression, readPolicyExpression } from "./policy-expression.ts";
import {
  constant,
  integerFrom,
  oneOf,
  type PolicyValue,
  trueOrFalse,
  type ValueKind,
} from "./policy-value.ts";
import type { PolicyElement, PolicyPlace } from "./xml-reader.ts";

/** Collects what Azure would refuse when a policy is saved, in its words and with the place. */
export class PolicyProblems {
  readonly lines: string[] = [];

  /** Notes a problem of one element. */
  add(element: PolicyElement, problem: string): void {
    this.addAt(element, problem, element);
  }

  /** Notes a problem of one element, at another place than its begin. */
  addAt({ name }: PolicyElement, problem: string, { line, column }: PolicyPlace): void {
    this.lines.push(`Error in element '${name}' on line ${line}, column ${column}: ${problem}`);
  }
}

/**
 * Reads the attributes and children of one element. Whatever is not read is unknown, and {@link done} reports it.
 *
 * Differs from Azure: a policy expression is refused where an element does not execute one yet.
 */
export class ElementReader {
  readonly element: PolicyElement;
  readonly problems: PolicyProblems;
  /** Where it stands below its section: `choose[2]/when[1]`; empty for a section. */
  readonly path: string;
  readonly #needs: BodyNeedsCollector;
  readonly #known = new Set<string>();

  constructor(
    element: PolicyElement,
    problems: PolicyProblems,
    { path = "", needs = new BodyNeedsCollector() }: { path?: string; needs?: BodyNeedsCollector } = {},
  ) {
    this.element = element;
    this.problems = problems;
    this.path = path;
    this.#needs = needs;
  }

  /**
   * The reader of a child.
   *
   * @param needs Of the statement that the child belongs to. @defaultValue the same statement
   */
  of(child: PolicyElement, needs = this.#needs): ElementReader {
    const sameName = this.element.children.filter(({ name }) => name === child.name);
    const step = `${child.name}[${sameName.indexOf(child) + 1}]`;
    return new ElementReader(child, this.problems, {
      path: this.path === "" ? step : `${this.path}/${step}`,
      needs,
    });
  }

  /** Says that the statement needs bodies in full before it runs, whatever its expressions read. */
  needBodies(needs: BodyNeeds): void {
    this.#needs.add(needs);
  }

  /** Reports a problem of this element. */
  refuse(problem: string): void {
    this.problems.add(this.element, problem);
  }

  /** Whether an attribute is written, whatever it says. */
  has(name: string): boolean {
    return this.element.attributes[name] !== undefined;
  }

  /** A text attribute, if it is there; `undefined` as well for one that was refused. */
  text(name: string): string | undefined {
    this.#known.add(name);
    const value = this.element.attributes[name];
    return value !== undefined && this.#isLiteral(value, `attribute '${name}'`) ? value : undefined;
  }

  /** A text attribute that must be there and not be empty. */
  requiredText(name: string): string {
    const value = this.text(name);
    if (value === "" || !this.has(name)) this.refuse(`The required attribute '${name}' is missing or empty.`);
    return value ?? "";
  }

  /** A boolean attribute that Azure takes no expression for. */
  boolean(name: string): boolean | undefined {
    return this.#literal(name, trueOrFalse);
  }

  /** An integer attribute that Azure takes no expression for. */
  integer(name: string, range: { from: number; to: number }): number | undefined {
    return this.#literal(name, integerFrom(range));
  }

  /** One of the listed words, where Azure takes no expression. */
  choice<T extends string>(name: string, words: readonly T[]): T | undefined {
    return this.#literal(name, oneOf(words));
  }

  #literal<T>(name: string, kind: ValueKind<T>): T | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : this.#read(text, `attribute '${name}'`, kind);
  }

  /** An attribute that may be an expression; `undefined` when it is not there, or was refused. */
  value<T>(name: string, kind: ValueKind<T>): PolicyValue<T> | undefined {
    this.#known.add(name);
    const text = this.element.attributes[name];
    return text === undefined ? undefined : this.#value(text, kind, name);
  }

  /** An attribute that must be there, and may be an expression; `undefined` when it was refused. */
  requiredValue<T>(name: string, kind: ValueKind<T>): PolicyValue<T> | undefined {
    if (!this.element.attributes[name]) {
      this.#known.add(name);
      this.refuse(`The required attribute '${name}' is missing or empty.`);
      return undefined;
    }
    return this.value(name, kind);
  }

  /** The element's own text, which may be an expression; `undefined` when it was refused. */
  ownValue<T>(kind: ValueKind<T>): PolicyValue<T> | undefined {
    const text = this.#ownText();
    return text === undefined ? undefined : this.#value(text, kind);
  }

  /**
   * The texts of its children, all of one name, each of which may be an expression.
   *
   * @param atLeast How many there must be. @defaultValue 1
   */
  values<T>(
    name: string,
    kind: ValueKind<T>,
    { atLeast = 1 }: { atLeast?: 0 | 1 } = {},
  ): readonly PolicyValue<T>[] {
    return this.#items(name, atLeast).flatMap((item) => item.ownValue(kind) ?? []);
  }

  #value<T>(text: string, kind: ValueKind<T>, attribute?: string): PolicyValue<T> | undefined {
    const place = attribute === undefined ? "text" : `attribute '${attribute}'`;
    if (!holdsExpression(text)) {
      const literal = this.#read(text, place, kind);
      return literal === undefined ? undefined : constant(literal);
    }
    const { element } = this;
    return readPolicyExpression(text, kind, {
      place,
      needs: this.#needs,
      refuse: (problem, offset) => this.problems.addAt(element, problem, element.placeAt(attribute, offset)),
      placeAt: (offset) => {
        const { line, column } = element.placeAt(attribute, offset);
        return `line ${line}, column ${column}`;
      },
    });
  }

  #read<T>(text: string, place: string, kind: ValueKind<T>): T | undefined {
    const value = kind.read(text);
    if (value === undefined) this.refuse(`The ${place} must be ${kind.must}; got "${text}".`);
    return value;
  }

  /** Reports attributes that Azure has and the local gateway has not. */
  notSimulated(...names: readonly string[]): void {
    for (const name of names) {
      this.#known.add(name);
      if (this.has(name)) this.refuse(`The attribute '${name}' is not simulated. Remove it.`);
    }
  }

  /** The element's own text, letter by letter, where Azure takes no expression; `undefined` when it was refused. */
  ownText(): string | undefined {
    const text = this.#ownText();
    return text !== undefined && this.#isLiteral(text, "text") ? text : undefined;
  }

  /** What stands between the tags: the text, or the XML where there are elements. */
  rawContent(): string {
    return this.element.children.length === 0 ? this.element.text : this.element.innerXml();
  }

  #ownText(): string | undefined {
    if (this.element.children.length === 0) return this.element.text;
    this.refuse("The element has child elements. Only text may stand here.");
    return undefined;
  }

  /**
   * The children, checked against Azure's schema: which there may be, in which order, and how often.
   *
   * @param sequence Name → how often at most, in the schema's order.
   */
  sequence(sequence: Readonly<Record<string, number>>): readonly PolicyElement[] {
    const names = Object.keys(sequence);
    let reached = 0;
    for (const child of this.#counted(sequence)) {
      const index = names.indexOf(child.name);
      if (index < reached)
        this.problems.add(
          child,
          `'${this.element.name}' has invalid child element '${child.name}' here: the order is ${names.join(", ")}.`,
        );
      reached = Math.max(reached, index);
    }
    return this.element.children;
  }

  /** The children in any order, each once at most: `xs:all` of Azure's schema. */
  anyOrder(names: readonly string[]): readonly PolicyElement[] {
    this.#counted(Object.fromEntries(names.map((name) => [name, 1])));
    return this.element.children;
  }

  /** The children in any order, each as often as it likes: an `xs:choice` without bounds of Azure's schema. */
  anyNumber(names: readonly string[]): readonly PolicyElement[] {
    return this.#counted(Object.fromEntries(names.map((name) => [name, Number.POSITIVE_INFINITY])));
  }

  /** The children that may be there; reports the others. */
  #counted(most: Readonly<Record<string, number>>): readonly PolicyElement[] {
    const { name: parent, text, children } = this.element;
    if (text.trim() !== "") this.refuse("The element must hold no text of its own.");
    const counts = new Map<string, number>();
    return children.filter((child) => {
      const allowed = most[child.name];
      const count = (counts.get(child.name) ?? 0) + 1;
      counts.set(child.name, count);
      if (allowed === undefined)
        this.problems.add(
          child,
          `'${parent}' has invalid child element '${child.name}'. Expected: ${Object.keys(most).join(", ") || "none"}.`,
        );
      else if (count > allowed)
        this.problems.add(
          child,
          `'${child.name}' may stand only ${allowed === 1 ? "once" : `${allowed} times`} in '${parent}'.`,
        );
      return allowed !== undefined && count <= allowed;
    });
  }

  /**
   * The texts of its children, all of one name, where Azure takes no expression: `<methods><method>GET</method></methods>` → `["GET"]`.
   *
   * @param atLeast How many there must be. @defaultValue 1
   */
  texts(name: string, { atLeast = 1 }: { atLeast?: 0 | 1 } = {}): readonly string[] {
    return this.#items(name, atLeast).flatMap((item) => item.ownText() ?? []);
  }

  #items(name: string, atLeast: 0 | 1): readonly ElementReader[] {
    const items = this.sequence({ [name]: Number.POSITIVE_INFINITY });
    if (items.length < atLeast) this.refuse(`At least one '${name}' element is expected.`);
    return items.map((child) => {
      const item = this.of(child);
      item.done();
      return item;
    });
  }

  /** Reports every attribute that nobody asked for. */
  done(): void {
    for (const name of Object.keys(this.element.attributes)) {
      if (!this.#known.has(name)) this.refuse(`The attribute '${name}' is not declared.`);
    }
  }

  #isLiteral(value: string, place: string): boolean {
    if (!holdsExpression(value)) return true;
    this.refuse(
      `The ${place} holds a policy expression, which the local gateway does not execute here. Use a literal, or deploy to Azure.`,
    );
    return false;
  }
}
