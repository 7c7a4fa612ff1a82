import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import type { FolderFiles } from "../policy-folders/policy-folder.ts";
import { CommandError } from "./command-error.ts";

const read = /\.(?:xml|tpl|tmpl|cshtml|tf|bicep|json|ya?ml|graphql|wsdl)$/i;
const skipped = new Set(["node_modules", ".git", ".terraform", "bin", "obj", "dist", "__pycache__", ".venv"]);
/** Larger files are no policies and no documents of an API. */
const mostBytes = 8 * 1024 * 1024;
const mostFiles = 20_000;

/** The files of a folder. */
export interface ReadFolder {
  readonly files: FolderFiles;
  /** What is there and was not read, a line each. */
  readonly notes: readonly string[];
}

/**
 * Reads the files of a folder that may hold policies, as text.
 *
 * @throws {CommandError} when the folder cannot be read, or holds too much to be one of policies.
 */
export async function readFolderFiles(folder: string): Promise<ReadFolder> {
  const files = new Map<string, string>();
  const notes: string[] = [];
  const visit = async (below: string): Promise<void> => {
    const entries = await readdir(path.join(folder, below), { withFileTypes: true }).catch(
      unreadable(path.join(folder, below)),
    );
    for (const entry of entries.toSorted((one, other) => one.name.localeCompare(other.name))) {
      const name = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory() && !skipped.has(entry.name)) await visit(name);
      else if (entry.isFile() && read.test(entry.name)) await add(name);
      // It may lead out of the folder, or around in it.
      else if (isMissedLink(entry)) notes.push(`${name} is a symbolic link and is not read.`);
    }
  };
  const add = async (name: string) => {
    const file = path.join(folder, name);
    const { size } = await stat(file);
    if (size > mostBytes) {
      notes.push(`${name} holds more than ${mostBytes / 1024 / 1024} MB and is not read.`);
      return;
    }
    if (files.size >= mostFiles)
      throw new CommandError(
        `"${folder}" holds more than ${mostFiles} files. Name the folder of the policies.`,
        { code: "file" },
      );
    files.set(name, textOf(await readFile(file).catch(unreadable(file))));
  };
  await visit("");
  return { files, notes };
}

function isMissedLink(entry: Dirent): boolean {
  return (
    entry.isSymbolicLink() && !skipped.has(entry.name) && (read.test(entry.name) || !/\./.test(entry.name))
  );
}

/** The text of a file in the encoding that its byte order mark names, UTF-8 where it has none. */
function textOf(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder().decode(bytes);
}

function unreadable(file: string) {
  return (cause: NodeJS.ErrnoException): never => {
    throw new CommandError(
      `Cannot read "${file}" (${cause.code}). Correct its name in --policies or --compare.`,
      { code: "file", cause },
    );
  };
}
