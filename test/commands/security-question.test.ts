/** What a person is asked, and what becomes of each answer. */
import { createInterface, type Interface } from "node:readline/promises";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { askForRule, proposedRule, type SecurityQuestion } from "../../commands/security-question.ts";

const operation = (method: string, path: string, tags: string[] = [], operationId = `${method} ${path}`) => ({
  method,
  path,
  tags,
  operationId,
});
const question: SecurityQuestion = {
  name: "orders",
  operations: [
    operation("GET", "/orders", ["Orders"], "ListOrders"),
    operation("POST", "/orders", ["Orders"]),
    operation("GET", "/at/{lat},{lon}", ["Where we are"], "Same"),
    operation("HEAD", "/health", [], "Same"),
  ],
};

let printed: string[];
let terminal: Interface;
afterEach(() => vi.restoreAllMocks());
beforeEach(() => {
  printed = [];
  vi.spyOn(console, "error").mockImplementation((line) => printed.push(line));
});

/** Asks, and answers one line after the other. */
async function answered(...answers: string[]) {
  const input = new PassThrough();
  terminal = createInterface({ input, output: new PassThrough() });
  const ask = terminal.question.bind(terminal);
  vi.spyOn(terminal, "question").mockImplementation((text: string) => {
    const answer = ask(text);
    const line = answers.shift();
    if (line === undefined) throw new Error("One question too many.");
    input.write(`${line}\n`);
    return answer;
  });
  const rule = await askForRule(question, terminal);
  terminal.close();
  expect(answers).toEqual([]);
  return rule;
}

const byMethod = { "orders.read": ["GET", "HEAD"], "orders.write": "others" };

describe("the rule for who may call", () => {
  it.each<[string, string[], object]>([
    ["by method, without a word", ["", ""], { scopes: byMethod }],
    ["by method", ["1", ""], { scopes: byMethod }],
    ["one for all", ["2", " "], { scopes: { "orders.access": "others" } }],
    [
      "by tag, and one for what has none",
      ["3", ""],
      {
        scopes: {
          "orders.orders": { tags: ["Orders"] },
          "orders.where-we-are": { tags: ["Where we are"] },
          "orders.other": "others",
        },
      },
    ],
    [
      "with public operations",
      ["1", " POST /orders ,ListOrders,"],
      { scopes: byMethod, public: ["POST /orders", "ListOrders"] },
    ],
    [
      "with a public operation whose path holds a comma",
      ["1", "GET /at/{lat},{lon}, HEAD /health"],
      { scopes: byMethod, public: ["GET /at/{lat},{lon}", "HEAD /health"] },
    ],
  ])("is %s", async (_, answers, rule) => {
    expect(await answered(...answers)).toEqual(rule);
    expect(printed).not.toContain("That is none of them.");
  });

  it.each([
    ["a number that is none of them", ["4", "-1", "1.5", "", ""]],
    ["a word", ["read", "", ""]],
    ["an operation that is not there", ["", "GET /nothing", ""]],
    ["an operationId that two operations have", ["", "Same", ""]],
    ["a method in lower case", ["", "get /orders", ""]],
  ])("is asked for again after %s", async (_, answers) => {
    expect(await answered(...answers)).toEqual({ scopes: byMethod });
    expect(printed).toContain("That is none of them.");
  });

  it("is none with 0", async () => {
    expect(await answered("0")).toBeUndefined();
  });

  it("makes nothing public where nobody is asked", () => {
    expect(proposedRule(question)).toEqual({ scopes: byMethod });
    const writes = { ...question, operations: [operation("POST", "/orders")] };
    expect(proposedRule(writes)).toEqual({ scopes: { "orders.write": "others" } });
  });

  it("is not offered by tag where two tags make one scope", async () => {
    const tags = ["a b", "a-b"].map((tag) => operation("GET", `/${tag}`, [tag]));
    await expect(
      askForRule({ name: "orders", operations: tags }, {
        question: async () => "0",
      } as unknown as Interface),
    ).resolves.toBeUndefined();
    expect(printed.filter((line) => /^ {2}\d/.test(line))).toHaveLength(3);
  });
});
