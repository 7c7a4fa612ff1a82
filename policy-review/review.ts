import type { PolicyFolder } from "../policy-folders/policy-folder.ts";
import type { Answer } from "../proof/run.ts";
import { namedValuesIn } from "../simulator/apim/policy/named-values.ts";
import { type FolderNamedValues, folderNamedValues } from "./folder-named-values.ts";
import { type LoadedFolder, loadFolder } from "./loaded-folder.ts";
import { type OperationFacts, operationFacts } from "./operation-facts.ts";
import { ownCertificates } from "./own-certificates.ts";
import type { OwnIssuer } from "./own-issuer.ts";
import { type ReviewGateway, type ReviewGatewayOptions, serveReviewed } from "./review-gateway.ts";
import { otherChecks } from "./token-checks.ts";
import { type BackendPath, type RequestStop, type UncheckedPath, uncheckedPaths } from "./unchecked-paths.ts";
import { forgedIds, type HandedToken, type OperationAnswers, rowName, whoGetsIn } from "./who-gets-in.ts";

/** What a folder's policies do. */
export interface Review {
  readonly folder: PolicyFolder;
  readonly loaded: LoadedFolder;
  readonly values: FolderNamedValues;
  /** Address of the issuer whose own keys were fetched. */
  readonly issuer?: string;
  readonly answers: readonly Answer[];
  readonly unchecked: readonly UncheckedPath[];
  /** What was not sent, a line each. */
  readonly leftOut: readonly string[];
  /** How many operations were not called, since a document of theirs does not run here. */
  readonly notRun: number;
  /** Every document is one that Azure takes, and no path is open that is guarded elsewhere. */
  readonly passed: boolean;
}

/** How a folder is reviewed. */
export interface ReviewOptions {
  /** Values of named values, which count before the folder's. */
  readonly namedValues: ReadonlyMap<string, string>;
  readonly issuer: OwnIssuer;
  readonly tokens: readonly HandedToken[];
  readonly reach: ReviewGatewayOptions["reach"];
}

/** Reads every policy of a folder, sends requests to each operation, and judges what came of them. */
export async function reviewFolder(folder: PolicyFolder, options: ReviewOptions): Promise<Review> {
  const values = folderNamedValues(folder, textsOf(folder), options.namedValues);
  const loaded = await withCertificates(await loadFolder(folder, values), folder, options.issuer);
  const facts = operationFacts(loaded, { fragments: folder.fragments, valueOf: values.valueOf });
  const runs = (one: OperationFacts) => one.documents.every(({ checked }) => checked !== undefined);
  const without = facts.filter((one) => !runs(one));
  const gateway = await serveReviewed(loaded.service, {
    ...options,
    forgets: true,
    secrets: values.secrets,
    log: () => {},
  });
  try {
    const { origin, refusalOf } = gateway;
    const sent = await whoGetsIn(facts.filter(runs), { ...options, origin, refusalOf });
    const paths = sent.operations.map((one) => pathOf(one, gateway));
    const unchecked = uncheckedPaths(paths);
    const holes = new Set(
      unchecked.flatMap((one) =>
        one.protectedElsewhere === undefined ? [] : [`${one.api}: ${one.operation}`],
      ),
    );
    const answers = sent.operations.flatMap((one) =>
      one.answers.map((answer) => judged(answer, holes.has(nameOf(one.facts)), gateway)),
    );
    const isRefused = loaded.documents.some(({ problems }) =>
      problems.some(({ verdict }) => verdict === "refused"),
    );
    return {
      folder,
      loaded,
      values,
      ...(options.issuer.real === undefined ? {} : { issuer: options.issuer.real }),
      answers,
      unchecked,
      leftOut: [...sent.leftOut, ...notSent(without)],
      notRun: without.length,
      passed: !isRefused && holes.size === 0,
    };
  } finally {
    await gateway.close();
  }
}

/** Where no document names a certificate, the gateway knows of none: `authentication-certificate` shows nothing then. */
async function withCertificates(
  loaded: LoadedFolder,
  { fragments }: PolicyFolder,
  issuer: OwnIssuer,
): Promise<LoadedFolder> {
  const written = [...loaded.documents.map((one) => one.written), ...fragments.values()];
  const certificates = await ownCertificates(
    written.map(({ xml }) => xml),
    issuer,
  );
  return certificates.length === 0 ? loaded : { ...loaded, service: { ...loaded.service, certificates } };
}

