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
  return z.preprocess(parseStructure, check);
}
