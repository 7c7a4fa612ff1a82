/** What the settings and documents say of each client and person. That Okta and a gateway agree is proved in planted-client-mistakes.test.ts. */
import { describe, expect, it } from "vitest";
import { type Caller, callerOf, callersOf, unshownGroups } from "../../proof/caller.ts";
import type { Person } from "../../proof/client.ts";
import { deriveMatrix, type MatrixOptions } from "../../proof/matrix.ts";
import { type ClaimRules, callerFor, rightsOf } from "../../proof/rights.ts";
import { type Json, minimal, operation, read, withPaths } from "../openapi/minimal-document.ts";
import { batch, batchClient, shopClient } from "../support/callers.ts";

const person = (name: string, ...groups: string[]): Person => ({
  ...{ name, login: `${name}@example.com`, password: "x", groups },
});
const [ada, grace, oscar] = [person("ada", "Staff"), person("grace", "Staff", "Leads"), person("oscar")];
const shop = (someone: Person, changed = {}) => callerOf(shopClient(changed), someone);
const claims: ClaimRules = { groups: { groups: { startsWith: "" } } };

/** What must come of each caller's calls: `shop as ada` → `["GET /orders 200"]`. */
async function expectedOf(text: string, options: Partial<MatrixOptions>) {
  const api = { name: "orders", url: "https://gateway.example", document: await read(text) };
  const all = { signingKey: true, writes: true, otherApp: "refused", callers: [batch], claims } as const;
  const { cells, leftOut } = deriveMatrix([api], { ...all, ...options });
  const own = cells.filter(({ kind }) => kind.caller !== undefined);
  const told = own.map(
    ({ kind, operation: { method }, expected, reason }) =>
      `${kind.name}, ${method}: ${[expected, reason].filter(Boolean).join(" ")}`,
  );
  return { told, leftOut };
}

const both = withPaths({
  "/orders": {
    get: operation("GetOrders"),
    post: operation("MakeOrder", { security: [{ okta: ["orders.write"] }] }),
  },
});
const forLeads = (more: Json = {}) =>
  minimal({ "x-required-claims": [{ name: "groups", match: "any", values: ["Leads"], ...more }] });

describe("a client's column", () => {
  it("has its scopes alone, and no others when it asks for them", async () => {
    const callers = [batch, callerOf(batchClient({ name: "reader", scopes: ["orders.read"] }))];
    expect((await expectedOf(both, { callers })).told).toEqual([
      "batch, GET: 200",
      "reader, GET: 200",
      "batch, POST: 200",
      "reader, POST: 403 TokenClaimValueNotAllowed",
      "reader asking for more, POST: no token",
    ]);
  });

  it("has no token for a person whom no group of the client holds", async () => {
    const callers = [batch, shop(ada), shop(oscar)];
    expect((await expectedOf(minimal(), { callers })).told).toEqual([
      "batch, GET: 200",
      "shop as ada, GET: 200",
      "shop as oscar, GET: no token",
    ]);
  });

  it("lets everybody into a public operation, also without a token", async () => {
    const callers = [batch, shop(oscar)];
    expect((await expectedOf(minimal({ security: [] }), { callers })).told).toEqual([
      "batch, GET: 200",
      "shop as oscar, GET: 200",
    ]);
  });

  it.each<[string, Json, readonly string[]]>([
    ["any of a group", {}, ["shop as ada, GET: 403 TokenClaimValueNotAllowed", "shop as grace, GET: 200"]],
    [
      "all of two groups",
      { match: "all", values: ["Staff", "Leads"] },
      ["shop as ada, GET: 403 TokenClaimValueNotAllowed", "shop as grace, GET: 200"],
    ],
    [
      "a claim that no token has",
      { name: "tier" },
      ["shop as ada, GET: 403 TokenClaimNotFound", "shop as grace, GET: 403 TokenClaimNotFound"],
    ],
  ])(
    "needs %s where the operation asks for it, which a client by itself never has",
    async (_, more, people) => {
      const callers = [batch, shop(ada), shop(grace)];
      const { told } = await expectedOf(forLeads(more), { callers });
      expect(told).toEqual(["batch, GET: 403 TokenClaimNotFound", ...people]);
    },
  );

  it("is left out where a claim comes from an expression", async () => {
    const rules = { groups: { expression: "user.department" } };
    const { told, leftOut } = await expectedOf(forLeads(), { callers: [shop(ada)], claims: rules });
    expect(told).toEqual([]);
    expect(leftOut).toContain(
      '"shop as ada" of GET /orders: the settings do not tell the value of a claim that it asks for',
    );
  });

  it("is left out where the client has no scope", async () => {
    const callers = [callerOf(batchClient({ scopes: [] }))];
    expect((await expectedOf(minimal(), { callers })).leftOut).toContain(
      '"batch": the client has no scope, and Okta gives no token without one',
    );
  });

  it("has the scopes and groups of a token that was handed in", async () => {
    const payload = { cid: "0oaShop", scp: ["orders.read"], groups: ["Leads"], exp: 1 };
    const token = `e30.${Buffer.from(JSON.stringify(payload)).toString("base64url")}.x`;
    const handed: Caller = {
      ...callerOf(shopClient({ scopes: [...["orders.read"]] }), { name: "ada" }),
      token,
    };
    expect((await expectedOf(forLeads(), { callers: [handed] })).told).toEqual(["shop as ada, GET: 200"]);
    expect((await expectedOf(both, { callers: [handed] })).told).toEqual([
      "shop as ada, GET: 200",
      "shop as ada, POST: 403 TokenClaimValueNotAllowed",
    ]);
  });
});

