/** The matrix as people see it. */
import { beforeAll, describe, expect, it } from "vitest";
import { type Cell, deriveMatrix } from "../../verify/matrix.ts";
import type { Answer } from "../../verify/run.ts";
import { renderLegend, renderTable } from "../../verify/table.ts";
import { operation, read, withPaths } from "../openapi/minimal-document.ts";

let cells: readonly Cell[];
beforeAll(async () => {
  const paths = {
    "/orders": { get: operation("GetOrders"), post: operation("MakeOrder") },
    "/status": { get: { ...operation("GetStatus"), security: [] } },
  };
  cells = await cellsOf({ orders: withPaths(paths) });
});

async function cellsOf(documents: Readonly<Record<string, string>>): Promise<readonly Cell[]> {
  const apis = await Promise.all(
    Object.entries(documents).map(async ([name, text]) => ({
      name,
      url: "https://gateway.example",
      document: await read(text),
    })),
  );
  return deriveMatrix(apis, { signingKey: true, writes: true, otherApp: "refused" }).cells;
}

const passing = (cell: Cell): Answer => ({
  cell,
  actual: cell.expected,
  refusal: "none",
  passed: true,
});

/** All cells as they must be, but for those of a kind at `GET /orders`. */
function answersWith(changed: Readonly<Record<string, Partial<Answer>>>): readonly Answer[] {
  return cells.map((cell) => {
    const isFirst = cell.operation.method === "GET" && cell.operation.path === "/orders";
    const change = isFirst ? changed[cell.kind.id] : undefined;
    return change === undefined ? passing(cell) : { ...passing(cell), passed: false, ...change };
  });
}

// A terminal's own codes, since the table must not count them as characters.
const codes: Readonly<Record<string, number>> = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 };
const paint = (colour: string, text: string) => `\u001b[${codes[colour]}m${text}\u001b[0m`;
const colourOf = (code: string) => Object.keys(codes).find((name) => String(codes[name]) === code);
const plain = (_: string, text: string) => text;

