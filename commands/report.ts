import { counted } from "../openapi/findings-text.ts";
import { neededText } from "../openapi/security/security.ts";
import { type Explain, renderFailure } from "../proof/failures.ts";
import { type Cell, someOf } from "../proof/matrix.ts";
import type { Answer } from "../proof/run.ts";
import {
  describeActual,
  describeExpected,
  type Paint,
  reasonOf,
  renderKinds,
  renderTable,
} from "../proof/table.ts";
import type { BackendCalls } from "../simulator/apim/gateway/backend-connections.ts";
import { defaultPort } from "../simulator/cloud-origins.ts";
import { callToTry, curl, quoted } from "../stack/call-to-try.ts";
import type { SinceLastStart } from "./last-start.ts";
import { codeBlock, escapedText } from "./markdown.ts";
import { acceptingSetting, type Proof } from "./prove.ts";
import type { Provisioned } from "./provision.ts";
import type { StackOutputs } from "./stack-outputs.ts";
import { describeStartChange } from "./start-changes.ts";

// A stack gone wrong fails in most cells; the first few say what a person needs.
const failuresShown = 10;
const leftOutShown = 10;
const changesShown = 20;

/** What was made, one line for each provider: `okta  OAuth, ServerScope ×2, …`. */
export function provisionReport(
  { resources, changes, notices, seconds }: Provisioned,
  paint: Paint,
): string[] {
  // Components and the stack itself exist in the program only, and have no id.
  const made = resources
    .filter(({ id }) => id !== "")
    .map(({ type }) => ({ provider: type.split(":")[0] ?? "", name: type.split(":").at(-1) ?? "" }));
  const lines = [...Map.groupBy(made, ({ provider }) => provider)].map(([provider, ofProvider]) => {
    const counts = [...Map.groupBy(ofProvider, ({ name }) => name)].map(
      ([name, same]) => `${name}${same.length > 1 ? ` ×${same.length}` : ""}`,
    );
    return `  ${paint("green", "✓")} ${provider.padEnd(12)} ${counts.join(", ")}`;
  });
  const steps = Object.entries(changes).filter(([step]) => step !== "same");
  const done = steps.map(([step, count]) => `${count} ${step}d`).join(", ") || "no changes";
  const told = notices.map(({ severity, message }) => paint("yellow", `  ${severity}: ${message}`));
  return [...lines, `  ${resources.length} resources, ${done}, in ${seconds.toFixed(1)} s`, ...told];
}

/** How much a report prints. */
export interface ReportOptions {
  /** Every row and line, however many there are. @defaultValue false, what a person can read */
  readonly all?: boolean;
}

/** How much a report of a proof prints, and of which stack it is. */
export interface ProofReportOptions extends ReportOptions {
  /** As `--stack` takes it. */
  readonly stack: string;
}

/** The matrix, a block for each cell that differs, and the sum. */
export function proofReport(
  proof: Proof,
  paint: Paint,
  { stack, all = false }: ProofReportOptions,
): string[] {
  const { answers, leftOut, seconds, tooWide = [] } = proof;
  const failed = answers.filter(({ passed }) => !passed);
  const documents = [...new Set(answers.map(({ cell }) => cell.api.document.source))].join(", ");
  const sum =
    answers.length === 0
      ? "Nothing was sent, so nothing is proved."
      : `${answers.length - failed.length} of ${answers.length} answers as ${documents} ${documents.includes(", ") ? "demand" : "demands"} (${seconds.toFixed(1)} s)`;
  // What goes wrong alike at many operations is told once.
  const alike = Map.groupBy(failed, (answer) => likeness(answer));
  const groups = [...alike.values()];
  const more = groups.slice(failuresShown).reduce((sum, { length }) => sum + length, 0);
  return [
    paint("bold", "Who gets in"),
    renderTable(answers, paint, { all }),
    ...(answers.length === 0 ? [] : ["", paint("bold", "Sent to each operation besides")]),
    ...renderKinds(answers, paint),
    ...capped(leftOut, all ? Number.POSITIVE_INFINITY : leftOutShown).map((line) =>
      paint("yellow", `not sent: ${line}`),
    ),
    ...tooWide.map((line) => paint("yellow", `too wide: ${line}`)),
    ...remarks(answers, stack).map((line) => paint("yellow", line)),
    paint(proof.passed ? "green" : "red", sum),
    ...(proof.backends === undefined ? [] : backendLines(proof.backends, paint)),
    ...groups.slice(0, failuresShown).flatMap((group) => ["", ...failureGroup(group, proof.explain)]),
    ...(more > 0 ? ["", `… and ${more} more answers that differ.`] : []),
  ];
}

