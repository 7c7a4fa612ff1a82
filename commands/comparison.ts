import { createTwoFilesPatch } from "diff";
import { z } from "zod";
import { type ClientReport, clientChanges } from "./client-changes.ts";
import { code, codeBlock, escapedText } from "./markdown.ts";

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
  // Absent from the reports of older versions.
  client: z.string().nullish(),
  person: z.string().nullish(),
  groups: z.array(z.string()).nullish(),
});
const client = z.object({ name: z.string(), scopes: z.array(z.string()), groups: z.array(z.string()) });
const operation = z.object({
  api: z.string(),
  operation: z.string(),
  /** `orders.read + orders.write`. */
  needs: z.string(),
});
const resource = z.object({ type: z.string(), name: z.string() });

/** The part of `npm start -- --json` that is compared. */
export const reportShape = z.object({
  resources: z.array(resource),
  /** Absent from the reports of older versions. */
  operations: z.array(operation).optional(),
  matrix: z.array(cell),
  /** Absent from the reports of older versions. */
  clients: z.array(client).optional(),
  passed: z.boolean(),
});

/** A run of the stack at one commit. */
export interface Run {
  readonly report: z.infer<typeof reportShape>;
  /** Policy documents by file name. */
  readonly policies: ReadonlyMap<string, string>;
  /** What is imported of each API, `orders/openapi.json`, by file name. */
  readonly documents: ReadonlyMap<string, string>;
}

/** A real stack's name, and what a preview says of it: `["dev", "1 to update, 28 unchanged"]`. */
export type Preview = readonly [stack: string, summary: string];

/** What a comment says beside the two runs. */
export interface Context {
  /** Lines of Markdown that stand before all else. */
  readonly first?: readonly string[];
  readonly previews?: readonly Preview[];
  /** Files of the proof itself that the change touches. */
  readonly proofFiles?: readonly string[];
}

// GitHub takes 65536 characters; the rest of the comment and its ending fit into the difference.
const maxCharacters = 60_000;

// What a person reads of a list; the files of the run have the rest.
const mostLines = 40;
const mostNames = 20;
/** A longer difference of a file is told in numbers. */
const mostDifferingLines = 120;
// The comparison of two texts that have nothing in common takes minutes.
const mostEdits = 2000;

/** Marks the comment that is kept up to date on a pull request. */
export const commentMarker = "<!-- who gets in -->";

/**
 * What a change does to the stack, as Markdown: which operations come, go and need other scopes, which answers change, a readable
 * difference of what is imported and of each policy document, which resources come and go.
 */
