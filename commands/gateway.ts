import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { parseDocument } from "../openapi/document.ts";
import { DocumentError } from "../openapi/document-error.ts";
import type { GivenDocument } from "../policy-folders/plain-xml.ts";
import type { PolicyFolder } from "../policy-folders/policy-folder.ts";
import { readPolicyFolder, SeveralInstances } from "../policy-folders/read-policy-folder.ts";
import { assertAnswers, type OwnIssuer, ownIssuer } from "../policy-review/own-issuer.ts";
import { type Review, reviewFolder, serveFolder } from "../policy-review/review.ts";
import type { HandedToken } from "../policy-review/who-gets-in.ts";
import { CommandError } from "./command-error.ts";
import { type CommandLine, type CommandOption, parseCommandLine } from "./command-line.ts";
import { readFolderFiles } from "./folder-files.ts";
import { gatewayComparison, gatewayJson, gatewayMarkdown, gatewayReport } from "./gateway-report.ts";
import { readHandedToken, tokenOption } from "./handed-tokens.ts";
import { watchInterruption } from "./interruption.ts";
import { paintFor } from "./paint.ts";
import { runCommand } from "./run-command.ts";
import { allOption, reachOption } from "./start-options.ts";

const commandLine = {
  usage: "npm run gateway -- --policies DIR [--api FILE …] [options]",
  summary:
    "Serves the policies of a folder on the local gateway, and shows what of them runs and who gets in. The folder is an APIOps extract, Terraform or Bicep files, or XML files. The exit code is 1 when a path is open that is protected elsewhere, or Azure refuses a document.",
  options: {
    policies: { type: "string", value: "DIR", help: "The folder of the policies." },
    api: {
      type: "string",
      value: "[NAME=]FILE",
      multiple: true,
      default: [],
      help: "An OpenAPI document of an API, by the file's name or NAME; may be given more than once.",
    },
    "named-values": {
      type: "string",
      value: "FILE",
      help: "JSON or YAML with values by the names of named values.",
    },
    issuer: {
      type: "string",
      value: "URL",
      help: "An issuer whose own keys are fetched; keys made here stand for every other one.",
    },
    token: {
      ...tokenOption,
      value: "NAME=@FILE",
      help: `A token that is sent too, a column of its own. ${tokenOption.help}`,
    },
    reach: reachOption,
    trace: {
      type: "boolean",
      default: false,
      help: "Prints what each request's policies do: statements, values, time, why one stopped.",
    },
    once: { type: "boolean", default: false, help: "Ends after the report, without serving." },
    port: { type: "string", value: "N", default: "8400", help: "Port of the gateway." },
    compare: {
      type: "string",
      value: "DIR",
      help: "The folder as it was before: prints what the change does, as Markdown, and ends.",
    },
    markdown: { type: "boolean", default: false, help: "Prints the report as Markdown, and ends." },
    json: { type: "boolean", default: false, help: "Prints one JSON document, and ends." },
    all: allOption,
  },
} as const satisfies CommandLine<Record<string, CommandOption>>;

/** `npm run gateway`: see its {@link commandLine}. */
async function main(args: string[]): Promise<number> {
  const { values } = parseCommandLine(commandLine, args);
  const { policies, compare, json, markdown, once, all } = values;
  if (policies === undefined)
    throw new CommandError("No folder is named. Write --policies DIR.", { code: "command-line" });
  const port = portOf(values.port);
  const options: FolderOptions = {
    documents: await Promise.all(values.api.map(givenDocument)),
    namedValues:
      values["named-values"] === undefined ? new Map() : await readNamedValues(values["named-values"]),
    issuer: ownIssuer(values.issuer),
    tokens: await handedTokens(values.token),
    reach: values.reach,
  };
  if (values.issuer !== undefined) await assertIssuerAnswers(values.issuer);
  const review = await reviewed(policies, options);
  if (compare !== undefined) {
    const before = await reviewed(compare, options);
    process.stdout.write(gatewayComparison(before, review));
    return review.passed ? 0 : 1;
  }
  if (json || markdown) console.log(json ? gatewayJson(review) : gatewayMarkdown(policies, review));
  else console.log(gatewayReport(policies, review, paintFor(process.stdout), { all }).join("\n"));
  if (json || markdown || once) return review.passed ? 0 : 1;
  return serveUntilInterrupted(review, {
    port,
    issuer: options.issuer,
    reach: values.reach,
    trace: values.trace,
  });
}

interface FolderOptions {
  readonly documents: readonly GivenDocument[];
  readonly namedValues: ReadonlyMap<string, string>;
  readonly issuer: OwnIssuer;
  readonly tokens: readonly HandedToken[];
  readonly reach: readonly string[];
}

