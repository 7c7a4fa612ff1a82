import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { deriveDocument } from "./derive.ts";
import { DocumentError } from "./document-error.ts";
import { formatOf, readText } from "./document-text.ts";
import { arrayAt, type JsonObject, objectAt, textAt } from "./json.ts";
import { type Operation, readOperations } from "./operations.ts";
import { referenceProblems } from "./references.ts";
import { schemaProblems } from "./schema-check.ts";
import { declaredScopes, type Report } from "./security.ts";

/** An OpenAPI 3.0 document that API Management can import and the proof can call. */
export interface ApiDocument {
  readonly title: string;
  /** File name, for messages. */
  readonly source: string;
  /** The text to import, unchanged. */
  readonly value: string;
  /** What the text says. */
  readonly content: JsonObject;
  /** Azure's name of the text's format: YAML or JSON. */
  readonly format: "openapi" | "openapi+json";
  /** The first https server without variables. */
  readonly serverUrl?: string;
  /** Declared scope → description. */
  readonly scopes: ReadonlyMap<string, string>;
  /** In the document's order. */
  readonly operations: readonly Operation[];
}

/**
 * Reads a document from a file.
 *
 * @throws {DocumentError} when there is no such file, it is not UTF-8, or {@link parseDocument} refuses it.
 */
export async function readDocument(file: string): Promise<ApiDocument> {
  const source = path.relative(process.cwd(), file);
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new DocumentError(`"${source}"`, [
      `file: must be readable; got ${cause.code ?? cause.message}. Correct the name in the setting "apis".`,
    ]);
  });
  return parseDocument(utf8(bytes, source), source);
}

/**
 * Checks a document against OpenAPI 3.0 and against what API Management imports, and reads what the stack derives from
 * it. YAML or JSON.
 *
 * @throws {DocumentError} with all problems at once, each with its place.
 */
export async function parseDocument(text: string, source: string): Promise<ApiDocument> {
  const written = readText(text, source);
  const problems = versionProblems(written);
  if (problems.length > 0) throw new DocumentError(`"${source}"`, problems);

  const report: Report = (place, problem) => problems.push(`${place}: ${problem}`);
  problems.push(...(await schemaProblems(written)), ...referenceProblems(written));
  const { content: document, findings } = deriveDocument(written);
  const scopes = declaredScopes(document, report);
  const read = readOperations(document, { scopes, report });
  const { operations } = read;
  for (const { rule, place, detail } of [...findings, ...read.findings])
    if (rule.outcome === "refused") report(place, [rule.text, detail, rule.fix].filter(Boolean).join(" "));
  if (operations.length === 0 && problems.length === 0)
    report("paths", "must hold an operation; got none. Add one.");
  if (problems.length > 0) throw new DocumentError(`"${source}"`, [...new Set(problems)]);

  const serverUrl = httpsServer(document);
  return {
    title: String(objectAt(document.info).title),
    source,
    value: document === written ? text : JSON.stringify(document),
    content: document,
    format: document === written ? formatOf(text) : "openapi+json",
    ...(serverUrl === undefined ? {} : { serverUrl }),
    scopes,
    operations,
  };
}

/**
 * The scopes that several documents declare together.
 *
 * @throws {DocumentError} when two documents describe one scope differently: Okta has one description for it.
 */
export function collectScopes(documents: readonly ApiDocument[]): ReadonlyMap<string, string> {
  const problems: string[] = [];
  const scopes = new Map<string, { description: string; source: string }>();
  for (const { source, scopes: declared } of documents) {
    for (const [scope, description] of declared) {
      const known = scopes.get(scope);
      if (known !== undefined && known.description !== description) {
        problems.push(
          `scope "${scope}": must have one description; got "${known.description}" in "${known.source}" and "${description}" in "${source}". Use one of them.`,
        );
      }
      scopes.set(scope, known ?? { description, source });
    }
  }
  if (problems.length > 0) throw new DocumentError("the documents together", problems);
  return new Map([...scopes].map(([scope, { description }]) => [scope, description]));
}

function utf8(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new DocumentError(`"${source}"`, [
      "file: must be UTF-8; got bytes that are not. Save it in this encoding.",
    ]);
  }
}

function versionProblems({ openapi, swagger }: JsonObject): string[] {
  if (/^3\.0\.\d+$/.test(textAt(openapi) ?? "")) return [];
  if (swagger !== undefined) {
    return [
      `swagger: must be an OpenAPI 3.0 document; got Swagger ${swagger}. Convert it, for example with swagger2openapi.`,
    ];
  }
  if (/^3\.[1-9]/.test(String(openapi))) {
    return [
      `openapi: must be 3.0.x, of which API Management keeps every feature; got ${openapi}. Write it as 3.0.3.`,
    ];
  }
  return [
    `openapi: must be 3.0.x; got ${openapi === undefined ? "nothing" : JSON.stringify(openapi)}. Begin the document with "openapi: 3.0.3".`,
  ];
}

function httpsServer(document: JsonObject): string | undefined {
  const urls = arrayAt(document.servers).map((server) => textAt(objectAt(server).url) ?? "");
  return urls.find((url) => /^https:\/\//i.test(url) && !url.includes("{"));
}
