import Table from "cli-table3";
import { neededText } from "../openapi/security/security.ts";
import { cutMiddle } from "./cut-middle.ts";
import { type Column, clientColumns, foldedClientColumns, foldKinds } from "./folded-columns.ts";
import type { Answer } from "./run.ts";

type Colour = "green" | "red" | "yellow" | "dim" | "bold";

/** Colours a text for the stream it goes to; gives it back unchanged where the stream has no colours. */
export type Paint = (colour: Colour, text: string) => string;

// A terminal is seldom narrower, and a pull request's comment never wider.
const tableWidth = 100;
/** With more operations than this the table sums up those that answer as they must. */
const mostRows = 60;

/**
 * The matrix for people, one row an operation, with what it needs, and a column for each client and person. Where that is too wide,
 * those whom every operation answers alike share a column.
 *
 * Rows are at most 100 characters wide: what is longer loses its middle. Of more than 60 operations those that answer as they must are
 * summed up by what they need, unless `all` is set.
 */
export function renderTable(
  answers: readonly Answer[],
  paint: Paint,
  { all = false }: { readonly all?: boolean } = {},
): string {
  const { columns, rows, notes, widths } = fittedTable(answers, all);
  const [titleWidth = 0, needsWidth = 0, ...wordWidths] = widths;
  const lines = rows.map(({ title, needs, words }) => {
    const painted = columns.map((_, index) => {
      const { colour, text } = words[index] ?? nothing;
      return paint(colour, cutMiddle(text, wordWidths[index] ?? 0));
    });
    return [cutMiddle(title, titleWidth), cutMiddle(needs, needsWidth), ...painted];
  });
  const head = ["", "needs", ...columns.map(({ title }) => shortHeading(title))];
  const centred = columns.map(() => "center" as const);
  const told = notes.map((note) => paint("dim", note));
  return [...drawn(lines, { head, widths, aligns: ["left", "left", ...centred] }), ...told].join("\n");
}

/** The kinds that are no client's: a line for each family, or for a kind that is answered otherwise, with what came of it at all operations. */
export function renderKinds(answers: readonly Answer[], paint: Paint): readonly string[] {
  const lines = foldKinds(answers, cellWords).map(({ title, kinds }) => {
    const own = answers.filter(({ cell }) => kinds.includes(cell.kind));
    return {
      title,
      came: countedWords(own),
      isPassed: own.every(({ passed }) => passed),
      names: kinds.length > 1 ? kinds.map(({ name }) => name).join(", ") : "",
    };
  });
  if (lines.length === 0) return [];
  const title = longest(lines.map((line) => line.title));
  const came = Math.min(longest(lines.map((line) => line.came)), 40);
  const rows = lines.map((line) => [
    line.title,
    paint(line.isPassed ? "green" : "red", line.came),
    paint("dim", line.names),
  ]);
  const widths = [title, came, Math.max(tableWidth - title - came - 6, 20)];
  return drawn(rows, { widths, aligns: ["left", "left", "left"] });
}

/** What came of kinds at all operations: `401`, or `403 ×11, 200 ×1`. */
function countedWords(answers: readonly Answer[]): string {
  const operations = Map.groupBy(answers, ({ cell }) => cell.context);
  const words = [...operations.values()].flatMap((own) => [
    ...new Set(own.map((answer) => `${answer.passed ? "" : "✗ "}${cellWords(answer)}`)),
  ]);
  const counts = [...Map.groupBy(words, (word) => word)].map(([word, { length }]) => ({ word, length }));
  if (counts.length === 1) return counts[0]?.word ?? "";
  const sorted = counts.toSorted((one, other) => other.length - one.length);
  return sorted.map(({ word, length }) => `${word} ×${length}`).join(", ");
}

