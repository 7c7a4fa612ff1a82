import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { DocumentError } from "./document-error.ts";
import type { Rule } from "./finding.ts";
import { type JsonObject, objectAt, textAt } from "./json.ts";

/** What `npm run add` took in for one API. */
export interface LockedDocument {
  /** Where the document came from: a URL, or a file. */
  readonly source: string;
  /** The copy that is read, relative to the project. */
  readonly document: string;
  /** Hash of the copy, hexadecimal. */
  readonly sha256: string;
  /** Method and path → what it needed: `{ "GET /orders": "orders.read" }`. */
  readonly operations: Readonly<Record<string, string>>;
}

/** The added documents by their APIs' names. */
export type DocumentLock = Readonly<Record<string, LockedDocument>>;

/** The lock's file, relative to the project. */
export const lockFile = "apis/documents.lock.json";

const rules = {
  unreadable: {
    code: "lock-unreadable",
    outcome: "refused",
    text: "The lock of the added documents is no JSON that `npm run add` wrote.",
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
    fix: "Write changes into an overlay; take the copy back, or fetch it again: npm run add -- URL.",
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
    if (cause.code === "ENOENT") return "{}";
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
  for (const entry of Object.values(lock).map(objectAt)) {
    const texts = [entry.source, entry.document, entry.sha256].map(textAt);
    if (texts.includes(undefined)) throw refused();
  }
  return lock as unknown as DocumentLock;
}

/** Whether a document is named by a URL. */
export function isUrl(document: string): boolean {
  return /^https?:\/\//i.test(document);
}

/**
 * The pinned copy of a document that a URL names: its path in the project, after its hash was compared.
 *
 * @throws {DocumentError} when the URL is not pinned, or the copy has changed.
 */
export async function pinnedCopy(url: string, root: string): Promise<string> {
  const entry = Object.values(await readLock(root)).find(({ source }) => source === url);
  if (entry === undefined)
    throw new DocumentError(`"${url}"`, [{ rule: rules.notPinned, place: "document" }]);
  const bytes = await readFile(path.join(root, entry.document)).catch(() => undefined);
  if (bytes === undefined || documentHash(bytes) !== entry.sha256) {
    const finding = { rule: rules.changed, place: "document", detail: `"${entry.document}"` };
    throw new DocumentError(`"${url}"`, [finding]);
  }
  return entry.document;
}