export function renderComparison(
  before: Run,
  after: Run,
  { previews = [], proofFiles = [], first = [] }: Context = {},
): string {
  const parts = [
    commentMarker,
    ...proofWarning(proofFiles),
    ...first,
    ...clients(before, after),
    ...answers(before, after),
    "",
    ...operations(before, after),
    ...files("Imported documents", { before: before.documents, after: after.documents }, documentPatch),
    ...files("Policies", { before: before.policies, after: after.policies }, policyPatch),
    ...resources(before, after),
    ...previews.flatMap(([stack, summary]) => [
      "",
      `**Stack ${escapedText(stack)}** ${escapedText(summary)}`,
    ]),
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
  // The clients' own answers are told by who can call what.
  const others = report.matrix.filter(({ kind }) => !kind.startsWith("client:"));
  const operations = Map.groupBy(others, ({ api, operation }) => JSON.stringify([api, operation]));
  const sent = ({ kind, scopes }: Cell) => (scopes === null ? kind : `only ${[...scopes].sort().join(", ")}`);
  return new Map([...operations].map(([key, cells]) => [key, new Map(cells.map((one) => [sent(one), one]))]));
}

/** Who can call what now, and who no longer; nothing where a report of an older version does not say it. */
function clients(before: Run, after: Run): string[] {
  if (before.report.clients === undefined || after.report.clients === undefined) return [];
  const lines = clientChanges(clientReport(before), clientReport(after));
  if (lines.length === 0) return [];
  const more = lines.length - mostLines;
  return [
    "**Who can call what**",
    "",
    ...lines.slice(0, mostLines).map((line) => `- ${line}`),
    ...(more > 0 ? [`- … and ${more} more`] : []),
    "",
  ];
}

function clientReport({ report: { matrix, clients = [], operations = [] } }: Run): ClientReport {
  const open = operations.filter(({ needs }) => needs === "public");
  return { matrix, clients, open: new Set(open.map(({ api, operation }) => `${api}: ${operation}`)) };
}

function answers(before: Run, after: Run): string[] {
  const [old, now] = [byOperation(before), byOperation(after)];
  // Where the scopes are told, a set of scopes that was sent once says nothing more.
  const isTold = before.report.operations !== undefined && after.report.operations !== undefined;
  const found = [...new Set([...old.keys(), ...now.keys()])].flatMap((key) =>
    operationRows(key, { old: old.get(key), now: now.get(key), isTold }),
  );
  // Whoever gets in now comes first: a table that is cut must not lose them.
  const rows = found.toSorted((one, other) => Number(other.lets) - Number(one.lets)).map(({ text }) => text);
  const failed = after.report.matrix.filter(({ passed }) => !passed);
  const more = rows.length - mostLines;
  const table = [
    "",
    "| API | operation | token | before | after |",
    "| --- | --- | --- | --- | --- |",
    ...rows.slice(0, mostLines),
    ...(more > 0 ? ["", `… and ${more} more that change.`] : []),
  ];
  return [
    `**Who gets in** (${rows.length === 0 ? "no answer changes" : `of ${after.report.matrix.length} answers, these change`})`,
    ...(rows.length === 0 ? [] : table),
    ...(failed.length === 0 ? [] : ["", `⚠ ${failed.length} answers are not as the documents demand.`]),
  ];
}

type Cells = ReadonlyMap<string, Cell>;

function operationRows(
  key: string,
  { old, now, isTold }: { old: Cells | undefined; now: Cells | undefined; isTold: boolean },
): readonly { readonly text: string; readonly lets: boolean }[] {
  const [api = "", operation = ""] = JSON.parse(key) as string[];
  const isLetIn = (answer: unknown) => typeof answer === "number" && answer < 400;
  const row = (token: string, was: unknown, is: unknown) => ({
    text: `| ${escapedText(api)} | ${code(operation)} | ${escapedText(token)} | ${was ?? "–"} | ${is ?? "–"} |`,
    lets: isLetIn(is) && !isLetIn(was),
  });
  if (old === undefined) return [row(`${now?.size} kinds`, "–", `new: ${statuses(now)}`)];
  if (now === undefined) return [row(`${old.size} kinds`, statuses(old), "gone")];
  const sent = [...new Set([...old.keys(), ...now.keys()])];
  return sent
    .map((one) => ({ one, was: old.get(one), is: now.get(one) }))
    .filter(({ was, is }) => was?.actual !== is?.actual)
    .filter(({ was, is }) => !isTold || (was && is) || (was ?? is)?.scopes === null)
    .map(({ one, was, is }) => row(one, was?.actual, is?.actual));
}

/** The operations that come, go and need other scopes, a line each. */
function operations({ report: before }: Run, { report: after }: Run): string[] {
  if (before.operations === undefined || after.operations === undefined) return [];
  const keyOf = ({ api, operation }: { api: string; operation: string }) => JSON.stringify([api, operation]);
  const needs = (operations: readonly z.infer<typeof operation>[]) =>
    new Map(operations.map((one) => [keyOf(one), one.needs]));
  const [old, now] = [needs(before.operations), needs(after.operations)];
  const lines = [...new Set([...now.keys(), ...old.keys()])].flatMap((key) => {
    const [api = "", name = ""] = JSON.parse(key) as string[];
    const change = neededChange(old.get(key), now.get(key));
    return change === undefined ? [] : [`- ${escapedText(api)}: ${code(name)} ${change}`];
  });
  if (lines.length === 0) return [];
  const more = lines.length - mostLines;
  return [
    `**Operations** (of ${now.size}, these come, go or need other scopes)`,
    "",
    ...lines.slice(0, mostLines),
    ...(more > 0 ? [`- … and ${more} more`] : []),
    "",
  ];
}

function neededChange(old: string | undefined, now: string | undefined): string | undefined {
  if (old === now) return undefined;
  if (old === undefined) return `is new, and needs ${code(now ?? "")}`;
  if (now === undefined) return `is gone; it needed ${code(old)}`;
  return `now needs ${code(now)} instead of ${code(old)}`;
}

/** `200 ×2, 403 ×2, 401 ×14`. */
function statuses(cells: ReadonlyMap<string, Cell> | undefined): string {
  const counts = Map.groupBy(cells?.values() ?? [], ({ actual }) => actual);
  return [...counts].map(([status, same]) => `${status ?? "no answer"} ×${same.length}`).join(", ");
}

type Files = ReadonlyMap<string, string>;

/** The files that change, each with its difference; nothing where there are none at all. */
function files(heading: string, { before, after }: { before: Files; after: Files }, shown: Patch): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  if (names.length === 0) return [];
  const changed = names.filter((name) => before.get(name) !== after.get(name));
  return [
    `**${heading}** (${changed.length} of ${names.length} documents change)`,
    ...changed.flatMap((name) => ["", code(name), ...patch(before.get(name), after.get(name), shown)]),
    "",
  ];
}

type Patch = (before: string, after: string) => string[];

/** A new or deleted document is said in a line: its text is its operation's template. */
function patch(before: string | undefined, after: string | undefined, shown: Patch): string[] {
  if (before === undefined) return ["new"];
  if (after === undefined) return ["deleted"];
  return shown(before, after);
}

/** Each line of a policy decides who gets in. */
function policyPatch(before: string, after: string): string[] {
  return codeBlock(
    "diff",
    hunks(createTwoFilesPatch("before", "after", before, after, "", "", { context: 2 })),
  );
}

/** A vendor's new version changes descriptions by the hundred: a long difference is told in numbers. */
function documentPatch(before: string, after: string): string[] {
  const options = { context: 2, maxEditLength: mostEdits };
  const whole = createTwoFilesPatch("before", "after", before, after, "", "", options);
  if (whole === undefined) return [`more than ${mostEdits} lines change`];
  const lines = hunks(whole);
  if (lines.length <= mostDifferingLines) return codeBlock("diff", lines);
  const count = (sign: string) => lines.filter((line) => line.startsWith(sign)).length;
  return [`+${count("+")} −${count("-")} lines`];
}

function hunks(patch: string): string[] {
  const lines = patch.split("\n");
  return lines.slice(lines.findIndex((line) => line.startsWith("@@"))).filter((line) => line !== "");
}

function resources(before: Run, after: Run): string[] {
  const names = ({ report }: Run) =>
    new Set(report.resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`));
  const [old, now] = [names(before), names(after)];
  const added = [...now.difference(old)];
  const removed = [...old.difference(now)];
  const head = `**Resources** ${added.length} new, ${removed.length} removed, ${now.size - added.length} kept`;
  const list = (word: string, items: readonly string[]) =>
    items.length === 0 ? [] : ["", `${word}: ${named(items)}`];
  return [head, ...list("new", added), ...list("removed", removed)];
}

function named(items: readonly string[]): string {
  const more = items.length - mostNames;
  return items.slice(0, mostNames).map(code).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
