import type { Finding, Outcome } from "./finding.ts";

/** How much of the findings is told. */
export interface FindingsTextOptions {
  /** Every place of every rule. @defaultValue false: three places a rule, and so many lines */
  readonly all?: boolean | undefined;
  /** Most lines, where not all are wanted. @defaultValue 39, which makes 40 with a head */
  readonly lines?: number | undefined;
}

const shownPlaces = 3;
const maxLines = 39;

/**
 * Findings as lines for a person: each rule once, with its first places and how many more there are.
 *
 * ```text
 * - Azure refuses a schema that refers to itself. (2 places)
 *     components.schemas.Node
 *     components.schemas.Tree ("#/components/schemas/Tree")
 * ```
 */
export function findingsText(
  findings: readonly Finding[],
  { all = false, lines: most = maxLines }: FindingsTextOptions = {},
): readonly string[] {
  const groups = [...Map.groupBy(distinct(findings), ({ rule }) => rule.code).values()];
  const blocks = groups.map((group) => groupLines(group, all));
  const lines = blocks.flat();
  if (all || lines.length <= most) return lines;
  const kept: string[] = [];
  let told = 0;
  for (const block of blocks) {
    if (kept.length + block.length >= most) break;
    kept.push(...block);
    told += 1;
  }
  const left = groups.slice(told);
  const places = left.reduce((sum, { length }) => sum + length, 0);
  return [
    ...kept,
    `- … and ${counted(left.length, "more rule")} at ${counted(places, "place")}. --all lists them.`,
  ];
}

/** Findings without those that say the same of the same place. */
export function distinct(findings: readonly Finding[]): readonly Finding[] {
  const byText = findings.map((one) => [`${one.rule.code}\n${one.place}\n${one.detail}`, one] as const);
  return [...new Map(byText).values()];
}

const changes: readonly Outcome[] = ["converted", "lost", "added"];

/**
 * What became of a document, to follow its API's name: `is not imported as its document stands: 2 converted, 1 remark`, or
 * `has 3 remarks on its document` where the import is the document.
 */
export function importSummary(findings: readonly Finding[]): string {
  const ofOutcome = changes.map((outcome) => {
    const { length } = findings.filter(({ rule }) => rule.outcome === outcome);
    return { outcome, length };
  });
  const changed = ofOutcome.filter(({ length }) => length > 0);
  const others = findings.length - changed.reduce((sum, { length }) => sum + length, 0);
  if (changed.length === 0) return `has ${counted(others, "remark")} on its document`;
  const counts = changed.map(({ outcome, length }) => `${length} ${outcome}`);
  const remarks = others === 0 ? [] : [counted(others, "remark")];
  return `is not imported as its document stands: ${[...counts, ...remarks].join(", ")}`;
}

/** `1 problem`, `2 problems`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function groupLines(group: readonly Finding[], all: boolean): readonly string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { text, fix, source } = first.rule;
  const sentence = [text, fix, source === undefined ? undefined : `See ${source}.`]
    .filter((part) => part !== undefined)
    .join(" ");
  if (group.length === 1) return [`- ${placeText(first)}: ${sentence}`];
  const shown = all ? group : group.slice(0, shownPlaces);
  const more = group.length - shown.length;
  return [
    `- ${sentence} (${group.length} places)`,
    ...shown.map((finding) => `    ${placeText(finding)}`),
    ...(more > 0 ? [`    … and ${more} more`] : []),
  ];
}

/** The place with what stands there: `paths./a.get.parameters.0 ("pipeDelimited")`. */
function placeText({ place, detail }: Finding): string {
  return detail === undefined ? place : `${place} (${detail})`;
}
