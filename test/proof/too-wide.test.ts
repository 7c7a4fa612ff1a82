/** What the report says of rights that nobody needs, by the settings and documents alone. */
import { describe, expect, it } from "vitest";
import type { Client, Person } from "../../proof/client.ts";
import { type TokenHolders, tooWide } from "../../proof/too-wide.ts";
import { minimal, operation, read, withPaths } from "../openapi/minimal-document.ts";
import { batchClient, shopClient } from "../support/callers.ts";

const text = withPaths({
  "/orders": {
    get: operation("GetOrders"),
    post: operation("MakeOrder", { security: [{ okta: ["orders.write"] }] }),
  },
});
const person = (name: string, ...groups: string[]): Person => ({
  ...{ name, login: `${name}@example.com`, password: "x", groups },
});
const staff = person("ada", "Staff");
const forLeads = minimal({ "x-required-claims": [{ name: "groups", match: "any", values: ["Leads"] }] });
const leadsClaim = { groups: { groups: { startsWith: "" } } };
const nobodyReads = "no client or person can call GET /orders";

async function told(
  clients: readonly Client[],
  document = text,
  { madeBy, ...holders }: Partial<TokenHolders> & { madeBy?: "program" } = {},
) {
  const api = { name: "orders", url: "https://gateway.example", document: await read(document) };
  const own = madeBy === undefined ? api : { ...api, madeBy };
  return tooWide([own], { clients, people: [], claims: {}, ...holders });
}

describe("too wide", () => {
  it("is nothing where every scope is needed and every operation called", async () => {
    expect(await told([batchClient()])).toEqual([]);
  });

  it("is a scope that no operation needs which the client may call", async () => {
    expect(await told([batchClient()], minimal())).toEqual([
      'client "batch" has orders.write, which no operation that it may call needs',
    ]);
  });

  it("is an operation that nobody can call, and one that everybody can", async () => {
    const paths = {
      "/orders": { get: operation("GetOrders") },
      "/status": { get: operation("Status", { security: [] }) },
    };
    expect(await told([batchClient({ scopes: ["orders.write"] })], withPaths(paths))).toEqual([
      'client "batch" has orders.write, which no operation that it may call needs',
      nobodyReads,
      "everybody can call, without a token: GET /status",
    ]);
  });
});

describe("an operation that people alone can call", () => {
  it("is not called closed when a person of the client's groups is there", async () => {
    expect(await told([shopClient()], minimal(), { people: [staff] })).toEqual([]);
  });

  it("is called closed when nobody is in a group of the client", async () => {
    const people = [person("oscar")];
    expect(await told([shopClient()], minimal(), { people })).toContain(nobodyReads);
  });

  it("is not called closed when the people are not known", async () => {
    expect(await told([shopClient()], minimal(), { people: "unknown" })).toEqual([]);
  });

  it("is called closed when the client has no group, whoever the people are", async () => {
    expect(await told([shopClient({ groups: [] })], minimal(), { people: "unknown" })).toContain(nobodyReads);
  });

  it("is called closed when the client lacks its scope, whoever the people are", async () => {
    const clients = [shopClient({ scopes: ["orders.write"] })];
    expect(await told(clients, minimal(), { people: "unknown" })).toContain(nobodyReads);
  });
});

describe("an operation that asks for a claim", () => {
  it("is not called closed when the settings do not tell the claim's value", async () => {
    expect(await told([shopClient()], forLeads, { people: "unknown", claims: leadsClaim })).toEqual([]);
    const expression = { groups: { expression: "user.department" } };
    expect(await told([batchClient({ scopes: ["orders.read"] })], forLeads, { claims: expression })).toEqual(
      [],
    );
  });

  it("is called closed when no setting makes the claim", async () => {
    expect(await told([shopClient()], forLeads, { people: "unknown" })).toContain(nobodyReads);
  });

  it("is called closed when the claim is about people and services alone may call", async () => {
    const clients = [batchClient({ scopes: ["orders.read"] })];
    expect(await told(clients, forLeads, { claims: leadsClaim })).toContain(nobodyReads);
  });
});

describe("another program's stack", () => {
  it("has no operation called closed: not every client of it is known", async () => {
    expect(await told([], minimal())).toEqual([nobodyReads]);
    expect(await told([], minimal(), { madeBy: "program" })).toEqual([]);
  });
});
