import { createTwoFilesPatch } from "diff";
import { z } from "zod";
import { code, codeBlock, text } from "./markdown.ts";

const cell = z.object({
  api: z.string(),
  operation: z.string(),
  /** Id of the token kind. */
  kind: z.string(),
  token: z.string(),
  /** Of a token that Okta gives; null for others. */
  scopes: z.array(z.string()).nullable(),
  /** HTTP status, or what Okta answered; null when nothing did. */
  actual: z.union([z.number(), z.string()]).nullable(),
  passed: z.boolean(),
});
const resource = z.object({ type: z.string(), name: z.string() });

/** The part of `npm start -- --json` that is compared. */
export const reportShape = z.object({
  resources: z.array(resource),
  matrix: z.array(cell),
  passed: z.boolean(),
});

/** A run of the stack at one commit. */
export interface Run {
  readonly report: z.infer<typeof reportShape>;
  /** Policy documents by file name. */
  readonly policies: ReadonlyMap<string, string>;
}

/** A real stack's name, and what a preview says of it: `["dev", "1 to update, 28 unchanged"]`. */
export type Preview = readonly [stack: string, summary: string];

/** What a comment says beside the two runs. */
export interface Context {
  readonly previews?: readonly Preview[];
  /** Files of the proof itself that the change touches. */
  readonly proofFiles?: readonly string[];
}

// GitHub takes 65536 characters; the rest of the comment and its ending fit into the difference.
const maxCharacters = 60_000;

/** Marks the comment that is kept up to date on a pull request. */
export const commentMarker = "<!-- who gets in -->";

/**
 * What a change does to the stack, as Markdown: which answers change, a readable difference of each policy document, which
 * resources come and go.
 */
export function renderComparison(
  before: Run,
  after: Run,
  { previews = [], proofFiles = [] }: Context = {},
): string {
  const parts = [
    commentMarker,
    ...proofWarning(proofFiles),
    ...answers(before, after),
    "",
    ...policies(before, after),
    "",
    ...resources(before, after),
    ...previews.flatMap(([stack, summary]) => ["", `**Stack ${text(stack)}** ${text(summary)}`]),
  ];
  const whole = parts.join("\n");
  if (whole.length <= maxCharacters) return `${whole}\n`;
  // Cut between lines, and out of whatever code block the cut is in.
  const cut = whole.slice(0, whole.lastIndexOf("\n", maxCharacters));
  const fence = openFence(cut);
  return `${cut}${fence === undefined ? "" : `\n${fence}`}\n\nThe rest does not fit into a comment; the workflow's run has the whole.\n`;
}

