import type { Exchange } from "./exchange.ts";

/** An attribute or text of a policy: the same for every request, or what an expression gives for each. */
export interface PolicyValue<T> {
  (exchange: Exchange): T;
  /** What it always gives; absent where it is an expression. */
  readonly literal?: T;
  /** Whether it gives the same for all calls of an operation, whose context is all that it reads. */
  readonly readsOperationAlone?: boolean;
}

/** A value that is the same for every request. */
export function constant<T>(literal: T): PolicyValue<T> {
  return Object.assign(() => literal, { literal, readsOperationAlone: true });
}

/** A value made of another one. */
export function mapped<T, R>(value: PolicyValue<T>, change: (value: T) => R): PolicyValue<R> {
  return value.literal === undefined
    ? (exchange) => change(value(exchange))
    : constant(change(value.literal));
}

/** How an attribute or text is read: as a literal when the policy is saved, from an expression's result when it runs. */
export interface ValueKind<T> {
  /** What it must be, for messages: `an integer from 100 to 599`. */
  readonly must: string;
  /** `undefined` for a text that is none. */
  readonly read: (text: string) => T | undefined;
  /** What an expression's result is as this kind. @defaultValue its text, read as a literal is */
  readonly convert?: (result: unknown) => T | undefined;
}

/** Whatever an expression gives, or a text. */
export const anyValue: ValueKind<unknown> = {
  must: "a value",
  read: (text) => text,
  convert: (result) => result,
};

/** Any text, letter by letter. */
export const anyText: ValueKind<string> = { must: "a text", read: (text) => text };

/** `true` or `false`, or `1` or `0`. @see https://www.w3.org/TR/xmlschema-2/#boolean */
export const trueOrFalse: ValueKind<boolean> = {
  must: 'one of "true", "false", "1", "0"',
  read: (text) => booleans.get(text.trim()),
  // The text of .NET's boolean begins with a capital letter.
  convert: (result) => (typeof result === "boolean" ? result : booleans.get(String(result).toLowerCase())),
};

const booleans: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
]);

/** An integer within a range. */
export function integerFrom({ from, to }: { from: number; to: number }): ValueKind<number> {
  return {
    must: `an integer from ${from} to ${to}`,
    read: (text) => {
      const number = Number(text);
      return /^\s*\d+\s*$/.test(text) && number >= from && number <= to ? number : undefined;
    },
  };
}

/** One of the listed words. */
export function oneOf<T extends string>(words: readonly T[]): ValueKind<T> {
  return {
    must: `one of "${words.join('", "')}"`,
    read: (text) => words.find((word) => word === text.trim()),
  };
}
