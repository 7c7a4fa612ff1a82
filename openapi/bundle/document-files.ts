import { readFile, realpath } from "node:fs/promises";
import * as path from "node:path";
import { DocumentError } from "../document-error.ts";
import { readText, utf8Text } from "../document-text.ts";
import type { Rule } from "../finding.ts";
import type { JsonObject } from "../json.ts";

const referenceRemote: Rule = {
  code: "reference-remote",
  outcome: "refused",
  text: "The reference names a document on the network. Such documents are not fetched, since they may change unseen.",
  fix: "Download it, put it beside the document, and refer to the file.",
};

const referenceOutside: Rule = {
  code: "reference-outside",
  outcome: "refused",
  text: "The reference names a file outside the folder that documents are read from.",
  fix: "Put the file into this folder.",
};

const referenceHidden: Rule = {
  code: "reference-hidden",
  outcome: "refused",
  text: "The reference names a hidden file, or one in a hidden folder: its name begins with a dot. Such files hold settings and secrets.",
  fix: "Give it another name.",
};

const referenceKind: Rule = {
  code: "reference-file-kind",
  outcome: "refused",
  text: "The reference names a file that is neither JSON, YAML nor Markdown.",
  fix: "Give it the ending .json, .yaml, .yml or .md if it is one of these.",
};

const fileMissing: Rule = {
  code: "reference-file-missing",
  outcome: "refused",
  text: "The file that the reference names cannot be read.",
  fix: "Put it beside the document, or correct the reference.",
};

const fileBroken: Rule = {
  code: "reference-file-broken",
  outcome: "refused",
  text: "The file that the reference names cannot be used.",
  fix: "Correct it.",
};

/** Why a file that a reference names was not read. */
export class FileRefused extends Error {
  override readonly name = "FileRefused";
  readonly rule: Rule;

  constructor(rule: Rule, detail: string) {
    super(detail);
    this.rule = rule;
  }
}

/** A file's text, and what it says as YAML or JSON; the text itself for files of other kinds, such as Markdown. */
interface DocumentFile {
  readonly text: string;
  readonly content: unknown;
}

/** What the bundler asks for the documents that references name. */
export class FileReader<Source extends { readonly absoluteRef: string }> {
  readonly #options: FileReaderOptions<Source>;
  readonly #read = new Map<string, Promise<{ source: Source; parsed: unknown }>>();

  constructor(options: FileReaderOptions<Source>) {
    this.#options = options;
    const { file, content, sourceOf } = options;
    // The text would only serve to show lines of it.
    this.#read.set(file, Promise.resolve({ source: sourceOf(file, ""), parsed: content }));
  }

  /** Absolute names of the files that were asked for, the document's own among them. */
  getFiles(): Set<string> {
    return new Set(this.#read.keys());
  }

  /** The absolute name of a file that another names; an URL as it is. */
  resolveExternalRef(base: string | null, ref: string): string {
    return isRemote(ref) ? ref : path.resolve(path.dirname(base ?? this.#options.file), decoded(ref));
  }

  /** Reads a file once. */
  resolveDocument(base: string | null, ref: string): Promise<{ source: Source; parsed: unknown }> {
    const { root, sourceOf } = this.#options;
    const target = this.resolveExternalRef(base, ref);
    const present = this.#read.get(target);
    if (present !== undefined) return present;
    const reading = readReferencedFile(target, root).then(({ text, content }) => ({
      source: sourceOf(target, text),
      parsed: content,
    }));
    this.#read.set(target, reading);
    return reading;
  }

  /** What was read, sorted and without the document's own file, and what was refused. */
  async outcome(): Promise<{
    files: readonly string[];
    refused: ReadonlyMap<string, FileRefused>;
    parsed: ReadonlyMap<string, unknown>;
  }> {
    const parsed = new Map<string, unknown>();
    const refused = new Map<string, FileRefused>();
    for (const [name, reading] of this.#read) {
      const outcome = await reading.catch((cause: unknown) => {
        if (!(cause instanceof FileRefused)) throw cause;
        return cause;
      });
      if (outcome instanceof FileRefused) refused.set(outcome.message, outcome);
      else parsed.set(name, outcome.parsed);
    }
    const files = [...parsed.keys()].filter((name) => name !== this.#options.file).sort();
    return { files, refused, parsed };
  }
}

/** The document that files are read for. */
interface FileReaderOptions<Source> {
  readonly file: string;
  readonly root: string;
  readonly content: JsonObject;
  readonly sourceOf: (name: string, text: string) => Source;
}

function decoded(ref: string): string {
  try {
    return decodeURIComponent(ref);
  } catch {
    // A malformed escape is part of the name.
    return ref;
  }
}

function isRemote(reference: string): boolean {
  // A letter and a colon begin a path of Windows.
  return /^(?:[a-z][a-z0-9+.-]+:|\/\/)/i.test(reference);
}

/**
 * Reads a file that a document refers to, if it stands in `root` or below, links followed, is not hidden, and is JSON, YAML or Markdown.
 *
 * @throws {FileRefused} when it is not, or it cannot be read.
 */
async function readReferencedFile(file: string, root: string): Promise<DocumentFile> {
  if (isRemote(file)) throw new FileRefused(referenceRemote, `"${file}"`);
  const shown = `"${path.relative(process.cwd(), file)}"`;
  const unread = (cause: NodeJS.ErrnoException) => {
    throw new FileRefused(fileMissing, `${shown} (${cause.code ?? cause.message})`);
  };
  // The name is checked before the file is looked for, so that a document cannot find out what exists elsewhere.
  const named = nameRule(file, root);
  if (named !== undefined) throw new FileRefused(named, shown);
  const real = await realpath(file).catch(unread);
  const linked = nameRule(real, await realpath(root).catch(unread));
  if (linked !== undefined) throw new FileRefused(linked, shown);
  const bytes = await readFile(real).catch(unread);
  return fileOf(bytes, file);
}

/** Why no document may refer to a file of this name, if so. */
function nameRule(file: string, root: string): Rule | undefined {
  if (!isInside(file, root)) return referenceOutside;
  const steps = path.relative(root, file).split(path.sep);
  if (steps.some((step) => step.startsWith("."))) return referenceHidden;
  return /\.(?:json|ya?ml|md)$/i.test(file) ? undefined : referenceKind;
}

function fileOf(bytes: Uint8Array, file: string): DocumentFile {
  try {
    const text = utf8Text(bytes, file);
    return { text, content: /\.(?:json|ya?ml)$/i.test(file) ? readText(text, file) : text };
  } catch (cause) {
    if (!(cause instanceof DocumentError)) throw cause;
    const problems = cause.findings.map(({ rule, detail }) => [rule.text, detail].filter(Boolean).join(" "));
    throw new FileRefused(fileBroken, `"${path.relative(process.cwd(), file)}": ${problems.join(" ")}`);
  }
}

/** Whether a file stands in a folder, or below it. */
export function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return (
    relative !== "" &&
    relative !== ".." &&
    !relative.startsWith(`..${path.sep}`) &&
    !path.isAbsolute(relative)
  );
}
