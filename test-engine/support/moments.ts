import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";
import { readDocument } from "../../openapi/document.ts";
import { satisfies } from "../../openapi/security/security.ts";
import { createForge } from "../../proof/forge.ts";
import { type Cell, deriveMatrix } from "../../proof/matrix.ts";
import { deriveGatewayModel } from "../../simulator/arm/gateway-derivation.ts";
import type { LocalCloud } from "../../simulator/cloud.ts";
import { SimulatorError } from "../../simulator/kernel/error.ts";
import type { ProviderHandlers } from "../../simulator/providers/provider-handlers.ts";
import type { ResourceHandler } from "../../simulator/providers/resource.ts";
import { changedProject, type StackChange, type TestEngine } from "./engine.ts";

/**
 * How one step of an update goes wrong: refused and not done; done, but told as a failure; done, and the engine killed with what it
 * has under way.
 */
export type FailureKind = "conflict" | "lost answer" | "killed";

/** The step that goes wrong, the first is 1. */
export interface Failure {
  readonly step: number;
  readonly kind: FailureKind;
}

/** An update's steps, slowed down and counted. */
export interface WatchedSteps {
  readonly providerHandlers: ProviderHandlers;
  /** How many changes the engine has asked for. */
  count(): number;
}

// Longer than a round of questions.
const policyMilliseconds = 100;

/** Handlers whose policies take their time, and of which one step may go wrong. */
export function watchSteps({ resources, ...rest }: ProviderHandlers, failure?: Failure): WatchedSteps {
  let steps = 0;
  let isKilled = false;
  const change = async <Result>(type: string, act: () => Promise<Result>): Promise<Result> => {
    // What a killed engine had not asked for does not happen.
    if (isKilled) return new Promise(() => {});
    steps += 1;
    const isFailing = failure?.step === steps;
    if (type.endsWith("Policy")) await setTimeout(policyMilliseconds);
    if (isFailing && failure?.kind === "conflict")
      throw new SimulatorError("Conflict", "409: injected by the test.");
    const result = await act();
    if (isFailing && failure?.kind === "lost answer")
      throw new SimulatorError("InternalServerError", "500: injected by the test.");
    if (isFailing && failure?.kind === "killed") {
      isKilled = true;
      killEngine();
    }
    return result;
  };
  const watched = (handler: ResourceHandler): ResourceHandler => ({
    ...handler,
    create: (name, inputs) => change(handler.type, () => handler.create(name, inputs)),
    update: (id, inputs, state) => change(handler.type, () => handler.update(id, inputs, state)),
    delete: (id, state) => change(handler.type, () => handler.delete(id, state)),
  });
  return { providerHandlers: { ...rest, resources: resources.map(watched) }, count: () => steps };
}

