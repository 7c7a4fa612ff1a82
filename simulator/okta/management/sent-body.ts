import type { z } from "zod";
import { ManagementError } from "./api-error.ts";
import type { ManagementCall } from "./endpoint.ts";

interface BodyShape<Sent> {
  readonly safeParse: (
    given: unknown,
  ) => { success: true; data: Sent } | { success: false; error: { readonly issues: z.core.$ZodIssue[] } };
}

/**
 * Reads a call's JSON document. What is `null` counts as left out, and what the shape does not name is not looked at, as Okta does
 * with what it only tells.
 *
 * @throws {ManagementError} `E0000003` when a field has another type, `E0000001` when its value does not fit.
 */
export function readSent<Sent>({ body }: ManagementCall, shape: BodyShape<Sent>): Sent {
  const sent = withoutNulls(body);
  const parsed = shape.safeParse(sent);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => problemOf(issue, sent));
  const [first] = problems;
  throw new ManagementError("E0000001", {
    detail: first?.field ?? "request",
    causes: problems.map(({ field, words }) => `${field}: ${words}`),
  });
}

function problemOf(issue: z.core.$ZodIssue, sent: unknown): { field: string; words: string } {
  const field = issue.path.map(String).join(".");
  if (issue.code === "invalid_type") {
    if (valueAt(sent, issue.path) !== undefined || issue.path.length === 0)
      throw new ManagementError("E0000003");
    return { field, words: "The field cannot be left blank" };
  }
  if (issue.code === "invalid_value") {
    const isThere = valueAt(sent, issue.path) !== undefined;
    return { field, words: isThere ? "The field has an invalid value" : "The field cannot be left blank" };
  }
  return { field, words: issue.message };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inside, name) => (inside as Record<PropertyKey, unknown> | undefined)?.[name],
    value,
  );
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== "object") return value;
  const given = Object.entries(value).filter(([, inside]) => inside !== null);
  return Object.fromEntries(given.map(([name, inside]) => [name, withoutNulls(inside)]));
}