describe("a group of a client", () => {
  const unshown = (groups: readonly string[], ...people: Person[]) =>
    unshownGroups([shopClient({ groups })], people);

  it("is shown when somebody has it and no other of the client's", () => {
    expect(unshown(["Staff"], grace, oscar)).toEqual([]);
    expect(unshown(["Staff", "Leads"], ada, person("eve", "Leads", "Sales"))).toEqual([]);
  });

  it("is told when who has it gets in by another one too", () => {
    expect(unshown(["Staff", "Leads"], ada, grace, oscar)).toEqual([
      'somebody who may sign in with client "shop" by group "Leads" alone: nobody of localPeople is in it and in no other group of the client',
    ]);
  });

  it("is told when nobody has it", () => {
    expect(unshown(["Staff"], oscar)).toHaveLength(1);
  });

  it("is shown by anybody when it is Okta's own of everyone, which makes the others count for nothing", () => {
    expect(unshown(["Everyone"], oscar)).toEqual([]);
    expect(unshown(["Everyone", "Staff"], ada)).toEqual([]);
  });
});

describe("who asks", () => {
  const named = (...args: Parameters<typeof callersOf>) => callersOf(...args).map(({ name }) => name);

  it("is one person for each set of groups that matters to the client, and one for each that must not", () => {
    const people = [ada, person("alan", "Staff"), grace, person("eve", "Sales"), oscar];
    expect(named([shopClient()], people, [])).toEqual(["shop as ada", "shop as eve", "shop as oscar"]);
    expect(named([shopClient()], people, ["Leads"])).toEqual([
      "shop as ada",
      "shop as grace",
      "shop as eve",
      "shop as oscar",
    ]);
  });

  it("is a client by itself, a person with it, or both, as its grants have it", () => {
    const grantTypes = ["authorization_code", "client_credentials"];
    expect(named([batchClient(), shopClient({ grantTypes })], [oscar], [])).toEqual([
      "batch",
      "shop",
      "shop as oscar",
    ]);
  });

  it("for a token is a client by itself before a person, and nobody who may not have it", () => {
    const withRights = [shop(ada), batch, shop(grace)].map(
      (caller) => [caller, rightsOf(caller, claims)] as const,
    );
    const leads = [{ name: "groups", match: "any" as const, values: ["Leads"] }];
    expect(callerFor(withRights, ["orders.read"], [])?.name).toBe("batch");
    expect(callerFor(withRights, ["orders.read"], leads)?.name).toBe("shop as grace");
    expect(callerFor(withRights, ["orders.write"], leads)).toBeUndefined();
  });
});

describe("what no client can get", () => {
  it("is left out and told, for all operations in a line", async () => {
    const callers = [callerOf(batchClient({ name: "reader", scopes: ["orders.read"] }))];
    const { leftOut } = await expectedOf(both, { callers });
    expect(leftOut).toEqual([
      '"all scopes" of GET /orders, POST /orders: no client may have so many scopes',
      '"all scopes but a needed one" of GET /orders: no client gets a token with orders.write',
      '"needed scopes", "Basic scheme", "in the query string", "payload changed" of POST /orders: no client gets a token with orders.write',
    ]);
  });
});

describe("a claim's values", () => {
  it.each<[string, ClaimRules[string], readonly string[] | undefined]>([
    ["startsWith", { groups: { startsWith: "L" } }, ["Leads"]],
    ["equals", { groups: { equals: "Staff" } }, ["Staff"]],
    ["contains", { groups: { contains: "ea" } }, ["Leads"]],
    ["regex, of the whole name", { groups: { regex: "S.*|Lead" } }, ["Staff"]],
    [
      "startsWith nothing, with Okta's own group",
      { groups: { startsWith: "" } },
      ["Everyone", "Staff", "Leads"],
    ],
    ["no group that matches", { groups: { equals: "Sales" } }, undefined],
  ])("are those of the person's groups by %s", (_, rule, values) => {
    expect(rightsOf(shop(grace), { groups: rule }).claim("groups")).toEqual(values);
  });
});