function textsOf({ policy, apis, products, fragments, unplaced }: PolicyFolder): readonly string[] {
  const all = [
    policy,
    ...apis.flatMap((api) => [api.policy, ...api.operationPolicies.values()]),
    ...products.map((product) => product.policy),
    ...fragments.values(),
    ...unplaced,
  ];
  // What stands between braces in a Liquid template is a variable, unless a named value is called so.
  const template = /<set-body[^>]*\btemplate\s*=\s*["']liquid["'][^>]*>[\s\S]*?<\/set-body>/gi;
  return all
    .flatMap((one) => one?.xml.replace(template, "") ?? [])
    .filter((xml) => namedValuesIn(xml).size > 0);
}

function nameOf(facts: OperationFacts): string {
  return `${rowName(facts)}: ${operationOf(facts)}`;
}

function operationOf({ operation: { call } }: OperationFacts): string {
  return `${call.method} ${call.path}`;
}

function cameThrough({ traceId }: Answer, gateway: ReviewGateway): string | undefined {
  return traceId === undefined ? undefined : gateway.backendOf(traceId);
}

function pathOf({ facts, answers }: OperationAnswers, gateway: ReviewGateway): BackendPath {
  const of = (id: string) => answers.find(({ cell }) => cell.kind.id === id);
  const open = of("no-token");
  const noKey = of("no-key");
  const backend = answers.map((answer) => cameThrough(answer, gateway)).find((url) => url !== undefined);
  const { api, cutBy } = facts;
  const stoppedBy = open && stopOf(open, facts, gateway);
  const forgedIn = answers.filter(
    ({ cell, ...answer }) =>
      forgedIds.has(cell.kind.id) && cameThrough({ cell, ...answer }, gateway) !== undefined,
  );
  const written = backend ?? api.served.serviceUrl ?? "";
  return {
    api: api.name,
    row: rowName(facts),
    operation: operationOf(facts),
    // What nobody knows is no common backend.
    backend: /\.invalid(?:[/:]|$)/.test(written) ? "" : written,
    isOpen: open !== undefined && cameThrough(open, gateway) !== undefined,
    forgedIn: forgedIn.map(({ cell }) => cell.kind.name),
    hasCheck: facts.tokens.length > 0,
    isGuarded: facts.isGuarded,
    ...(stoppedBy === undefined ? {} : { stoppedBy }),
    ...(cutBy === undefined
      ? {}
      : { cutBy: { file: cutBy.document.written.file, lost: cutBy.lost.written.file } }),
    needsKey: api.served.keyIsOptional !== true && !(noKey && cameThrough(noKey, gateway) !== undefined),
    others: facts.others,
  };
}

/** What stopped a request, and in which file. */
function stopOf(
  answer: Answer,
  { api, documents }: OperationFacts,
  gateway: ReviewGateway,
): RequestStop | undefined {
  const { actual, refusal, traceId } = answer;
  if (typeof actual !== "number" || actual < 400 || cameThrough(answer, gateway) !== undefined)
    return undefined;
  const statement = traceId === undefined ? undefined : gateway.answeredBy(traceId);
  const reported = typeof refusal === "string" ? undefined : { ...refusal, element: refusal.source };
  const { element, scope } = reported ?? statement ?? { element: `API "${api.name}"`, scope: "api" };
  const file = documents.find((document) => document.scope === scope)?.written.file;
  const why = traceId === undefined ? undefined : gateway.refusalOf(traceId)?.message;
  return {
    status: actual,
    by: `${element}${file === undefined ? "" : ` of ${file}`}${why === undefined || actual < 500 ? "" : `: ${why.replace(/\.$/, "")}`}`,
    isOther: otherChecks.has(element),
  };
}

/** Where a path is open that is guarded elsewhere, the requests that came through are wrong. */
function judged(answer: Answer, isHole: boolean, gateway: ReviewGateway): Answer {
  const { id } = answer.cell.kind;
  const isWrong =
    isHole &&
    (id === "no-token" || id === "no-key" || forgedIds.has(id)) &&
    cameThrough(answer, gateway) !== undefined;
  return isWrong
    ? { ...answer, passed: false, differs: "outcome", cell: { ...answer.cell, expected: 401 } }
    : answer;
}

function notSent(facts: readonly OperationFacts[]): readonly string[] {
  const byFile = Map.groupBy(
    facts,
    ({ documents }) => documents.find(({ checked }) => checked === undefined)?.written.file ?? "",
  );
  return [...byFile].map(
    ([file, { length }]) =>
      `${length} ${length === 1 ? "operation" : "operations"}, since ${file} does not run here; the gateway answers 501`,
  );
}

/** Serves a reviewed folder. */
export function serveFolder(
  review: Review,
  options: Omit<ReviewGatewayOptions, "forgets" | "secrets">,
): Promise<ReviewGateway> {
  return serveReviewed(review.loaded.service, { ...options, forgets: false, secrets: review.values.secrets });
}
