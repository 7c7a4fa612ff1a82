import { readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import { bundle } from "./bundle/bundle.ts";
import { checkImport, checkImportBody } from "./check/check.ts";
import { schemaFindings } from "./check/schema-check.ts";
import { convertReferences, convertToOpenApi30 } from "./convert/convert.ts";
import { writeTexts } from "./convert/write-texts.ts";
import { cutRecursion } from "./derive/cut-recursion.ts";
import { deriveDocument } from "./derive/derive.ts";
import { DocumentError } from "./document-error.ts";
import { documentFile, isUrl } from "./document-lock.ts";
import { readText, utf8Text } from "./document-text.ts";
import type { Finding, Rule } from "./finding.ts";
import { distinct } from "./findings-text.ts";
import { arrayAt, type JsonObject, objectAt, textAt } from "./json.ts";
import { operationSites } from "./operation-sites.ts";
import { type Operation, readOperations } from "./operations.ts";
import { applyOverlay } from "./overlay/overlay.ts";
import { checkReferences } from "./references.ts";
import type { RequiredQueryConduct } from "./required-query.ts";
import { readRequiredClaims } from "./security/read-required-claims.ts";
import { readSecurity } from "./security/read-security.ts";

import type { RequiredClaimSettings, SecuritySettings } from "./security/security-settings.ts";

/** Where an API's document is, and what is said of it beside it. */
export interface DocumentSettings {
  /** File, relative to the project, or a URL that `npm run add` pinned. OpenAPI 3.0 to 3.2 or Swagger 2.0, YAML or JSON. */
  readonly document: string;
  /** File of an OpenAPI overlay, relative to the project. */
  readonly overlay?: string | undefined;
  readonly security?: SecuritySettings | undefined;
  /** Claims that operations require besides scopes and besides what the document says; by the operation. */
  readonly requiredClaims?: RequiredClaimSettings | undefined;
  /** What the import makes of required query parameters, by Azure's name of that setting. @defaultValue "template" */
  readonly translateRequiredQueryParametersConduct?: RequiredQueryConduct | undefined;
}

/** An API as its document and its settings describe it: what API Management imports, and what the proof calls. */
export interface ApiDocument {
  readonly title: string;
  /** Name of the file or URL, for messages. */
  readonly source: string;
  /** The derived document: OpenAPI 3.0, without references to other files and without recursion. */
  readonly content: JsonObject;
  /** The text to import, JSON. */
  readonly value: string;
  /** The first https server without variables. */
  readonly serverUrl?: string;
  /** Scope → description, of every scope that Okta has to know. */
  readonly scopes: ReadonlyMap<string, string>;
  /** In the document's order. */
  readonly operations: readonly Operation[];
  /** What differs from the file, what was made up, and what the reader has to know. None is a refusal. */
  readonly findings: readonly Finding[];
}

const rules = {
  unreadable: {
    code: "file-unreadable",
    outcome: "refused",
    text: "The file cannot be read.",
    fix: 'Correct its name in the setting "apis".',
  },
  empty: {
    code: "operation-missing",
    outcome: "refused",
    text: "The document has no operation.",
    fix: "Add a path with one.",
  },
} as const satisfies Record<string, Rule>;

interface Kept {
  /** File → what it was when it was read. */
  readonly versions: ReadonlyMap<string, string>;
  readonly document: ApiDocument;
}

const kept = new Map<string, Promise<Kept>>();

/**
 * Reads an API's document and overlay from files and derives from them what is imported and proved. Another call gives the same
 * result, as long as the files are the same.
 *
 * @param root Folder of the project.
 * @throws {DocumentError} with everything that cannot be imported or proved.
 */
export async function readDocument(settings: DocumentSettings, root: string): Promise<ApiDocument> {
  const key = JSON.stringify([root, settings]);
  const before = kept.get(key);
  if (before !== undefined) {
    const { versions, document } = await before;
    if (await areSame(versions)) return document;
  }
  // Another call may have begun to read what changed.
  const current = kept.get(key);
  const reading = current === undefined || current === before ? startReading(key, settings, root) : current;
  return (await reading).document;
}

/** Begins a reading that others can wait for; one that fails is not kept, since its files may be corrected. */
function startReading(key: string, settings: DocumentSettings, root: string): Promise<Kept> {
  const reading = readFiles(settings, root).catch((error: unknown) => {
    kept.delete(key);
    throw error;
  });
  kept.set(key, reading);
  return reading;
}

async function readFiles(settings: DocumentSettings, root: string): Promise<Kept> {
  const file = path.resolve(root, await documentFile(settings.document, root));
  const source = isUrl(settings.document) ? settings.document : nameOf(file);
  const text = await readUtf8(file, source);
  const overlay = settings.overlay === undefined ? undefined : await readOverlay(settings.overlay, root);
  const { security, requiredClaims, translateRequiredQueryParametersConduct } = settings;
  const options = {
    ...{ source, file, overlay, security, requiredClaims },
    translateRequiredQueryParametersConduct,
  };
  const { files, ...document } = await parseDocument(text, options);
  const read = [
    file,
    ...files,
    ...(settings.overlay === undefined ? [] : [path.resolve(root, settings.overlay)]),
  ];
  return { versions: new Map(await Promise.all(read.map(withVersion))), document };
}

/** An overlay as it was read. */
export interface Overlay {
  /** Name of the file, for messages. */
  readonly source: string;
  readonly content: JsonObject;
}

/**
 * Reads an overlay's file, relative to `root`.
 *
 * @throws {DocumentError} when it cannot be read, or is no YAML.
 */
export async function readOverlay(file: string, root: string): Promise<Overlay> {
  const absolute = path.resolve(root, file);
  const source = nameOf(absolute);
  return { source, content: readText(await readUtf8(absolute, source), source) };
}

function nameOf(file: string): string {
  return path.relative(process.cwd(), file);
}

async function withVersion(file: string): Promise<readonly [string, string]> {
  const { mtimeMs, size } = await stat(file);
  return [file, `${mtimeMs} ${size}`];
}

async function areSame(versions: ReadonlyMap<string, string>): Promise<boolean> {
  const same = [...versions].map(async ([file, version]) => {
    const now = await withVersion(file).catch(() => undefined);
    return now?.[1] === version;
  });
  return (await Promise.all(same)).every(Boolean);
}

async function readUtf8(file: string, source: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    const finding = { rule: rules.unreadable, place: "file", detail: cause.code ?? cause.message };
    throw new DocumentError(`"${source}"`, [finding], { cause });
  });
  return utf8Text(bytes, source);
}

