import Table from "cli-table3";
import type { Answer } from "./run.ts";
import { type TokenKind, tokenKinds } from "./token-kinds.ts";

/** Colours a text for the stream it goes to; gives it back unchanged where the stream has no colours. */
export type Paint = (colour: "green" | "red" | "yellow" | "dim" | "bold", text: string) => string;

interface Column {
  readonly title: string;
  readonly kinds: readonly TokenKind[];
}

/**
 * The matrix for people, one row an operation. Kinds of one family that every operation answers alike share a column; one that is
 * answered otherwise than the rest of its family has a column of its own.
 */
export function renderTable(answers: readonly Answer[], paint: Paint): string {
  const columns = foldKinds(answers);
  const rows = rowsOf(answers);
  const table = new Table({
    head: ["", ...columns.map(({ title }) => title)],
    colAligns: ["left", ...columns.map(() => "center" as const)],
    colWidths: [null, ...columns.map((column) => widthOf(column, rows))],
    wordWrap: true,
    chars: borderless,
    style: { head: [], border: [], "padding-left": 1, "padding-right": 1 },
  });
  for (const row of rows) {
    table.push([row.title, ...columns.map((column) => cellText(row.answers, column, paint))]);
  }
  const lines = table.toString().split("\n");
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** What each folded column stands for, one line each. */
export function renderLegend(answers: readonly Answer[]): readonly string[] {
  return foldKinds(answers)
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

function foldKinds(answers: readonly Answer[]): readonly Column[] {
  const byKind = Map.groupBy(answers, ({ cell }) => cell.kind.id);
  const present = tokenKinds.filter(({ id }) => byKind.has(id));
  const families = Map.groupBy(present, ({ family }) => family);
  return [...families].flatMap(([family, kinds]) => {
    const columnOf = ({ id }: TokenKind) => byKind.get(id) ?? [];
    const model = kinds.find((kind) => columnOf(kind).every(({ passed }) => passed)) ?? kinds[0];
    const alike = kinds.filter(
      (kind) =>
        model &&
        (kind.exists !== undefined || columnOf(kind).length === columnOf(model).length) &&
        answersAlike(columnOf(kind), columnOf(model)),
    );
    const single = kinds
      .filter((kind) => !alike.includes(kind))
      .map((kind) => ({ title: kind.name, kinds: [kind] }));
    const title = alike.length === 1 ? (alike[0]?.name ?? family) : `${family} (${alike.length})`;
    return [{ title, kinds: alike }, ...single];
  });
}

function answersAlike(some: readonly Answer[], others: readonly Answer[]): boolean {
  const shown = (answers: readonly Answer[]) =>
    new Map(answers.map((answer) => [answer.cell.operation, `${answer.passed} ${cellWords(answer)}`]));
  const [own, model] = [shown(some), shown(others)];
  return own.entries().every(([operation, one]) => model.get(operation) === one);
}

/** A long title may wrap; what stands in the column does not. */
function widthOf(column: Column, rows: readonly Row[]): number {
  const words = rows.map((row) => cellText(row.answers, column, (_, text) => text).length);
  return Math.max(Math.min(25, column.title.length + 2), ...words.map((length) => length + 2));
}

interface Row {
  readonly title: string;
  readonly answers: readonly Answer[];
}

function rowsOf(answers: readonly Answer[]): readonly Row[] {
  const severalApis = new Set(answers.map(({ cell }) => cell.api.name)).size > 1;
  const rows = Map.groupBy(answers, ({ cell }) => cell.operation);
  return [...rows].map(([operation, ofOperation]) => {
    const api = severalApis ? `${ofOperation[0]?.cell.api.name}: ` : "";
    const isPublic = operation.security.kind === "public" ? " (public)" : "";
    return {
      title: `${api}${operation.method.padEnd(5)} ${operation.path}${isPublic}`,
      answers: ofOperation,
    };
  });
}

function cellText(row: readonly Answer[], { kinds }: Column, paint: Paint): string {
  const answer = row.find(({ cell }) => kinds.some(({ id }) => id === cell.kind.id));
  if (answer === undefined) return paint("dim", "not sent");
  if (!answer.passed) return paint("red", `✗ ${cellWords(answer)}`);
  return paint(answer.cell.letsIn ? "green" : "yellow", cellWords(answer));
}

/** As short as a column wants it: `200`, `401 TokenExpired` where another reason was due. */
function cellWords({ actual, refusal, differs, cell }: Answer): string {
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
