import * as path from "node:path";
import { type DocumentLock, isUrl } from "../openapi/document-lock.ts";
import { apiNamePattern } from "../stack/api-settings.ts";
import { CommandError } from "./command-error.ts";
import type { DocumentSource } from "./document-source.ts";
import type { ConfiguredApi } from "./prove.ts";

/** A document that is added, and what there is already. */
export interface PlaceRequest {
  /** Folder of the project. */
  readonly root: string;
  /** The APIs that the stack has. */
  readonly apis: Readonly<Record<string, ConfiguredApi>>;
  readonly source: DocumentSource;
  /** Name of the API; absent, it follows from the document's. */
  readonly name?: string | undefined;
}

/** Where a document goes. */
export interface DocumentPlace {
  /** Name of the API. */
  readonly name: string;
  /** The file that is read, relative to the project. */
  readonly file: string;
  /** What the setting `document` says. */
  readonly setting: string;
  /** The document comes from outside the project, and the file is a copy of it. */
  readonly isCopied: boolean;
  /** There is no such copy yet. */
  readonly isNewCopy: boolean;
  /** What the lock says of where it came from: a URL, or the name of a file. */
  readonly pinnedSource: string;
  /** Where the document came from whose place this one takes. */
  readonly replaced?: string;
}

/**
 * Finds the API and the file of a document. One of the project is read where it is; one from outside is copied into it, since nobody
 * else would find it there: the same source to the same copy, whichever stack or API reads it.
 *
 * @throws {CommandError} when the name is no API's, or that of an API with another document of the project.
 */
export function documentPlace(request: PlaceRequest, lock: DocumentLock): DocumentPlace {
  const { source, apis } = request;
  const isOutside =
    isUrl(source.name) || path.isAbsolute(source.name) || source.name.split(path.sep)[0] === "..";
  const pinnedSource = isOutside ? pinnedName(source) : source.name;
  const name = nameFor(request, { lock, pinnedSource });
  if (!isOutside) {
    const file = source.name;
    return { name, file, setting: file, isCopied: false, isNewCopy: false, pinnedSource };
  }
  const former = Object.hasOwn(apis, name) ? apis[name] : undefined;
  if (former !== undefined && isUrl(former.document) && former.document !== pinnedSource)
    throw new CommandError(
      `API "${name}" has the document "${former.document}". Write "${pinnedSource}" there in the stack's settings, and add it again.`,
      { code: "settings" },
    );
  // A new version takes the place of the one before, which the settings name, though YAML may follow JSON.
  const before = former === undefined ? undefined : copyRead(former, lock);
  const file = before ?? copyFor(name, { pinnedSource, lock }) ?? newCopy(name, source);
  const replaced = before === undefined ? undefined : lock.documents[before]?.source;
  return {
    name,
    file,
    setting: isUrl(source.name) ? source.name : file,
    isCopied: true,
    isNewCopy: !Object.hasOwn(lock.documents, file),
    pinnedSource,
    ...(replaced === undefined || replaced === pinnedSource ? {} : { replaced }),
  };
}

/** A URL, or the end of a path: whose folder it was is nobody's business. */
function pinnedName({ name, file }: DocumentSource): string {
  return file === undefined ? name : file.split(path.sep).slice(-2).join("/");
}

function newCopy(api: string, { bytes }: DocumentSource): string {
  const isJson = /^\s*[{[]/.test(new TextDecoder().decode(bytes.subarray(0, 100)));
  return `apis/${api}.openapi.${isJson ? "json" : "yaml"}`;
}

/** The copy that another stack reads already: of a URL, or of a file for an API of the same name. */
function copyFor(
  api: string,
  { pinnedSource, lock: { documents } }: { pinnedSource: string; lock: DocumentLock },
): string | undefined {
  return Object.keys(documents).find(
    (file) =>
      documents[file]?.source === pinnedSource &&
      (isUrl(pinnedSource) || file.startsWith(`apis/${api}.openapi.`)),
  );
}

/** The copy that an API reads, where it reads one. */
function copyRead({ document }: ConfiguredApi, { documents }: DocumentLock): string | undefined {
  if (isUrl(document)) return Object.keys(documents).find((file) => documents[file]?.source === document);
  return Object.hasOwn(documents, document) ? document : undefined;
}

function nameFor(
  { root, name, source, apis }: PlaceRequest,
  { lock, pinnedSource }: { lock: DocumentLock; pinnedSource: string },
): string {
  const reads = (api: ConfiguredApi) => {
    const copy = copyRead(api, lock);
    return copy === undefined
      ? path.relative(root, path.resolve(root, api.document)) === source.name
      : lock.documents[copy]?.source === pinnedSource;
  };
  const [known] = Object.entries(apis).find(([, api]) => reads(api)) ?? [];
  if (name === undefined) return known ?? freeName(source, apis);
  if (!apiNamePattern.test(name))
    throw new CommandError(
      `--name "${name}" is no API's name. Use lower-case letters, digits and hyphens, beginning with a letter.`,
      { code: "command-line" },
    );
  const api = Object.hasOwn(apis, name) ? apis[name] : undefined;
  // Who names the API of a copy means that copy's next version.
  if (api === undefined || reads(api) || isUrl(api.document) || copyRead(api, lock) !== undefined)
    return name;
  throw new CommandError(`API "${name}" has the document "${api.document}". Choose another --name.`, {
    code: "settings",
  });
}

/** `vendor/5G_Orders.openapi.yaml` → `api-5g-orders`. */
function freeName({ name }: DocumentSource, apis: PlaceRequest["apis"]): string {
  const base = path.basename(isUrl(name) ? new URL(name).pathname : name);
  const word = base
    .toLowerCase()
    .replace(/(?:\.(?:openapi|swagger|oas))?\.[a-z]+$/, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  const free = /^[a-z]/.test(word) ? word : `api${word === "" ? "" : `-${word}`}`;
  if (!Object.hasOwn(apis, free)) return free;
  throw new CommandError(
    `The stack has another API "${free}", with the document "${apis[free]?.document}". Choose a name by --name.`,
    { code: "settings" },
  );
}
