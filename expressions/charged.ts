import { spend } from "./meter.ts";
import type { Implementation, TypeDescription } from "./type-description.ts";
import { ArrayValue } from "./value.ts";

/** What the fast half of the library does with a text in the time of one step. */
const charactersOfStep = 64;

function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return value instanceof ArrayValue ? value.items.length : 0;
}

/**
 * The same type, whose methods, constructors and operators charge by the sizes of the texts, bytes and arrays that they take and
 * give. Properties and indexers take no time that depends on a size. A method that takes more time than in proportion charges the rest
 * by itself.
 */
export function charged(description: TypeDescription): TypeDescription {
  if (description.members === undefined) return description;
  const members = Object.entries(description.members).map(
    ([line, implementation]): [string, Implementation] => [
      line,
      typeof implementation === "function" && line.includes("(") ? metered(implementation) : implementation,
    ],
  );
  return { ...description, members: Object.fromEntries(members) };
}

function metered(call: (...parameters: never[]) => unknown): (...parameters: never[]) => unknown {
  return (...parameters) => {
    let size = 0;
    for (const one of parameters) size += sizeOf(one);
    if (size >= charactersOfStep) spend(size / charactersOfStep);
    const result = call(...parameters);
    const made = sizeOf(result);
    if (made >= charactersOfStep) spend(made / charactersOfStep);
    return result;
  };
}
