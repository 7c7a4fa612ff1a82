/** What a start says of the one before it. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sinceLastStart } from "../../commands/last-start.ts";
import { sinceReport } from "../../commands/report.ts";
import { deriveMatrix } from "../../proof/matrix.ts";
import type { Answer } from "../../proof/run.ts";
import { type Json, operation, read, withPaths } from "../openapi/minimal-document.ts";
import { batch } from "../support/callers.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-last-start-"));
});
afterEach(() => rm(folder, { recursive: true }));

const needing = (...scopes: string[]) => ({ ...operation("Any"), security: [{ okta: scopes }] });

/** Answers as they must be, but for what `actual` changes of a kind. */
async function answersOf(
  paths: Json,
  actual: Readonly<Record<string, number | undefined>> = {},
  apis = ["orders"],
): Promise<readonly Answer[]> {
  const document = await read(withPaths(paths));
  const url = "https://gateway.example";
  const toProve = apis.map((name) => ({ name, url, document }));
  const { cells } = deriveMatrix(toProve, {
    signingKey: true,
    writes: true,
    callers: [batch],
    otherApp: "refused",
  });
  return cells.map((cell) => ({
    cell,
    actual: cell.kind.id in actual ? actual[cell.kind.id] : cell.expected,
    refusal: "none",
    passed: true,
  }));
}

const plain = (_: string, text: string) => text;
const said = async (answers: readonly Answer[], options = {}) =>
  sinceReport(await sinceLastStart(answers, folder), plain, options);

const orders = { "/orders": { get: needing("orders.read") } };
const file = () => path.join(folder, "last-start.json");

describe("a start", () => {
  it("says nothing where it is the first", async () => {
    expect(await said(await answersOf(orders))).toEqual([]);
  });

  it("says in a line that nothing changed", async () => {
    await said(await answersOf(orders));
    expect(await said(await answersOf(orders))).toEqual(["Scopes and answers are as at the last start."]);
  });

  it("says which operation needs other scopes, though all its answers are the same", async () => {
    await said(await answersOf({ "/orders": { post: { ...needing("orders.write"), operationId: "Make" } } }));
    const weaker = await answersOf({
      "/orders": { post: { ...needing("orders.read"), operationId: "Make" } },
    });
    expect(await said(weaker)).toEqual([
      "Since the last start",
      "  POST /orders now needs orders.read instead of orders.write",
    ]);
  });

  it("says which answers are others, a family's in one line", async () => {
    await said(await answersOf(orders));
    expect(
      await said(await answersOf(orders, { "other-scopes": 200, "scp-missing": 200, expired: 200 })),
    ).toEqual([
      "Since the last start",
      '  GET /orders with "other scopes": 403 → 200',
      '  GET /orders with "expired": 401 → 200',
    ]);
    expect(await said(await answersOf(orders, { "no-token": undefined }))).toContain(
      '  GET /orders with "no token": 401 → no answer',
    );
  });

  it("says which operations came and went", async () => {
    await said(await answersOf(orders));
    expect(
      await said(await answersOf({ "/bills": { get: { ...operation("Bills"), security: [] } } })),
    ).toEqual([
      "Since the last start",
      "  GET /bills is new, and needs public",
      "  GET /orders is gone; it needed orders.read",
    ]);
  });

  it("says nothing of answers to what was sent once alone", async () => {
    await said((await answersOf(orders)).filter(({ cell }) => cell.kind.id !== "expired"));
    expect(await said(await answersOf(orders))).toEqual(["Scopes and answers are as at the last start."]);
  });

  it("names the API where the stack has several, and one of them changed", async () => {
    const ofBoth = async (actual: Readonly<Record<string, number>>) => [
      ...(await answersOf(orders, actual, ["a"])),
      ...(await answersOf(orders, {}, ["b"])),
    ];
    await said(await ofBoth({}));
    expect(await said(await ofBoth({ "no-token": 200 }))).toEqual([
      "Since the last start",
      '  a: GET /orders with "no token": 401 → 200',
    ]);
  });

  it("names the API where changes are of several", async () => {
    await said(await answersOf(orders, {}, ["a", "b"]));
    expect(await said(await answersOf(orders, { "no-token": 200 }, ["a", "b"]))).toEqual([
      "Since the last start",
      '  a: GET /orders with "no token": 401 → 200',
      '  b: GET /orders with "no token": 401 → 200',
    ]);
  });

  it("says how many more changes there are than twenty, and each when asked", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 25 }, (_, index) => [`/orders/${index}`, { get: operation(`Get${index}`) }]),
    );
    await said(await answersOf(many));
    const lines = await said(await answersOf(many, { "no-token": 200 }));
    expect([lines.length, lines.at(-1)]).toEqual([22, "… and 5 more; --all prints them"]);
    expect(await said(await answersOf(many), { all: true })).toHaveLength(26);
  });
});

describe("the record of a start", () => {
  it.each([
    ["is not JSON", "{"],
    ["is of another version", '{"version":2,"operations":[]}'],
    ["is of another version", '{"version":1,"operations":[{"api":"orders"}]}'],
  ])("that %s is left aside, and written anew", async (why, text) => {
    await writeFile(file(), text);
    const [line, ...more] = await said(await answersOf(orders));
    expect(line).toMatch(
      new RegExp(`^".*/last-start\\.json" ${why}\\. This start is compared with none\\.$`),
    );
    expect(more).toEqual([]);
    expect(await said(await answersOf(orders))).toHaveLength(1);
  });

  it("that can be neither read nor written is told, and nothing fails", async () => {
    await mkdir(file());
    expect(await said(await answersOf(orders))).toEqual([
      expect.stringContaining("cannot be read (EISDIR)"),
      expect.stringContaining("cannot be written (EISDIR)"),
    ]);
  });

  it("is whole after many starts that end at the same time", async () => {
    const answers = await answersOf(orders);
    await Promise.all(Array.from({ length: 8 }, () => sinceLastStart(answers, folder)));
    expect(await readdir(folder)).toEqual(["last-start.json"]);
    expect(JSON.parse(await readFile(file(), "utf8"))).toMatchObject({ version: 1 });
    expect(await said(answers)).toEqual(["Scopes and answers are as at the last start."]);
  });
});
