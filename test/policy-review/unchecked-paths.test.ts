import { expect, it } from "vitest";
import { type BackendPath, uncheckedPaths } from "../../policy-review/unchecked-paths.ts";

const guarded: BackendPath = {
  ...{ api: "orders", row: "orders", operation: "GET /orders", backend: "https://orders.example.com" },
  ...{ isOpen: false, forgedIn: [], hasCheck: true, isGuarded: true, needsKey: false, others: [] },
};
const unguarded: BackendPath = { ...guarded, operation: "GET /open", hasCheck: false, isGuarded: false };
const open: BackendPath = { ...unguarded, isOpen: true };

it("finds nothing where every path is guarded", () => {
  expect(uncheckedPaths([guarded])).toEqual([]);
});

it("tells an open operation of an API whose others are guarded", () => {
  const [found] = uncheckedPaths([guarded, open]);
  expect(found).toMatchObject({
    operation: "GET /open",
    protectedElsewhere: "GET /orders of orders has a check",
  });
});

it("tells an open API that leads to the backend of a guarded one, and none of another backend", () => {
  const other = { ...open, api: "stock", row: "stock" };
  const [same] = uncheckedPaths([guarded, other]);
  expect(same?.protectedElsewhere).toContain("leads to the same backend, https://orders.example.com");
  const [another] = uncheckedPaths([guarded, { ...other, backend: "https://stock.example.com" }]);
  expect(another?.protectedElsewhere).toBeUndefined();
});

it("does not take two unknown backends for one", () => {
  const unknown = { ...guarded, backend: "" };
  const [found] = uncheckedPaths([unknown, { ...open, api: "stock", row: "stock", backend: "" }]);
  expect(found?.protectedElsewhere).toBeUndefined();
});

it("names the document without base that takes the check away", () => {
  const [found] = uncheckedPaths([{ ...open, cutBy: { file: "get.xml", lost: "api.xml" } }]);
  expect(found).toMatchObject({
    why: "get.xml has no <base /> in inbound, so that the check of api.xml does not run",
    protectedElsewhere: "api.xml has a check",
  });
});

it("says what else stands before an open path", () => {
  const [found] = uncheckedPaths([{ ...open, needsKey: true, others: ["ip-filter"] }]);
  expect(found?.why).toBe(
    "no document of it checks a token; only a subscription key and ip-filter stand before it",
  );
});

it("tells a check that lets forged tokens in", () => {
  const [found] = uncheckedPaths([{ ...guarded, forgedIn: ["alg none"] }]);
  expect(found).toMatchObject({
    why: "it lets forged tokens in: alg none",
    protectedElsewhere: "a request without a token is refused, and one with a forged token is not",
  });
});

it("tells a path that an address alone stops, and marks it where its backend is guarded elsewhere", () => {
  const stoppedBy = { status: 403, by: "ip-filter of orders.xml", isOther: true };
  const [found] = uncheckedPaths([guarded, { ...unguarded, stoppedBy }]);
  expect(found).toMatchObject({
    why: "no document of it checks a token; a request without one gets 403 from ip-filter of orders.xml",
    protectedElsewhere: "GET /orders of orders has a check",
  });
});

it("tells a path that failed, and does not say that it is open", () => {
  const stoppedBy = { status: 500, by: "set-body of orders.xml", isOther: false };
  const [found] = uncheckedPaths([guarded, { ...unguarded, stoppedBy }]);
  expect(found).toEqual({
    ...{ api: "orders", operation: "GET /open" },
    why: "no document of it checks a token; a request without one gets 500 from set-body of orders.xml",
  });
});

it("tells a check that stands in one branch, and none that stands in every branch", () => {
  const stoppedBy = { status: 401, by: "validate-jwt of orders.xml", isOther: false };
  const branch = { ...guarded, isGuarded: false, stoppedBy };
  expect(uncheckedPaths([branch]).map(({ why }) => why)).toEqual([
    "its check of a token stands in a branch, and who takes another one meets none; a request without one gets 401 from validate-jwt of orders.xml",
  ]);
  expect(uncheckedPaths([{ ...branch, isGuarded: true }])).toEqual([]);
});
