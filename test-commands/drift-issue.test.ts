/** The issue about drift, against an HTTP double of GitHub's API: what GitHub itself does with it is not proved here. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runToEnd } from "../test/support/command.ts";

interface Issue {
  number: number;
  state: string;
  title: string;
  body: string;
  labels: string[];
  user: { login: string };
  comments: string[];
}

let server: Server;
let origin: string;
let issues: Issue[];
let jobs: { name: string; conclusion: string | null; html_url: string }[];
let seen: string[];
/** Answers in the place of GitHub's own, by `METHOD path`. */
let refusals: Map<string, [status: number, message: string]>;

beforeEach(async () => {
  [issues, jobs, seen, refusals] = [[], [], [], new Map()];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? "", origin);
    const [status, answer] = api(
      request.method ?? "",
      url,
      text === "" ? {} : JSON.parse(text),
      request.headers.authorization,
    );
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

function api(method: string, url: URL, body: Partial<Issue>, authorization?: string): [number, unknown] {
  const route = `${method} ${url.pathname.replace("/repos/contoso/apis/", "")}`;
  seen.push(route);
  if (authorization !== "Bearer a-token") return [401, { message: "Bad credentials" }];
  const refusal = refusals.get(route);
  if (refusal !== undefined) return [refusal[0], { message: refusal[1] }];
  const page = <T>(all: T[]) => {
    const [size, number] = [Number(url.searchParams.get("per_page")), Number(url.searchParams.get("page"))];
    return all.slice((number - 1) * size, number * size);
  };
  if (route === "GET actions/runs/7/attempts/2/jobs")
    return [200, { total_count: jobs.length, jobs: page(jobs) }];
  if (route === "GET issues") {
    const [state, label] = [url.searchParams.get("state"), url.searchParams.get("labels") ?? ""];
    return [200, page(issues.filter((one) => one.state === state && one.labels.includes(label)))];
  }
  if (route === "POST issues") {
    const made = {
      state: "open",
      comments: [],
      user: { login: "github-actions[bot]" },
      ...body,
    } as unknown as Issue;
    issues.push({ ...made, number: issues.length + 1 });
    return [201, issues.at(-1)];
  }
  const [, number, rest] = /issues\/(\d+)(\/comments)?$/.exec(route) ?? [];
  const issue = issues.find((one) => one.number === Number(number));
  if (issue === undefined) return [404, { message: "Not Found" }];
  if (rest === "/comments") issue.comments.push(body.body ?? "");
  else Object.assign(issue, body);
  return [200, issue];
}

const night = async (outcomes: Record<string, string>) => {
  jobs = Object.entries(outcomes).map(([stack, conclusion]) => ({
    name: `drift of ${stack}`,
    conclusion,
    html_url: `https://github.example/${encodeURIComponent(stack)}`,
  }));
  jobs.push({ name: "issue", conclusion: null, html_url: "" });
  return run();
};
const run = (env: NodeJS.ProcessEnv = {}) =>
  runToEnd({
    project: path.join(import.meta.dirname, ".."),
    name: "drift-issue",
    env: {
      GITHUB_API_URL: origin,
      GITHUB_REPOSITORY: "contoso/apis",
      GITHUB_RUN_ID: "7",
      GITHUB_RUN_ATTEMPT: "2",
      GH_TOKEN: "a-token",
      ...env,
    },
  });

describe("the issue about drift", () => {
  it("is opened when a stack is red, and names it with its job", async () => {
    const { code, stdout } = await night({ dev: "success", "contoso/prod": "failure" });
    expect([code, stdout]).toEqual([0, "Opened issue 1.\n"]);
    const [issue] = issues;
    expect(issue).toMatchObject({ title: "Deployed stacks differ from the code", labels: ["drift"] });
    expect(issue?.body).toContain("\n- `contoso/prod`: [failure](https://github.example/contoso%2Fprod)\n");
    expect(issue?.body).not.toContain("`dev`");
  });

  it("is brought up to date, and tells nobody, while the same stacks are red", async () => {
    await night({ dev: "failure" });
    await night({ dev: "timed_out" });
    expect(issues).toHaveLength(1);
    expect(issues[0]?.body).toContain("- `dev`: [timed_out]");
    expect(issues[0]?.comments).toEqual([]);
  });

  it("tells of a stack that turns red later", async () => {
    await night({ dev: "failure", prod: "success" });
    await night({ dev: "failure", prod: "cancelled" });
    expect(issues).toHaveLength(1);
    expect(issues[0]?.comments).toEqual([
      "Red since this night:\n\n- `prod`: [cancelled](https://github.example/prod)",
    ]);
    expect(issues[0]?.body).toContain("- `dev`");
  });

  it("is closed when every stack is green, and opened anew by a later red night", async () => {
    await night({ dev: "failure" });
    const { stdout } = await night({ dev: "success" });
    expect([stdout, issues[0]?.state]).toEqual(["Closed issue 1.\n", "closed"]);
    expect(issues[0]?.comments).toEqual(["Every stack is as the code says again."]);
    await night({ dev: "failure" });
    expect(issues.map(({ state }) => state)).toEqual(["closed", "open"]);
  });

  it("changes nothing on a green night without an issue", async () => {
    expect((await night({ dev: "success" })).stdout).toBe("No stack differs, and no issue is open.\n");
    expect(seen.filter((route) => !route.startsWith("GET "))).toEqual([]);
  });

  it("leaves other people's issues with that label alone", async () => {
    const mine = { number: 1, state: "open", title: "Mine", body: "<!-- drift: dev -->", labels: ["drift"] };
    issues.push({ ...mine, user: { login: "ada" }, comments: [] });
    await night({ dev: "success" });
    expect(issues[0]).toMatchObject({ ...mine, comments: [] });
  });

  it("finds a red stack behind a hundred jobs, and its issue behind a hundred issues", async () => {
    await night({ last: "failure" });
    const others = Array.from({ length: 100 }, (_, index) => ({ ...issues[0], body: "", number: index + 2 }));
    issues.unshift(...(others as Issue[]));
    const green = Array.from({ length: 100 }, (_, index) => [`stack-${index}`, "success"]);
    const { stdout } = await night({ ...Object.fromEntries(green), last: "failure" });
    expect(stdout).toBe("Brought issue 1 up to date.\n");
  });

  it("is neither opened nor closed when the run has no job of a stack", async () => {
    await night({ dev: "failure" });
    const { code, stderr } = await night({});
    expect([code, stderr]).toEqual([
      1,
      'The run has no job "drift of STACK", but "issue". Correct its name in drift.yml.\nError code: github\n',
    ]);
    expect(issues[0]?.state).toBe("open");
  });

  it("says what GitHub refuses, and which setting is missing, never the token", async () => {
    refusals.set("POST issues", [403, "Resource not accessible by integration"]);
    const { code, stderr } = await night({ dev: "failure" });
    expect([code, stderr]).toEqual([
      1,
      "GitHub refuses POST issues: 403 Resource not accessible by integration. Look at the job's permissions.\nError code: github\n",
    ]);
    const missing = await run({ GH_TOKEN: "" });
    expect([missing.code, missing.stderr]).toEqual([
      1,
      "GH_TOKEN is not set, which GitHub sets for a step. Run this in drift.yml.\nError code: github\n",
    ]);
  });
});
