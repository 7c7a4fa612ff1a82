import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { isMap, parseDocument } from "yaml";
import { qualified } from "../components/settings-file.ts";
import { CommandError } from "./command-error.ts";

/** A stack's settings file. */
export interface StackFile {
  /** Folder of the project. */
  readonly root: string;
  /** Its name: `Pulumi.local.yaml`. */
  readonly file: string;
  /** The project's name. */
  readonly project: string;
}

/**
 * The text of a stack's settings file with one more API in it, or with that API's settings in place of the former. Comments and
 * everything else stay.
 *
 * @throws {CommandError} when the file is not there, is no YAML, or its APIs are a secret.
 */
export async function withApi(
  { root, file, project }: StackFile,
  name: string,
  settings: object,
): Promise<string> {
  const text = await readFile(path.join(root, file), "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError(`Cannot read "${file}" (${cause.code}). Name another stack by --stack.`, {
      cause,
    });
  });
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new CommandError(`"${file}" is no YAML: ${error.message} Correct it.`);
  const config = document.get("config");
  const keys = isMap(config) ? config.items.map(({ key }) => String(key)) : [];
  const key = keys.find((one) => qualified(project, one) === `${project}:apis`) ?? `${project}:apis`;
  const apis = document.getIn(["config", key]);
  if (apis !== undefined && !isMap(apis))
    throw new CommandError(`"${key}" in ${file} is no map of APIs. Write it as one.`);
  if (isMap(apis) && apis.has("secure"))
    throw new CommandError(`"${key}" in ${file} is encrypted. Set it without --secret.`);
  document.setIn(["config", key, name], document.createNode(settings));
  return document.toString({ lineWidth: 0 });
}