/** Kills the CLI that this process started, without a chance to clean up. */
function killEngine(): void {
  const processes = execFileSync("ps", ["-A", "-o", "pid=,ppid=,comm="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  for (const [pid, parent, command = ""] of processes)
    if (Number(parent) === process.pid && path.basename(command) === "pulumi")
      process.kill(Number(pid), "SIGKILL");
}

/** A request that must never be let in. */
interface Question {
  readonly name: string;
  readonly url: string;
  readonly init: RequestInit;
}

/** An operation that a token is needed for, and scopes that do not suffice. */
interface ProtectedOperation {
  readonly cell: Cell;
  readonly otherScopes: readonly string[] | undefined;
}

/** The operations of a project's APIs by method and address. */
async function operationsIn(project: string, apis: string): Promise<ReadonlyMap<string, Cell>> {
  const entries = Object.entries(JSON.parse(apis) as Record<string, { document: string; path?: string }>);
  const toProve = await Promise.all(
    entries.map(async ([name, { document, path: suffix = "" }]) => ({
      name,
      url: suffix === "" ? "" : `/${suffix}`,
      document: await readDocument({ document }, project),
    })),
  );
  const { cells } = deriveMatrix(toProve, {
    signingKey: true,
    writes: true,
    callers: [],
    otherApp: "refused",
  });
  const address = ({ api, operation }: Cell) => `${operation.method} ${api.url}${operation.example.path}`;
  return new Map(cells.map((cell) => [address(cell), cell]));
}

/** The operations that need a token before and after a change; what is public in one of the two may answer. */
async function protectedOperations(
  engine: TestEngine,
  changes: readonly StackChange[],
): Promise<readonly ProtectedOperation[]> {
  const all = await Promise.all(
    changes.map(async (change) => {
      const project = await changedProject(change);
      const apis = engine.settingsWith(change).config["apim-okta:apis"] ?? "{}";
      return operationsIn(project, apis).finally(() => rm(project, { recursive: true }));
    }),
  );
  const addresses = [...new Set(all.flatMap((operations) => [...operations.keys()]))];
  return addresses.flatMap((address) => {
    const cells = all.flatMap((operations) => operations.get(address) ?? []);
    const [cell] = cells;
    if (cell === undefined || cells.some(({ operation }) => operation.security.kind === "public")) return [];
    // A change of scopes may let a token in that was refused before.
    const others = cells.map(({ context, operation: { security } }) =>
      satisfies(security, []) ? undefined : context.lacking[0],
    );
    const [first] = others;
    const isSame = others.every((one) => JSON.stringify(one) === JSON.stringify(first));
    return [{ cell, otherScopes: isSame ? first : undefined }];
  });
}

/** Signs tokens with the scopes as each authorization server of the org would, once for each. */
function tokenMaker({ org }: LocalCloud): (scopes: readonly string[]) => readonly string[] {
  const made = new Map<string, string>();
  const make = (issuer: string, scopes: readonly string[]) => {
    const { key, audience } = org.signing(issuer);
    const identity = { issuer, audience, clientId: "0oaAnother" };
    return createForge(key, identity, Math.floor(Date.now() / 1000)).token({ scp: scopes });
  };
  return (scopes) =>
    [...org.servers.values()].map((server) => {
      const issuer = org.issuerOf(server);
      const name = `${issuer} ${scopes.join(" ")}`;
      const token = made.get(name) ?? make(issuer, scopes);
      made.set(name, token);
      return token;
    });
}

function questions(
  cloud: LocalCloud,
  operations: readonly ProtectedOperation[],
  tokensWith: ReturnType<typeof tokenMaker>,
): readonly Question[] {
  return operations.flatMap(({ cell: { api, operation }, otherScopes }) => {
    const { method, example } = operation;
    const ask = (what: string, headers: Readonly<Record<string, string>>): Question => ({
      name: `${method} ${api.url}${example.path} ${what}`,
      url: `${cloud.origins.gateway}${api.url}${example.path}`,
      init: {
        method,
        redirect: "manual",
        headers: { ...example.headers, ...headers },
        ...(example.body === undefined ? {} : { body: example.body }),
      },
    });
    return [
      ask("without a token", {}),
      ...(otherScopes === undefined ? [] : tokensWith(otherScopes)).map((token) =>
        ask(`with ${otherScopes?.join(" ")} alone`, { authorization: `Bearer ${token}` }),
      ),
    ];
  });
}

/** What came of asking the whole time. */
export interface Watch {
  readonly requests: number;
  /** Answers that let a caller in, each once: `GET /sessions without a token: 200`. */
  readonly open: readonly string[];
  /** Status → how often it came. */
  readonly statuses: ReadonlyMap<number, number>;
}

// Short, so that what stands between two steps of an update is met.
const betweenRoundsMilliseconds = 20;
// The program takes seconds to come up: while nothing in the gateway has changed, a core is better left to it.
const unchangedMilliseconds = 400;

/**
 * Asks every operation that needs a token before and after a change, again and again while the change is made, and once more after
 * it: without a token, and with one of another scope.
 */
export async function watchWhile(
  engine: TestEngine,
  changes: readonly [before: StackChange, after: StackChange],
  act: () => Promise<unknown>,
): Promise<Watch> {
  const { cloud } = engine;
  const operations = await protectedOperations(engine, changes);
  const open = new Set<string>();
  const statuses = new Map<number, number>();
  const ask = async ({ name, url, init }: Question) => {
    const response = await fetch(url, init);
    await response.arrayBuffer();
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    if (response.ok) open.add(`${name}: ${response.status}`);
  };
  const tokensWith = tokenMaker(cloud);
  const round = () => Promise.all(questions(cloud, operations, tokensWith).map(ask));
  let isOver = false;
  const model = () => cloud.store.derived(deriveGatewayModel);
  const rounds = async () => {
    while (!isOver) {
      const asked = model();
      await Promise.all([round(), setTimeout(betweenRoundsMilliseconds)]);
      const until = Date.now() + unchangedMilliseconds;
      while (!isOver && model() === asked && Date.now() < until) await setTimeout(betweenRoundsMilliseconds);
    }
  };
  const asking = rounds();
  try {
    await act();
  } finally {
    isOver = true;
    await asking;
  }
  await round();
  const requests = [...statuses.values()].reduce((sum, count) => sum + count, 0);
  return { requests, open: [...open].sort(), statuses };
}
