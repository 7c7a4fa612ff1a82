import type { PolicyElement } from "./xml-reader.ts";

/** Collects what Azure would refuse when a policy is saved, in its words and with the place. */
export class PolicyProblems {
  readonly lines: string[] = [];

  /** Notes a problem of one element. */
  add({ name, line, column }: PolicyElement, problem: string): void {
    this.lines.push(`Error in element '${name}' on line ${line}, column ${column}: ${problem}`);
  }
}

// Policy expressions and named values would be code; nothing here runs them, so nothing may pass for text.
const expression = /@[({]/;
const namedValue = /\{\{([^{}]*)\}\}/;

/**
 * Reads the attributes and children of one element. Whatever is not read is unknown, and {@link done} reports it.
 *
 * Differs from Azure: policy expressions and named values are refused by name instead of executed.
 */
export class ElementReader {
  readonly element: PolicyElement;
  readonly problems: PolicyProblems;
  readonly #known = new Set<string>();

  constructor(element: PolicyElement, problems: PolicyProblems) {
    this.element = element;
    this.problems = problems;
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

  /** `true` or `false`, or `1` or `0`. @see https://www.w3.org/TR/xmlschema-2/#boolean */
  boolean(name: string): boolean | undefined {
    const word = this.choice(name, ["true", "false", "1", "0"]);
    return word === undefined ? undefined : word === "true" || word === "1";
  }

  /** An integer within the range. */
  integer(name: string, range: { from: number; to: number }): number | undefined {
    const value = this.text(name)?.trim();
    if (value === undefined) return undefined;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= range.from && number <= range.to) return number;
    this.refuse(
      `The attribute '${name}' must be an integer from ${range.from} to ${range.to}; got "${value}".`,
    );
    return undefined;
  }

  /** One of the listed words. */
  choice<T extends string>(name: string, words: readonly T[]): T | undefined {
    const value = this.text(name)?.trim();
    const found = words.find((word) => word === value);
    if (value !== undefined && found === undefined) {
      this.refuse(`The attribute '${name}' must be one of "${words.join('", "')}"; got "${value}".`);
    }
    return found;
  }

  /** Reports attributes that Azure has and the local gateway has not. */
  notSimulated(...names: readonly string[]): void {
    for (const name of names) {
      this.#known.add(name);
      if (this.has(name)) this.refuse(`The attribute '${name}' is not simulated. Remove it.`);
    }
  }

  /** The element's own text, letter by letter; `undefined` when it was refused. */
  ownText(): string | undefined {
    if (this.element.children.length > 0) {
      this.refuse("The element has child elements. Only text may stand here.");
      return undefined;
    }
    return this.#isLiteral(this.element.text, "text") ? this.element.text : undefined;
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
        this.problems.add(child, `'${child.name}' may stand only once in '${parent}'.`);
      return allowed !== undefined && count <= allowed;
    });
  }

  /**
   * The texts of its children, all of one name: `<audiences><audience>a</audience></audiences>` → `["a"]`.
   *
   * @param atLeast How many there must be. @defaultValue 1
   */
  texts(name: string, { atLeast = 1 }: { atLeast?: 0 | 1 } = {}): readonly string[] {
    const items = this.sequence({ [name]: Number.POSITIVE_INFINITY });
    if (items.length < atLeast) this.refuse(`At least one '${name}' element is expected.`);
    return items.flatMap((child) => {
      const item = new ElementReader(child, this.problems);
      item.done();
      return item.ownText() ?? [];
    });
  }

  /** Reports every attribute that nobody asked for. */
  done(): void {
    for (const name of Object.keys(this.element.attributes)) {
      if (!this.#known.has(name)) this.refuse(`The attribute '${name}' is not declared.`);
    }
  }

  #isLiteral(value: string, place: string): boolean {
    const name = namedValue.exec(value)?.[1];
    if (name !== undefined)
      this.refuse(`Cannot find a property '${name}' (${place}). The local cloud has no named values.`);
    else if (expression.test(value))
      this.refuse(
        `The ${place} holds a policy expression, which the local gateway does not execute. Use a literal, or deploy to Azure.`,
      );
    else return true;
    return false;
  }
}
