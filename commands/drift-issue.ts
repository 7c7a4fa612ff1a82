import { CommandError, failureText } from "./command-error.ts";
import { driftJobPrefix } from "./drift-jobs.ts";

// Nothing but Node: it runs beside a token that may write, and before or without `npm ci`.

const label = "drift";

interface Job {
  readonly name: string;
  readonly conclusion: string | null;
  readonly html_url: string;
}

interface Issue {
  readonly number: number;
  readonly body: string | null;
  readonly user: { readonly login: string } | null;
}

/** What a run found of one stack. */
interface Finding {
  readonly stack: string;
  /** `success`, or why it is not: `failure`, `timed_out`, `cancelled`. */
  readonly conclusion: string;
  readonly url: string;
}

/**
 * `node commands/drift-issue.ts`: keeps one issue about stacks that differ from the code. It opens the issue when a job of the
 * workflow's run is red, brings it up to date while one is, and closes it when all are green. A stack that turns red is told in a
 * comment; a night that changes nothing tells nobody.
 *
 * Reads what GitHub gives a step, `GITHUB_API_URL`, `GITHUB_REPOSITORY`, `GITHUB_RUN_ID`, `GITHUB_RUN_ATTEMPT`, and `GH_TOKEN`.
 *
 * @throws {CommandError} when GitHub refuses a request, or the run has no job of a stack.
 * @see https://docs.github.com/rest/issues/issues
 */
async function main(): Promise<void> {
  const run = `actions/runs/${setting("GITHUB_RUN_ID")}/attempts/${setting("GITHUB_RUN_ATTEMPT")}`;
  const jobs = await readPages(`${run}/jobs`, (page) => (page as { jobs: Job[] }).jobs);
  const findings = jobs
    .filter(({ name }) => name.startsWith(driftJobPrefix))
    .map(({ name, conclusion, html_url }) => ({
      stack: name.slice(driftJobPrefix.length),
      conclusion: conclusion ?? "unfinished",
      url: html_url,
    }));
  // No job at all is no green night.
  if (findings.length === 0)
    throw new CommandError(
      `The run has no job "${driftJobPrefix}STACK", but ${jobs.map(({ name }) => `"${name}"`).join(", ") || "none at all"}. Correct its name in drift.yml.`,
      { code: "github" },
    );
  const red = findings.filter(({ conclusion }) => conclusion !== "success");
  const issue = await findIssue();
  if (red.length > 0) await tell(issue, red);
  else if (issue === undefined) console.log("No stack differs, and no issue is open.");
  else await close(issue);
}

async function findIssue(): Promise<Issue | undefined> {
  const open = await readPages(`issues?state=open&labels=${label}`, (page) => page as Issue[]);
  return open.find(
    ({ user, body }) => user?.login === "github-actions[bot]" && body?.startsWith("<!-- drift: ") === true,
  );
}

async function tell(issue: Issue | undefined, red: readonly Finding[]): Promise<void> {
  const body = bodyOf(red);
  if (issue === undefined) {
    const title = "Deployed stacks differ from the code";
    const { number } = (await send("POST", "issues", { title, body, labels: [label] })) as Issue;
    console.log(`Opened issue ${number}.`);
    return;
  }
  await send("PATCH", `issues/${issue.number}`, { body });
  const known = redBefore(issue);
  const fresh = red.filter(({ stack }) => !known.includes(stack));
  if (fresh.length > 0)
    await send("POST", `issues/${issue.number}/comments`, {
      body: `Red since this night:\n\n${fresh.map(line).join("\n")}`,
    });
  console.log(`Brought issue ${issue.number} up to date.`);
}

async function close(issue: Issue): Promise<void> {
  await send("POST", `issues/${issue.number}/comments`, { body: "Every stack is as the code says again." });
  await send("PATCH", `issues/${issue.number}`, { state: "closed", state_reason: "completed" });
  console.log(`Closed issue ${issue.number}.`);
}

function bodyOf(red: readonly Finding[]): string {
  return [
    // URI-encoded, so that no stack's name ends the comment.
    `<!-- drift: ${red.map(({ stack }) => encodeURIComponent(stack)).join(" ")} -->`,
    "The last nightly run found these stacks other than the code says, or could not look at them:",
    "",
    ...red.map(line),
    "",
    "A run's summary has the preview and the table of who gets in. Deploy the stack to put it back, or change the code to what it should be. This issue is kept up to date each night, and closed when every stack is green.",
    "",
  ].join("\n");
}

function line({ stack, conclusion, url }: Finding): string {
  return `- \`${stack.replaceAll("`", "")}\`: [${conclusion}](${url})`;
}

function redBefore({ body }: Issue): readonly string[] {
  const [, names = ""] = /^<!-- drift: (.*?) -->/.exec(body ?? "") ?? [];
  return names.split(" ").map(decodeURIComponent);
}

async function readPages<T>(path: string, items: (page: unknown) => readonly T[]): Promise<readonly T[]> {
  const all: T[] = [];
  for (let page = 1; ; page++) {
    const got = items(await send("GET", `${path}${path.includes("?") ? "&" : "?"}per_page=100&page=${page}`));
    all.push(...got);
    if (got.length < 100) return all;
  }
}

async function send(method: string, path: string, body?: unknown): Promise<unknown> {
  const url = `${setting("GITHUB_API_URL")}/repos/${setting("GITHUB_REPOSITORY")}/${path}`;
  const response = await fetch(url, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${setting("GH_TOKEN")}`,
      "content-type": "application/json",
      "x-github-api-version": "2022-11-28",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as { message?: string };
  if (!response.ok)
    throw new CommandError(
      `GitHub refuses ${method} ${path}: ${response.status} ${answer.message}. Look at the job's permissions.`,
      { code: "github" },
    );
  return answer;
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "")
    throw new CommandError(`${name} is not set, which GitHub sets for a step. Run this in drift.yml.`, {
      code: "github",
    });
  return value;
}

await main().catch((error: unknown) => {
  console.error(error instanceof CommandError ? failureText(error.message, error.code) : error);
  process.exitCode = 1;
});