/** The first lines, and how many more there are; a single one more takes the line that would tell of it. */
export function capped(lines: readonly string[], most: number): readonly string[] {
  const more = lines.length - most;
  return more > 1 ? [...lines.slice(0, most), `… and ${more} more; --all prints them`] : lines;
}

/** Who got what: `Backend http://127.0.0.1:8403: 22 calls (20 GET, 2 POST)`. */
function backendLines(backends: readonly BackendCalls[], paint: Paint): string[] {
  if (backends.length === 0) return ["No backend was called."];
  return backends.map(({ origin, onThisMachine, sent, heldBack }) => {
    const counts = Object.entries(sent).map(([method, count]) => `${count} ${method}`);
    const sum = Object.values(sent).reduce((all, count) => all + count, 0);
    const line = `Backend ${origin}${onThisMachine ? "" : ", not on this machine"}: ${sum} calls${sum === 0 ? "" : ` (${counts.join(", ")})`}`;
    const kept = heldBack === 0 ? "" : `; ${heldBack} that would change data were not sent`;
    return onThisMachine ? line : paint("yellow", line + kept);
  });
}

/** What a green answer does not say by itself. */
function remarks(answers: readonly Answer[], stack: string): readonly string[] {
  const areReasonsUnknown = answers.some(({ refusal }) => refusal === "unknown");
  const areOthersIn = answers.some(
    ({ cell, actual }) => actual !== undefined && cell.accepted.includes(actual),
  );
  return [
    ...(areReasonsUnknown
      ? [
          "Statuses alone are compared: why a deployed gateway refused a request is not to be seen from outside.",
        ]
      : []),
    ...(areOthersIn ? [`Other apps of the org get in, which ${acceptingSetting} accepts.`] : []),
    ...madeUpValues(answers, stack),
  ];
}

/** That calls hold values which no document gives, since a backend may refuse those. */
function madeUpValues(answers: readonly Answer[], stack: string): readonly string[] {
  return [...new Set(answers.map(({ cell }) => cell.api))].flatMap(({ name, document }) => {
    const { length } = document.findings.filter(({ rule }) => rule.outcome === "made up");
    if (length === 0) return [];
    return [
      `Calls of API "${name}" hold made-up values: its document leaves ${counted(length, "place")} open. \`npm run render -- --stack ${stack}\` lists them.`,
    ];
  });
}

function likeness(answer: Answer): string {
  // One client that Okta refuses is missed by every kind that asks as it.
  if (answer.noToken !== undefined) return JSON.stringify(answer.noToken);
  return `${answer.cell.kind.id} ${describeExpected(answer)} ${describeActual(answer)}`;
}

function failureGroup([first, ...others]: readonly Answer[], explain: Explain): string[] {
  if (first === undefined) return [];
  const own = others.filter(({ cell }) => cell.kind === first.cell.kind);
  const names = own.map(({ cell: { operation } }) => `${operation.method} ${operation.path}`);
  const kinds = new Set(others.filter((answer) => !own.includes(answer)).map(({ cell }) => cell.kind.name));
  const also = [
    ...(names.length === 0 ? [] : [someOf(names)]),
    ...(kinds.size === 0 ? [] : [`with ${someOf([...kinds].map((name) => `"${name}"`))}`]),
  ];
  return [renderFailure(first, explain), ...(also.length === 0 ? [] : [`  also     ${also.join("; ")}`])];
}

/** What is otherwise than at the last start, a line each; one line where nothing is, none where no earlier start is known. */
export function sinceReport(
  { changes, severalApis, problems }: SinceLastStart,
  paint: Paint,
  { all = false }: ReportOptions = {},
): string[] {
  const told = problems.map((problem) => paint("yellow", problem));
  if (changes === undefined) return told;
  if (changes.length === 0) return [...told, "Scopes and answers are as at the last start."];
  const lines = changes.map((change) => `  ${describeStartChange(change, severalApis)}`);
  return [
    ...told,
    paint("bold", "Since the last start"),
    ...capped(lines, all ? Number.POSITIVE_INFINITY : changesShown),
  ];
}

