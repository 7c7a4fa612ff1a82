import { counted } from "../openapi/findings-text.ts";
import type { DocumentProblem } from "../policy-review/document-problems.ts";
import type { Review } from "../policy-review/review.ts";
import { someOf } from "../proof/matrix.ts";
import { type Paint, renderKinds, renderTable } from "../proof/table.ts";
import { type Run, renderComparison, reportShape } from "./comparison.ts";
import { codeBlock, escapedText } from "./markdown.ts";
import { capped, proofParts } from "./report.ts";

const linesShown = 20;

/** How much is printed. */
export interface GatewayReportOptions {
  readonly all: boolean;
}

/** What runs, who gets in, and which paths no check of a token guards. */
export function gatewayReport(
  name: string,
  review: Review,
  paint: Paint,
  { all }: GatewayReportOptions,
): readonly string[] {
  const most = all ? Number.POSITIVE_INFINITY : linesShown;
  const { answers, leftOut } = review;
  return [
    paint("bold", `Policies of ${name}, ${review.folder.layout}`),
    ...whatRuns(review, paint, most),
    "",
    paint("bold", "Who gets in"),
    ...(answers.length === 0
      ? ["Nothing was sent."]
      : [renderTable(answers, paint, { all }), ...kindsOf(review, paint)]),
    ...capped(leftOut, most).map((line) => paint("yellow", `not sent: ${line}`)),
    "",
    paint("bold", "Paths to a backend without a check of a token"),
    ...withoutCheck(review, paint, most),
    "",
    verdict(review, paint),
  ];
}

function kindsOf({ answers }: Review, paint: Paint): readonly string[] {
  const lines = renderKinds(answers, paint);
  return lines.length === 0
    ? []
    : ["", paint("bold", "Sent besides to each operation that checks a token"), ...lines];
}

function whatRuns({ folder, loaded, values, issuer }: Review, paint: Paint, most: number): readonly string[] {
  const { documents, apis, notes } = loaded;
  const running = documents.filter(({ checked, problems }) => checked !== undefined || problems.length === 0);
  const operations = apis.reduce((sum, api) => sum + api.operations.size, 0);
  const of = (verdict: DocumentProblem["verdict"]) =>
    documents.flatMap(({ problems }) => problems.filter((problem) => problem.verdict === verdict));
  return [
    `  ${counted(apis.length, "API")} with ${counted(operations, "operation")}, ${counted(folder.products.length, "product")}; ${running.length} of ${counted(documents.length, "document")} ${documents.length === 1 ? "runs" : "run"} here`,
    ...problems("Azure refuses", of("refused"), (line) => paint("red", line), most),
    ...problems(
      "Not simulated here; Azure takes it",
      of("not simulated"),
      (line) => paint("yellow", line),
      most,
    ),
    ...problems("Named there and not in the folder", of("absent"), (line) => paint("yellow", line), most),
    ...missing(of("not simulated")),
    ...placeholders(values.placeholders, most),
    ...capped([...folder.notes, ...notes], most).map((line) => paint("yellow", `  ${line}`)),
    `  Every backend is a local one in the place of theirs. ${issuer === undefined ? "Every issuer's keys are made here." : `The keys of ${issuer} are its own, those of every other issuer are made here.`}`,
  ];
}

function problems(
  heading: string,
  all: readonly DocumentProblem[],
  colour: (line: string) => string,
  most: number,
): readonly string[] {
  if (all.length === 0) return [];
  const lines = all.map(
    ({ file, line, element, text }) =>
      `    ${file}:${line}  ${element === undefined ? "" : `<${element}> `}${text}`,
  );
  return [`  ${heading} (${all.length})`, ...capped(lines, most).map(colour)];
}

