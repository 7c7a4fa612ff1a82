import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { checkOperationCount } from "../openapi/check/check.ts";
import { type ApiDocument, parseDocument, readDocument, readOverlay } from "../openapi/document.ts";
import { DocumentError } from "../openapi/document-error.ts";
import {
  type DocumentLock,
  documentHash,
  lockFile,
  type NeededByOperation,
  readLock,
} from "../openapi/document-lock.ts";
import { utf8Text } from "../openapi/document-text.ts";
import type { RequiredQueryConduct } from "../openapi/required-query.ts";
import { securityMissing } from "../openapi/security/read-security.ts";
import { neededText, satisfies } from "../openapi/security/security.ts";
import type { SecuritySettings } from "../openapi/security/security-settings.ts";
import { PolicyError } from "../policies/policy-error.ts";
import { scopeClauses } from "../policies/scope-clauses.ts";
import { writeWhole } from "../simulator/kernel/whole-file.ts";
import { apiProblems } from "../stack/api-settings.ts";
import { hiddenOperations } from "../stack/hidden-operations.ts";
import { accessChanges } from "./access-change.ts";
import { CommandError } from "./command-error.ts";
import { type DocumentPlace, documentPlace } from "./document-place.ts";
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
  /** The stack's name. */
  readonly stack: string;
  /** Tier of its instance: `Developer`. */
  readonly sku: string;
  /** The APIs that the stack has. */
  readonly apis: Readonly<Record<string, ConfiguredApi>>;
  readonly source: DocumentSource;
  /** Name of the API; absent, it follows from the document's. */
  readonly name?: string | undefined;
  readonly path?: string | undefined;
  readonly serviceUrl?: string | undefined;
  /** What the import makes of required query parameters; absent, Azure decides. */
  readonly translateRequiredQueryParametersConduct?: RequiredQueryConduct | undefined;
  /** Answers who may call what the document leaves open; `undefined` stops. */
  readonly askForRule: (question: SecurityQuestion) => Promise<SecuritySettings | undefined>;
}

