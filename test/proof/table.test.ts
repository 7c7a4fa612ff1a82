/** The matrix as people see it. */
import { beforeAll, describe, expect, it } from "vitest";
import { type Caller, callerOf } from "../../proof/caller.ts";
import { clientColumns, foldKinds } from "../../proof/folded-columns.ts";
import { type Cell, deriveMatrix } from "../../proof/matrix.ts";
import type { Answer } from "../../proof/run.ts";
import { cellWords, renderKinds, renderTable } from "../../proof/table.ts";
import { minimal, operation, read, scheme, withPaths } from "../openapi/minimal-document.ts";
import { batch, batchClient, shopClient } from "../support/callers.ts";

let cells: readonly Cell[];
beforeAll(async () => {
  const paths = {
    "/orders": {
      get: operation("GetOrders"),
      post: operation("MakeOrder", { security: [{ okta: ["orders.write"] }] }),
    },
    "/status": { get: { ...operation("GetStatus"), security: [] } },
  };
  cells = await cellsOf({ orders: withPaths(paths) }, callers);
});

const ada = { name: "ada", login: "ada@example.com", password: "x", groups: ["Staff"] };
const oscar = { name: "oscar", login: "oscar@example.com", password: "x", groups: [] };
const callers = [batch, callerOf(shopClient(), ada), callerOf(shopClient(), oscar)];

