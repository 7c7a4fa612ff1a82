/** Warnings of operations that other spellings of stricter operations' paths lead to, and what the local gateway does with one. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { looserOperationWarnings, type ReachableOperation } from "../../components/looser-operations.ts";
import { type ProtectedGateway, serveProtected } from "../support/protected-gateway.ts";

type Rights = Partial<Omit<ReachableOperation, "path">>;
const operation = (path: string, rights: Rights = {}): ReachableOperation => ({
  ...{ method: "GET", path },
  ...rights,
});
const everybody: Rights = { isPublic: true };
const groups = (match: string, ...values: string[]) => [{ name: "groups", match, values }];

describe("the warning of a looser operation", () => {
  it("names both operations, a spelling and what to do", () => {
    expect(looserOperationWarnings([operation("/open/*", everybody), operation("/open/secret")])).toEqual([
      "GET /open/* lets everybody in, and its path fits other spellings of GET /open/secret, for example /open/secret/. A backend that reads such a path as the other one answers callers whom that operation refuses. Let the backend refuse other spellings, or give GET /open/* a path that fits none of theirs.",
    ]);
  });

  it("is one for all stricter operations, of which it names three", () => {
    const stricter = ["a", "b", "c", "d"].map((name) => operation(`/open/${name}`));
    expect(looserOperationWarnings([operation("/open/*", everybody), ...stricter])).toEqual([
      expect.stringContaining("of GET /open/a, GET /open/b, GET /open/c and 1 more, for example /open/a/."),
    ]);
  });

  it.each<[string, Rights, Rights]>([
    ["everybody, beside a token", everybody, {}],
    ["any token, beside a scope", {}, { anyOf: [["a"]] }],
    ["another scope", { anyOf: [["read"]] }, { anyOf: [["write"]] }],
    ["one of two scopes, beside both", { anyOf: [["a"], ["b"]] }, { anyOf: [["a", "b"]] }],
    ["no claim", { anyOf: [["a"]] }, { anyOf: [["a"]], requiredClaims: groups("any", "Staff") }],
    ["more groups", { requiredClaims: groups("any", "A", "B") }, { requiredClaims: groups("any", "A") }],
    [
      "any of two groups, beside both",
      { requiredClaims: groups("any", "A", "B") },
      { requiredClaims: groups("all", "A", "B") },
    ],
  ])("is given where the looser one lets in %s", (_, looser, stricter) => {
    const pair = [operation("/users/{id}", looser), operation("/users/me", stricter)];
    expect(looserOperationWarnings(pair)).toHaveLength(1);
  });

  it.each<[string, Rights, Rights]>([
    ["both let everybody in", everybody, everybody],
    ["the other one lets everybody in", {}, everybody],
    ["both ask for the same", { anyOf: [["a"]] }, { anyOf: [["a"]] }],
    ["it asks for more scopes", { anyOf: [["a", "b"]] }, { anyOf: [["a"], ["c"]] }],
    [
      "it asks for more groups",
      { requiredClaims: groups("all", "A", "B") },
      { requiredClaims: groups("any", "B", "C") },
    ],
    [
      "it asks for one of the groups",
      { requiredClaims: groups("any", "A") },
      { requiredClaims: groups("any", "A", "B") },
    ],
    [
      "it asks for the only group",
      { requiredClaims: groups("any", "A") },
      { requiredClaims: groups("all", "A") },
    ],
    ["it has another method", { ...everybody, method: "POST" }, {}],
  ])("is not given where %s", (_, looser, stricter) => {
    const pair = [operation("/users/{id}", looser), operation("/users/me", stricter)];
    expect(looserOperationWarnings(pair)).toEqual([]);
  });

  it("is not given to an operation whose path is one of the stricter one's", () => {
    expect(looserOperationWarnings([operation("/users/me", everybody), operation("/users/{id}")])).toEqual(
      [],
    );
  });
});

describe("the spelling that is told", () => {
  let api: ProtectedGateway;
  beforeAll(async () => {
    api = await serveProtected();
  });
  afterAll(() => api.close());

  it("leads to the looser operation, whose caller reaches the backend without a token", async () => {
    const at = (path: string, isPublic: boolean) => ({
      ...{ method: "GET", path, successStatus: 200 },
      security: isPublic ? { kind: "public" as const } : { kind: "token" as const, anyOf: [[]] },
    });
    await api.use({}, [at("/open/*", true), at("/open/secret", false)]);
    const statuses: number[] = [];
    for (const path of ["/open/secret", "/open/SECRET", "/open/secret/"])
      statuses.push((await api.call(path)).status);
    expect(statuses).toEqual([401, 401, 200]);
  });
});
