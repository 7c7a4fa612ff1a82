import { readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import { isUrl } from "../openapi/document-lock.ts";
import { maxDocumentBytes } from "../openapi/document-text.ts";
import { CommandError } from "./command-error.ts";

/** A document as somebody named it, read once. */
export interface DocumentSource {
  /** Its URL, or its path relative to the project. */
  readonly name: string;
  /** Absolute path; absent for a URL. */
  readonly file?: string;
  readonly bytes: Uint8Array;
}

const maxRedirects = 5;

/**
 * Reads a document from a file, or fetches it from an `https:` URL.
 *
 * @param named As a person writes it; a file's name is relative to the working directory.
 * @param timeoutMilliseconds How long a URL may take, to its last byte.
 * @throws {CommandError} when there is no such file, the URL does not answer 200 over https in time, or it answers a web page or too much.
 */
export async function readSource(
  named: string,
  root: string,
  timeoutMilliseconds = 30_000,
): Promise<DocumentSource> {
  if (isUrl(named)) return { name: named, bytes: await fetched(named, timeoutMilliseconds) };
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(named)) throw noHttps(named);
  const file = path.resolve(named);
  const unread = (cause: NodeJS.ErrnoException) => {
    throw new CommandError(`Cannot read "${named}" (${cause.code}). Check its name and permissions.`, {
      code: "document",
      cause,
    });
  };
  const { size, isFolder } = await stat(file).then(
    (found) => ({ size: found.size, isFolder: found.isDirectory() }),
    unread,
  );
  if (isFolder)
    throw new CommandError(`"${named}" is a folder. Name the document in it.`, { code: "document" });
  if (size > maxDocumentBytes) throw tooLarge(named);
  return { name: path.relative(root, file), file, bytes: await readFile(file).catch(unread) };
}

async function fetched(url: string, timeoutMilliseconds: number): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  try {
    const response = await answerOf(url, signal);
    if (!response.ok)
      throw new CommandError(`"${url}" answers ${response.status}, not 200. Check the URL in a browser.`, {
        code: "document",
      });
    if (/^text\/html\b/i.test(response.headers.get("content-type") ?? ""))
      throw new CommandError(
        `"${url}" answers a web page. Name the document itself: on GitHub, the address behind "Raw".`,
        { code: "document" },
      );
    return await limited(url, response);
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    if (signal.aborted)
      throw new CommandError(
        `"${url}" does not answer within ${timeoutMilliseconds / 1000} s. Try again, or download it and name the file.`,
        { code: "document", cause },
      );
    throw new CommandError(`"${url}" does not answer${reasonOf(cause)}. Check the URL and the network.`, {
      code: "document",
      cause,
    });
  }
}

/** `fetch` says "fetch failed", and the reason inside. */
function reasonOf(cause: unknown): string {
  const { code, message } = ((cause as Error).cause ?? cause) as NodeJS.ErrnoException;
  return ` (${code ?? message})`;
}

/** Follows redirects one by one: none may leave https, not even on the way. */
async function answerOf(url: string, signal: AbortSignal): Promise<Response> {
  let at = url;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    if (!/^https:/i.test(at)) throw noHttps(at, at === url ? undefined : url);
    const response = await fetch(at, {
      headers: { accept: "application/json, application/yaml, text/yaml, */*;q=0.1" },
      redirect: "manual",
      signal,
    });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    at = new URL(location, at).href;
  }
  throw new CommandError(`"${url}" redirects more than ${maxRedirects} times. Name the final address.`, {
    code: "document",
  });
}

function noHttps(url: string, from?: string): CommandError {
  if (from !== undefined)
    return new CommandError(`"${from}" leads to "${url}", without https. Name the final address.`, {
      code: "document",
    });
  return new CommandError(`"${url}" is no https URL: on the way somebody could change it. Use https.`, {
    code: "document",
  });
}

function tooLarge(named: string): CommandError {
  return new CommandError(
    `"${named}" has more than ${maxDocumentBytes / 1024 / 1024} MB; Azure imports at most 4 MB. Split the API.`,
    { code: "document" },
  );
}

async function limited(url: string, response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    size += part.byteLength;
    if (size > maxDocumentBytes) throw tooLarge(url);
  }
  return Buffer.concat(parts);
}