async function cellsOf(
  documents: Readonly<Record<string, string>>,
  callers: readonly Caller[] = [batch],
): Promise<readonly Cell[]> {
  const apis = await Promise.all(
    Object.entries(documents).map(async ([name, text]) => ({
      name,
      url: "https://gateway.example",
      document: await read(text),
    })),
  );
  return deriveMatrix(apis, { signingKey: true, writes: true, callers, otherApp: "refused" }).cells;
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

/** Colours as `red(✗ 200)`. */
const named = (text: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked for.
  text.replace(/\u001b\[(\d+)m(.*?)\u001b\[0m/g, (_, code, inner) => `${colourOf(code)}(${inner})`);

/** The words of the rows below the headings. */
const rows = (answers: readonly Answer[], how = plain, options = {}) =>
  named(renderTable(answers, how, options))
    .split("\n")
    .filter((line) => /^ .*(?:GET|POST|operations?) /.test(line))
    .map((line) => line.trim().split(/ {2,}/));

describe("the table", () => {
  it("has a row for each operation with what it needs, and a column for each client and person", () => {
    // POST fills its column but for one space.
    expect(rows(cells.map(passing))).toEqual([
      ["GET", "/orders", "orders.read", "200", "200", "no token", "no token"],
      ["POST", "/orders", "orders.write", "200", "403", "no token", "no token"],
      ["GET", "/status", "public", "200", "200", "200", "200"],
    ]);
  });

  it("shows good answers in green where somebody is let in, else in yellow", () => {
    const [, second = []] = rows(cells.map(passing), paint);
    expect(second.slice(3)).toEqual(["green(200)", "yellow(403)", "yellow(no token)", "yellow(no token)"]);
  });

  it.each<[string, Partial<Answer>, string]>([
    ["a status", { actual: 403, differs: "outcome" }, "red(✗ 403)"],
    ["no answer", { actual: undefined, differs: "outcome" }, "red(✗ none)"],
    ["no body", { differs: "body" }, "red(✗ empty)"],
    ["a refusal where none is due", { differs: "reason" }, "red(✗ 200 unexplained)"],
  ])("marks an answer that differs by %s", (_, change, word) => {
    const [first = [], second = []] = rows(answersWith({ "client:batch": change }), paint);
    expect([first[3], second[3]]).toEqual([word, "green(200)"]);
  });

  it("says what was not sent, and what was accepted", () => {
    const answers = cells
      .filter(({ kind, operation: { path } }) => !(kind.id === "client:batch" && path === "/orders"))
      .map((cell) =>
        cell.kind.id === "other-app"
          ? { ...passing({ ...cell, accepted: [200] }), actual: 200 }
          : passing(cell),
      );
    expect(rows(answers, paint)[0]?.slice(3).sort()).toEqual([
      "dim(not sent)",
      "green(200)",
      "yellow(200 accepted)",
      "yellow(no token)",
    ]);
  });

  it("stands in columns, the answers in their middle, without white space at the end of a line", () => {
    expect(renderTable(cells.map(passing), plain)).toBe(
      [
        "                needs         batch  shop as ada  shop as oscar  a stranger's app",
        " GET   /orders  orders.read    200       200        no token         no token",
        " POST  /orders  orders.write   200       403        no token         no token",
        " GET   /status  public         200       200           200             200",
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
    const many = Array.from({ length: 20 }, (_, index) =>
      callerOf(batchClient({ name: `partner-${index}`, scopes: [scope] })),
    );
    const own = await cellsOf({ orders: document }, many);
    const answers = own.map((cell, index) => ({
      ...passing(cell),
      passed: false,
      differs: "outcome" as const,
      actual: 500 + index,
    }));
    const lines = renderTable(answers, plain).split("\n");
    const note = lines.at(-1) ?? "";
    expect(Math.max(...lines.slice(0, -1).map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(note).toMatch(/^No room for: .*partner-19, a stranger's app\. --json has every answer\.$/);
    const shown = lines.join("\n").match(/✗/g)?.length ?? 0;
    expect(shown + (note.match(/, /g)?.length ?? 0) + 1).toBe(clientColumns(answers).length);
  });

  it("has one column for those who are answered alike where there is no room for each", async () => {
    const many = Array.from({ length: 9 }, (_, index) =>
      callerOf(batchClient({ name: `partner-${index}`, scopes: [scope] })),
    );
    const own = await cellsOf({ orders: document }, many);
    const lines = renderTable(own.map(passing), plain).split("\n");
    const [first = "", second = ""] = lines.slice(0, 2).map((line) => line.trim());
    expect([first, second]).toEqual([
      expect.stringMatching(/ partner-0 +a$/),
      expect.stringMatching(/^partner-1 +stranger/),
    ]);
    expect(lines.at(-1)).toBe(
      "partner-0, partner-1, partner-2 and more: partner-3, partner-4, partner-5, partner-6, partner-7, partner-8",
    );
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
      paths.includes(cell.operation.path) && cell.kind.id === "client:batch"
        ? { ...passing(cell), actual: 403, differs: "outcome", passed: false }
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
      ["GET", "/orders/3", "orders.write", "✗ 403", "no token"],
      ["35 operations", "orders.read", "200", "no token"],
      ["34 operations", "orders.write", "200", "no token"],
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

describe("the other kinds", () => {
  const lines = (answers: readonly Answer[], how = plain) =>
    renderKinds(answers, how).map((line) => named(line).trim().split(/ {2,}/));

  it("are told a family in a line, with what came of it at all operations", () => {
    expect(lines(cells.map(passing)).filter(([title = ""]) => title.includes("("))).toEqual([
      ["needed scopes (2)", "200", "needed scopes, all scopes"],
      ["other scopes (2)", "403 ×2, 200 ×1", "all scopes but a needed one, scp missing"],
      ["no bearer token (4)", "401 ×2, 200 ×1", "no token, not a token, Basic scheme, in the query"],
      ["forged or expired (10)", "401 ×2, 200 ×1", expect.stringMatching(/^payload changed, expired, /)],
    ]);
  });

  it("say what comes of a client that asks for more than its own", () => {
    expect(lines(cells.map(passing))).toContainEqual(["shop as ada asking for more", "no token"]);
  });

  it.each<[string, Partial<Answer>, string]>([
    ["a status", { actual: 200, differs: "outcome" }, "✗ 200 ×1"],
    ["no refusal where one is due", { differs: "reason" }, "✗ 401 unexplained ×1"],
    [
      "another reason",
      {
        differs: "reason",
        refusal: { source: "validate-jwt", scope: "api", reason: "TokenNotPresent", text: "" },
      },
      "✗ 401 TokenNotPresent ×1",
    ],
  ])("have a line alone where an answer differs by %s", (_, change, words) => {
    const answers = answersWith({ expired: change });
    expect(heads(answers).slice(-2)).toEqual(["forged or expired (9)", "expired"]);
    const other = lines(answers, paint).find(([title]) => title === "expired") ?? [];
    expect([other[0], other[1]]).toEqual(["expired", expect.stringContaining("red(")]);
    expect(other[1]).toContain(words);
  });

  it("stay in one line that differ alike, where the whole family does", () => {
    const differing = { actual: 401, differs: "outcome" } as const;
    expect(heads(answersWith({ "needed-scopes": differing, "all-scopes": differing }))).toContain(
      "needed scopes (2)",
    );
  });

  it("name the kind whose family differs from it by the kind", () => {
    const answers = answersWith({ "other-scopes": { actual: 200, differs: "outcome" } });
    expect(heads(answers)).toEqual(expect.arrayContaining(["scp missing", "all scopes but a needed one"]));
  });

  it("have no line where they are never sent", () => {
    const answers = cells.filter(({ kind }) => kind.origin !== "signed").map(passing);
    expect(heads(answers)).toEqual([
      "shop as ada asking for more",
      "needed scopes (2)",
      "all scopes but a needed one",
      "no bearer token (4)",
      "forged or expired (5)",
    ]);
  });
});
