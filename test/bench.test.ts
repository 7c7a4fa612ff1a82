/** How the benchmarks measure in pairs, and their child processes. How fast anything is, is not proved. */
import { expect, test } from "vitest";
import { withChild } from "../bench/child.ts";
import { compare, measurePairs, pairCount } from "../bench/pairs.ts";

const ratios = [3, 1, 9, 4, 2, 8, 5];
const pairs = ratios.map((ratio) => [ratio * 10, 10] as const);

test("the result is the median of the pairs' ratios, with the smallest and the largest", () => {
  expect(compare("time", pairs, { figure: (one) => one, goal: { atMost: 4 } })).toEqual({
    name: "time",
    ratio: 4,
    goal: "<= 4",
    passed: true,
    figures: [40, 10],
    spread: [1, 9],
  });
});

test.each([
  [{ atMost: 3.9 }, "<= 3.9"],
  [{ atLeast: 4.1 }, ">= 4.1"],
])("a goal %o that is missed is said to be missed", (goal, text) => {
  expect(compare("rate", pairs, { figure: (one) => one, goal })).toMatchObject({ goal: text, passed: false });
});

test("both things run alternately, and the first pair only warms up", async () => {
  const order: string[] = [];
  const measure = (name: string) => async () => `${name}${order.push(name)}`;
  const measured = await measurePairs({ first: measure("a"), second: measure("b") });
  expect(order.join("")).toBe("ab".repeat(pairCount + 1));
  expect(measured).toHaveLength(pairCount);
  expect(measured[0]).toEqual(["a3", "b4"]);
});

test("a sample that is measured beside is stopped, also when the measuring fails", async () => {
  let origin = "";
  const measuring = withChild("backend", [], async (report: { origin: string }) => {
    origin = report.origin;
    expect((await fetch(origin)).status).toBe(200);
    throw new Error("It went wrong.");
  });
  await expect(measuring).rejects.toThrow("It went wrong.");
  await expect(fetch(origin)).rejects.toThrow("fetch failed");
});