/** What a document is derived with. */
export interface ParseOptions {
  /** Name of the document, for messages. */
  readonly source: string;
  /** Where it lies, for references to other files; absent, there can be none. */
  readonly file?: string | undefined;
  readonly overlay?: Overlay | undefined;
  readonly security?: SecuritySettings | undefined;
  /** Claims that operations require besides scopes and besides what the document says; by the operation. */
  readonly requiredClaims?: RequiredClaimSettings | undefined;
  /** What the import makes of required query parameters. @defaultValue "template", Azure's own */
  readonly translateRequiredQueryParametersConduct?: RequiredQueryConduct | undefined;
}

/**
 * Derives from a document's text what is imported and proved: bundle → write texts → convert → overlay → convert its references → cut recursion → derive → check → operations.
 * Bundling comes first, so that what other files hold is converted too.
 *
 * @throws {DocumentError} with everything that cannot be imported or proved. A step that refuses something is the last one, since the
 * steps after it would judge the ruins.
 */
export async function parseDocument(
  text: string,
  { source, file, overlay, translateRequiredQueryParametersConduct, ...access }: ParseOptions,
): Promise<ApiDocument & { readonly files: readonly string[] }> {
  const findings: Finding[] = [];
  const take = <Result extends { readonly findings: readonly Finding[] }>(result: Result): Result => {
    findings.push(...result.findings);
    const refused = distinct(result.findings.filter(({ rule }) => rule.outcome === "refused"));
    if (refused.length > 0) throw new DocumentError(`"${source}"`, refused);
    return result;
  };

  const bundled = take(await bundle(readText(text, source), { file }));
  const converted = take(convertToOpenApi30(take(writeTexts(bundled.content)).content)).content;
  const overlaid = overlay
    ? take(convertReferences(take(applyOverlay(converted, overlay.content, overlay.source)).content)).content
    : converted;
  const finite = take(cutRecursion(take(checkReferences(overlaid)).content)).content;
  const { content } = take(deriveDocument(finite));
  const sites = operationSites(content);
  if (sites.length === 0) take({ findings: [{ rule: rules.empty, place: "paths" }] });
  const secured = readSecurity(content, sites, access.security);
  const claims = readRequiredClaims(content, sites, {
    security: secured.operations,
    settings: access.requiredClaims,
  });
  const { operations, findings: ofOperations } = readOperations(content, sites, {
    security: secured.operations,
    requiredClaims: claims.operations,
    translateRequiredQueryParametersConduct,
  });
  const value = JSON.stringify(content);
  const checked = [
    ...schemaFindings(content),
    ...checkImport(content, { translateRequiredQueryParametersConduct }),
    ...checkImportBody({ properties: { format: "openapi+json", value } }),
  ];
  take({ findings: [...checked, ...secured.findings, ...claims.findings, ...ofOperations] });
  const serverUrl = httpsServer(content);
  return {
    title: String(objectAt(content.info).title),
    source,
    content,
    value,
    ...(serverUrl === undefined ? {} : { serverUrl }),
    scopes: secured.scopes,
    operations,
    findings: distinct(findings),
    files: bundled.files,
  };
}

function httpsServer(document: JsonObject): string | undefined {
  const urls = arrayAt(document.servers).map((server) => textAt(objectAt(server).url) ?? "");
  return urls.find((url) => /^https:\/\//i.test(url) && !url.includes("{"));
}

/** The scopes that several documents declare together, each with its first description that says something. */
export function collectScopes(documents: readonly ApiDocument[]): ReadonlyMap<string, string> {
  const scopes = new Map<string, string>();
  for (const { scopes: declared } of documents)
    for (const [scope, description] of declared) scopes.set(scope, scopes.get(scope) || description);
  return scopes;
}
