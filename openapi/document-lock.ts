import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { DocumentError } from "./document-error.ts";
import type { Rule } from "./finding.ts";
import { type JsonObject, objectAt, textAt } from "./json.ts";

/** A copy of a document that came from outside the project. */
export interface PinnedDocument {
  /** Where it came from: a URL, or the name of a file. */
  readonly source: string;
  /** Hash of the copy, hexadecimal. */
  readonly sha256: string;
}

/** Method and path → what a token needs: `{ "GET /orders": "orders.read" }`. */
export type NeededByOperation = Readonly<Record<string, string>>;

/** What `npm run add` took in. */
export interface DocumentLock {
  /** The copies by their files, relative to the project. */
  readonly documents: Readonly<Record<string, PinnedDocument>>;
  /** What the operations needed when they were added, by stack and API. */
  readonly operations: Readonly<Record<string, Readonly<Record<string, NeededByOperation>>>>;
}

/** The lock's file, relative to the project. */
export const lockFile = "apis/documents.lock.json";

const rules = {
  unreadable: {
    code: "lock-unreadable",
    outcome: "refused",
    text: "The lock of the added documents is not JSON as `npm run add` writes it.",
    fix: "Take it back from version control, or delete it and add the documents again.",
  },
  notPinned: {
    code: "document-not-pinned",
    outcome: "refused",
    text: "The document's URL is in no lock, and nothing is fetched while a stack is read.",
    fix: "Fetch and pin it: npm run add -- URL.",
  },
  changed: {
    code: "pinned-document-changed",
    outcome: "refused",
    text: "The copy of the document is not the one that was pinned.",
    fix: "Write changes into an overlay; take the copy back, or add its source again.",
  },
} as const satisfies Record<string, Rule>;

/** Hash of a document's bytes as the lock keeps it. */
export function documentHash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Reads the lock of a project; empty where nothing was added.
 *
 * @throws {DocumentError} when the file is none that `npm run add` wrote.
 */
export async function readLock(root: string): Promise<DocumentLock> {
  const text = await readFile(path.join(root, lockFile), "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return '{ "documents": {}, "operations": {} }';
    throw cause;
  });
  const refused = (cause?: unknown) =>
    new DocumentError(`"${lockFile}"`, [{ rule: rules.unreadable, place: "document" }], { cause });
  let lock: JsonObject;
  try {
    lock = objectAt(JSON.parse(text));
  } catch (cause) {
    throw refused(cause);
  }
  if (!isObject(lock.documents) || !isObject(lock.operations)) throw refused();
  for (const entry of Object.values(lock.documents).map(objectAt))
    if ([entry.source, entry.sha256].map(textAt).includes(undefined)) throw refused();
  for (const apis of Object.values(lock.operations))
    if (!isObject(apis) || !Object.values(apis).every(isObject)) throw refused();
  return lock as unknown as DocumentLock;
}

function isObject(value: unknown): value is JsonObject {
  return objectAt(value) === value;
}

/** Whether a document is named by a URL. */
export function isUrl(document: string): boolean {
  return /^https?:\/\//i.test(document);
}

/**
 * The file of a document that the settings name, relative to the project: a URL has a pinned copy. The hash of a copy is compared.
 *
 * @throws {DocumentError} when a URL is not pinned, or a copy is not the one that was pinned.
 */
export async function documentFile(document: string, root: string): Promise<string> {
  const { documents } = await readLock(root);
  const file = isUrl(document)
    ? Object.keys(documents).find((one) => documents[one]?.source === document)
    : document;
  if (file === undefined)
    throw new DocumentError(`"${document}"`, [{ rule: rules.notPinned, place: "document" }]);
  const pinned = Object.hasOwn(documents, file) ? documents[file] : undefined;
  if (pinned === undefined) return file;
  const bytes = await readFile(path.join(root, file)).catch(() => undefined);
  if (bytes === undefined || documentHash(bytes) !== pinned.sha256)
    throw new DocumentError(`"${document}"`, [
      { rule: rules.changed, place: "document", detail: `"${file}"` },
    ]);
  return file;
}
