import { valueText } from "../expressions/value-text.ts";
import type { PolicyTrace } from "../simulator/apim/policy/exchange.ts";
import { PolicyFailure } from "../simulator/apim/policy/exchange.ts";
import type { PolicyScope, SectionName, StatementPlace } from "../simulator/apim/policy/place.ts";

// A value is there to be recognised, not to be read whole.
const mostLetters = 160;

interface Step {
  readonly depth: number;
  readonly place: string;
  readonly element: string;
  readonly startedAt: number;
  milliseconds: number;
  outcome: string;
  readonly values: string[];
}

/** What one request's policies did: each statement, what its expressions gave, how long it took, and why it stopped. Secrets are left out. */
export class RequestTrace implements PolicyTrace {
  readonly #hide: (text: string) => string;
  readonly #steps: Step[] = [];
  readonly #open: Step[] = [];
  #scope: PolicyScope = "global";
  #section: SectionName = "inbound";

  /** @param hide Takes secrets out of a text. */
  constructor(hide: (text: string) => string) {
    this.#hide = hide;
  }

  enter(scope: PolicyScope, section: SectionName): void {
    this.#scope = scope;
    this.#section = section;
  }

  begin({ element, path = element }: StatementPlace): void {
    const step: Step = {
      depth: this.#open.length,
      place: `${this.#section} ${this.#scope}`,
      element: this.#open.length === 0 ? path : (path.split("/").at(-1) ?? path),
      startedAt: performance.now(),
      milliseconds: 0,
      outcome: "",
      values: [],
    };
    this.#steps.push(step);
    this.#open.push(step);
  }

  value(name: string, result: unknown): void {
    this.#open.at(-1)?.values.push(`${name} = ${this.#shown(result)}`);
  }

  end(_statement: StatementPlace, outcome: unknown): void {
    const step = this.#open.pop();
    if (step === undefined) return;
    step.milliseconds = performance.now() - step.startedAt;
    step.outcome = outcome === "respond" ? "answered" : outcome === "next" ? "" : this.#reason(outcome);
  }

  /** A line for each statement and value. */
  lines(): readonly string[] {
    const width = Math.max(0, ...this.#steps.map(({ depth, element }) => depth * 2 + element.length));
    return this.#steps.flatMap(({ depth, place, element, milliseconds, outcome, values }) => {
      const indent = "  ".repeat(depth);
      const told = outcome === "" ? "" : `  ${outcome}`;
      const head = `  ${place.padEnd(18)} ${(indent + element).padEnd(width)} ${milliseconds.toFixed(2).padStart(8)} ms${told}`;
      return [head, ...values.map((value) => `  ${"".padEnd(18)} ${indent}    ${value}`)];
    });
  }

  #reason(error: unknown): string {
    if (!(error instanceof PolicyFailure)) return "failed";
    const { reason, message } = error.failure;
    return this.#hide(`stopped, ${error.statusCode}: ${message} (${reason})`);
  }

  #shown(value: unknown): string {
    const text = this.#hide(textOf(value)).replace(/\s+/g, " ");
    return text.length > mostLetters ? `${text.slice(0, mostLetters)}… (${text.length} letters)` : text;
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  try {
    return typeof value === "string"
      ? JSON.stringify(value)
      : valueText(value as Parameters<typeof valueText>[0]);
  } catch {
    return "a value without a text";
  }
}
