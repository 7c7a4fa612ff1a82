/** The workflows against the rules of SECURITY.md, and their scripts in a shell. What GitHub makes of them is not proved here. */
import { execFile } from "node:child_process";
import { glob, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { driftJobPrefix } from "../commands/drift-jobs.ts";
import { brokenRules, workflowRules } from "./support/workflow-rules.ts";

const root = path.join(import.meta.dirname, "..");
const read = (file: string) => readFile(path.join(root, file), "utf8");
const files: string[] = [];
for await (const file of glob(".github/workflows/*.yml", { cwd: root })) files.push(file);

/** `expression("secrets.KEY")` → what GitHub replaces by the secret. */
const expression = (text: string) => `$\{{ ${text} }}`;

const good = `on:
  push:
permissions: {}
concurrency: one
jobs:
  plan:
    environment: dev-read
    timeout-minutes: 5
    permissions:
      contents: read
      id-token: write
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: ./.github/actions/prepare
      - run: npx pulumi preview --stack dev
        env:
          KEY: ${expression("secrets.KEY")}
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true"
      - run: echo done
      - uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
        with:
          path: plan.json
          retention-days: 7
`;

/** The nearest workflow that breaks each rule: what is replaced, by what, and where the rule finds it. */
const breaches: Readonly<
  Record<keyof typeof workflowRules, readonly [from: string, to: string, place: string][]>
> = {
  "every action is pinned to a commit, with its version beside it": [
    ["@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7", "actions/checkout@v7"],
    [" # v7.0.1", "", "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"],
    ["a90b1 #", "a90b #", "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b # v7.0.1"],
  ],
  "a secret is in the environment of the one step that needs it": [
    [
      "    timeout-minutes: 5\n",
      `    timeout-minutes: 5\n    env:\n      KEY: ${expression("secrets.KEY")}\n`,
      "plan",
    ],
    [
      "permissions: {}\n",
      `permissions: {}\nenv:\n  KEY: ${expression("secrets.KEY")}\n`,
      "the workflow's env",
    ],
    ["path: plan.json", `path: ${expression("secrets.KEY")}`, "plan.5"],
    ["- run: echo done", `- if: ${expression("secrets['KEY'] != ''")}\n        run: echo done`, "plan.4"],
  ],
  "the workflow's token goes to single steps": [
    [
      "permissions: {}\n",
      `permissions: {}\nenv:\n  GH_TOKEN: ${expression("github.token")}\n`,
      "the workflow's env",
    ],
    [
      "    timeout-minutes: 5\n",
      `    timeout-minutes: 5\n    env:\n      T: ${expression("github.token")}\n`,
      "plan",
    ],
  ],
  "a script reads what others wrote from its environment, never as part of itself": [
    ["echo done", `echo ${expression("github.head_ref")}`, "plan.4"],
  ],
  "nothing from the web is run as it comes": [
    ["echo done", "curl -fsSL https://get.pulumi.com | sh", "plan.4"],
    ["echo done", "wget -qO- https://get.pulumi.com | sudo bash -s", "plan.4"],
    ["echo done", "bash <(curl -fsSL https://get.pulumi.com)", "plan.4"],
  ],
  "no package's install script runs beside a right to write or log in": [
    ["echo done", "npm ci", "plan"],
    ["echo done", "npm install left-pad", "plan"],
  ],
  "the tools are there before the first secret, and none is loaded beside it": [
    ["      - uses: ./.github/actions/prepare\n", "", "plan"],
    ["echo done", "npm ci --ignore-scripts", "plan"],
    ['          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true"\n', "", "plan"],
  ],
  "a job has the rights that it needs, and the workflow gives no other": [
    ["permissions: {}\n", "", "the workflow has every right"],
    ["permissions: {}\n", "permissions:\n  contents: write\n", "the workflow may write"],
  ],
  "whoever logs in somewhere does it in an environment": [["    environment: dev-read\n", "", "plan"]],
  "a check-out keeps no credential": [
    ["        with:\n          persist-credentials: false\n", "", "plan.1"],
    ["persist-credentials: false", "persist-credentials: true", "plan.1"],
  ],
  "no pull request's code runs where it could write": [
    ["  push:\n", "  pull_request_target:\n", "pull_request_target"],
    ["  push:\n", "  workflow_run:\n", "plan.1"],
  ],
  "everything ends: jobs, runs side by side, what is stored": [
    ["concurrency: one\n", "", "concurrency"],
    ["    timeout-minutes: 5\n", "", "plan"],
    ["          retention-days: 7\n", "", "plan.5"],
  ],
};

describe("the rules for workflows", () => {
  it("are kept by the example that the breaches below change", () => {
    expect(brokenRules(good)).toEqual({});
  });

  it.each(
    Object.keys(workflowRules).flatMap((rule) => (breaches[rule] ?? []).map((breach) => [rule, ...breach])),
  )("find that not: %s (%j becomes %j)", (rule, from, to, place) => {
    expect(good).toContain(from);
    expect(brokenRules(good.replace(from ?? "", () => to ?? ""))[rule ?? ""]).toEqual([place]);
  });

  it("each have a breach above", () => {
    expect(Object.keys(breaches).sort()).toEqual(Object.keys(workflowRules).sort());
  });
});

describe.each(files)("%s", (file) => {
  it("keeps every rule", async () => {
    expect(brokenRules(await read(file))).toEqual({});
  });
});

describe("the workflows together", () => {
  it("use one commit of each action, in the prepared tools too", async () => {
    const texts = await Promise.all([...files, ".github/actions/prepare/action.yml"].map(read));
    const used = texts.flatMap((text) =>
      [...text.matchAll(/uses: ([\w-]+\/[\w-]+)\S*@([0-9a-f]{40} # v\S+)/g)].map(([, name, pin]) => [
        name,
        pin,
      ]),
    );
    const pins = Map.groupBy(used, ([name]) => name);
    expect(pins.size).toBeGreaterThan(7);
    for (const [name, those] of pins)
      expect([name, new Set(those.map(([, pin]) => pin)).size]).toEqual([name, 1]);
    expect(texts.at(-1)).not.toMatch(/uses: (?!.*@[0-9a-f]{40} # v)/);
  });

  it("let only deploy.yml's approved job ask Okta for rights to write", async () => {
    const holders: string[] = [];
    for (const file of files) {
      const { jobs } = parse(await read(file));
      for (const [name, job] of Object.entries(jobs))
        if (JSON.stringify(job).includes(".manage")) holders.push(`${path.basename(file)} ${name}`);
    }
    expect(holders).toEqual(["deploy.yml deploy"]);
  });

  it("deploy the commit that was planned, by its plan, and only from main", async () => {
    const { jobs } = parse(await read(".github/workflows/deploy.yml"));
    const checkOut = (job: string) =>
      jobs[job].steps.find(({ uses = "" }: { uses?: string }) => uses.startsWith("actions/checkout@"));
    expect([checkOut("plan").with.ref, checkOut("deploy").with.ref]).toEqual([
      `${expression("github.sha")}`,
      `${expression("github.sha")}`,
    ]);
    expect(jobs.plan.steps[0]).toMatchObject({ if: "github.ref != 'refs/heads/main'" });
    expect([jobs.plan.environment, jobs.deploy.environment, jobs.deploy.needs]).toEqual([
      `${expression("inputs.stack")}-read`,
      `${expression("inputs.stack")}`,
      "plan",
    ]);
  });

  it("name the jobs of drift.yml as the issue looks for them", async () => {
    const { jobs } = parse(await read(".github/workflows/drift.yml"));
    expect(jobs.drift.name).toBe(`${driftJobPrefix}${expression("matrix.stack")}`);
  });

  it("are kept up to date by Dependabot, with everything else that is pinned", async () => {
    const { updates } = parse(await read(".github/dependabot.yml")) as {
      updates: { "package-ecosystem": string; directory?: string; directories?: string[] }[];
    };
    const covered = updates.flatMap(
      ({ "package-ecosystem": kind, directory, directories = [directory ?? ""] }) =>
        directories.map((one) => `${kind} ${one}`),
    );
    const pinned: string[] = ["github-actions /"];
    for await (const file of glob("{.ci,.github}/**/{go.mod,action.yml}", { cwd: root }))
      pinned.push(`${file.endsWith("go.mod") ? "gomod" : "github-actions"} /${path.dirname(file)}`);
    expect(covered.sort()).toEqual([...pinned, "npm /"].sort());
  });
});

describe("a workflow's script", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "apim-okta-workflow-"));
    await mkdir(path.join(folder, "bin"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Puts a program in the place of a real one; its text is a shell script. */
  const program = (name: string, text: string) =>
    writeFile(path.join(folder, "bin", name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const put = async (name: string, text: string) => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  };
  const get = (name: string) => readFile(path.join(folder, name), "utf8");

  /** Runs a step's script as GitHub's `shell: bash` does. */
  async function run(file: string, job: string, step: string, env: NodeJS.ProcessEnv = {}) {
    const { jobs } = parse(await read(`.github/workflows/${file}`));
    const { run: script, "working-directory": directory = "." } = jobs[job].steps.find(
      ({ name }: { name?: string }) => name === step,
    );
    await mkdir(path.join(folder, directory), { recursive: true });
    return new Promise<{ code: number; stdout: string }>((resolve) =>
      execFile(
        "bash",
        ["--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        {
          cwd: path.join(folder, directory),
          env: {
            PATH: `${path.join(folder, "bin")}:${process.env.PATH}`,
            GITHUB_OUTPUT: path.join(folder, "output"),
            GITHUB_STEP_SUMMARY: path.join(folder, "summary.md"),
            ...env,
          },
        },
        (error, stdout) => resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout }),
      ),
    );
  }

  describe("that finds the pull request", () => {
    const find = () =>
      run("comment.yml", "text", "Find the pull request, its merge base and its files", {
        REPOSITORY: "contoso/apis",
        HEAD: "the-head",
      });
    beforeEach(() =>
      program(
        "gh",
        `case "$*" in
        *pulls/12/files*) printf 'proof/run.ts\\nold.ts\\n' ;;
        *pulls/12*.head.sha) echo the-head ;;
        *pulls/12*.base.sha) echo the-merge-base ;;
        *pulls/13*.head.sha) echo another-head ;;
        *) exit 22 ;;
        esac`,
      ),
    );

    it("gives its number, its merge base and its files", async () => {
      await put("data/runs/number", "12\n");
      expect((await find()).code).toBe(0);
      expect(await get("output")).toBe("number=12\nmerge-base=the-merge-base\n");
      expect(await get("data/changed")).toBe("proof/run.ts\nold.ts\n");
    });

    it.each(["13\n", "12/../13\n", "$(touch owned)\n", "", "14\n"])(
      "refuses the number %j of a run for another head",
      async (number) => {
        await put("data/runs/number", number);
        expect((await find()).code).not.toBe(0);
        await expect(get("output")).rejects.toThrow("ENOENT");
      },
    );
  });

  describe("that writes the text", () => {
    beforeEach(() => program("npm", `if [ "$1" = ci ]; then exit 0; fi; printf '<%s>' "$@"`));

    it("compares with the real stacks' previews", async () => {
      await put("data/previews/0/stack", "contoso/dev\n");
      await put("data/previews/1/stack", "prod\n");
      expect((await run("comment.yml", "text", "Write the text")).code).toBe(0);
      expect(await get("comment.md")).toBe(
        "<run><-s><compare><--><--before><../data/runs/before><--after><../data/runs/after><--changed><../data/changed><--preview><contoso/dev=../data/previews/0/preview.json><--preview><prod=../data/previews/1/preview.json>",
      );
    });

    it("compares without any", async () => {
      expect((await run("comment.yml", "text", "Write the text")).code).toBe(0);
      expect(await get("comment.md")).not.toContain("--preview");
    });

    it("refuses a stack's name that is none", async () => {
      await put("data/previews/0/stack", "dev=/etc/passwd\n");
      expect((await run("comment.yml", "text", "Write the text")).code).not.toBe(0);
    });
  });

  describe("that writes the comment", () => {
    const write = () =>
      run("comment.yml", "comment", "Write or replace the comment", {
        REPOSITORY: "contoso/apis",
        NUMBER: "12",
        MARKER: "<!-- who gets in -->",
      });
    const gh = (known: string) =>
      program("gh", `case "$*" in *--paginate*) printf '${known}' ;; *) echo "$*" >> calls ;; esac`);

    it("writes a first one", async () => {
      await gh("");
      await put("comment.md", "<!-- who gets in -->\n**Who gets in**\n");
      expect((await write()).code).toBe(0);
      expect(await get("calls")).toBe("api repos/contoso/apis/issues/12/comments --field body=@body.md\n");
      expect(await get("body.md")).toBe("<!-- who gets in -->\n\n**Who gets in**\n");
    });

    it("replaces the oldest that is there", async () => {
      await gh("71\\n72\\n");
      await put("comment.md", "text");
      expect((await write()).code).toBe(0);
      expect(await get("calls")).toBe(
        "api --method PATCH repos/contoso/apis/issues/comments/71 --field body=@body.md\n",
      );
    });
  });

  describe("that shows the plan", () => {
    it("gives the file's checksum to the job that must do the same plan", async () => {
      await put("plan.json", "{}\n");
      await put("preview.txt", "~ 1 to update\n");
      const env = { STACK: "dev", GITHUB_SHA: "the-commit" };
      expect((await run("deploy.yml", "plan", "Show the plan to whoever approves it", env)).code).toBe(0);
      expect(await get("summary.md")).toContain("## Plan of stack dev at the-commit\n");
      expect(await get("summary.md")).toContain("\n~~~~~~~~~~text\n~ 1 to update\n\n~~~~~~~~~~\n");
      const [, SHA256] = (await get("output")).trim().split("=");
      const check = () =>
        run("deploy.yml", "deploy", "Check that it is the plan that was approved", { SHA256 });
      expect((await check()).code).toBe(0);
      await put("plan.json", "{ }\n");
      expect((await check()).code).not.toBe(0);
    });

    it("refuses another branch than main", async () => {
      const { code, stdout } = await run("deploy.yml", "plan", "Refuse every branch but main", {
        GITHUB_REF_NAME: "feature",
      });
      expect(code).toBe(1);
      expect(stdout).toBe(
        "::error::Only main is deployed; this run is for feature. Merge first, or start it for main.\n",
      );
    });
  });
});
