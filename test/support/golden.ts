import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "vitest";

/** Compares a text with test/golden/NAME letter by letter; UPDATE_GOLDEN=1 writes the file instead. */
export function expectGolden(name: string, text: string): void {
  const file = path.join(import.meta.dirname, "..", "golden", name);
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, "utf8"));
}
