import { expect, it } from "vitest";
import { type BackendPath, uncheckedPaths } from "../../policy-review/unchecked-paths.ts";

const guarded: BackendPath = {
  ...{ api: "orders", row: "orders", operation: "GET /orders", backend: "https://orders.example.com" },
  ...{ isOpen: false, forgedIn: [], hasCheck: true, others: [] },
};
const open: BackendPath = { ...guarded, operation: "GET /open", isOpen: true, hasCheck: false };

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
  const [found] = uncheckedPaths([{ ...open, key: "gold", others: ["ip-filter"] }]);
  expect(found?.why).toBe(
    'no document of it checks a token; only a subscription key of product "gold" and ip-filter stand before it',
  );
});

it("tells a check that lets forged tokens in", () => {
  const [found] = uncheckedPaths([{ ...guarded, forgedIn: ["alg none"] }]);
  expect(found).toMatchObject({
    why: "it lets forged tokens in: alg none",
    protectedElsewhere: "a request without a token is refused, and one with a forged token is not",
  });
});
