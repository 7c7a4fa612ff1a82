/**
 * Results of .NET, by the page of Microsoft's that documents them. Each was computed by Mono 6.8 as well (`mcs`, culture en-US),
 * whose class library is .NET Framework's: it is a witness that knows nothing of this language. Newtonsoft.Json is not part of it, so
 * that its results stand in dotnet/json.test.ts.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { outcome } from "../support/expression.ts";

interface DocumentedGroup {
  readonly title: string;
  readonly page: string;
  readonly rows: readonly (readonly [expression: string, result: string])[];
}

const groups: readonly DocumentedGroup[] = JSON.parse(
  readFileSync(new URL("documented-results.json", import.meta.url), "utf8"),
);

it("has results of .NET for at least 600 expressions", () => {
  const expressions = groups.flatMap(({ rows }) => rows.map(([expression]) => expression));
  expect(new Set(expressions).size).toBe(expressions.length);
  expect(expressions.length).toBeGreaterThanOrEqual(600);
});

describe.each(groups)("$title ($page)", ({ rows }) => {
  it.each(rows)("gives for %s what .NET gives: %s", (expression, result) => {
    expect(outcome(expression)).toBe(result);
  });
});
