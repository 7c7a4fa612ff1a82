import Table from "cli-table3";
import { neededText } from "../openapi/security/security.ts";
import { cutMiddle } from "./cut-middle.ts";
import { type Column, foldKinds } from "./folded-columns.ts";
import type { Answer } from "./run.ts";

type Colour = "green" | "red" | "yellow" | "dim" | "bold";

/** Colours a text for the stream it goes to; gives it back unchanged where the stream has no colours. */
export type Paint = (colour: Colour, text: string) => string;

// A terminal is seldom narrower, and a pull request's comment never wider.
const tableWidth = 100;
/** With more operations than this the table sums up those that answer as they must. */
const mostRows = 60;

/**
 * The matrix for people, one row an operation, with the scopes that it needs. Kinds of one family that every operation answers alike
 * share a column; one that is answered otherwise than the rest of its family has a column of its own.
 *
 * Rows are at most 100 characters wide: what is longer loses its middle. Of more than 60 operations those that answer as they must are
 * summed up by the scopes that they need, unless `all` is set.
 */
export function renderTable(
  answers: readonly Answer[],
  paint: Paint,
  { all = false }: { readonly all?: boolean } = {},
): string {
  const columns = foldKinds(answers, cellWords);
  const { rows, notes } = rowsOf(answers, columns, all);
  const layout = layOut(rows, columns);
  const table = new Table({
    head: ["", "needs", ...layout.columns.map(({ title }) => title)],
    colAligns: ["left", "left", ...layout.columns.map(() => "center" as const)],
    // One space on either side.
    colWidths: layout.widths.map((width) => width + 2),
    wordWrap: true,
    chars: borderless,
    style: { head: [], border: [], "padding-left": 1, "padding-right": 1 },
  });
  const [titleWidth = 0, needsWidth = 0, ...wordWidths] = layout.widths;
  for (const { title, needs, words } of rows) {
    const painted = layout.columns.map((_, index) => {
      const { colour, text } = words[index] ?? nothing;
      return paint(colour, cutMiddle(text, wordWidths[index] ?? 0));
    });
    table.push([cutMiddle(title, titleWidth), cutMiddle(needs, needsWidth), ...painted]);
  }
  const lines = table.toString().split("\n");
  const told = [...notes, ...layout.notes].map((note) => paint("dim", note));
  return [...lines.map((line) => line.trimEnd()), ...told].join("\n");
}

/** What each folded column stands for, one line each. */
export function renderLegend(answers: readonly Answer[]): readonly string[] {
  return foldKinds(answers, cellWords)
    .filter(({ kinds }) => kinds.length > 1)
    .map(({ title, kinds }) => `${title}: ${kinds.map(({ name }) => name).join(", ")}`);
}

const borderless = Object.fromEntries(
  [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
    "left",
    "left-mid",
    "mid",
    "mid-mid",
    "right",
    "right-mid",
    "middle",
  ].map((place) => [place, ""]),
);

interface Word {
  readonly colour: Colour;
  readonly text: string;
}

const nothing: Word = { colour: "dim", text: "–" };

interface Row {
  readonly title: string;
  /** `orders.read + orders.write`. */
  readonly needs: string;
  /** One for each column. */
  readonly words: readonly Word[];
}

interface Fitted {
  readonly columns: readonly Column[];
  /** Characters of the title, the scopes and each column, without the space around them. */
  readonly widths: readonly number[];
  readonly notes: readonly string[];
}

/** Makes the table as wide as it may be: titles are cut first, then answers, scopes last; columns that find no room are named. */
function layOut(rows: readonly Row[], columns: readonly Column[]): Fitted {
  const title = longest(rows.map((row) => row.title));
  const needs = longest(["needs", ...rows.map((row) => row.needs)]);
  const wished = (lines: number) => {
    const words = columns.map((column, index) =>
      Math.max(headingWidth(column.title, lines), longest(rows.map((row) => row.words[index]?.text ?? ""))),
    );
    return [title, needs, ...words];
  };
  const roomy = [1, 2].map(wished).find((widths) => totalWidth(widths) <= tableWidth);
  if (roomy !== undefined) return { columns, widths: roomy, notes: [] };
  for (let shown = columns.length; ; shown -= 1) {
    const most = wished(Number.POSITIVE_INFINITY).slice(0, shown + 2);
    const widths = narrowed(most, tableWidth);
    if (widths === undefined && shown > 0) continue;
    const left = columns.slice(shown).map((column) => column.title);
    const notes = left.length === 0 ? [] : [`No room for: ${left.join(", ")}. --json has every answer.`];
    return { columns: columns.slice(0, shown), widths: widths ?? most, notes };
  }
}

function longest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
}

/** With a space on either side of each. */
function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + 2, 0);
}

/** The least width at which a heading takes so many lines, broken between words. */
function headingWidth(title: string, lines: number): number {
  const words = title.split(" ");
  for (let width = longest(words); ; width += 1) {
    let [taken, used] = [1, -1];
    for (const { length } of words) {
      const isNext = used + 1 + length > width;
      [taken, used] = isNext ? [taken + 1, length] : [taken, used + 1 + length];
    }
    if (taken <= lines) return width;
  }
}

