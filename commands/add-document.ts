import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { apiProblems } from "../components/config-schema.ts";
import { hiddenOperations } from "../components/hidden-operations.ts";
import { type ApiDocument, parseDocument, readDocument, readOverlay } from "../openapi/document.ts";
import { DocumentError } from "../openapi/document-error.ts";
import {
  type DocumentLock,
  documentHash,
  isUrl,
  type LockedDocument,
  lockFile,
  readLock,
} from "../openapi/document-lock.ts";
import { utf8Text } from "../openapi/document-text.ts";
import { neededText, satisfies } from "../openapi/security/security.ts";
import type { SecuritySettings } from "../openapi/security/security-settings.ts";
import { PolicyError } from "../policies/policy-error.ts";
import { scopeClauses } from "../policies/scope-clauses.ts";
import { writeWhole } from "../simulator/whole-file.ts";
import { accessChanges } from "./access-change.ts";
import { CommandError } from "./command-error.ts";
import type { DocumentSource } from "./document-source.ts";
import type { ConfiguredApi } from "./prove.ts";
import type { SecurityQuestion } from "./security-question.ts";
import { withApi } from "./stack-file.ts";

/** What is added, and to what. */
export interface AddRequest {
  /** Folder of the project. */
  readonly root: string;
  readonly project: string;
  /** Name of the stack's settings file: `Pulumi.local.yaml`. */
  readonly stackFile: string;
  /** The APIs that the stack has. */
  readonly apis: Readonly<Record<string, ConfiguredApi>>;
  readonly source: DocumentSource;
  /** Name of the API; absent, it follows from the document's. */
  readonly name?: string | undefined;
  readonly path?: string | undefined;
  readonly serviceUrl?: string | undefined;
  /** Answers who may call what the document leaves open; `undefined` stops. */
  readonly askForRule: (question: SecurityQuestion) => Promise<SecuritySettings | undefined>;
}

/** An API that was added, or brought up to date. */
export interface Addition {
  readonly name: string;
  readonly isNew: boolean;
  readonly document: ApiDocument;
  readonly settings: ConfiguredApi;
  /** Against what was added before, one line each; none for a new API. */
  readonly changes: readonly string[];
  /** Files that were written, relative to the project. */
  readonly written: readonly string[];
}

/**
 * Adds a document to a stack as an API, or takes in a new version of one. The document itself is never changed: a copy of it is
 * pinned, and what has to be said beside it goes into the settings and an overlay. Either everything is written or nothing.
 *
 * @returns `undefined` when the rule was asked for and refused.
 * @throws {CommandError} when the name is taken or no API's, or the API does not fit beside the others.
 * @throws {DocumentError} when the document cannot be imported or proved.
 */
export async function addDocument(request: AddRequest): Promise<Addition | undefined> {
  const { root, apis, source } = request;
  const lock = await readLock(root);
  const name = nameFor(request, lock);
  const former = Object.hasOwn(apis, name) ? apis[name] : undefined;
  const text = utf8Text(source.bytes, source.name);
  const at = placeOf(name, { source, former, locked: Object.hasOwn(lock, name) ? lock[name] : undefined });
  if (at.isCopied && former === undefined && (await exists(root, at.file)))
    throw new CommandError(`"${at.file}" is there already. Add that file, or choose another --name.`);
  assertOptions(request);
  const derive = await derivation(request, { text, former, isCopied: at.isCopied });
  const rule = await ruleFor(name, { derive, former, askForRule: request.askForRule });
  if (rule === undefined) return undefined;
  const document = await derive(rule);
  assertSayable(document);
  const settings = settingsOf(name, { request, former, rule, document: at.setting });
  await assertFits(name, { document, settings, request });
  const operations = Object.fromEntries(
    document.operations.map(({ method, path, security }) => [`${method} ${path}`, neededText(security)]),
  );
  const entry: LockedDocument = {
    source: source.name,
    document: at.file,
    sha256: documentHash(source.bytes),
    operations,
  };
  const files = new Map([
    ...(at.isCopied ? [[at.file, text] as const] : []),
    ...(former === undefined && settings.overlay !== undefined && !(await exists(root, settings.overlay))
      ? [[settings.overlay, overlaySkeleton(document.title)] as const]
      : []),
    [lockFile, lockText({ ...lock, [name]: entry })] as const,
    ...(former === undefined
      ? [[request.stackFile, await withApi({ ...request, file: request.stackFile }, name, settings)] as const]
      : []),
  ]);
  await writeAll(root, files);
  const before = Object.hasOwn(lock, name) ? lock[name]?.operations : undefined;
  return {
    name,
    isNew: former === undefined,
    document,
    settings,
    changes: before === undefined ? [] : accessChanges(before, operations),
    written: [...files.keys()],
  };
}

