import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { isUrl } from "../openapi/document-lock.ts";
import { CommandError } from "./command-error.ts";

/** A document as somebody named it, read once. */
export interface DocumentSource {
  /** Its URL, or its path relative to the project. */
  readonly name: string;
  /** Absolute path; absent for a URL. */
  readonly file?: string;
  readonly bytes: Uint8Array;
}

// A document derived from it has at most 4 MB, and loses nothing but white space and comments.
const maxBytes = 12 * 1024 * 1024;
const timeoutMilliseconds = 30_000;

/**
 * Reads a document from a file, or fetches it from an `https:` URL.
 *
 * @param named As a person writes it; a file's name is relative to the working directory.
 * @throws {CommandError} when there is no such file, the URL does not answer 200 over https, or it answers too much.
 */
export async function readSource(named: string, root: string): Promise<DocumentSource> {
  if (isUrl(named)) return { name: named, bytes: await fetched(named) };
  const file = path.resolve(named);
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError(`Cannot read "${named}" (${cause.code}). Check its name and permissions.`, {
      cause,
    });
  });
  return { name: path.relative(root, file), file, bytes };
}

async function fetched(url: string): Promise<Uint8Array> {
  if (!/^https:/i.test(url))
    throw new CommandError(`"${url}" is no https URL: on the way somebody could change it. Use https.`);
  const response = await fetch(url, {
    headers: { accept: "application/json, application/yaml, text/yaml, */*;q=0.1" },
    signal: AbortSignal.timeout(timeoutMilliseconds),
  }).catch((cause: unknown) => {
    throw new CommandError(`"${url}" does not answer. Check the URL and the network.`, { cause });
  });
  if (!response.ok)
    throw new CommandError(`"${url}" answers ${response.status}, not 200. Check the URL in a browser.`);
  if (!response.url.startsWith("https:"))
    throw new CommandError(`"${url}" leads to an address without https. Name the final address.`);
  return limited(url, response);
}

async function limited(url: string, response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    size += part.byteLength;
    if (size > maxBytes)
      throw new CommandError(
        `"${url}" has more than ${maxBytes / 1024 / 1024} MB; Azure imports at most 4 MB. Split the API.`,
      );
  }
  return Buffer.concat(parts);
}
