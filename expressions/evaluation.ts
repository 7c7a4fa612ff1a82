import type { ExpressionContext } from "./context.ts";
import { DotnetException } from "./exception.ts";
import { chargedElements, type Meter } from "./meter.ts";
import { parseTypeText } from "./signature.ts";
import type { StaticType } from "./static-type.ts";
import type { Host } from "./type-description.ts";
import type { Value } from "./value.ts";
import type { ValueOperations } from "./value-operations.ts";

/** How much one evaluation may use. */
export interface Limits {
  /** Statements, calls and elements together. */
  readonly steps: number;
  /** Characters and elements that are allocated, all together. */
  readonly memory: number;
  /** Characters or elements of one value. */
  readonly size: number;
  /**
   * Milliseconds by the clock of the machine, for few steps that are long each. It is looked at now and then, so that an
   * evaluation may take a little longer, and one of few steps is never stopped by it.
   */
  readonly milliseconds: number;
}

/**
 * What is enough for any expression that people write.
 *
 * Differs from Azure: an expression is stopped after a second, 2,000,000 steps or 134,217,728 characters and elements; Azure documents no such limits.
 */
export const defaultLimits: Limits = {
  steps: 2_000_000,
  memory: 128 * 1024 * 1024,
  size: 16 * 1024 * 1024,
  milliseconds: 1000,
};

/** How much work is done between two looks at the clock. */
const workBetweenLooks = 64;

/** An expression used up what it may use. It is no exception of .NET's: `catch` does not catch it. */
export class LimitError extends Error {}

/** What an evaluation asks the language for. */
export interface EvaluationLanguage {
  readonly operations: Pick<
    ValueOperations,
    "text" | "typeName" | "equals" | "key" | "compare" | "enumerate"
  >;
  readonly conversions: EvaluationConversions;
  /** `default(T)` */
  defaultOf(type: StaticType): Value;
  /** The type's own `Parse`. */
  parse(type: StaticType, text: string, host: Host): Value;
  /** A constructor. */
  create(type: StaticType, natives: readonly unknown[], host: Host): Value;
  /** `+` of values whose types are not known before. */
  add(left: Value, right: Value, run: Evaluation): Value;
}

/** The conversions among what an evaluation asks for. */
export interface EvaluationConversions {
  /** A cast from `object`. */
  unbox(value: Value, type: StaticType): Value;
  /** `is` */
  isInstance(value: Value, type: StaticType): boolean;
}

/** One run of an expression. */
export class Evaluation implements Host, Meter {
  readonly context: ExpressionContext;
  readonly #language: EvaluationLanguage;
  readonly #operations: EvaluationLanguage["operations"];
  readonly #size: number;
  #steps: number;
  #memory: number;
  readonly #deadline: number;
  #untilLook = workBetweenLooks;
  /** Where in the source it is. */
  at = 0;
  /** What `throw;` throws again. */
  caught: DotnetException | undefined;
  /** How many lambdas run inside each other. */
  depth = 0;
  /** What `return` left. */
  returned: Value = null;

  /** @param language What values of every type can do. */
  constructor(context: ExpressionContext, limits: Limits, language: EvaluationLanguage) {
    this.context = context;
    this.#language = language;
    this.#operations = language.operations;
    this.#steps = limits.steps;
    this.#memory = limits.memory;
    this.#size = limits.size;
    this.#deadline = performance.now() + limits.milliseconds;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.context.now();
  }

  /** Counts work. */
  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps < 0) throw new LimitError("The expression takes more steps than one expression may.");
    if (--this.#untilLook > 0) return;
    this.#untilLook = workBetweenLooks;
    this.lookAtClock();
  }

  /** Refuses to go on when the time is over. */
  lookAtClock(): void {
    if (performance.now() >= this.#deadline)
      throw new LimitError("The expression takes more time than one expression may.");
  }

  /** Counts memory. */
  allocate(size: number): void {
    if (size > this.#size)
      throw new LimitError("The expression makes a value that is larger than one expression may hold.");
    this.#memory -= size;
    if (this.#memory < 0) throw new LimitError("The expression takes more memory than one expression may.");
  }

  /** `ToString()`, and the empty string for `null`. */
  text(value: Value): string {
    return typeof value === "string" ? value : this.#operations.text(value, this);
  }

  /** The full name of a value's type. */
  typeName(value: Value): string {
    return this.#operations.typeName(value);
  }

  /** `Equals` */
  equals(left: Value, right: Value): boolean {
    return this.#operations.equals(left, right);
  }

  /** A key of a `Map`. */
  key(value: Value): unknown {
    return this.#operations.key(value);
  }

  /** The default comparer. */
  compare(left: Value, right: Value): number {
    return this.#operations.compare(left, right);
  }

  /** A cast from `object`. */
  cast(value: Value, type: string): Value {
    return this.#language.conversions.unbox(value, parseTypeText(type));
  }

  /** `is` */
  isInstance(value: Value, type: string): boolean {
    return this.#language.conversions.isInstance(value, parseTypeText(type));
  }

  /** A constructor that takes this many parameters. */
  create(type: string, natives: readonly unknown[]): Value {
    return this.#language.create(parseTypeText(type), natives, this);
  }

  /** `default(T)` */
  defaultOf(type: string): Value {
    return this.#language.defaultOf(parseTypeText(type));
  }

  /** The type's own `Parse`. */
  parse(type: string, text: string): Value {
    return this.#language.parse(parseTypeText(type), text, this);
  }

  /** `+` */
  add(left: Value, right: Value): Value {
    return this.#language.add(left, right, this);
  }

  /** The elements of an `IEnumerable`, each of them counted as a step. */
  enumerate(value: Value): Iterable<Value> | undefined {
    const elements = this.#operations.enumerate(value);
    return elements === undefined ? undefined : chargedElements(elements);
  }
}

/** The variables of one call of a lambda, or of the whole expression. */
export class Frame {
  readonly slots: Value[] = [];
  readonly run: Evaluation;
  readonly parent: Frame | undefined;

  /** @param parent That of the function that this one is written in. */
  constructor(run: Evaluation, parent?: Frame) {
    this.run = run;
    this.parent = parent;
  }
}

/** Computes a value. */
export type RunInFrame = (frame: Frame) => Value;

/** What .NET throws where a reference is `null`. */
export function nullReference(): DotnetException {
  return new DotnetException(
    "NullReferenceException",
    "Object reference not set to an instance of an object.",
  );
}
