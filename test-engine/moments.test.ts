/**
 * Nobody gets in while an update runs, fails or was killed: during each change every protected operation is asked without a token
 * and with a token of another scope, again and again, while the policies take their time; then once more after one step of the
 * change went wrong. `MOMENTS=all` lets each single step go wrong in each way; without it one of them does.
 */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handlerOf } from "../test/support/local-stack.ts";
import { type KeptState, type StackChange, startTestEngine, type TestEngine } from "./support/engine.ts";
import { formerPolicies } from "./support/former-policies.ts";
import { type Failure, type FailureKind, watchSteps, watchWhile } from "./support/moments.ts";

const document = "apis/conference.openapi.yaml";
const kinds: readonly FailureKind[] = ["conflict", "lost answer", "killed"];
const isWhole = process.env.MOMENTS === "all";

let before: TestEngine;
beforeAll(async () => {
  before = await startTestEngine();
  await before.run({}, (stack) => stack.up({ suppressProgress: true }));
  await before.stop();
});
afterAll(() => rm(before.folder, { recursive: true }));

/** What a change does to the gateway, from where it starts. */
interface Row {
  readonly name: string;
  /** Absent, the change is the first update of all. */
  readonly from?: StackChange;
  /** What there is in the cloud before a first update. */
  readonly prepare?: (engine: TestEngine) => Promise<void>;
  readonly change: StackChange;
}

const conference = { document, path: "" };
const withApis = (apis: object) => ({ apis: JSON.stringify(apis) });
const publicTopics = {
  [document]: (text: string) =>
    text.replace("summary: List the topics\n", "summary: List the topics\n      security: []\n"),
};
const swappedNames = {
  [document]: (text: string) =>
    publicTopics[document](text)
      .replace("operationId: GetTopics\n", "operationId: Swapped\n")
      .replace("operationId: GetSpeakers\n", "operationId: GetTopics\n")
      .replace("operationId: Swapped\n", "operationId: GetSpeakers\n"),
};
const anyToken = {
  [document]: (text: string) =>
    text.replace(
      "summary: List the topics\n",
      "summary: List the topics\n      security:\n        - okta: []\n",
    ),
};

/** An instance that somebody else made. */
async function makeInstance({ cloud }: TestEngine): Promise<void> {
  const group = { resourceGroupName: "rg-theirs", location: "westeurope" };
  await handlerOf(cloud, "azure-native:resources:ResourceGroup").create("theirs", group);
  await handlerOf(cloud, "azure-native:apimanagement:ApiManagementService").create("theirs", {
    ...group,
    serviceName: "apim-theirs",
    sku: { name: "Developer", capacity: 1 },
    publisherName: "Fabrikam",
    publisherEmail: "api@fabrikam.example",
  });
}

const rows: readonly Row[] = [
  { name: "the first update", change: {} },
  {
    name: "the first update on an instance of others",
    prepare: makeInstance,
    change: {
      config: {
        apimExistingServiceName: "apim-theirs",
        apimExistingResourceGroup: "rg-theirs",
        ...withApis({ conference: { document, path: "conference", serviceUrl: "local" } }),
      },
    },
  },
  { name: "an operation that becomes public", from: {}, change: { files: publicTopics } },
  { name: "a public operation that becomes protected", from: { files: publicTopics }, change: {} },
  { name: "an operation that takes any valid token", from: {}, change: { files: anyToken } },
  {
    name: "a removed operation",
    from: {},
    change: { files: { [document]: (text) => text.replace(/ {2}\/topics:\n[\s\S]*?(?= {2}\/topic\/)/, "") } },
  },
  {
    name: "a new operation",
    from: { files: { [document]: (text) => text.replace(/ {2}\/topics:\n[\s\S]*?(?= {2}\/topic\/)/, "") } },
    change: {},
  },
  {
    name: "the backend's URL",
    from: {},
    change: { config: withApis({ conference: { ...conference, serviceUrl: "http://localhost:1" } }) },
  },
  { name: "a mock", from: {}, change: { config: withApis({ conference: { ...conference, mock: true } }) } },
  {
    name: "a backend in the place of a mock",
    from: { config: withApis({ conference: { ...conference, mock: true } }) },
    change: {},
  },
  {
    name: "a new API",
    from: {},
    change: {
      config: withApis({
        conference: { ...conference, serviceUrl: "local" },
        second: { document, path: "second", serviceUrl: "local" },
      }),
    },
  },
  {
    name: "another path",
    from: {},
    change: { config: withApis({ conference: { document, path: "v2", serviceUrl: "local" } }) },
  },
  {
    name: "another name of the API",
    from: {},
    change: { config: withApis({ talks: { ...conference, serviceUrl: "local" } }) },
  },
  {
    name: "names of operations that stand for others",
    from: { files: publicTopics },
    change: { files: swappedNames },
  },
  {
    name: "one policy document in the place of one for each operation",
    from: { files: formerPolicies },
    change: {},
  },
  {
    name: "one policy document, and names of operations that stand for others",
    from: { files: { ...formerPolicies, ...publicTopics } },
    change: { files: swappedNames },
  },
  { name: "the region", from: {}, change: { config: { location: "northeurope" } } },
  {
    name: "an authorization server of the stack's own",
    from: {},
    change: {
      config: {
        oktaAuthorizationServer: "conference",
        oktaCreateAuthorizationServer: "true",
        oktaAudience: "api://conference",
      },
    },
  },
];

