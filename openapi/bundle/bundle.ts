import * as path from "node:path";
import { type DocumentVersion, versionOf } from "../convert/document-version.ts";
import { resolveAnchors } from "../convert/resolve-anchors.ts";
import type { Finding, Rule, StepResult } from "../finding.ts";
import { type JsonObject, objectAt, textAt } from "../json.ts";
import { stepsOf, valueAt } from "../json-pointer.ts";
import { checkReferences } from "../references.ts";
import { FileReader, type FileRefused, isInside } from "./document-files.ts";
import { isData, visitReferences } from "./visit-references.ts";

const referenceBundled: Rule = {
  code: "reference-bundled",
  outcome: "converted",
  text: "API Management takes no reference to another file. What the reference names is brought into the document.",
  source: "https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#general",
};

const bundleRenamed: Rule = {
  code: "bundle-renamed",
  outcome: "converted",
  text: "Two files have different components of one name. One of them is renamed.",
};

const targetMissing: Rule = {
  code: "reference-target-missing",
  outcome: "refused",
  text: "The reference names nothing in the file.",
  fix: "Correct it, or add what it names.",
};

const filesEndless: Rule = {
  code: "reference-files-endless",
  outcome: "refused",
  text: "References of several files lead back to themselves and never to a value.",
  fix: "Describe a value at one of their places.",
};

/** Where a document's files are. */
export interface BundleOptions {
  /** The document's own file; without it external references stay. */
  readonly file?: string | undefined;
  /**
   * Folder that holds all files the document may refer to. By default `apis` in the working folder if the document stands
   * in it, else the document's own folder.
   */
  readonly root?: string | undefined;
}

/** A document without external references, and the files that it was brought together from, sorted. */
export interface BundleResult extends StepResult<JsonObject> {
  /** Absolute, without the document's own. */
  readonly files: readonly string[];
}

/**
 * Brings what external references name into the document: schemas, parameters, responses and the like become components,
 * path items and what has no place among the components are written out. Reads local files only. A document without
 * external references stays the same object.
 */
export async function bundle(content: JsonObject, { file, root }: BundleOptions): Promise<BundleResult> {
  const version = versionOf(content);
  const named = version === "3.1" ? resolveAnchors(content) : content;
  const external = externalReferences(named);
  // An unknown version is refused when it comes to the conversion.
  if (external.length === 0 || file === undefined || version === undefined)
    return { content: named, findings: [], files: [] };
  const endless = checkReferences(named).findings.filter(({ rule }) => rule.code === "reference-endless");
  if (endless.length > 0) return { content, findings: endless, files: [] };
  const absolute = path.resolve(file);
  // The working folder itself holds settings and secrets, which no document may bring into an API.
  const apis = path.resolve("apis");
  const folder = root ?? (isInside(absolute, apis) ? apis : path.dirname(absolute));
  const bundled = await bundleFiles(
    withTextVersion(structuredClone(named), version),
    absolute,
    path.resolve(folder),
  );
  const { findings, files } = bundled;
  const isRefused = findings.some(({ rule }) => rule.outcome === "refused");
  if (bundled.content === undefined || isRefused) return { content, findings, files };
  return { content: bundled.content, findings: [...external, ...findings], files };
}

// The bundler takes no number for a version.
function withTextVersion(content: JsonObject, version: DocumentVersion): JsonObject {
  const { openapi, swagger } = content;
  if (version === "2.0") return swagger === "2.0" ? content : { ...content, swagger: version };
  return typeof openapi === "string" ? content : { ...content, openapi: `${version}.0` };
}

function externalReferences(content: JsonObject): readonly Finding[] {
  const findings: Finding[] = [];
  visitReferences(content, (ref, place) => {
    if (!ref.startsWith("#"))
      findings.push({ rule: referenceBundled, place: `${place}.$ref`, detail: `"${ref}"` });
  });
  return findings;
}

interface Bundled {
  /** Absent when references never lead to a value. */
  readonly content?: JsonObject;
  readonly findings: readonly Finding[];
  readonly files: readonly string[];
}

async function bundleFiles(content: JsonObject, file: string, root: string): Promise<Bundled> {
  // Few documents need it, and it takes a tenth of a second to load.
  const { bundleOas, createEmptyRedoclyConfig, Source } = await import(
    "@redocly/openapi-core/lib/bundle-oas"
  );
  const reader = new FileReader({ file, root, content, sourceOf: (name, text) => new Source(name, text) });
  const document = await reader.resolveDocument(null, file);
  const options = {
    doc: document,
    config: createEmptyRedoclyConfig(),
    // The library calls three of its methods. To extend the library's own class, all of the library would be loaded.
    externalRefResolver: reader as unknown as NonNullable<BundlerOptions["externalRefResolver"]>,
  } as BundlerOptions;
  const result = await bundleOas(options).catch((cause: Error) => {
    if (!cause.message.includes("Self-referencing")) throw cause;
    return undefined;
  });
  const { files, refused, parsed } = await reader.outcome();
  if (result === undefined) return { findings: [{ rule: filesEndless, place: "document" }], files };
  const findings = result.problems.flatMap((problem) => findingOf(problem, { file, refused, parsed }));
  const unique = new Map(findings.map((one) => [`${one.place} ${one.rule.code}`, one]));
  return { content: result.bundle.parsed as JsonObject, findings: [...unique.values()], files };
}

type BundlerOptions = Parameters<typeof import("@redocly/openapi-core/lib/bundle-oas").bundleOas>[0];

interface Problem {
  readonly message: string;
  readonly location: readonly {
    readonly source: { readonly absoluteRef: string };
    readonly pointer?: string | undefined;
  }[];
}

interface Origin {
  readonly file: string;
  /** By the message of the error. */
  readonly refused: ReadonlyMap<string, FileRefused>;
  /** What each file says. */
  readonly parsed: ReadonlyMap<string, unknown>;
}

function findingOf(
  { message, location: [at] }: Problem,
  { file, refused, parsed }: Origin,
): readonly Finding[] {
  const source = at?.source.absoluteRef ?? file;
  const pointer = (at?.pointer ?? "").replace(/^#/, "");
  const steps = stepsOf(pointer);
  const prefix = source === file ? "" : `${path.relative(path.dirname(file), source)}: `;
  const place = `${prefix}${steps.join(".") || "document"}`;
  const [, from, to] = /Renamed (.+) to (.+)\.$/.exec(message) ?? [];
  if (from !== undefined) return [{ rule: bundleRenamed, place, detail: `"${from}" is "${to}"` }];
  if (isData(steps)) return [];
  const fault = refused.get(message.replace(/^Can't resolve \$ref: /, ""));
  const value = valueAt(objectAt(parsed.get(source)), pointer);
  const ref = textAt(objectAt(value).$ref) ?? textAt(value);
  // The value of an example may stay where it is.
  if (ref === undefined) return [];
  const referencePlace = typeof value === "string" ? place : `${place}.$ref`;
  if (fault !== undefined) return [{ rule: fault.rule, place: referencePlace, detail: fault.message }];
  // References inside the document are checked once it is converted.
  if (source === file && ref.startsWith("#")) return [];
  return [{ rule: targetMissing, place: referencePlace, detail: `"${ref}"` }];
}
