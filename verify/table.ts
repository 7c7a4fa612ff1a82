import Table from "cli-table3";
import type { Answer } from "./run.ts";
import { type Family, tokenKinds } from "./token-kinds.ts";

/** Colours a text for the stream it goes to; gives it back unchanged where the stream has no colours. */
export type Paint = (colour: "green" | "red" | "yellow" | "dim" | "bold", text: string) => string;

interface Column {
  readonly title: string;
  readonly kinds: readonly string[];
}

/**
 * The matrix for people, one row an operation. Kinds of one family that every operation answers alike, and as
 * expected, share a column; a family with a surprise in it is shown kind by kind.
 */
export function renderTable(answers: readonly Answer[], paint: Paint): string {
  const columns = foldKinds(answers);
  const table = new Table({
    head: ["", ...columns.map(({ title }) => title)],
    colAligns: ["left", ...columns.map(() => "center" as const)],
    chars: borderless,
    style: { head: [], border: [], "padding-left": 1, "padding-right": 1 },
  });
  for (const row of rowsOf(answers)) {
    table.push([row.title, ...columns.map((column) => cellText(row.answers, column, paint))]);
  }
  const [head = "", ...body] = table.toString().split("\n");
  return [paint("bold", head), ...body].map((line) => line.trimEnd()).join("\n");
}

/** What each folded column stands for, one line each. */
export function renderLegend(answers: readonly Answer[]): readonly string[] {
  return foldKinds(answers)
    .filter(({ kinds }) => kinds.length > 1)
    .map(({ title, kinds }) => `${title}: ${kinds.join(", ")}`);
}

const borderless = Object.fromEntries(
  [
    ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
    ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"],
  ].map((place) => [place, ""]),
);

function foldKinds(answers: readonly Answer[]): readonly Column[] {
  const present = new Set(answers.map(({ cell }) => cell.kind.name));
  const families = [...new Set(tokenKinds.map(({ family }) => family))];
  return families.flatMap((family) => {
    const kinds = tokenKinds
      .filter((kind) => kind.family === family && present.has(kind.name))
      .map(({ name }) => name);
    if (kinds.length < 2 || !answerAlike(answers, family))
      return kinds.map((name) => ({ title: name, kinds: [name] }));
    return [{ title: `${family} (${kinds.length})`, kinds }];
  });
}

function answerAlike(answers: readonly Answer[], family: Family): boolean {
  const ofFamily = answers.filter(({ cell }) => cell.kind.family === family);
  if (ofFamily.some(({ passed }) => !passed)) return false;
  return rowsOf(ofFamily).every(({ answers: row }) => new Set(row.map(({ actual }) => actual)).size === 1);
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
  const answer = row.find(({ cell }) => kinds.includes(cell.kind.name));
  if (answer === undefined) return paint("dim", "not sent");
  if (!answer.passed) return paint("red", `✗ ${describeActual(answer)}`);
  return paint(answer.cell.letsIn ? "green" : "yellow", String(answer.actual));
}

/** What came back, in words where a bare status would mislead. */
export function describeActual({ cell, actual }: Answer): string {
  if (actual === undefined) return "no answer";
  const wasLetIn = actual !== 401 && actual !== 403;
  return wasLetIn && actual !== cell.operation.successStatus
    ? `let in, backend said ${actual}`
    : String(actual);
}
