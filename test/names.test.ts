/** An exported name means one thing in the whole repository, so that a search in an editor finds one thing. Local names are free. */
import { glob, readFile } from "node:fs/promises";
import * as path from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = path.join(import.meta.dirname, "..");

/** What a file exports by a declaration of its own, with a function's overloads as one; what it hands on from another file is left out. */
function exportedNames(file: string, text: string): ReadonlySet<string> {
  const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  return new Set(statements.filter(isExported).flatMap(namesOf));
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

function namesOf(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  }
  const { name } = statement as ts.DeclarationStatement;
  return name === undefined ? [] : [name.text];
}

function boundNames(name: ts.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) =>
    ts.isOmittedExpression(element) ? [] : boundNames(element.name),
  );
}

/** Name → the files that declare it, for each name that several declare. */
function doubleNames(files: ReadonlyMap<string, string>): Readonly<Record<string, readonly string[]>> {
  const declared = new Map<string, string[]>();
  for (const [file, text] of files) {
    for (const name of exportedNames(file, text)) declared.set(name, [...(declared.get(name) ?? []), file]);
  }
  return Object.fromEntries([...declared].filter(([, places]) => places.length > 1));
}

async function sources(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for await (const file of glob("**/*.{ts,cjs}", {
    cwd: root,
    exclude: ["**/node_modules", "**/dist", ".*"],
  })) {
    // Each policy element is found by its file, and is what the file exports under this name.
    const isElement = /^simulator\/apim\/policy\/elements\//.test(file);
    const text = await readFile(path.join(root, file), "utf8");
    files.set(file, isElement ? text.replace("export const definition:", "const definition:") : text);
  }
  return files;
}

describe("an exported name", () => {
  it("is declared in one file", async () => {
    const files = await sources();
    expect(files.size).toBeGreaterThan(500);
    expect(doubleNames(files)).toEqual({});
  });

  it.each([
    ["functions", "export function answer() {}", "export const answer = 1;"],
    ["a class and a type", "export class answer {}", "export type answer = 1;"],
    ["a destructured value", "export const { question: answer } = it;", "export async function answer() {}"],
    ["an interface and an enumeration", "export interface answer {}", "export enum answer {}"],
  ])("is found when two files declare it: %s", (_, one, two) => {
    const files = new Map([
      ["one.ts", one],
      ["two.ts", two],
    ]);
    expect(doubleNames(files)).toEqual({ answer: ["one.ts", "two.ts"] });
  });

  it.each([
    ["a local name", "const answer = 1;"],
    ["what another file exports", 'export { answer } from "./one.ts";'],
    ["another name", "export function answers() {}"],
  ])("is free for %s", (_, two) => {
    const overloads = "export function answer(a: 1): 1; export function answer(a: 2): 2;";
    const files = new Map([
      ["one.ts", overloads],
      ["two.ts", two],
    ]);
    expect(doubleNames(files)).toEqual({});
  });
});
