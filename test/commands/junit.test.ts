/** The JUnit file, as readers by others see it. Which parts of it a CI shows is not proved here. */
import { parseXml } from "@rgrove/parse-xml";
import { parse, type TestSuites } from "junit2json";
import { beforeAll, describe, expect, it } from "vitest";
import { renderJunit } from "../../commands/junit.ts";
import { type Proof, proofOf } from "../../commands/prove.ts";
import { deriveMatrix, type Matrix } from "../../proof/matrix.ts";
import type { Answer } from "../../proof/run.ts";
import { minimal, read } from "../openapi/minimal-document.ts";
import { batch } from "../support/callers.ts";

const startedAt = new Date("2026-01-02T03:04:05.678Z");
let matrix: Matrix;
let good: readonly Answer[];
beforeAll(async () => {
  const api = { name: "orders", url: "https://gateway.example", document: await read(minimal()) };
  matrix = deriveMatrix([api], {
    signingKey: false,
    writes: true,
    callers: [batch],
    otherApp: "unavailable",
  });
  good = matrix.cells.map((cell) => ({
    cell,
    actual: cell.expected,
    refusal: "unknown" as const,
    passed: true,
  }));
});

const proof = (answers: readonly Answer[], explain: Proof["explain"] = () => []) =>
  proofOf(matrix, answers, { seconds: 1.5, explain });

/** A strict XML parser first: the JUnit reader's own forgives a lot. */
function readJunit(xml: string): Promise<TestSuites> {
  parseXml(xml);
  return parse(xml) as Promise<TestSuites>;
}

/** The good answers with the first one replaced. */
function withFirst(change: Partial<Answer>): readonly Answer[] {
  const [first, ...rest] = good;
  if (first === undefined) throw new Error("The matrix must have cells; got none.");
  return [{ ...first, passed: false, ...change }, ...rest];
}

describe("a JUnit file", () => {
  it("has a suite for each API, a case for each answer, and a skipped case for each kind that was not sent", async () => {
    const { testsuite: [orders, notSent] = [], ...sums } = await readJunit(
      renderJunit(proof(good), startedAt),
    );
    const { leftOut } = matrix;
    expect(leftOut.length).toBeGreaterThan(0);
    expect(sums).toEqual({
      name: "Who gets in",
      tests: good.length + leftOut.length,
      failures: 0,
      errors: 0,
      skipped: leftOut.length,
      time: 1.5,
    });
    expect(orders).toMatchObject({ name: "orders", tests: good.length, timestamp: "2026-01-02T03:04:05" });
    expect(orders?.testcase?.[0]).toEqual({
      classname: "orders",
      name: "GET /orders as batch: 200",
    });
    expect(new Set(orders?.testcase?.map(({ name }) => name)).size).toBe(good.length);
    expect(notSent?.testcase?.map(({ skipped }) => skipped?.[0]?.message)).toEqual(leftOut);
  });

  it("fails the case of an answer that differs, with what the terminal shows", async () => {
    const lines = () => ["because  of <this>"];
    const xml = renderJunit(proof(withFirst({ actual: 403 }), lines), startedAt);
    const { testsuite: [orders] = [], failures, errors } = await readJunit(xml);
    expect([failures, errors, orders?.failures, orders?.errors]).toEqual([1, 0, 1, 0]);
    const [failure] = orders?.testcase?.[0]?.failure ?? [];
    expect(failure?.message).toBe("expected 200, got 403");
    expect(failure?.inner).toContain('✗ GET /orders as "batch": expected 200, got 403\n  sent ');
    expect(failure?.inner).toContain("\n  because  of <this>\n");
  });

  it("has an error, not a failure, where there was no answer", async () => {
    const none = withFirst({ actual: undefined, noAnswer: "ECONNREFUSED" });
    const {
      testsuite: [orders] = [],
      failures,
      errors,
    } = await readJunit(renderJunit(proof(none), startedAt));
    expect([failures, errors]).toEqual([0, 1]);
    expect(orders?.testcase?.[0]?.error?.[0]?.message).toBe("expected 200, got no answer (ECONNREFUSED)");
  });

  it("fails when nothing was sent, since an empty file would pass", async () => {
    const empty = proofOf({ cells: [], leftOut: [] }, [], { seconds: 0, explain: () => [] });
    const { tests, failures, testsuite: [suite] = [] } = await readJunit(renderJunit(empty, startedAt));
    expect([tests, failures]).toEqual([1, 1]);
    expect(suite?.testcase?.[0]?.failure?.[0]?.message).toBe("Nothing was sent, so nothing is proved.");
  });

  it("is read back as it was meant, whatever a document says, but for what XML cannot carry", async () => {
    const rude = `a "b" <c> & 'd' ]]>\r\n\t\u{1F600}`;
    const lines = () => [rude];
    const answers = withFirst({ actual: undefined, noAnswer: `${rude}\u0000\u001B\uD800\uFFFF` });
    const xml = renderJunit(proof(answers, lines), startedAt);
    const { testsuite: [orders] = [] } = await readJunit(xml);
    expect(orders?.testcase?.[0]?.error?.[0]?.message).toBe(
      `expected 200, got no answer (${rude}${"\uFFFD".repeat(4)})`,
    );
    expect(orders?.testcase?.[0]?.error?.[0]?.inner).toContain(`\n  ${rude}\n  look at  `);
  });
});