/** Writes all files, or leaves all as they were. */
async function writeAll(root: string, files: ReadonlyMap<string, string>): Promise<void> {
  const written: (readonly [file: string, before: Buffer | undefined])[] = [];
  try {
    for (const [name, content] of files) {
      const file = path.join(root, name);
      const before = (await exists(root, name)) ? await readFile(file) : undefined;
      await mkdir(path.dirname(file), { recursive: true });
      await writeWhole(file, content, 0o666);
      written.push([file, before]);
    }
  } catch (error) {
    for (const [file, before] of written) await (before === undefined ? rm(file) : writeFile(file, before));
    throw error;
  }
}

type Derive = (security: SecuritySettings) => Promise<ApiDocument>;

/** Derives the document with one security setting or another, and the overlay that the API has. */
async function derivation(
  { root, source }: AddRequest,
  { text, former, isCopied }: { text: string; former: ConfiguredApi | undefined; isCopied: boolean },
): Promise<Derive> {
  const overlay = former?.overlay === undefined ? undefined : await readOverlay(former.overlay, root);
  return async (security) => {
    const options = { source: source.name, file: source.file, overlay, security };
    const { files, ...document } = await parseDocument(text, options);
    if (isCopied && files.length > 0)
      throw new CommandError(
        `"${source.name}" refers to other files. Copy it with them into apis/, and add it there.`,
      );
    return document;
  };
}

/** The security setting that the API has, or that somebody wants for it; empty where the document says everything. */
async function ruleFor(
  name: string,
  {
    derive,
    former,
    askForRule,
  }: { derive: Derive; former: ConfiguredApi | undefined; askForRule: AddRequest["askForRule"] },
): Promise<SecuritySettings | undefined> {
  if (former !== undefined) return former.security ?? {};
  const said = await derive({}).catch((error: unknown) => {
    if (!(error instanceof DocumentError)) throw error;
    // Who may call is asked in a moment: only what else is wrong is a fault.
    const others = error.findings.filter(({ rule }) => rule.code !== "security-missing");
    if (others.length > 0) throw new DocumentError(error.subject, others, { cause: error });
    return undefined;
  });
  // Okta gives no token without a scope, so one has to be named where only "any token" is asked for.
  if (said !== undefined && (said.scopes.size > 0 || said.operations.every(isPublic))) return {};
  const probe = `${name}.probe`;
  const { operations } = await derive({ scopes: { [probe]: "others" } });
  const open = operations.filter(({ security }) => !satisfies(security, []) && satisfies(security, [probe]));
  return askForRule({ name, operations: open });
}

function isPublic({ security }: ApiDocument["operations"][number]): boolean {
  return security.kind === "public";
}

function nameFor({ root, name, source, apis }: AddRequest, lock: DocumentLock): string {
  const known = Object.keys(apis).find((one) => isDocumentOf(one, source, { root, apis, lock }));
  if (name === undefined) return known ?? freeName(source, apis);
  if (!/^[a-z][a-z0-9-]{0,79}$/.test(name))
    throw new CommandError(
      `--name "${name}" is no API's name. Use lower-case letters, digits and hyphens, beginning with a letter.`,
    );
  if (Object.hasOwn(apis, name) && !isDocumentOf(name, source, { root, apis, lock })) {
    const other = lock[name]?.source ?? apis[name]?.document;
    throw new CommandError(`API "${name}" has the document "${other}". Choose another --name.`);
  }
  return name;
}

function isDocumentOf(
  name: string,
  source: DocumentSource,
  { root, apis, lock }: Pick<AddRequest, "root" | "apis"> & { lock: DocumentLock },
): boolean {
  const document = apis[name]?.document;
  if (document === undefined) return false;
  const locked = Object.hasOwn(lock, name) ? lock[name]?.source : undefined;
  return locked === source.name || path.relative(root, path.resolve(root, document)) === source.name;
}

/** `vendor/5G_Orders.openapi.yaml` → `api-5g-orders`. */
function freeName({ name }: DocumentSource, apis: AddRequest["apis"]): string {
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
  );
}

