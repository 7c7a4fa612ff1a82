/** The templates that tell callers apart: they read the token that the checks let in, and never one that nobody checked. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { InboundStatement } from "../../policies/document.ts";
import { base } from "../../policies/elements/base.ts";
import { setHeader } from "../../policies/elements/set-header.ts";
import { expression } from "../../policies/expression.ts";
import { tokenClaim } from "../../policies/templates/caller.ts";
import { claimsToBackend } from "../../policies/templates/claims-to-backend.ts";
import { limitPerCaller, quotaPerCaller } from "../../policies/templates/limit-per-caller.ts";
import { documentText, type ProtectedGateway, serveProtected } from "../support/protected-gateway.ts";

let api: ProtectedGateway;
beforeAll(async () => {
  api = await serveProtected();
});
afterAll(() => api.close());

const text = (...statements: InboundStatement[]) => documentText({ inbound: [base(), ...statements] });
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const ada = { uid: "00u1", cid: "batch" };

describe("claimsToBackend", () => {
  const claims = text(...claimsToBackend({ "X-User": "uid", "X-Client": "cid" }));
  const levels: [string, Parameters<ProtectedGateway["use"]>[0]][] = [
    ["an API", { api: claims }],
    ["operations", { operations: { "/open": claims, "/closed": claims } }],
  ];

  it.each(levels)("hands claims of the checked token on, in the policy of %s", async (_, own) => {
    await api.use(own);
    const { backend } = await api.call("/closed", bearer(api.token(ada)));
    expect(backend).toMatchObject({ "x-user": "00u1", "x-client": "batch" });
  });

  it.each(levels)("hands nothing on where nobody checked the token, in the policy of %s", async (_, own) => {
    await api.use(own);
    for (const token of [api.forged(ada), api.token(ada), "none"]) {
      const { status, backend } = await api.call("/open", bearer(token));
      expect([status, backend?.["x-user"], backend?.["x-client"]]).toEqual([200, undefined, undefined]);
    }
    expect((await api.call("/closed", bearer(api.forged(ada)))).status).toBe(401);
  });

  it.each(levels)("removes what a caller sent under these names, in the policy of %s", async (_, own) => {
    await api.use(own);
    const posing = { "X-User": "admin", "x-client": "admin" };
    const open = await api.call("/open", posing);
    const closed = await api.call("/closed", { ...posing, ...bearer(api.token({ uid: "00u1" })) });
    expect([open.backend?.["x-user"], open.backend?.["x-client"]]).toEqual([undefined, undefined]);
    expect([closed.backend?.["x-user"], closed.backend?.["x-client"]]).toEqual(["00u1", undefined]);
  });
});

describe("tokenClaim", () => {
  it("is an empty text before the checks have run, and in on-error of a refused call", async () => {
    const failure = documentText({
      onError: [base(), setHeader({ name: "X-User", values: [expression`"user " + ${tokenClaim("uid")}`] })],
    });
    await api.use({ api: failure });
    const headers = bearer(api.forged(ada));
    const refused = await fetch(`${api.gateway.origin}/closed`, { headers });
    expect([refused.status, refused.headers.get("X-User")?.trim()]).toEqual([401, "user"]);
  });
});

describe("limitPerCaller", () => {
  // The counts of the test before are over.
  beforeEach(() => {
    api.gateway.now += 120;
  });
  const limit = (by: "client" | "user") => limitPerCaller({ by, calls: 1, renewalPeriodSeconds: 60 });
  const statuses = async (own: string, path: string, ...tokens: string[]) => {
    await api.use({ api: own });
    const seen: number[] = [];
    for (const token of tokens) seen.push((await api.call(path, bearer(token))).status);
    return seen;
  };

  it("counts each client for itself, and tells what is left", async () => {
    await api.use({ api: text(limit("client")) });
    const call = (claims: object) =>
      fetch(`${api.gateway.origin}/closed`, { headers: bearer(api.token(claims)) });
    const first = await call({ cid: "one" });
    const others = [await call({ cid: "one", uid: "x" }), await call({ cid: "two" })];
    expect([
      first.status,
      first.headers.get("X-RateLimit-Remaining"),
      ...others.map(({ status }) => status),
    ]).toEqual([200, "0", 429, 200]);
  });

  it("counts each person for himself, with whatever client", async () => {
    const people = [
      { cid: "a", uid: "ada" },
      { cid: "b", uid: "ada" },
      { cid: "a", uid: "grace" },
    ];
    const seen = await statuses(text(limit("user")), "/closed", ...people.map((one) => api.token(one)));
    expect(seen).toEqual([200, 429, 200]);
  });

  it("counts calls to a public operation by their address, whatever they say in a token", async () => {
    const tokens = [api.forged({ cid: "f1" }), api.forged({ cid: "f2" }), api.token({ cid: "f3" })];
    expect(await statuses(text(limit("client")), "/open", ...tokens)).toEqual([200, 429, 429]);
  });

  it("takes no claim for an address", async () => {
    const own = text(limit("user"));
    expect(await statuses(own, "/open", "none", "none")).toEqual([200, 429]);
    expect((await api.call("/closed", bearer(api.token({ uid: "127.0.0.1" })))).status).toBe(200);
  });
});

describe("quotaPerCaller", () => {
  it("refuses with 403 when the quota is used up", async () => {
    const quota = quotaPerCaller({ by: "client", calls: 1, renewalPeriodSeconds: 86_400 });
    await api.use({ api: text(quota) });
    const call = () => api.call("/closed", bearer(api.token({ cid: "quota" })));
    const [first, second] = [await call(), await call()];
    expect([first.status, second.status]).toEqual([200, 403]);
  });
});