async function reviewed(folder: string, { documents, ...options }: FolderOptions): Promise<Review> {
  const { files, notes } = await readFolderFiles(folder);
  const found = readOneInstance(folder, () => readPolicyFolder(files, documents));
  const read = { ...found, notes: [...notes, ...found.notes] };
  const isEmpty = [
    read.policy,
    ...read.unplaced,
    ...read.apis.flatMap((api) => [api.policy, ...api.operationPolicies.values()]),
  ].every((one) => one === undefined);
  if (isEmpty && !read.products.some(({ policy }) => policy !== undefined))
    throw new CommandError(
      `"${folder}" holds no policy that can run: no XML whose element is "policies", no APIOps extract, no policy in a Terraform or Bicep file that stands there as text.${read.notes.map((note) => `\n  ${note}`).join("")}\nName another folder with --policies.`,
      { code: "file" },
    );
  return reviewFolder(read, options);
}

function readOneInstance(folder: string, read: () => PolicyFolder): PolicyFolder {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SeveralInstances)) throw error;
    const roots = error.roots.map((root) => `\n  --policies ${path.join(folder, root)}`).join("");
    throw new CommandError(
      `"${folder}" holds ${error.roots.length} extracts of APIOps. Name one of them:${roots}`,
      { code: "command-line", cause: error },
    );
  }
}

/** Serves it until Ctrl-C. */
async function serveUntilInterrupted(
  review: Review,
  { trace, ...options }: { port: number; issuer: OwnIssuer; reach: readonly string[]; trace: boolean },
): Promise<number> {
  const { interrupted } = watchInterruption();
  const gateway = await serveFolder(review, {
    ...options,
    log: (line) => console.log(line),
    onTrace: (lines) => console.log(lines.join("\n")),
    // Azure's own header holds a token of its management API; here whoever reaches the gateway may read the trace.
    isTraced: ({ headers }) => trace || headers["apim-debug-authorization"] !== undefined,
  });
  console.log(
    `\nGateway  ${gateway.origin}\n${trace ? "Every request is traced here." : "A request with the header Apim-Debug-Authorization is traced here; --trace traces every one."} Ctrl-C ends it.`,
  );
  await interrupted;
  await gateway.close();
  return 0;
}

async function assertIssuerAnswers(issuer: string): Promise<void> {
  await assertAnswers(issuer).catch((cause: Error) => {
    throw new CommandError(
      `The issuer ${issuer} of --issuer does not answer as one: ${cause.message} Correct its address, or leave it out: keys made here then stand for its own.`,
      { code: "refused", cause },
    );
  });
}

function portOf(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new CommandError(`--port is "${text}". It can be 0 to 65535; 0 takes a free one.`, {
    code: "command-line",
  });
}

/** `orders=docs/v2.yaml`, or `docs/orders.yaml`, which is of API `orders`. */
async function givenDocument(option: string): Promise<GivenDocument> {
  const [, given, rest] = /^([\w.;-]+)=(.+)$/s.exec(option) ?? [];
  const file = rest ?? option;
  const base = path
    .basename(file)
    .replace(/\.(?:json|ya?ml)$/i, "")
    .replace(/[.-](?:openapi|swagger)$/i, "");
  const isGeneral = /^(?:openapi|swagger|specification|api)$/i.test(base);
  const name = given ?? (isGeneral ? path.basename(path.dirname(path.resolve(file))) : base);
  const text = await readFile(file, "utf8").catch(unreadable(file, "--api"));
  try {
    const { operations } = await parseDocument(text, { source: file, file });
    return { name, file, text, operations: operations.flatMap((one) => [one.operationId, one.name]) };
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    // What is wrong with it is told where the API is served.
    return { name, file, text, operations: [] };
  }
}

const namedValuesShape = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

async function readNamedValues(file: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(file, "utf8").catch(unreadable(file, "--named-values"));
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new CommandError(
      `"${file}" of --named-values is neither JSON nor YAML. Write NAME: VALUE, one a line.`,
      { code: "file", cause },
    );
  }
  const shaped = namedValuesShape.safeParse(value);
  if (shaped.data === undefined)
    throw new CommandError(
      `"${file}" of --named-values must hold texts by names. Write NAME: VALUE, one a line.`,
      { code: "file" },
    );
  return new Map(Object.entries(shaped.data).map(([name, one]) => [name, String(one)]));
}

async function handedTokens(options: readonly string[]): Promise<readonly HandedToken[]> {
  const tokens: HandedToken[] = [];
  // One after the other: the standard input is read once.
  for (const option of options) {
    const [, name, source] = /^([^=]+)=(.+)$/s.exec(option) ?? [];
    // The whole may be a token.
    if (name === undefined || source === undefined)
      throw new CommandError("--token names nobody. Write --token ada=@ada.token.", { code: "command-line" });
    tokens.push({ name, token: (await readHandedToken(name, source, process.env)).trim() });
  }
  return tokens;
}

function unreadable(file: string, option: string) {
  return (cause: NodeJS.ErrnoException): never => {
    throw new CommandError(`Cannot read "${file}" of ${option} (${cause.code}). Correct its name.`, {
      code: "file",
      cause,
    });
  };
}

await runCommand(main);
