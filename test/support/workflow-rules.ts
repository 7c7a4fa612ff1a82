import { parse } from "yaml";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly environment?: unknown;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly env?: unknown;
  readonly steps: readonly Step[];
}

/** The part of a workflow that the rules look at. */
export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly env?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What a rule finds wrong, each with its place. */
type Rule = (workflow: Workflow, text: string) => readonly string[];

const eachJob = (workflow: Workflow) => Object.entries(workflow.jobs);
const eachStep = (workflow: Workflow) =>
  eachJob(workflow).flatMap(([job, { steps }]) =>
    steps.map((step, index) => ({ step, place: `${job}.${index + 1}` })),
  );
const holds = (value: unknown, pattern: RegExp) => pattern.test(JSON.stringify(value ?? null));
const secret = /\bsecrets\b/;
const token = /\bgithub\.token\b/;

/** The rules that every workflow keeps, by what they ask for. */
export const workflowRules: Readonly<Record<string, Rule>> = {
  "every action is pinned to a commit, with its version beside it": (_, text) =>
    [...text.matchAll(/^.*\buses: *(.*)$/gm)]
      .map(([, used = ""]) => used)
      .filter((used) => !/^(\.\/\S+|[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/.test(used)),

  "a secret is in the environment of the one step that needs it": (workflow) => [
    ...(holds(workflow.env, secret) ? ["the workflow's env"] : []),
    ...eachJob(workflow).flatMap(([job, { steps, ...rest }]) => (holds(rest, secret) ? [job] : [])),
    ...eachStep(workflow)
      .filter(({ step: { env: _, ...rest } }) => holds(rest, secret))
      .map(({ place }) => place),
  ],

  "the workflow's token goes to single steps": (workflow) => [
    ...(holds(workflow.env, token) ? ["the workflow's env"] : []),
    ...eachJob(workflow).flatMap(([job, { env }]) => (holds(env, token) ? [job] : [])),
  ],

  "a script reads what others wrote from its environment, never as part of itself": (workflow) =>
    eachStep(workflow)
      .filter(({ step }) => step.run?.includes("${{"))
      .map(({ place }) => place),

  "nothing from the web is run as it comes": (workflow) =>
    eachStep(workflow)
      .filter(({ step: { run = "" } }) =>
        /\b(curl|wget)\b[^\n]*\|\s*(sudo\s+)?(ba|z|da)?sh\b|\b(ba|z|da)?sh\b[^\n]*<\(\s*(curl|wget)\b|\beval\b[^\n]*\b(curl|wget)\b/.test(
          run,
        ),
      )
      .map(({ place }) => place),

  "no package's install script runs beside a right to write or log in": (workflow) =>
    eachJob(workflow)
      .filter(([, job]) => mayWrite(job) || job.environment !== undefined)
      .flatMap(([name, { steps }]) =>
        steps
          .filter(({ run = "" }) => /\bnpm (ci|i|install)\b(?![^\n]*--ignore-scripts)/.test(run))
          .map(() => name),
      ),

  "the tools are there before the first secret, and none is loaded beside it": (workflow) =>
    eachJob(workflow).flatMap(([name, { steps }]) => {
      const first = steps.findIndex(({ env }) => holds(env, secret));
      if (first < 0) return [];
      const prepared = steps.findIndex(({ uses }) => uses === "./.github/actions/prepare");
      const late = steps
        .slice(first)
        .filter(({ run = "" }) => /\b(npm (ci|i|install)|pulumi install)\b/.test(run));
      const loads = steps.filter(
        ({ run = "", env }) =>
          /\bpulumi (preview|up|refresh|destroy)\b/.test(run) &&
          env?.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION !== "true",
      );
      return prepared >= 0 && prepared < first && late.length + loads.length === 0 ? [] : [name];
    }),

  "a job has the rights that it needs, and the workflow gives no other": (workflow) => {
    const own = workflow.permissions;
    if (own === undefined) return ["the workflow has every right"];
    return Object.values(own).some((right) => right !== "read") ? ["the workflow may write"] : [];
  },

  "whoever logs in somewhere does it in an environment": (workflow) =>
    eachJob(workflow)
      .filter(([, job]) => job.environment === undefined)
      .filter(([, { permissions, steps }]) => permissions?.["id-token"] === "write" || holds(steps, secret))
      .map(([name]) => name),

  "a check-out keeps no credential": (workflow) =>
    eachStep(workflow)
      .filter(
        ({ step }) =>
          step.uses?.startsWith("actions/checkout@") && step.with?.["persist-credentials"] !== false,
      )
      .map(({ place }) => place),

  "no pull request's code runs where it could write": (workflow) => {
    const isForeign = "workflow_run" in workflow.on;
    return [
      ...("pull_request_target" in workflow.on ? ["pull_request_target"] : []),
      ...eachStep(workflow)
        .filter(({ step }) => isForeign && step.uses?.startsWith("actions/checkout@"))
        .filter(({ step }) => step.with?.ref !== `$\{{ steps.pull-request.outputs.merge-base }}`)
        .map(({ place }) => place),
      ...eachJob(workflow)
        .filter(([, job]) => isForeign && mayWrite(job))
        .flatMap(([name, { steps }]) =>
          steps.some(({ uses, run }) => uses?.startsWith("actions/checkout@") || /\bnpm\b/.test(run ?? ""))
            ? [name]
            : [],
        ),
    ];
  },

  "everything ends: jobs, runs side by side, what is stored": (workflow) => [
    ...(workflow.concurrency === undefined ? ["concurrency"] : []),
    ...eachJob(workflow)
      .filter(([, job]) => job["timeout-minutes"] === undefined)
      .map(([name]) => name),
    ...eachStep(workflow)
      .filter(({ step }) => step.uses?.startsWith("actions/upload-artifact@"))
      .filter(({ step }) => typeof step.with?.["retention-days"] !== "number")
      .map(({ place }) => place),
  ],
};

/** Whether a job may write in the repository. */
function mayWrite({ permissions = {} }: Job): boolean {
  return Object.entries(permissions).some(
    ([name, right]) => right === "write" && !["id-token", "security-events"].includes(name),
  );
}

/** Which rules a workflow breaks, and where. */
export function brokenRules(text: string): Readonly<Record<string, readonly string[]>> {
  const workflow = parse(text) as Workflow;
  const broken = Object.entries(workflowRules).map(([name, rule]) => [name, rule(workflow, text)] as const);
  return Object.fromEntries(broken.filter(([, places]) => places.length > 0));
}
