import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type ApiDocument, collectScopes, readDocument } from "../openapi/document.ts";
import { DocumentError } from "../openapi/document-error.ts";
import { ConfigError } from "./config.ts";
import type { ApiConfig } from "./config-schema.ts";
import { hiddenOperations } from "./hidden-operations.ts";

/** One API of the stack: its settings joined with its document. */
export interface StackApi {
  readonly document: ApiDocument;
  readonly path: string;
  /** Its backend; absent for a mock. */
  readonly serviceUrl?: string;
}

/** The stack's APIs by name, and every scope that their documents declare with its description. */
export interface StackDocuments {
  readonly apis: ReadonlyMap<string, StackApi>;
  readonly scopes: ReadonlyMap<string, string>;
}

/**
 * Reads the OpenAPI documents that the `apis` setting names, relative to `root`.
 *
 * @throws {pulumi.RunError} with every problem of every document, or of the settings that go with them.
 */
export async function readDocuments(
  configured: Record<string, ApiConfig>,
  root: string,
): Promise<StackDocuments> {
  const entries = Object.entries(configured);
  const read = await Promise.allSettled(
    entries.map(([, { document }]) => readDocument(path.resolve(root, document))),
  );
  const documents = read.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const problems = read.flatMap((result) =>
    result.status === "rejected" ? [documentProblem(result.reason)] : [],
  );
  if (problems.length > 0) throw new pulumi.RunError(problems.join("\n"));

  const apis = new Map(
    entries.map(([name, settings], index) => [name, join(settings, documents[index] as ApiDocument)]),
  );
  const homeless = entries
    .filter(([name, { mock }]) => !mock && apis.get(name)?.serviceUrl === undefined)
    .map(([name]) => noBackend(name));
  const settingsProblems = [...homeless, ...hiddenOperations(apis)];
  if (settingsProblems.length > 0) throw new ConfigError(settingsProblems);
  return { apis, scopes: scopesOf(documents) };
}

function documentProblem(reason: unknown): string {
  if (reason instanceof DocumentError) return reason.message;
  throw reason;
}

function join({ path, serviceUrl, mock }: ApiConfig, document: ApiDocument): StackApi {
  const backend = serviceUrl ?? document.serverUrl;
  return { document, path, ...(mock || backend === undefined ? {} : { serviceUrl: backend }) };
}

function noBackend(name: string): string {
  return `"${pulumi.getProject()}:apis.${name}" must have a backend: its document names no https server; got neither serviceUrl nor mock. Set serviceUrl, or mock: true.`;
}

function scopesOf(documents: readonly ApiDocument[]): ReadonlyMap<string, string> {
  try {
    const scopes = collectScopes(documents);
    if (scopes.size > 0) return scopes;
  } catch (error) {
    throw new pulumi.RunError(documentProblem(error));
  }
  throw new pulumi.RunError(
    "The stack's documents must declare at least one scope, since Okta gives no token without one; got none. Add scopes to an oauth2 security scheme.",
  );
}
