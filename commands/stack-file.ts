import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Document, isMap, isNode, isScalar, parseDocument, stringify, type YAMLMap } from "yaml";
import { qualified } from "../stack/settings-file.ts";
import { CommandError } from "./command-error.ts";
import { isEncrypted } from "./stack-settings.ts";

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
 * The text of a stack's settings file with one more API in it. Comments and everything else stay, letter by letter where the APIs
 * stand in lines of their own.
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
      code: "settings",
      cause,
    });
  });
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined)
    throw new CommandError(`"${file}" is no YAML: ${error.message} Correct it.`, { code: "settings" });
  const config = mapAt(document, [], file)?.get("config", true);
  const keys = isMap(config) ? config.items.map(({ key }) => String(key)) : [];
  const key = keys.find((one) => qualified(project, one) === `${project}:apis`) ?? `${project}:apis`;
  const at = ["config", key];
  mapAt(document, ["config"], file);
  const apis = mapAt(document, at, file);
  if (isEncrypted(apis?.toJS(document)))
    throw new CommandError(`"${key}" in ${file} is encrypted. Set it without --secret.`, {
      code: "settings",
    });
  const inLines = apis === undefined ? undefined : withLines(text, apis, { name, settings });
  document.setIn([...at, name], document.createNode(settings));
  if (inLines !== undefined && isDeepStrictEqual(parseDocument(inLines).toJS(), document.toJS()))
    return inLines;
  const rewritten = document.toString({ lineWidth: 0 });
  return text.includes("\r\n") ? rewritten.replaceAll("\n", "\r\n") : rewritten;
}

/** A map of the file; `undefined` where there is nothing, after which one can be set there. */
function mapAt(document: Document, at: readonly string[], file: string): YAMLMap | undefined {
  const node = at.length === 0 ? document.contents : document.getIn(at, true);
  if (isMap(node)) return node;
  const isNothing = node === undefined || node === null || (isScalar(node) && node.value === null);
  if (!isNothing)
    throw new CommandError(`"${at.at(-1) ?? "document"}" in ${file} is no map. Write it as one.`, {
      code: "settings",
    });
  if (node === document.contents) document.contents = null;
  else if (isScalar(node)) document.deleteIn(at);
  return undefined;
}

/** The text with an entry more after the last line of a map; `undefined` where its entries do not begin lines. */
function withLines(
  text: string,
  map: YAMLMap,
  { name, settings }: { readonly name: string; readonly settings: object },
): string | undefined {
  const first = map.items[0]?.key;
  const last = map.items.at(-1)?.value;
  if (map.flow === true || !isNode(first) || !isNode(last) || !first.range || !last.range) return undefined;
  const [start] = first.range;
  const indent = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  if (/[^ ]/.test(indent)) return undefined;
  const [, end] = last.range;
  const lineEnd = text[end - 1] === "\n" ? end : text.indexOf("\n", end) + 1;
  const lineBreak = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = stringify({ [name]: settings }, { lineWidth: 0 })
    .trimEnd()
    .split("\n");
  const added = lines.map((line) => `${indent}${line}${lineBreak}`).join("");
  if (lineEnd === 0) return `${text}${lineBreak}${added}`;
  return text.slice(0, lineEnd) + added + text.slice(lineEnd);
}
