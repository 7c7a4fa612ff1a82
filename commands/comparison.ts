import { createTwoFilesPatch } from "diff";
import { z } from "zod";

const cell = z.object({
  api: z.string(),
  operation: z.string(),
  token: z.string(),
  actual: z.number().nullable(),
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

// GitHub takes 65536 characters; the rest of the comment and its ending fit into the difference.
const maxCharacters = 60_000;

/** Marks the comment that is kept up to date on a pull request. */
export const commentMarker = "<!-- who gets in -->";

/**
 * What a change does to the stack, as Markdown: which answers change, a readable difference of each policy document, which
 * resources come and go.
 *
 * @param preview What `pulumi preview` says of the real stack: `1 to update, 28 unchanged`.
 */
export function renderComparison(before: Run, after: Run, preview?: string): string {
  const parts = [
    commentMarker,
    ...answers(before, after),
    "",
    ...policies(before, after),
    "",
    ...resources(before, after),
    ...(preview === undefined ? [] : ["", `**Real stack** ${text(preview)}`]),
  ];
  const whole = parts.join("\n");
  if (whole.length <= maxCharacters) return `${whole}\n`;
  // Cut between lines, and out of whatever code block the cut is in.
  const cut = whole.slice(0, whole.lastIndexOf("\n", maxCharacters));
  const isOpen = (cut.match(/^```/gm) ?? []).length % 2 === 1;
  return `${cut}${isOpen ? "\n```" : ""}\n\nThe rest does not fit into a comment; the workflow's run has the whole.\n`;
}

function answers(before: Run, after: Run): string[] {
  const key = (one: z.infer<typeof cell>) => JSON.stringify([one.api, one.operation, one.token]);
  const old = new Map(before.report.matrix.map((one) => [key(one), one]));
  const now = new Map(after.report.matrix.map((one) => [key(one), one]));
  const keys = [...new Set([...old.keys(), ...now.keys()])];
  const changed = keys.filter((one) => old.get(one)?.actual !== now.get(one)?.actual);
  const failed = after.report.matrix.filter(({ passed }) => !passed);
  const head = `**Who gets in** (${changed.length} of ${keys.length} answers change)`;
  const rows = changed.map((one) => {
    const { api = "", operation = "", token = "" } = now.get(one) ?? old.get(one) ?? {};
    return `| ${text(api)} | ${code(operation)} | ${text(token)} | ${old.get(one)?.actual ?? "–"} | ${now.get(one)?.actual ?? "–"} |`;
  });
  return [
    head,
    ...(rows.length === 0
      ? []
      : ["", "| API | operation | token | before | after |", "| --- | --- | --- | --- | --- |", ...rows]),
    ...(failed.length === 0 ? [] : ["", `⚠ ${failed.length} answers are not as the documents demand.`]),
  ];
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
  // A fence longer than any in the text: nothing in a document can end it.
  const fence = "`".repeat(Math.max(3, ...body.map((line) => (/`+/.exec(line)?.[0].length ?? 0) + 1)));
  return [`${fence}diff`, ...body, fence];
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

/** Text of a document as text: no markup, no mention of anybody, no further cell. */
function text(value: string): string {
  return value
    .replace(/[\r\n]+/g, " ")
    .replace(/[\\`*_{}[\]()#+!|<>@&~-]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text of a document as code. */
function code(value: string): string {
  return `<code>${text(value)}</code>`;
}