/** An API that was added, or brought up to date. */
export interface Addition {
  readonly name: string;
  readonly isNew: boolean;
  readonly document: ApiDocument;
  readonly settings: ConfiguredApi;
  /** Against what was added to this stack before, one line each; absent where nothing was. */
  readonly changes?: readonly string[];
  /** Where the document came from whose place this one takes. */
  readonly replaced?: string;
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
  const { root, stack, apis, source } = request;
  const lock = await readLock(root);
  const place = documentPlace(request, lock);
  const { name } = place;
  const former = Object.hasOwn(apis, name) ? apis[name] : undefined;
  const text = utf8Text(source.bytes, source.name);
  if (place.isNewCopy && (await exists(root, place.file)))
    throw new CommandError(`"${place.file}" is there already. Add that file, or choose another --name.`, {
      code: "file",
    });
  assertOptions(request, name, former);
  const overlay = former === undefined ? `apis/${name}.overlay.yaml` : former.overlay;
  const hasOverlay = overlay !== undefined && (await exists(root, overlay));
  const derive = await derivation(request, {
    text,
    former,
    isCopied: place.isCopied,
    overlay: hasOverlay || former !== undefined ? overlay : undefined,
  });
  const rule = await ruleFor(name, { derive, former, askForRule: request.askForRule });
  if (rule === undefined) return undefined;
  const document = await derive(rule);
  assertSayable(document);
  const settings = settingsOf(name, { request, former, rule, document: place.setting });
  await assertFits(name, { document, settings, request });
  const operations = Object.fromEntries(
    document.operations.map((one) => [
      `${one.method} ${one.path}`,
      neededText(one.security, one.requiredClaims),
    ]),
  );
  const files = new Map([
    ...(place.isCopied ? [[place.file, text] as const] : []),
    ...(former === undefined && overlay !== undefined && !hasOverlay
      ? [[overlay, overlaySkeleton(document.title)] as const]
      : []),
    [lockFile, lockText(lock, { request, place, operations })] as const,
    ...(former === undefined
      ? [[request.stackFile, await withApi({ ...request, file: request.stackFile }, name, settings)] as const]
      : []),
  ]);
  await writeAll(root, files);
  const before = lock.operations[stack]?.[name];
  return {
    name,
    isNew: former === undefined,
    document,
    settings,
    ...(place.replaced === undefined ? {} : { replaced: place.replaced }),
    ...(before === undefined ? {} : { changes: accessChanges(before, operations) }),
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
  { root, source, translateRequiredQueryParametersConduct: given }: AddRequest,
  {
    text,
    former,
    isCopied,
    overlay: overlayFile,
  }: {
    text: string;
    former: ConfiguredApi | undefined;
    isCopied: boolean;
    overlay: string | undefined;
  },
): Promise<Derive> {
  const overlay = overlayFile === undefined ? undefined : await readOverlay(overlayFile, root);
  const translateRequiredQueryParametersConduct = former?.translateRequiredQueryParametersConduct ?? given;
  return async (security) => {
    const options = {
      source: source.name,
      file: source.file,
      overlay,
      security,
      requiredClaims: former?.requiredClaims,
      translateRequiredQueryParametersConduct,
    };
    const { files, ...document } = await parseDocument(text, options);
    if (isCopied && files.length > 0)
      throw new CommandError(
        `"${source.name}" refers to other files. Copy it with them into apis/, and add it there.`,
        { code: "document" },
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
    const others = error.findings.filter(({ rule }) => rule.code !== securityMissing.code);
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

/** What the settings would refuse at the next start, or what an update does not change, is refused before anything is written. */
function assertOptions(
  { path: at, serviceUrl, translateRequiredQueryParametersConduct, stackFile }: AddRequest,
  name: string,
  former: ConfiguredApi | undefined,
): void {
  const isGiven = [at, serviceUrl, translateRequiredQueryParametersConduct].some(
    (value) => value !== undefined,
  );
  if (former !== undefined && isGiven)
    throw new CommandError(
      `API "${name}" has its settings already, which a new version of its document keeps. Change them in ${stackFile}.`,
      { code: "command-line" },
    );
  const given = {
    document: "apis/given.yaml",
    ...(at === undefined ? {} : { path: at }),
    ...(serviceUrl === undefined ? {} : { serviceUrl }),
  };
  const [first] = apiProblems(given);
  if (first === undefined) return;
  const option = first.field === "path" ? "--path" : "--service-url";
  throw new CommandError(
    `${option} cannot be ${first.got}: it ${first.rule}. Give another value, or leave the option out.`,
    { code: "command-line" },
  );
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
  const { serviceUrl, translateRequiredQueryParametersConduct } = request;
  return {
    document,
    overlay: `apis/${name}.overlay.yaml`,
    path: request.path ?? name,
    ...(serviceUrl === undefined ? { mock: true } : { serviceUrl }),
    ...(Object.keys(rule).length === 0 ? {} : { security: rule }),
    ...(translateRequiredQueryParametersConduct === undefined
      ? {}
      : { translateRequiredQueryParametersConduct }),
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
      throw new CommandError(error.message.replace(/\.?$/, "."), { code: "document", cause: error });
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
      throw new CommandError(
        `API "${other}" has the path "${taken}" already. Choose another one by --path.`,
        { code: "settings" },
      );
  const beside = others.map(
    async ([other, api]) =>
      [other, { document: await readDocument(api, request.root), path: api.path ?? "" }] as const,
  );
  const all = new Map([...(await Promise.all(beside)), [name, { document, path: at }]]);
  const [hidden] = hiddenOperations(all);
  if (hidden !== undefined) throw new CommandError(hidden, { code: "settings" });
  const count = [...all.values()].reduce((sum, one) => sum + one.document.operations.length, 0);
  const tooMany = checkOperationCount(count, request.sku);
  if (tooMany.length > 0) throw new DocumentError("the stack's documents together", tooMany);
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

function lockText(
  lock: DocumentLock,
  {
    request: { stack, source },
    place: { name, file, isCopied, pinnedSource },
    operations,
  }: { request: AddRequest; place: DocumentPlace; operations: NeededByOperation },
): string {
  const pinned = { source: pinnedSource, sha256: documentHash(source.bytes) };
  const whole: DocumentLock = {
    documents: sorted({ ...lock.documents, ...(isCopied ? { [file]: pinned } : {}) }),
    operations: sorted({
      ...lock.operations,
      [stack]: sorted({ ...lock.operations[stack], [name]: operations }),
    }),
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

function sorted<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => a.localeCompare(b)));
}

function overlaySkeleton(title: string): string {
  return `# What this project says about the document beside it, without touching it: an OpenAPI overlay.
# https://spec.openapis.org/overlay/v1.0.0.html
overlay: 1.0.0
info:
  title: ${JSON.stringify(`Changes to ${title}`)}
  version: "1"
# It is applied to the document as OpenAPI 3.0: what Swagger 2.0 has under definitions stands under components.schemas.
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