/** The fence of the code block that a text breaks off in. Only a fence as long as that which began a block ends it. */
function openFence(text: string): string | undefined {
  let open: string | undefined;
  for (const [line, fence = ""] of text.matchAll(/^(`{3,}).*$/gm)) {
    if (open === undefined) open = fence;
    else if (line === open) open = undefined;
  }
  return open;
}

/** The comment in the place of {@link renderComparison} where the stack does not start, so that no older one stays as if it were current. */
export function renderFailedStart(
  side: string,
  messages: string,
  proofFiles: readonly string[] = [],
): string {
  const shown = messages.trim().slice(0, 10_000) || "It said nothing.";
  return [
    commentMarker,
    ...proofWarning(proofFiles),
    `**The stack does not start** at ${side}, so that there is nothing to compare.`,
    "",
    ...codeBlock("text", shown.split("\n")),
    "",
  ].join("\n");
}

/** The first line where a change touches what proves it: the head's side below is then the changed proof's own word. */
function proofWarning(files: readonly string[]): string[] {
  if (files.length === 0) return [];
  const named = files.slice(0, 5).map(code).join(", ");
  const more = files.length > 5 ? ` and ${files.length - 5} more` : "";
  return [
    `⚠ **This pull request changes the proof itself**: ${named}${more}. Review that first: what stands below of the head comes from the changed proof.`,
    "",
  ];
}

type Cell = z.infer<typeof cell>;

/** An operation's answers by what was sent; a token that Okta gives is told by its scopes, whatever the operation needs. */
function byOperation({ report }: Run): ReadonlyMap<string, ReadonlyMap<string, Cell>> {
  const operations = Map.groupBy(report.matrix, ({ api, operation }) => JSON.stringify([api, operation]));
  const sent = ({ kind, scopes }: Cell) => (scopes === null ? kind : `only ${[...scopes].sort().join(", ")}`);
  return new Map([...operations].map(([key, cells]) => [key, new Map(cells.map((one) => [sent(one), one]))]));
}

function answers(before: Run, after: Run): string[] {
  const [old, now] = [byOperation(before), byOperation(after)];
  const rows = [...new Set([...old.keys(), ...now.keys()])].flatMap((key) =>
    operationRows(key, old.get(key), now.get(key)),
  );
  const failed = after.report.matrix.filter(({ passed }) => !passed);
  const table = [
    "",
    "| API | operation | token | before | after |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ];
  return [
    `**Who gets in** (${rows.length === 0 ? "no answer changes" : `of ${after.report.matrix.length} answers, these change`})`,
    ...(rows.length === 0 ? [] : table),
    ...(failed.length === 0 ? [] : ["", `⚠ ${failed.length} answers are not as the documents demand.`]),
  ];
}

function operationRows(
  key: string,
  old: ReadonlyMap<string, Cell> | undefined,
  now: ReadonlyMap<string, Cell> | undefined,
): string[] {
  const [api = "", operation = ""] = JSON.parse(key) as string[];
  const row = (token: string, was: unknown, is: unknown) =>
    `| ${text(api)} | ${code(operation)} | ${text(token)} | ${was ?? "–"} | ${is ?? "–"} |`;
  if (old === undefined) return [row(`${now?.size} kinds`, "–", `new: ${statuses(now)}`)];
  if (now === undefined) return [row(`${old.size} kinds`, statuses(old), "gone")];
  const sent = [...new Set([...old.keys(), ...now.keys()])];
  return sent
    .filter((one) => old.get(one)?.actual !== now.get(one)?.actual)
    .map((one) => row(one, old.get(one)?.actual, now.get(one)?.actual));
}

/** `200 ×2, 403 ×2, 401 ×14`. */
function statuses(cells: ReadonlyMap<string, Cell> | undefined): string {
  const counts = Map.groupBy(cells?.values() ?? [], ({ actual }) => actual);
  return [...counts].map(([status, same]) => `${status ?? "no answer"} ×${same.length}`).join(", ");
}

function policies(before: Run, after: Run): string[] {
  const names = [...new Set([...before.policies.keys(), ...after.policies.keys()])].sort();
  const changed = names.filter((name) => before.policies.get(name) !== after.policies.get(name));
  const head = `**Policies** (${changed.length} of ${names.length} documents change)`;
  return [
    head,
    ...changed.flatMap((name) => [
      "",
      code(name),
      ...patch(before.policies.get(name), after.policies.get(name)),
    ]),
  ];
}

/** A new or deleted document is said in a line: its text is its operation's template. */
function patch(before: string | undefined, after: string | undefined): string[] {
  if (before === undefined) return ["new"];
  if (after === undefined) return ["deleted"];
  const lines = createTwoFilesPatch("before", "after", before, after, undefined, undefined, {
    context: 2,
  }).split("\n");
  const body = lines.slice(lines.findIndex((line) => line.startsWith("@@"))).filter((line) => line !== "");
  return codeBlock("diff", body);
}

function resources(before: Run, after: Run): string[] {
  const names = ({ report }: Run) =>
    new Set(report.resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`));
  const [old, now] = [names(before), names(after)];
  const added = [...now.difference(old)];
  const removed = [...old.difference(now)];
  const head = `**Resources** ${added.length} new, ${removed.length} removed, ${now.size - added.length} kept`;
  const list = (word: string, items: readonly string[]) =>
    items.length === 0 ? [] : ["", `${word}: ${items.map(code).join(", ")}`];
  return [head, ...list("new", added), ...list("removed", removed)];
}