interface DocumentPlace {
  /** The file that is read, relative to the project. */
  readonly file: string;
  /** What the setting `document` says. */
  readonly setting: string;
  readonly isCopied: boolean;
}

/** A file of the project is read where it is; what is outside is copied into it, since nobody else would find it there. */
function placeOf(
  api: string,
  {
    source: { name, bytes },
    former,
    locked,
  }: {
    source: DocumentSource;
    former: ConfiguredApi | undefined;
    locked: LockedDocument | undefined;
  },
): DocumentPlace {
  const isOutside = isUrl(name) || path.isAbsolute(name) || name.split(path.sep)[0] === "..";
  if (!isOutside) return { file: name, setting: name, isCopied: false };
  const isJson = /^\s*[{[]/.test(new TextDecoder().decode(bytes.subarray(0, 100)));
  // A new version takes the place of the one before, which the settings name, though YAML may follow JSON.
  const before = former === undefined ? undefined : locked?.document;
  const file = before ?? `apis/${api}.openapi.${isJson ? "json" : "yaml"}`;
  return { file, setting: isUrl(name) ? name : file, isCopied: true };
}

/** What the settings would refuse at the next start is refused before it is written. */
function assertOptions({ path: at, serviceUrl }: AddRequest): void {
  const given = {
    document: "apis/given.yaml",
    ...(at === undefined ? {} : { path: at }),
    ...(serviceUrl === undefined ? {} : { serviceUrl }),
  };
  const [first] = apiProblems(given);
  if (first === undefined) return;
  const [field, problem] = first;
  throw new CommandError(`${field === "path" ? "--path" : "--service-url"} ${problem} Correct it.`);
}

function settingsOf(
  name: string,
  {
    request,
    former,
    rule,
    document,
  }: { request: AddRequest; former: ConfiguredApi | undefined; rule: SecuritySettings; document: string },
): ConfiguredApi {
  if (former !== undefined) return former;
  const { serviceUrl } = request;
  return {
    document,
    overlay: `apis/${name}.overlay.yaml`,
    path: request.path ?? name,
    ...(serviceUrl === undefined ? { mock: true } : { serviceUrl }),
    ...(Object.keys(rule).length === 0 ? {} : { security: rule }),
  };
}

/** What an operation needs has to be sayable in few checks of the token, or the next start refuses it. */
function assertSayable({ operations }: ApiDocument): void {
  for (const { method, path: at, security } of operations) {
    if (security.kind === "public") continue;
    try {
      scopeClauses(security.anyOf, `${method} ${at}`);
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      throw new CommandError(error.message.replace(/\.?$/, "."), { cause: error });
    }
  }
}

/** The API must not take another one's path, and none may hide operations of the other. */
async function assertFits(
  name: string,
  { document, settings, request }: { document: ApiDocument; settings: ConfiguredApi; request: AddRequest },
): Promise<void> {
  const at = settings.path ?? "";
  const others = Object.entries(request.apis).filter(([other]) => other !== name);
  for (const [other, { path: taken = "" }] of others)
    if (taken.toLowerCase() === at.toLowerCase())
      throw new CommandError(`API "${other}" has the path "${taken}" already. Choose another one by --path.`);
  const beside = others.map(
    async ([other, api]) =>
      [other, { document: await readDocument(api, request.root), path: api.path ?? "" }] as const,
  );
  const [hidden] = hiddenOperations(
    new Map([...(await Promise.all(beside)), [name, { document, path: at }]]),
  );
  if (hidden !== undefined) throw new CommandError(hidden);
}

async function exists(root: string, file: string): Promise<boolean> {
  return readFile(path.join(root, file)).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      return false;
    },
  );
}

function lockText(lock: DocumentLock): string {
  const sorted = Object.entries(lock).sort(([a], [b]) => a.localeCompare(b));
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`;
}

function overlaySkeleton(title: string): string {
  return `# What this project says about the document beside it, without touching it: an OpenAPI overlay.
# https://spec.openapis.org/overlay/v1.0.0.html
overlay: 1.0.0
info:
  title: ${JSON.stringify(`Changes to ${title}`)}
  version: "1"
actions:
  # Changes nothing yet. A target that hits nothing is an error.
  - target: $.info
    update: {}
  # - target: $.paths['/orders'].get
  #   update: { summary: List the orders }
  # - target: $.paths['/internal']
  #   remove: true
`;
}
