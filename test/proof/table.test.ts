/** The matrix as people see it. */
import { beforeAll, describe, expect, it } from "vitest";
import { foldKinds } from "../../proof/folded-columns.ts";
import { type Cell, deriveMatrix } from "../../proof/matrix.ts";
import type { Answer } from "../../proof/run.ts";
import { cellWords, renderLegend, renderTable } from "../../proof/table.ts";
import { minimal, operation, read, scheme, withPaths } from "../openapi/minimal-document.ts";

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

/** Titles of the columns. */
const heads = (answers: readonly Answer[]) => foldKinds(answers, cellWords).map(({ title }) => title);

/** The words of the rows below the headings, colours as `red(✗ 200)`. */
const rows = (answers: readonly Answer[], how = plain, options = {}) =>
  renderTable(answers, how, options)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked for.
    .replace(/\u001b\[(\d+)m(.*?)\u001b\[0m/g, (_, code, text) => `${colourOf(code)}(${text})`)
    .split("\n")
    .filter((line) => /^ .*(?:GET|POST|operations?) /.test(line))
    .map((line) => line.trim().split(/ {2,}/));

describe("the table", () => {
  it("has a row for each operation with what it needs, and one column for the kinds of a family", () => {
    const answers = cells.map(passing);
    expect(heads(answers)).toEqual([
      "needed scopes (2)",
      "other scopes (2)",
      "token of another app",
      "no bearer token (4)",
      "forged or expired (10)",
    ]);
    // POST fills its column but for one space.
    expect(rows(answers)).toEqual([
      ["GET", "/orders", "orders.read", "200", "403", "no token", "401", "401"],
      ["POST", "/orders", "orders.read", "200", "403", "no token", "401", "401"],
      ["GET", "/status", "public", "200", "200", "200", "200", "200"],
    ]);
  });

  it("shows good answers in green where somebody is let in, else in yellow", () => {
    const [first = []] = rows(cells.map(passing), paint);
    expect(first.slice(3)).toEqual([
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
    const answers = answersWith({ expired: change });
    const [first = [], second = []] = rows(answers, paint);
    expect(heads(answers).slice(-2)).toEqual(["forged or expired (9)", "expired"]);
    expect(first.slice(-2)).toEqual(["yellow(401)", word]);
    expect(second.slice(-2)).toEqual(["yellow(401)", "yellow(401)"]);
  });

  it("keeps kinds in one column that differ alike, where the whole family does", () => {
    const differing = { actual: 200, differs: "outcome" } as const;
    const answers = answersWith({
      "needed-scopes": { ...differing, actual: 401 },
      "all-scopes": { ...differing, actual: 401 },
    });
    expect(heads(answers)[0]).toBe("needed scopes (2)");
    expect(rows(answers)[0]?.[3]).toBe("✗ 401");
  });

  it("names the column of a kind whose family differs from it by the kind", () => {
    const answers = answersWith({ "other-scopes": { actual: 200, differs: "outcome" } });
    expect(heads(answers).slice(1, 3)).toEqual(["scp missing", "all scopes but a needed one"]);
  });

  it("says what was not sent", () => {
    const answers = cells
      .filter(({ kind, operation: { path } }) => !(kind.id === "other-scopes" && path === "/orders"))
      .map(passing);
    expect(heads(answers).slice(1, 3)).toEqual(["all scopes but a needed one", "scp missing"]);
    expect(rows(answers, paint)[0]).toContain("dim(not sent)");
  });

  it("says what was accepted", () => {
    const answers = cells.map((cell) =>
      cell.expected === "no token"
        ? { ...passing({ ...cell, accepted: [200] }), actual: 200 }
        : passing(cell),
    );
    expect(rows(answers, paint)[0]?.[5]).toBe("yellow(200 accepted)");
  });

  it("says what was not sent of a kind that is not the first of its family", () => {
    const answers = cells
      .filter(({ kind, operation: { path } }) => !(kind.id === "scp-missing" && path === "/status"))
      .map(passing);
    expect(heads(answers).slice(1, 3)).toEqual(["all scopes but a needed one", "scp missing"]);
  });

  it("has no place for kinds that are never sent", () => {
    const answers = cells.filter(({ kind }) => kind.origin !== "signed").map(passing);
    expect(heads(answers)).toEqual([
      "needed scopes (2)",
      "all scopes but a needed one",
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
        "                needs        needed scopes (2)",
        " GET   /orders  orders.read         200",
        " POST  /orders  orders.read         200",
        " GET   /status  public              200",
      ].join("\n"),
    );
  });

  it("names the API of each operation where there are several", async () => {
    const several = await cellsOf({
      orders: withPaths({ "/orders": { get: operation("GetOrders") } }),
      bills: withPaths({ "/bills": { get: operation("GetBills") } }),
    });
    expect(rows(several.map(passing)).map(([title]) => title)).toEqual(["orders: GET", "bills: GET"]);
  });

  it.each<[string, readonly string[][], string]>([
    ["two scopes", [["orders.read", "orders.write"]], "orders.read + orders.write"],
    ["alternatives", [["orders.read"], ["orders.write"]], "orders.read or orders.write"],
    ["any token", [[]], "any token"],
  ])("tells %s that an operation needs", async (_, anyOf, needs) => {
    const security = anyOf.map((all) => ({ okta: all }));
    const own = await cellsOf({
      orders: withPaths({ "/orders": { get: { ...operation("Get"), security } } }),
    });
    expect(rows(own.map(passing))[0]?.[2]).toBe(needs);
  });
});

describe("a table of long names", () => {
  const long =
    "/organizations/{organizationId}/projects/{projectId}/environments/{environmentId}/deployments";
  const scope = "https://api.example.com/auth/organizations.projects.environments.readonly";
  const flows = {
    clientCredentials: { tokenUrl: "https://okta.example/token", scopes: { [scope]: "Read." } },
  };
  const document = minimal(
    {},
    {
      paths: {
        [long]: {
          get: { ...operation("Get"), parameters: parametersOf(long), security: [{ okta: [scope] }] },
        },
      },
      components: { securitySchemes: { okta: { ...scheme, flows } } },
    },
  );

  function parametersOf(template: string) {
    return [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: "path",
      required: true,
      schema: { type: "string" },
      example: "7",
    }));
  }

  it("has rows of at most 100 characters, and cuts titles before scopes", async () => {
    const own = await cellsOf({ orders: document });
    const text = renderTable(own.map(passing), plain);
    const lines = text.split("\n");
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(lines.at(-1)).toMatch(/^ GET {3}\/organiza…\S+deployments {2}https:\/\/\S+…\S+readonly /);
  });

  it("has rows of at most 100 characters however many columns differ, and names those without room", async () => {
    const own = await cellsOf({ orders: document });
    const reason = "TokenClaimValueNotAllowed";
    const refusal = { source: "validate-jwt", scope: "api", reason, text: "" } as const;
    const answers = own.map((cell, index) => ({
      ...passing(cell),
      passed: false,
      differs: "reason" as const,
      actual: 500 + index,
      refusal,
    }));
    const lines = renderTable(answers, plain).split("\n");
    const note = lines.at(-1) ?? "";
    expect(Math.max(...lines.slice(0, -1).map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(note).toMatch(/^No room for: .*HS256 with the public key\. --json has every answer\.$/);
    const shown = lines.join("\n").match(/✗/g)?.length ?? 0;
    expect(shown + (note.match(/, /g)?.length ?? 0) + 1).toBe(heads(answers).length);
  });
});

describe("a table of many operations", () => {
  const paths = Object.fromEntries(
    Array.from({ length: 70 }, (_, index) => {
      const security = [{ okta: [index % 2 === 0 ? "orders.read" : "orders.write"] }];
      return [`/orders/${index}`, { get: { ...operation(`Get${index}`), security } }];
    }),
  );
  const sixty = Object.fromEntries(Object.entries(paths).slice(0, 60));
  const failing = (own: readonly Cell[], paths: readonly string[]): readonly Answer[] =>
    own.map((cell) =>
      paths.includes(cell.operation.path) && cell.kind.id === "expired"
        ? { ...passing(cell), actual: 200, differs: "outcome", passed: false }
        : passing(cell),
    );

  it("has a row for each where there are 60", async () => {
    const own = await cellsOf({ orders: withPaths(sixty) });
    expect(rows(own.map(passing))).toHaveLength(60);
  });

  it("sums up those that answer as they must by what they need", async () => {
    const own = await cellsOf({ orders: withPaths(paths) });
    const answers = failing(own, ["/orders/3"]);
    expect(rows(answers)).toEqual([
      ["GET", "/orders/3", "orders.write", "200", "403", "no token", "401", "401", "✗ 200"],
      ["35 operations", "orders.read", "200", "403", "no token", "401", "401", "401"],
      ["34 operations", "orders.write", "200", "403", "no token", "401", "401", "401"],
    ]);
    expect(renderTable(answers, plain).split("\n").at(-1)).toBe(
      "69 of 70 operations are summed up by the scopes that they need; --all prints a row for each.",
    );
  });

  it("has a row for each of them where all are asked for", async () => {
    const own = await cellsOf({ orders: withPaths(paths) });
    expect(rows(own.map(passing), plain, { all: true })).toHaveLength(70);
  });

  it("leaves out the rest of those that differ, and says how many", async () => {
    const own = await cellsOf({ orders: withPaths(paths) });
    const answers = failing(own, Object.keys(paths));
    expect(rows(answers)).toHaveLength(60);
    expect(renderTable(answers, plain)).toContain(
      "10 more operations with answers that differ are left out; --all prints them.",
    );
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