/** Lines of a table without borders, one space on either side of each column. */
function drawn(
  rows: readonly (readonly string[])[],
  {
    head = [],
    widths,
    aligns,
  }: {
    readonly head?: readonly string[];
    readonly widths: readonly number[];
    readonly aligns: readonly ("left" | "center")[];
  },
): readonly string[] {
  const table = new Table({
    ...(head.length === 0 ? {} : { head: [...head] }),
    colAligns: [...aligns],
    colWidths: widths.map((width) => width + 2),
    wordWrap: true,
    chars: borderless,
    style: { head: [], border: [], "padding-left": 1, "padding-right": 1 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
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
  /** Characters of the title, the needs and each column, without the space around them. */
  readonly widths: readonly number[];
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
}

/**
 * Makes the table as wide as it may be: with a column for each client where there is room, else with those folded that are alike. Then
 * titles are cut first, then answers, needs last; columns that find no room are named.
 */
function fittedTable(answers: readonly Answer[], all: boolean): Fitted {
  const single = clientColumns(answers);
  const folded = foldedClientColumns(answers, cellWords);
  for (const columns of [single, folded]) {
    const { rows, notes } = rowsOf(answers, columns, all);
    const roomy = [1, 2]
      .map((lines) => wishedWidths(rows, columns, lines))
      .find((widths) => totalWidth(widths) <= tableWidth);
    if (roomy !== undefined) return { columns, widths: roomy, rows, notes: [...notes, ...legend(columns)] };
  }
  const { rows, notes } = rowsOf(answers, folded, all);
  for (let shown = folded.length; ; shown -= 1) {
    const most = wishedWidths(rows, folded, Number.POSITIVE_INFINITY).slice(0, shown + 2);
    const widths = narrowed(most, tableWidth);
    if (widths === undefined && shown > 0) continue;
    const left = folded.slice(shown).map((column) => column.title.replaceAll("\n", ", "));
    const noRoom = left.length === 0 ? [] : [`No room for: ${left.join(", ")}. --json has every answer.`];
    const columns = folded.slice(0, shown);
    return { columns, widths: widths ?? most, rows, notes: [...notes, ...legend(columns), ...noRoom] };
  }
}

function wishedWidths(rows: readonly Row[], columns: readonly Column[], lines: number): readonly number[] {
  const words = columns.map(({ title }, index) =>
    Math.max(
      ...shortHeading(title)
        .split("\n")
        .map((name) => headingWidth(name, lines)),
      longest(rows.map((row) => row.words[index]?.text ?? "")),
    ),
  );
  return [
    longest(rows.map((row) => row.title)),
    longest(["needs", ...rows.map((row) => row.needs)]),
    ...words,
  ];
}

// A heading of more lines is hard to read.
const mostNames = 4;

/** The first names of a heading, and how many more there are. */
function shortHeading(title: string): string {
  const names = title.split("\n");
  if (names.length <= mostNames) return title;
  return [...names.slice(0, mostNames - 1), `and ${names.length - mostNames + 1} more`].join("\n");
}

/** All names of each column that has more than its heading shows. */
function legend(columns: readonly Column[]): readonly string[] {
  return columns
    .map(({ title }) => title.split("\n"))
    .filter(({ length }) => length > mostNames)
    .map(
      (names) =>
        `${names.slice(0, mostNames - 1).join(", ")} and more: ${names.slice(mostNames - 1).join(", ")}`,
    );
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
export function cellWords({ actual, refusal, noToken, differs, cell }: Answer): string {
  if (differs === "body") return "empty";
  if (differs === "reason") return `${actual} ${reasonOf({ refusal, noToken }) ?? "unexplained"}`;
  return `${actual ?? "none"}${actual !== undefined && cell.accepted.includes(actual) ? " accepted" : ""}`;
}

/** Why there was no success, as the gateway's policies or Okta name it; `undefined` where they do not. */
export function reasonOf({
  refusal,
  noToken,
}: Pick<Answer, "refusal"> & { readonly noToken?: Answer["noToken"] | undefined }): string | undefined {
  return typeof refusal === "object" ? refusal.reason : noToken?.oktaError;
}

/** What must come of a cell, in words; with the reason where that is what differs. */
export function describeExpected({ cell: { expected, reason }, differs }: Answer): string {
  if (differs !== "reason") return `${expected}`;
  const due = expected === "no token" ? "access_denied" : reason;
  return `${expected} ${due ? `for ${due}` : "without a refusal"}`;
}

/** What came of it, in words where a bare status would mislead. */
export function describeActual({ actual, noAnswer, refusal, noToken, differs }: Answer): string {
  if (actual === undefined) return `no answer (${noAnswer})`;
  if (differs === "body") return `${actual} without the body that the document describes`;
  if (differs !== "reason") return String(actual);
  const reason = reasonOf({ refusal, noToken });
  if (reason !== undefined) return `${actual} for ${reason}`;
  return `${actual} without ${noToken === undefined ? "a refusal" : "an OAuth error"}`;
}