/** The table's words, row by row, colours as `red(✗ 200)`; the rest of a title that wraps is left out. */
const rows = (answers: readonly Answer[], how = plain) =>
  renderTable(answers, how)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked for.
    .replace(/\u001b\[(\d+)m(.*?)\u001b\[0m/g, (_, code, text) => `${colourOf(code)}(${text})`)
    .split("\n")
    .map((line) => line.trim().split(/ {2,}/))
    .filter(([first]) => first !== "one");

describe("the table", () => {
  it("has a row for each operation, and one column for the kinds of a family", () => {
    expect(rows(cells.map(passing))).toEqual(
      [
        [
          "needed scopes (2)",
          "other scopes (2)",
          "token of another app",
          "no bearer token (4)",
          "forged or expired (10)",
        ],
        ["GET", "/orders", "200", "403", "no token", "401", "401"],
        ["POST", "/orders", "200", "403", "no token", "401", "401"].map((word) => word),
        ["GET", "/status (public)", "200", "200", "200", "200", "200"],
      ].map((row) => (row[0] === "POST" ? ["POST", "/orders", ...row.slice(2)] : row)),
    );
  });

  it("shows good answers in green where somebody is let in, else in yellow", () => {
    const [, first = []] = rows(cells.map(passing), paint);
    expect(first.slice(2)).toEqual([
      "green(200)",
      "yellow(403)",
      "yellow(no token)",
      "yellow(401)",
      "yellow(401)",
    ]);
  });

  it.each<[string, Partial<Answer>, string]>([
    ["a status", { actual: 200, differs: "outcome" }, "red(✗ 200)"],
    ["no answer", { actual: undefined, differs: "outcome" }, "red(✗ none)"],
    ["no body", { differs: "body" }, "red(✗ empty)"],
    ["no refusal where one is due", { differs: "reason" }, "red(✗ 401 unexplained)"],
    [
      "another reason",
      {
        differs: "reason",
        refusal: { source: "validate-jwt", scope: "api", reason: "TokenNotPresent", text: "" },
      },
      "red(✗ 401 TokenNotPresent)",
    ],
  ])("unfolds a column where an answer differs by %s", (_, change, word) => {
    const [head = [], first = [], second = []] = rows(answersWith({ expired: change }), paint);
    expect(head.slice(-2)).toEqual(["forged or expired (9)", "expired"]);
    expect(first.slice(-2)).toEqual(["yellow(401)", word]);
    expect(second.slice(-2)).toEqual(["yellow(401)", "yellow(401)"]);
  });

  it("keeps kinds in one column that differ alike, where the whole family does", () => {
    const differing = { actual: 200, differs: "outcome" } as const;
    const [head = [], first = []] = rows(
      answersWith({
        "needed-scopes": { ...differing, actual: 401 },
        "all-scopes": { ...differing, actual: 401 },
      }),
    );
    expect(head[0]).toBe("needed scopes (2)");
    expect(first[2]).toBe("✗ 401");
  });

  it("names the column of a kind whose family differs from it by the kind", () => {
    const [head = []] = rows(answersWith({ "other-scopes": { actual: 200, differs: "outcome" } }));
    // The long title wraps.
    expect(head.slice(1, 3)).toEqual(["scp missing", "all scopes but a needed"]);
  });

  it("says what was not sent", () => {
    const answers = cells
      .filter(({ kind, operation: { path } }) => !(kind.id === "other-scopes" && path === "/orders"))
      .map(passing);
    const [head = [], first = []] = rows(answers, paint);
    expect(head.slice(1, 3)).toEqual(["all scopes but a needed", "scp missing"]);
    expect(first).toContain("dim(not sent)");
  });

  it("says what was accepted", () => {
    const answers = cells.map((cell) =>
      cell.expected === "no token"
        ? { ...passing({ ...cell, accepted: [200] }), actual: 200 }
        : passing(cell),
    );
    expect(rows(answers, paint)[1]?.[4]).toBe("yellow(200 accepted)");
  });

  it("says what was not sent of a kind that is not the first of its family", () => {
    const answers = cells
      .filter(({ kind, operation: { path } }) => !(kind.id === "scp-missing" && path === "/status"))
      .map(passing);
    const [head = []] = rows(answers);
    expect(head.slice(1, 3)).toEqual(["all scopes but a needed", "scp missing"]);
  });

  it("has no place for kinds that are never sent", () => {
    const answers = cells.filter(({ kind }) => kind.origin !== "signed").map(passing);
    expect(rows(answers)[0]).toEqual([
      "needed scopes (2)",
      "all scopes but a needed",
      "token of another app",
      "no bearer token (4)",
      "forged or expired (5)",
    ]);
    expect(renderLegend(answers)).toHaveLength(3);
  });

  it("stands in columns, the answers in their middle, without white space at the end of a line", () => {
    const answers = cells.filter(({ kind }) => kind.family === "needed scopes").map(passing);
    expect(renderTable(answers, plain)).toBe(
      [
        "                         needed scopes (2)",
        " GET   /orders                  200",
        " POST  /orders                  200",
        " GET   /status (public)         200",
      ].join("\n"),
    );
  });

  it("names the API of each operation where there are several", async () => {
    const several = await cellsOf({
      orders: withPaths({ "/orders": { get: operation("GetOrders") } }),
      bills: withPaths({ "/bills": { get: operation("GetBills") } }),
    });
    expect(rows(several.map(passing)).map(([title]) => title)).toEqual([
      "needed scopes (2)",
      "orders: GET",
      "bills: GET",
    ]);
  });
});

describe("the legend", () => {
  it("tells what each folded column stands for", () => {
    expect(renderLegend(cells.map(passing))).toEqual([
      "needed scopes (2): needed scopes, all scopes",
      "other scopes (2): all scopes but a needed one, scp missing",
      "no bearer token (4): no token, not a token, Basic scheme, in the query string",
      "forged or expired (10): payload changed, expired, without expiry, not yet valid, wrong audience, wrong issuer, unknown key with the right kid, unknown key with an unknown kid, alg none, HS256 with the public key",
    ]);
  });
});