/** What would have to be simulated, by how often it is missing. */
function missing(all: readonly DocumentProblem[]): readonly string[] {
  const counts = [...Map.groupBy(all, ({ element, text }) => wantedIn(text) ?? `<${element}>`)].map(
    ([what, { length }]) => ({ what, length }),
  );
  if (counts.length < 2) return [];
  const sorted = counts.toSorted((one, other) => other.length - one.length);
  return [
    `    missing: ${sorted
      .slice(0, 12)
      .map(({ what, length }) => `${what} ×${length}`)
      .join(", ")}`,
  ];
}

function wantedIn(text: string): string | undefined {
  return /does not simulate (<[^>]+>)/.exec(text)?.[1] ?? /"([\w.<>]+)" is not/.exec(text)?.[1];
}

function placeholders(all: ReadonlyMap<string, string>, most: number): readonly string[] {
  if (all.size === 0) return [];
  const lines = [...all].map(
    ([name, value]) => `    {{${name}}} = ${value.length > 60 ? `${value.slice(0, 60)}…` : value}`,
  );
  return [
    `  Named values without a value; each has a placeholder, --named-values FILE gives others (${all.size})`,
    ...capped(lines, most),
  ];
}

function withoutCheck({ unchecked }: Review, paint: Paint, most: number): readonly string[] {
  if (unchecked.length === 0) return ["  none"];
  const lines = uncheckedTexts(unchecked).map(({ text, isHole }) =>
    isHole ? paint("red", `  ✗ ${text}`) : paint("yellow", `  ${text}`),
  );
  return capped(lines, most);
}

interface UncheckedText {
  readonly text: string;
  /** It is protected elsewhere. */
  readonly isHole: boolean;
}

/** The paths in words, those of one API together that come through for one reason. */
function uncheckedTexts(unchecked: Review["unchecked"]): readonly UncheckedText[] {
  const alike = Map.groupBy(unchecked, ({ api, why, protectedElsewhere }) =>
    JSON.stringify([api, why, protectedElsewhere]),
  );
  // The rows of one API and its products often say the same.
  const rows = Map.groupBy(alike.values(), (group) =>
    JSON.stringify([
      group.map(({ operation }) => operation),
      ...group.slice(0, 1).map(({ why, protectedElsewhere }) => [why, protectedElsewhere]),
    ]),
  );
  return [...rows.values()].flatMap((same): readonly UncheckedText[] => {
    const [first] = same.flat();
    if (first === undefined) return [];
    const { why, protectedElsewhere } = first;
    const of = someOf(same.flatMap(([one]) => one?.api ?? []));
    const operations = someOf((same[0] ?? []).map(({ operation }) => operation));
    const text = `${of}: ${operations}: ${why}.`;
    return protectedElsewhere === undefined
      ? [{ text, isHole: false }]
      : [{ text: `${text} It is protected elsewhere: ${protectedElsewhere}.`, isHole: true }];
  });
}

function verdict({ passed, unchecked, loaded, answers, notRun }: Review, paint: Paint): string {
  const unproved =
    notRun === 0
      ? ""
      : ` ${counted(notRun, "operation")} ${notRun === 1 ? "is" : "are"} not proved, since a document of theirs does not run here.`;
  const isChecked = answers.some(({ cell }) => cell.operation.security.kind === "token");
  const none = isChecked || answers.length === 0 ? "" : " No document that runs here checks a token.";
  if (passed)
    return paint(
      notRun === 0 ? "green" : "yellow",
      `No path is open that is protected elsewhere, and Azure refuses no document.${none}${unproved}`,
    );
  const open = unchecked.filter(({ protectedElsewhere }) => protectedElsewhere !== undefined).length;
  const refused = loaded.documents.filter((one) =>
    one.problems.some((problem) => problem.verdict === "refused"),
  ).length;
  const [is, are] = [open === 1 ? "is" : "are", counted(open, "path")];
  const told = [
    ...(open === 0 ? [] : [`${are} ${is} open that ${is} protected elsewhere`]),
    ...(refused === 0 ? [] : [`Azure refuses ${counted(refused, "document")}`]),
  ];
  return paint("red", `${told.join("; ")}.${unproved}`);
}

