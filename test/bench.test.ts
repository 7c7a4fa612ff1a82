/** How the benchmarks measure in pairs, and their child processes. How fast anything is, is not proved. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { expect, test } from "vitest";
import { startBenchCloud } from "../bench/bench-stack.ts";
import { withChild } from "../bench/child.ts";
import { gatewayKinds, openGateway } from "../bench/gateway-stack.ts";
import { largeDocument } from "../bench/large-document.ts";
import { proveLarge } from "../bench/large-stack.ts";
import { compare, measurePairs, pairCount } from "../bench/pairs.ts";
import { localFolder } from "../commands/local-environment.ts";
import { projectRoot } from "../commands/project.ts";
import { provisionInProcess } from "../commands/provision.ts";
import { parseOutputs, plainOutputs } from "../commands/stack-outputs.ts";
import { serve } from "./support/serve.ts";

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

test.each(gatewayKinds)("a gateway of the kind %s lets its tokens through to the backend", async (kind) => {
  const callers: string[] = [];
  const backend = await serve((request, response) => {
    callers.push(String(request.headers["x-caller"]));
    response.end("from the backend");
  });
  const gateway = await openGateway(kind, backend.origin, 3);
  try {
    const answers = await Promise.all(
      gateway.tokens.map((token) => fetch(gateway.url, { headers: { authorization: `Bearer ${token}` } })),
    );
    expect(await Promise.all(answers.map((one) => one.text()))).toEqual(
      gateway.tokens.map(() => "from the backend"),
    );
    expect(new Set(gateway.tokens).size).toBe(kind === "rotating" ? 3 : 1);
    expect(callers.includes("undefined")).toBe(kind !== "expressions");
    expect((await fetch(gateway.url)).status).toBe(kind === "open" ? 200 : 401);
  } finally {
    await gateway.close();
    await backend.close();
  }
});

test("a large document's stack is provisioned, and its matrix passes", async () => {
  // Below the project, where the settings name documents.
  await mkdir(localFolder, { recursive: true });
  const folder = await mkdtemp(path.join(localFolder, "bench-test-"));
  try {
    const file = path.join(folder, "ten.json");
    await writeFile(file, largeDocument(10));
    const { provisioned, proof } = await proveLarge(path.relative(projectRoot, file));
    expect(provisioned.resources.some(({ name }) => name.includes("large"))).toBe(true);
    expect(proof.passed).toBe(true);
    expect(new Set(proof.answers.map(({ cell }) => cell.operation.name)).size).toBe(10);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a stack of the real engine's is opened with the settings of the stack local", async () => {
  const { cloud, settings } = await startBenchCloud();
  const { gatewayUrl } = parseOutputs(
    plainOutputs((await provisionInProcess(settings, cloud.providerHandlers)).outputs),
    "the test's stack",
  );
  await cloud.close();
  expect(gatewayUrl).toBe(cloud.origins.gateway);
});