const up = (engine: TestEngine, change: StackChange, handlers = engine.cloud.providerHandlers) =>
  engine.run(change, (stack) => stack.up({ suppressProgress: true }), handlers);

/** Uses the state before a row's change, which each run of the change gets a copy of. */
async function withStart<T>({ from, prepare }: Row, use: (start?: KeptState) => Promise<T>): Promise<T> {
  const isMade = prepare !== undefined || Object.keys(from ?? {}).length > 0;
  if (!isMade) return use(from === undefined ? undefined : before);
  const engine = await startTestEngine(from === undefined ? undefined : before);
  try {
    await prepare?.(engine);
    if (from !== undefined) await up(engine, from);
  } finally {
    await engine.stop();
  }
  return use(engine).finally(() => rm(engine.folder, { recursive: true }));
}

async function settle(row: Row, start: KeptState | undefined, failure?: Failure) {
  const engine = await startTestEngine(start);
  try {
    const steps = watchSteps(engine.cloud.providerHandlers, failure);
    let isDone = false;
    const watch = await watchWhile(engine, [row.from ?? row.change, row.change], async () => {
      isDone = await up(engine, row.change, steps.providerHandlers).then(
        () => true,
        (error: unknown) => {
          if (failure === undefined) throw error;
          return false;
        },
      );
    });
    return { ...watch, isDone, steps: steps.count() };
  } finally {
    await engine.close();
  }
}

/** The steps that go wrong: each in each way, or one in the midst of the update, in another way from row to row. */
function failuresOf(steps: number, row: number): readonly Failure[] {
  const all = Array.from({ length: steps }, (_, index) => index + 1);
  if (isWhole) return all.flatMap((step) => kinds.map((kind) => ({ step, kind })));
  return [{ step: Math.ceil(steps / 2), kind: kinds[row % kinds.length] ?? "killed" }];
}

describe("nobody gets in", () => {
  it.each(rows.map((row) => [row.name, row] as const))(
    "during %s, whichever step of it fails",
    (_, row) =>
      withStart(row, async (start) => {
        const whole = await settle(row, start);
        expect([whole.isDone, whole.open]).toEqual([true, []]);
        expect(whole.steps).toBeGreaterThan(0);
        let requests = whole.requests;
        const failures = failuresOf(whole.steps, rows.indexOf(row));
        for (const failure of failures) {
          const failed = await settle(row, start, failure);
          expect([failure, failed.open]).toEqual([failure, []]);
          expect([failure, failed.isDone]).toEqual([failure, false]);
          requests += failed.requests;
        }
        console.info(
          `${row.name}: ${whole.steps} steps, ${failures.length} failures, ${requests} requests, none let in`,
        );
      }),
    isWhole ? 3_600_000 : 900_000,
  );
});