/** The review as one JSON document, which `npm run compare` reads as it reads that of a start. */
export function gatewayJson(review: Review): string {
  const { folder, loaded, values, unchecked, leftOut } = review;
  return JSON.stringify(
    {
      layout: folder.layout,
      resources: loaded.documents.map(({ scope, written }) => ({
        type: `policy:${scope}`,
        name: written.file,
      })),
      documents: loaded.documents.map(({ scope, of, written: { file, line }, checked, problems }) => ({
        ...{ scope, of, file, line },
        runs: checked !== undefined || problems.length === 0,
        problems,
      })),
      placeholders: Object.fromEntries(values.placeholders),
      notes: [...folder.notes, ...loaded.notes],
      ...proofParts(review),
      unchecked,
      leftOut,
    },
    null,
    2,
  );
}

/** The review as Markdown for a workflow's summary. */
export function gatewayMarkdown(name: string, review: Review): string {
  const plain: Paint = (_, uncoloured) => uncoloured;
  const lines = gatewayReport(name, review, plain, { all: false }).join("\n").split("\n");
  const told = review.passed ? "✅ nothing is open that is protected elsewhere" : "❌ see below";
  return [`## Policies of ${escapedText(name)}: ${told}`, "", ...codeBlock("text", lines), ""].join("\n");
}

/** What a change of a folder does, as Markdown for a pull request: first the paths that lost their check of a token. */
export function gatewayComparison(before: Review, after: Review): string {
  return renderComparison(runOf(before, after), runOf(after, before), { first: checkChanges(before, after) });
}

function checkChanges(before: Review, after: Review): readonly string[] {
  const keyOf = ({ api, operation }: Review["unchecked"][number]) => JSON.stringify([api, operation]);
  const why = new Map(before.unchecked.map((path) => [keyOf(path), path.why]));
  const opened = after.unchecked.filter((path) => why.get(keyOf(path)) !== path.why);
  const still = new Set(after.unchecked.map(keyOf));
  const known = new Set(after.answers.map(({ cell }) => operationKey(cell)));
  const closed = before.unchecked.filter((path) => !still.has(keyOf(path)) && known.has(keyOf(path)));
  const lines = [
    ...uncheckedTexts(opened).map(({ text }) => `- ⚠ ${escapedText(text)}`),
    ...uncheckedTexts(
      closed.map((path) => ({ ...path, why: "a check of a token stands before it now" })),
    ).map(({ text }) => `- ${escapedText(text)}`),
  ];
  const same = after.unchecked.length - opened.length;
  const told =
    same === 0 ? "" : `, besides ${counted(same, "path")} that ${same === 1 ? "was" : "were"} so before`;
  const heading = "**Paths to a backend without a check of a token**";
  return lines.length === 0
    ? [`${heading} (no change${told})`, ""]
    : [`${heading} (these change${told})`, "", ...capped(lines, linesShown), ""];
}

function operationKey({ api, operation }: Review["answers"][number]["cell"]): string {
  return JSON.stringify([api.name, `${operation.method} ${operation.path}`]);
}

/** One side of a comparison: of an operation that both have, what both were sent. */
function runOf(review: Review, other: Review): Run {
  const { clients: _, ...report } = reportShape.parse(JSON.parse(gatewayJson(review)));
  const kinds = Map.groupBy(other.answers, ({ cell }) => operationKey(cell));
  const matrix = report.matrix.filter(({ api, operation, kind }) => {
    const sent = kinds.get(JSON.stringify([api, operation]));
    return sent === undefined || sent.some(({ cell }) => cell.kind.id === kind);
  });
  const policies = new Map<string, string>();
  for (const { written } of review.loaded.documents)
    policies.set(policies.has(written.file) ? `${written.file}:${written.line}` : written.file, written.xml);
  const documents = new Map(
    review.loaded.apis.flatMap(({ name, document }) =>
      document.value === ""
        ? []
        : [[`${name}/openapi.json`, JSON.stringify(document.content, null, 2)] as const],
    ),
  );
  return { report: { ...report, matrix }, policies, documents };
}
