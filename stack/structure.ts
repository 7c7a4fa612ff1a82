import { z } from "zod";

/** A list or a map that Pulumi hands over as JSON. Another text stays as it is: the check says that it is none. */
export function parseStructure(value: unknown): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    return value;
  }
}

/** Checks a list or a map that Pulumi hands over as JSON. */
export function structure<Check extends z.ZodType>(check: Check) {
  return z.preprocess((value, context) => {
    const parsed = parseStructure(value);
    // A map would lose this entry without a word.
    if (hasPrototypeName(parsed))
      context.addIssue({
        code: "custom",
        message: 'must have no entry of the name "__proto__"',
        input: value,
      });
    return parsed;
  }, check);
}

function hasPrototypeName(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, "__proto__") || Object.values(value).some(hasPrototypeName);
}