/** The widths that fit into so many characters, or `undefined` where there is no room for the least of them. */
function narrowed(wished: readonly number[], available: number): readonly number[] | undefined {
  const widths = [...wished];
  const others = widths.map((_, index) => index).slice(2);
  // The place of a width, and how far it may shrink.
  const order = [[0, 30], ...others.map((index) => [index, 9] as const), [1, 16], [0, 16], [1, 8]] as const;
  const excess = () => totalWidth(widths) - available;
  for (const [index, least] of order) {
    const width = widths[index] ?? 0;
    widths[index] = Math.max(Math.min(width, least), width - Math.max(0, excess()));
  }
  return excess() > 0 ? undefined : widths;
}

function rowsOf(
  answers: readonly Answer[],
  columns: readonly Column[],
  all: boolean,
): { readonly rows: readonly Row[]; readonly notes: readonly string[] } {
  const severalApis = new Set(answers.map(({ cell }) => cell.api.name)).size > 1;
  const operations = [...Map.groupBy(answers, ({ cell }) => cell.context).values()];
  const row = (own: readonly Answer[]) => ({
    title: titleOf(own, severalApis),
    needs: needsOf(own),
    words: columns.map((column) => wordOf(own, column)),
  });
  if (all || operations.length <= mostRows) return { rows: operations.map(row), notes: [] };
  const differing = operations.filter((own) => own.some(({ passed }) => !passed));
  const others = operations.filter((own) => own.every(({ passed }) => passed));
  const groups = [...Map.groupBy(others, needsOf)].map(([needs, group]) => ({
    title: `${group.length} operation${group.length === 1 ? "" : "s"}`,
    needs,
    words: columns.map((column) => commonWord(group.map((own) => wordOf(own, column)))),
  }));
  return {
    rows: [...differing.slice(0, mostRows).map(row), ...groups.slice(0, mostRows)],
    notes: [
      ...more(differing.length - mostRows, "operations with answers that differ"),
      ...more(groups.length - mostRows, "sets of needed scopes"),
      ...(others.length === 0
        ? []
        : [
            `${others.length} of ${operations.length} operations are summed up by the scopes that they need; --all prints a row for each.`,
          ]),
    ],
  };
}

function more(count: number, of: string): readonly string[] {
  return count > 0 ? [`${count} more ${of} are left out; --all prints them.`] : [];
}

function titleOf([answer]: readonly Answer[], severalApis: boolean): string {
  if (answer === undefined) return "";
  const { api, operation } = answer.cell;
  return `${severalApis ? `${api.name}: ` : ""}${operation.method.padEnd(5)} ${operation.path}`;
}

function needsOf([answer]: readonly Answer[]): string {
  if (answer === undefined) return "";
  const { security, requiredClaims } = answer.cell.operation;
  return neededText(security, requiredClaims);
}

function wordOf(row: readonly Answer[], { kinds }: Column): Word {
  const answer = row.find(({ cell }) => kinds.some(({ id }) => id === cell.kind.id));
  const [context] = row.map(({ cell }) => cell.context);
  if (answer === undefined) {
    const isThere = kinds.some(({ exists }) => context !== undefined && (exists?.(context) ?? true));
    return isThere ? { colour: "dim", text: "not sent" } : nothing;
  }
  if (!answer.passed) return { colour: "red", text: `✗ ${cellWords(answer)}` };
  return { colour: answer.cell.letsIn ? "green" : "yellow", text: cellWords(answer) };
}

/** What several operations answer: `200`, `200/204`. */
function commonWord(words: readonly Word[]): Word {
  const texts = [...new Set(words.map(({ text }) => text))];
  const [first, ...others] = [...new Set(words.map(({ colour }) => colour))];
  return { colour: first !== undefined && others.length === 0 ? first : "dim", text: texts.join("/") };
}

/** As short as a column wants it: `200`, `401 TokenExpired` where another reason was due. */
export function cellWords({ actual, refusal, differs, cell }: Answer): string {
  if (differs === "body") return "empty";
  if (differs === "reason")
    return `${actual} ${typeof refusal === "object" ? refusal.reason : "unexplained"}`;
  return `${actual ?? "none"}${actual !== undefined && cell.accepted.includes(actual) ? " accepted" : ""}`;
}

/** What must come of a cell, in words; with the reason where that is what differs. */
export function describeExpected({ cell: { expected, reason }, differs }: Answer): string {
  return differs === "reason"
    ? `${expected} ${reason ? `for ${reason}` : "without a refusal"}`
    : `${expected}`;
}

/** What came of it, in words where a bare status would mislead. */
export function describeActual({ actual, noAnswer, refusal, differs }: Answer): string {
  if (actual === undefined) return `no answer (${noAnswer})`;
  if (differs === "body") return `${actual} without the body that the document describes`;
  if (differs !== "reason") return String(actual);
  return `${actual} ${typeof refusal === "object" ? `for ${refusal.reason}` : "without a refusal"}`;
}
