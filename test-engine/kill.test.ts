/**
 * The engine and the local cloud's providers killed at a random moment of an update, four times. Whatever the moment was, the
 * repair that docs/deploy.md gives must leave stack and cloud in agreement, with nothing lost and nothing orphaned.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { CloudSnapshot } from "../simulator/cloud-file.ts";
import { copyProject, runToEnd } from "../test/support/command.ts";
import { inputsOf, tokenOf } from "../test/support/direct-azure.ts";
import { localAnswers } from "../test/support/local-answers.ts";
import { freePort } from "../test/support/local-stack.ts";

/** The same numbers for the same seed. https://en.wikipedia.org/wiki/Lehmer_random_number_generator */
function lehmer(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

interface Project {
  readonly folder: string;
  readonly port: string;
}

const binaries = (folder: string) =>
  `${path.join(folder, "node_modules/.bin")}${path.delimiter}${process.env.PATH}`;

/** Starts the stack, and kills everything once the cloud holds so many things and some milliseconds have passed. */
async function killDuringStart(project: Project, moment: { things: number; milliseconds: number }) {
  const { folder, port } = project;
  const options = ["--once", "--engine", "pulumi", "--latency", "200", "--port", port];
  const child = spawn(process.execPath, [path.join(folder, "commands/start.ts"), ...options], {
    cwd: folder,
    stdio: "ignore",
  });
  const ended = once(child, "close");
  while (child.exitCode === null && countThings(await readCloud(project)) < moment.things)
    await setTimeout(5);
  await setTimeout(moment.milliseconds);
  // The engine has a process group of its own: it is killed with its providers, as a machine that loses its power does.
  if (child.exitCode === null && child.pid !== undefined)
    for (const pid of [child.pid, ...(await descendants(child.pid))]) killNow(pid);
  await ended;
}

async function descendants(pid: number): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]);
  const all = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    all.flatMap(([one = 0, of]) => (of === parent ? [one, ...below(one)] : []));
  return below(pid);
}

function killNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It has ended in this moment.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

const pulumi = ({ folder, port }: Project, ...args: string[]) =>
  runToEnd({
    project: folder,
    name: "local",
    args: ["--port", port, "pulumi", ...args, "--stack", "local"],
    env: { PATH: binaries(folder) },
  });

const start = ({ folder, port }: Project) =>
  runToEnd({
    project: folder,
    name: "start",
    args: ["--once", "--engine", "pulumi", "--port", port],
    env: { PATH: binaries(folder) },
  });

