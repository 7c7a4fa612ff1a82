import Table from "cli-table3";
import type { Answer } from "./run.ts";
import { tokenKinds } from "./token-kinds.ts";

/** Colours a text for the stream it goes to; gives it back unchanged where the stream has no colours. */
export type Paint = (colour: "green" | "red" | "yellow" | "dim" | "bold", text: string) => string;

interface Column {
  readonly title: string;
  readonly kinds: readonly string[];
}

/**
 * The matrix for people, one row an operation. Kinds of one family that every operation answers alike share a column; one that is
 * answered otherwise than the rest of its family has a column of its own.
 */
export function renderTable(answers: readonly Answer[], paint: Paint): string {
  const columns = foldKinds(answers);
  const table = new Table({
    head: ["", ...columns.map(({ title }) => title)],
    colAligns: ["left", ...columns.map(() => "center" as const)],
    colWidths: [null, ...columns.map(({ title }) => Math.min(25, title.length + 2))],
    wordWrap: true,
    chars: borderless,
    style: { head: [], border: [], "padding-left": 1, "padding-right": 1 },
  });
  for (const row of rowsOf(answers)) {
    table.push([row.title, ...columns.map((column) => cellText(row.answers, column, paint))]);
  }
  const lines = table.toString().split("\n");
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** What each folded column stands for, one line each. */
export function renderLegend(answers: readonly Answer[]): readonly string[] {
  return foldKinds(answers)
    .filter(({ kinds }) => kinds.length > 1)
    .map(({ title, kinds }) => `${title}: ${kinds.join(", ")}`);
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
  const present = new Set(answers.map(({ cell }) => cell.kind.name));
  const families = Map.groupBy(tokenKinds, ({ family }) => family);
  return [...families].flatMap(([family, kinds]) => {
    const names = kinds.map(({ name }) => name).filter((name) => present.has(name));
    const alike = names.filter((name) => answersAsFirst(answers, { names, name }));
    const single = names
      .filter((name) => !alike.includes(name))
      .map((name) => ({ title: name, kinds: [name] }));
    if (alike.length === 1) return [{ title: alike[0] ?? family, kinds: alike }, ...single];
    return alike.length === 0 ? single : [{ title: `${family} (${alike.length})`, kinds: alike }, ...single];
  });
}

function answersAsFirst(
  answers: readonly Answer[],
  { names, name }: { names: readonly string[]; name: string },
): boolean {
  const of = (kind: string) => answers.filter(({ cell }) => cell.kind.name === kind);
  const passes = (kind: string) => of(kind).every(({ passed }) => passed);
  const came = ({ actual, empty, passed }: Answer) => `${actual} ${empty} ${passed}`;
  const all = (kind: string) => new Map(of(kind).map((answer) => [answer.cell.operation, came(answer)]));
  const [own, model] = [all(name), all(names.find(passes) ?? names[0] ?? "")];
  return own.size === model.size && own.entries().every(([operation, one]) => model.get(operation) === one);
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
  if (!answer.passed) return paint("red", `✗ ${answer.empty ? "empty" : (answer.actual ?? "none")}`);
  return paint(answer.cell.letsIn ? "green" : "yellow", String(answer.actual));
}

/** What came back, in words where a bare status would mislead. */
export function describeActual({ actual, noAnswer, empty }: Answer): string {
  if (actual === undefined) return `no answer (${noAnswer})`;
  return empty ? `${actual} without the body that the document describes` : String(actual);
}
