/** What a pull request's comment says of who can call what, of two matrices that are derived and not sent. */
import { describe, expect, it } from "vitest";
import { type Run, renderComparison } from "../../commands/comparison.ts";
import { proofOf } from "../../commands/prove.ts";
import { verificationJson } from "../../commands/report.ts";
import { callersOf } from "../../proof/caller.ts";
import type { Client, Person } from "../../proof/client.ts";
import { deriveMatrix } from "../../proof/matrix.ts";
import { operation, read, withPaths } from "../openapi/minimal-document.ts";
import { batchClient, shopClient } from "../support/callers.ts";

const person = (name: string, ...groups: string[]): Person => ({
  ...{ name, login: `${name}@example.com`, password: "x", groups },
});
const people = [
  person("ada", "Staff"),
  person("sam", "Sales"),
  person("grace", "Staff", "Sales"),
  person("oscar"),
];
const text = withPaths({
  "/orders": {
    get: operation("GetOrders"),
    post: operation("MakeOrder", { security: [{ okta: ["orders.write"] }] }),
  },
});
const both = [batchClient({ scopes: ["orders.read"] }), shopClient()];

/** A run in which every answer is as it must be. */
async function runOf(clients: readonly Client[], document = text): Promise<Run> {
  const api = { name: "orders", url: "https://gateway.example", document: await read(document) };
  const callers = callersOf(clients, people, ["Staff", "Sales"]);
  const claims = { groups: { groups: { startsWith: "" } } };
  const matrix = deriveMatrix([api], {
    signingKey: true,
    writes: true,
    callers,
    claims,
    otherApp: "refused",
  });
  const answers = matrix.cells.map((cell) => ({
    cell,
    actual: cell.expected,
    refusal: "none" as const,
    passed: true,
  }));
  const report = JSON.parse(
    verificationJson("dev", proofOf(matrix, answers, { seconds: 0, explain: () => [] })),
  );
  return { report: { ...report, resources: [] }, policies: new Map(), documents: new Map() };
}

/** The lines of the comment on who can call what. */
async function changes(after: Run): Promise<readonly string[]> {
  const comment = renderComparison(await runOf(both), after);
  const plain = comment
    .replaceAll(/<\/?code>/g, "`")
    .replaceAll(/&#(\d+);/g, (_, digits) => String.fromCodePoint(Number(digits)));
  const [, part = ""] = plain.split("**Who can call what**\n\n");
  return (
    part
      .split("\n\n")[0]
      ?.split("\n")
      .filter((line) => line.startsWith("- "))
      .map((line) => line.slice(2)) ?? []
  );
}

describe("the comment on who can call what", () => {
  it("says nothing where nothing changes", async () => {
    expect(await changes(await runOf(both))).toEqual([]);
  });

  it("says what a client can call with one more scope", async () => {
    const wider = [batchClient({ scopes: ["orders.read", "orders.write"] }), shopClient()];
    expect(await changes(await runOf(wider))).toEqual([
      "⚠ `batch` can now call `POST /orders`.",
      "⚠ `batch` may have `orders.write` now.",
    ]);
  });

  it("says who can call an operation whose security is dropped", async () => {
    const open = withPaths({
      "/orders": { get: operation("GetOrders"), post: operation("MakeOrder", { security: [] }) },
    });
    expect(await changes(await runOf(both, open))).toEqual([
      "⚠ Everybody can now call `POST /orders`, without a token.",
    ]);
  });

  it("says who may sign in with one more group, and not of those who could before", async () => {
    const wider = [both[0] as Client, shopClient({ groups: ["Staff", "Sales"] })];
    expect(await changes(await runOf(wider))).toEqual([
      "⚠ `shop` as a member of Sales can now call `GET /orders`.",
      "⚠ Members of `Sales` may sign in with `shop` now.",
    ]);
  });

  it("says last what is narrower", async () => {
    const narrower = [batchClient({ scopes: ["orders.write"] }), shopClient({ groups: [] })];
    expect(await changes(await runOf(narrower))).toEqual([
      "⚠ `batch` can now call `POST /orders`.",
      "⚠ `batch` may have `orders.write` now.",
      "`batch` may no longer have `orders.read`.",
      "Members of `Staff` may no longer sign in with `shop`.",
      "`batch` can no longer call `GET /orders`.",
      "`shop` as a member of Staff can no longer call `GET /orders`.",
    ]);
  });

  it("says of members of two groups what does not go for those of one alone", async () => {
    const two = { name: "groups", match: "all", values: ["Staff", "Sales"] };
    const forBoth = withPaths({
      "/orders": {
        get: operation("GetOrders"),
        post: operation("MakeOrder", { security: [{ okta: ["orders.read"] }], "x-required-claims": [two] }),
      },
    });
    expect((await changes(await runOf(both, forBoth))).filter((line) => line.includes("POST"))).toEqual([
      "⚠ `shop` as a member of Sales and Staff can now call `POST /orders`.",
    ]);
  });

  it("says once what goes for members of a group with others besides", async () => {
    const wider = [both[0] as Client, shopClient({ scopes: ["orders.read", "orders.write"] })];
    expect(await changes(await runOf(wider))).toEqual([
      "⚠ `shop` as a member of Staff can now call `POST /orders`.",
      "⚠ `shop` may have `orders.write` now.",
    ]);
  });

  it("names the clients that come and go", async () => {
    const [, shop = shopClient()] = both;
    const others = [batchClient({ name: "partner", scopes: ["orders.read"] }), shop];
    expect(await changes(await runOf(others))).toEqual([
      "⚠ `partner` can now call `GET /orders`.",
      "⚠ `partner` is a new client.",
      "`batch` is gone.",
    ]);
  });
});