/** Where the local cloud is, and three lines to paste; `npm run token` has to be told another port than the usual one. */
export function links(outputs: StackOutputs, proof: Proof, port = defaultPort): string[] {
  const atPort = port === defaultPort ? "" : `--port ${port} `;
  const cell = callToTry(proof.answers.map((answer) => answer.cell));
  const { developerPortalUrl: portal, gatewayUrl, issuer } = outputs;
  const head = [
    ...(portal === "" ? [] : [`Developer portal  ${portal}`]),
    `Gateway           ${gatewayUrl}`,
    `Okta              ${issuer}`,
  ];
  if (cell === undefined) return head;
  const line = curl(cell.api.url, cell.operation);
  return [
    ...head,
    "",
    "Try it",
    `  ${line}`,
    `  TOKEN=$(npm run -s token -- ${atPort}${cell.context.needed.map(quoted).join(" ")})`,
    `  ${line} -H "Authorization: Bearer $TOKEN"`,
  ];
}

/** The whole run as one JSON document; secrets stand as `"[secret]"`. */
export function jsonReport(
  provisioned: Provisioned,
  proof: Proof,
  since: Pick<SinceLastStart, "changes"> = { changes: undefined },
): string {
  const outputs = Object.entries(provisioned.outputs).map(([name, { value, secret }]) => [
    name,
    secret ? "[secret]" : value,
  ]);
  const { engine } = provisioned;
  // Their values hold secrets.
  const resources = provisioned.resources.map(({ type, name }) => ({ type, name }));
  return JSON.stringify(
    {
      engine,
      resources,
      outputs: Object.fromEntries(outputs),
      ...proofParts(proof),
      leftOut: proof.leftOut,
      backends: proof.backends,
      // null where no earlier start is known.
      sinceLastStart: since.changes ?? null,
    },
    null,
    2,
  );
}

/** The proof against a deployed stack as one JSON document. */
export function verificationJson(stack: string, proof: Proof): string {
  const { leftOut, seconds } = proof;
  return JSON.stringify({ stack, ...proofParts(proof), leftOut, seconds }, null, 2);
}

/** The proof against a deployed stack as Markdown for a workflow's summary: what the terminal shows, in a block. */
export function verificationMarkdown(stack: string, proof: Proof): string {
  const plain: Paint = (_, uncoloured) => uncoloured;
  const lines = proofReport(proof, plain, { stack }).join("\n").split("\n");
  const verdict = proof.passed ? "✅ as demanded" : "❌ not as demanded";
  return [`## Stack ${escapedText(stack)}: ${verdict}`, "", ...codeBlock("text", lines), "", ""].join("\n");
}

function reportedOperation({ api, operation }: Cell) {
  const { method, path, operationId, security, requiredClaims } = operation;
  return {
    api: api.name,
    operation: `${method} ${path}`,
    operationId,
    needs: neededText(security, requiredClaims),
    // Alternatives, each a list of scopes that are all needed.
    anyOf: security.kind === "public" ? null : security.anyOf,
    requiredClaims,
  };
}

function isGiven({ origin }: Cell["kind"]): boolean {
  return origin === "given" || origin === "caller";
}

/** What a proof's JSON says of its answers; `npm run compare` reads it. */
export function proofParts({ answers, passed }: Pick<Proof, "answers" | "passed">) {
  const operations = [...new Map(answers.map(({ cell }) => [cell.context, cell])).values()];
  const matrix = answers.map(({ cell, actual, refusal, noToken, passed }) => ({
    api: cell.api.name,
    operation: `${cell.operation.method} ${cell.operation.path}`,
    operationId: cell.operation.operationId,
    kind: cell.kind.id,
    token: cell.kind.name,
    // A token that Okta gives is told by them; the others by what is wrong with them.
    scopes: isGiven(cell.kind) ? cell.kind.scopes(cell.context) : null,
    client: cell.kind.caller?.client.name ?? null,
    person: cell.kind.caller?.person?.name ?? null,
    groups: cell.kind.caller?.person?.groups ?? null,
    expected: cell.expected,
    expectedReason: cell.reason ?? null,
    actual: actual ?? null,
    actualReason: reasonOf({ refusal, noToken }) ?? null,
    passed,
  }));
  const clients = new Map(
    answers.flatMap(({ cell }) => cell.kind.caller?.client ?? []).map((client) => [client.name, client]),
  );
  return {
    clients: [...clients.values()].map(({ name, kind, scopes, groups }) => ({ name, kind, scopes, groups })),
    operations: operations.map(reportedOperation),
    matrix,
    passed,
  };
}
