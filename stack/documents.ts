import * as pulumi from "@pulumi/pulumi";
import { checkOperationCount } from "../openapi/check/check.ts";
import { type ApiDocument, collectScopes, readDocument } from "../openapi/document.ts";
import { DocumentError, refusalText } from "../openapi/document-error.ts";
import { counted, importSummary } from "../openapi/findings-text.ts";
import type { RequiredQueryConduct } from "../openapi/required-query.ts";
import type { ApiConfig } from "./api-settings.ts";
import { ConfigError } from "./config.ts";
import { hiddenOperations } from "./hidden-operations.ts";
import type { StackConfig } from "./settings-table.ts";

/** One API of the stack: its settings joined with its document. */
export interface StackApi {
  readonly document: ApiDocument;
  readonly path: string;
  /** Its backend; absent for a mock. */
  readonly serviceUrl?: string | undefined;
  /** What an import makes of required query parameters; absent, Azure decides. */
  readonly translateRequiredQueryParametersConduct?: RequiredQueryConduct | undefined;
}

/** The stack's APIs by name, and every scope that Okta has to know with its description. */
export interface StackDocuments {
  readonly apis: ReadonlyMap<string, StackApi>;
  readonly scopes: Record<string, string>;
}

/**
 * Reads the documents that the `apis` setting names, relative to `root`, for an instance of the tier `apimSku`.
 *
 * @throws {pulumi.RunError} with every problem of every document, or of the settings that go with them.
 */
export async function readDocuments(
  { apis: configured, apimSku: sku }: Pick<StackConfig, "apis" | "apimSku">,
  root: string,
): Promise<StackDocuments> {
  const entries = Object.entries(configured);
  const read = await Promise.allSettled(entries.map(([, settings]) => readDocument(settings, root)));
  const problems = read.flatMap((result) =>
    result.status === "rejected" ? [documentProblem(result.reason)] : [],
  );
  if (problems.length > 0) throw new pulumi.RunError(problems.join("\n"));
  const documents = read.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const count = documents.reduce((sum, { operations }) => sum + operations.length, 0);
  const tooMany = checkOperationCount(count, sku);
  if (tooMany.length > 0) throw new pulumi.RunError(refusalText("the stack's documents together", tooMany));

  const apis = new Map(
    entries.map(([name, settings], index) => [name, join(settings, documents[index] as ApiDocument)]),
  );
  const homeless = entries
    .filter(([name, { mock }]) => !mock && apis.get(name)?.serviceUrl === undefined)
    .map(([name]) => noBackend(name));
  const settingsProblems = [...homeless, ...hiddenOperations(apis)];
  if (settingsProblems.length > 0) throw new ConfigError(settingsProblems);
  for (const [name, { document }] of apis) tellFindings(name, document);
  return { apis, scopes: scopesOf(documents) };
}

function documentProblem(reason: unknown): string {
  if (reason instanceof DocumentError) return reason.message;
  throw reason;
}

function join(settings: ApiConfig, document: ApiDocument): StackApi {
  const { path, serviceUrl, mock, translateRequiredQueryParametersConduct } = settings;
  const backend = serviceUrl ?? document.serverUrl;
  return {
    document,
    path,
    serviceUrl: mock ? undefined : backend,
    translateRequiredQueryParametersConduct,
  };
}

/** What became of the document, in one line; all of it is told where the stack is rendered. */
function tellFindings(name: string, { findings }: ApiDocument): void {
  if (findings.length === 0) return;
  void pulumi.log.info(
    `API "${name}" ${importSummary(findings)}. \`npm run render -- --stack ${pulumi.getStack()}\` lists ${counted(findings.length, "finding")} and writes what is imported.`,
  );
}

function noBackend(name: string): string {
  return `"${pulumi.getProject()}:apis.${name}" has no backend: it has neither serviceUrl nor mock, and its document names no https server. Set serviceUrl, or mock: true.`;
}

function scopesOf(documents: readonly ApiDocument[]): Record<string, string> {
  const scopes = collectScopes(documents);
  if (scopes.size > 0) return Object.fromEntries(scopes);
  throw new pulumi.RunError(
    'No document of the stack declares a scope, and Okta gives no token without one. Name scopes in an API\'s setting "security", or in its document.',
  );
}
