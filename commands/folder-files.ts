import { readdir, readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import type { FolderFiles } from "../policy-folders/policy-folder.ts";
import { CommandError } from "./command-error.ts";

const read = /\.(?:xml|tpl|tmpl|cshtml|tf|bicep|json|ya?ml|graphql|wsdl)$/i;
const skipped = new Set(["node_modules", ".git", ".terraform", "bin", "obj", "dist", "__pycache__", ".venv"]);
/** Larger files are no policies and no documents of an API. */
const mostBytes = 8 * 1024 * 1024;
const mostFiles = 20_000;

/**
 * Reads the files of a folder that may hold policies, as text.
 *
 * @throws {CommandError} when the folder cannot be read, or holds too much to be one of policies.
 */
export async function readFolderFiles(folder: string): Promise<FolderFiles> {
  const files = new Map<string, string>();
  const visit = async (below: string): Promise<void> => {
    const entries = await readdir(path.join(folder, below), { withFileTypes: true }).catch(
      unreadable(path.join(folder, below)),
    );
    for (const entry of entries.toSorted((one, other) => one.name.localeCompare(other.name))) {
      const name = below === "" ? entry.name : `${below}/${entry.name}`;
      // A link may lead out of the folder.
      if (entry.isDirectory() && !skipped.has(entry.name)) await visit(name);
      else if (entry.isFile() && read.test(entry.name)) await add(name);
    }
  };
  const add = async (name: string) => {
    const file = path.join(folder, name);
    const { size } = await stat(file);
    if (size > mostBytes) return;
    if (files.size >= mostFiles)
      throw new CommandError(
        `"${folder}" holds more than ${mostFiles} files. Name the folder of the policies.`,
        { code: "file" },
      );
    files.set(name, await readFile(file, "utf8").catch(unreadable(file)));
  };
  await visit("");
  return files;
}

function unreadable(file: string) {
  return (cause: NodeJS.ErrnoException): never => {
    throw new CommandError(
      `Cannot read "${file}" (${cause.code}). Correct its name in --policies or --compare.`,
      { code: "file", cause },
    );
  };
}