async function readCloud({ folder }: Project): Promise<CloudSnapshot | undefined> {
  const text = await readFile(path.join(folder, ".local/cloud.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as CloudSnapshot);
}

/** What the program makes in the cloud, by kind: not what a new org comes with. */
function thingsIn({ azure, okta }: CloudSnapshot) {
  const others = ["default", "Another team's app", "Default Policy", "Default Policy Rule"];
  const own = (
    entities: readonly { readonly id: string; readonly name?: string; readonly label?: string }[],
  ) => entities.filter(({ name, label }) => !others.includes(name ?? label ?? "")).length;
  return {
    azure: azure.resources.length,
    servers: own(okta.servers),
    scopes: okta.scopes.filter((scope) => !("system" in scope && scope.system)).length,
    apps: own(okta.apps),
    policies: own(okta.policies),
    rules: own(okta.rules),
    assignments: okta.assignments.length,
    trustedOrigins: okta.trustedOrigins.length,
  };
}

function countThings(cloud: CloudSnapshot | undefined): number {
  return cloud === undefined ? 0 : Object.values(thingsIn(cloud)).reduce((sum, count) => sum + count, 0);
}

interface Exported {
  readonly deployment: { readonly pending_operations?: readonly PendingOperation[] };
}

interface PendingOperation {
  readonly type: string;
  readonly resource: PendingResource;
}

interface PendingResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  /** URN of the component. */
  readonly parent: string;
  readonly inputs: Record<string, unknown>;
}

/** What docs/deploy.md tells a person: lift the lock, take over what was created without the engine's knowing, forget the rest. */
async function repair(project: Project): Promise<string> {
  const exported = await pulumi(project, "stack", "export");
  // Killed before there was a stack: there is nothing to repair.
  if (exported.code !== 0) return "there was no stack yet";
  await pulumi(project, "cancel", "--yes");
  const { deployment } = JSON.parse(exported.stdout) as Exported;
  const creations = (deployment.pending_operations ?? []).filter(({ type }) => type === "creating");
  const cloud = await readCloud(project);
  const made = creations.flatMap(({ resource }) => {
    const id = cloud === undefined || !resource.custom ? undefined : idInCloud(cloud, resource);
    return id === undefined ? [] : [{ ...resource, id }];
  });
  for (const { type, urn, id, parent } of made) {
    const name = urn.split("::").at(-1) ?? "";
    const options = ["--parent", `component=${parent}`, "--protect=false", "--generate-code=false"];
    await expectDone(pulumi(project, "import", type, name, id, ...options, "--yes", "--skip-preview"));
  }
  await expectDone(pulumi(project, "refresh", "--clear-pending-creates", "--yes", "--skip-preview"));
  return `${creations.length} creations were under way, ${made.length} of them had happened`;
}

async function expectDone(command: ReturnType<typeof runToEnd>): Promise<void> {
  const { code, stdout, stderr } = await command;
  expect([code, code === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
}

type OktaKind = "servers" | "scopes" | "policies" | "rules" | "apps" | "assignments" | "trustedOrigins";

const oktaKinds: Readonly<Record<string, OktaKind>> = {
  Server: "servers",
  ServerScope: "scopes",
  ServerPolicy: "policies",
  ServerPolicyRule: "rules",
  OAuth: "apps",
  GroupAssignment: "assignments",
  Origin: "trustedOrigins",
};

/** The import id that docs/deploy.md gives, from what a person would look up in the console of Azure or Okta. */
function idInCloud({ azure, okta }: CloudSnapshot, { type, inputs }: PendingResource): string | undefined {
  const kind = oktaKinds[type.split(":").at(-1) ?? ""];
  const name = String(inputs.name ?? inputs.label);
  if (kind !== undefined) {
    if (kind === "assignments")
      return okta.assignments.find(({ id }) => id === `${inputs.appId}/${inputs.groupId}`)?.id;
    const entities = okta[kind] as readonly {
      id: string;
      name?: string;
      label?: string;
      policyId?: string;
    }[];
    // The rules of all clients' policies have one name.
    const found = entities.find(
      (one) => (one.name ?? one.label) === name && (kind !== "rules" || one.policyId === inputs.policyId),
    );
    const parents = [inputs.authServerId, inputs.policyId].filter((parent) => parent !== undefined);
    return found === undefined ? undefined : [...parents, found.id].join("/");
  }
  const address = [
    "resourceGroupName",
    "serviceName",
    "apiId",
    "operationId",
    "authsid",
    "deploymentName",
    "policyId",
  ];
  return azure.resources.find((one) => {
    const own = inputsOf(one);
    return tokenOf(one) === type && address.every((key) => own[key] === inputs[key]);
  })?.id;
}

// Of Azure the program's 8, and the revision that its deployment publishes the portal with.
const everyThing = {
  ...{ azure: 14, servers: 1, scopes: 2, apps: 4, policies: 4, rules: 4, assignments: 4, trustedOrigins: 1 },
};
const thingsMade = Object.values(everyThing).reduce((sum, count) => sum + count, 0);

describe("an update that is killed", () => {
  // With hardly anything made, early, in the middle and late. Most of the time is waiting: for the slow cloud, and for processes to
  // come up.
  it.concurrent.each([6, 1, 3, 5])("is whole again after the repair (seed %i)", async (seed) => {
    const random = lehmer(seed * 7919);
    const project = { folder: await copyProject(), port: await freePort() };
    const moment = {
      things: 1 + Math.floor(random() * thingsMade),
      milliseconds: Math.floor(random() * 200),
    };
    await killDuringStart(project, moment);
    const when = `${moment.milliseconds} ms after the cloud held ${moment.things} of ${thingsMade} things`;
    console.info(`seed ${seed}: killed ${when}; ${await repair(project)}`);

    const mended = await start(project);
    expect([mended.code, mended.stderr]).toEqual([0, ""]);
    expect(mended.stdout).toContain(`${localAnswers} of ${localAnswers} answers`);
    expect((await start(project)).stdout).toContain("42 resources, no changes");
    const after = await readCloud(project);
    expect(after && thingsIn(after)).toEqual(everyThing);
    await rm(project.folder, { recursive: true });
  });
});
