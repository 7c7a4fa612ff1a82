import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { TemplateIndex } from "../openapi/call/template-index.ts";
import type { Operation } from "../openapi/operations.ts";
import { callerOf } from "../proof/caller.ts";
import { explainCaller } from "../proof/explain-caller.ts";
import { type Explanation, explanationText, isLetIn } from "../proof/explanation.ts";
import { judgeToken } from "../proof/judge-token.ts";
import type { ApiToProve } from "../proof/matrix.ts";
import { type OktaAccess, readAudience } from "../proof/okta-records.ts";
import { isReadable, readToken } from "../proof/read-token.ts";
import { readTokenFacts, type TokenFacts } from "../proof/token-facts.ts";
import { CommandError } from "./command-error.ts";
import { type CommandLine, type CommandOption, parseCommandLine } from "./command-line.ts";
import { environmentAccess } from "./environment-access.ts";
import { keyOption, readPrivateKeys } from "./private-keys.ts";
import { runCommand } from "./run-command.ts";
import { clientsOf } from "./stack-outputs.ts";
import { readStackSettings, type StackSettings } from "./stack-settings.ts";
import { clientNamed, personNamed, readTokenStack, stackOptions, type TokenStack } from "./token-stack.ts";

const commandLine = {
  usage: "npm run explain -- TOKEN|- [options], or --client NAME [--as PERSON] --operation OPERATION",
  summary:
    "Says why a token, or a client, gets into an operation or not, and what to do. The token is judged here and sent nowhere. The exit code is 1 when the call is not let in.",
  takesWords: true,
  options: {
    operation: {
      type: "string",
      value: "OPERATION",
      help: 'What is called: "POST /session/{id}/feedback", "POST /session/7/feedback", or its operationId.',
    },
    api: { type: "string", value: "NAME", help: "The operation's API, where several have it." },
    client: { type: "string", value: "NAME", help: "The client that asks Okta for a token." },
    as: { type: "string", value: "PERSON", help: "Who signs in with the client, in the local cloud." },
    "token-file": {
      type: "string",
      value: "FILE",
      help: "Reads the token from a file; `-` as TOKEN reads it from stdin. An argument shows in the list of processes.",
    },
    key: keyOption,
    ...stackOptions,
  },
} as const satisfies CommandLine<Record<string, CommandOption>>;

/** `npm run explain`: see its {@link commandLine}. */
async function main(args: string[]): Promise<number> {
  const { positionals, values } = parseCommandLine(commandLine, args);
  const token = await readTokenText(positionals, values["token-file"]);
  if (token !== undefined && values.client !== undefined)
    throw new CommandError(
      'A token and --client are both there. Leave one of them out, and write an operation as --operation "GET /sessions".',
      { code: "command-line" },
    );
  if (token === undefined && values.client === undefined)
    throw new CommandError("Name a token or a client: TOKEN, or --client NAME.", { code: "command-line" });
  if (token === undefined && values.operation === undefined)
    throw new CommandError('--operation is missing. Write --operation "GET /sessions".', {
      code: "command-line",
    });
  if (token !== undefined && values.as !== undefined)
    throw new CommandError("--as signs in with a client, and a token has its person already. Leave it out.", {
      code: "command-line",
    });
  const stack = await readTokenStack(values);
  const settings = await readStackSettings(values.stack ?? "local", { encrypted: "skip", missing: "empty" });
  const okta = stack.okta ?? environmentAccess(stack.outputs.issuer);
  const apis = values.operation === undefined ? [] : await apisOf(stack, { settings, name: values.stack });
  const operation =
    values.operation === undefined ? undefined : operationOf(apis, values.operation, values.api);
  const readFacts = () => factsOf(stack, settings, okta);
  const explanation =
    token === undefined && operation !== undefined
      ? await explainCaller({
          caller: callerOf(
            clientNamed(clientsOf(stack.outputs), values.client),
            values.as === undefined ? undefined : personNamed(stack.people, values.as),
          ),
          operation,
          issuer: { ...stack.outputs, privateKeys: await readPrivateKeys(values.key) },
          declared: stack.outputs.scopes,
          facts: readFacts,
          okta,
        })
      : await explainToken(token ?? "", operation, await readFacts());
  console.log(explanationText(explanation));
  return isLetIn(explanation) ? 0 : 1;
}

async function readTokenText(
  [word, ...others]: readonly string[],
  file: string | undefined,
): Promise<string | undefined> {
  if (others.length > 0)
    throw new CommandError(
      'One token at a time. Write an operation in quotes: --operation "GET /sessions".',
      { code: "command-line" },
    );
  if (word !== undefined && file !== undefined)
    throw new CommandError("A token and --token-file are both there. Leave one of them out.", {
      code: "command-line",
    });
  if (word === "-") return withoutScheme(await text(process.stdin));
  if (word !== undefined) return withoutScheme(word);
  if (file === undefined) return undefined;
  return withoutScheme(
    await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
      throw new CommandError(
        `Cannot read the token file "${file}" (${cause.code}). Check its path and permissions.`,
        { code: "file", cause },
      );
    }),
  );
}

/** Whoever copies a header copies its scheme too. */
function withoutScheme(copied: string): string {
  return copied.trim().replace(/^(?:authorization: *)?bearer +/i, "");
}

async function explainToken(
  token: string,
  operation: Operation | undefined,
  facts: TokenFacts,
): Promise<Explanation> {
  const read = readToken(token);
  if (!isReadable(read)) throw new CommandError(`${read.problem} ${read.next}`);
  const faults = await judgeToken(token, facts, operation);
  const remarks =
    facts.audience === undefined
      ? ['The audience was not judged: nobody could tell it. Set OKTA_API_TOKEN, or "oktaAudience".']
      : [];
  return { subject: "The token", operation, gateway: { token, faults, now: facts.now }, remarks };
}

async function factsOf(
  { outputs }: TokenStack,
  settings: StackSettings,
  okta: OktaAccess | undefined,
): Promise<TokenFacts> {
  const audience = configuredAudience(settings) ?? (okta && (await readAudience(okta, outputs.issuer)));
  return readTokenFacts({ ...outputs, audience });
}

/** The audience as the program sets it; `undefined` where the authorization server is not the stack's, or the program another. */
function configuredAudience({ project, config }: StackSettings): string | undefined {
  const setting = (name: string) => config[`${project}:${name}`];
  if (setting("apis") === undefined || setting("oktaCreateAuthorizationServer") === "false") return undefined;
  return setting("oktaAudience") || `api://${project}`;
}

async function apisOf(
  stack: TokenStack,
  { settings, name }: { settings: StackSettings; name: string | undefined },
): Promise<readonly ApiToProve[]> {
  const { apisToProve, hasConfiguredApis } = await import("./prove.ts");
  if (hasConfiguredApis(settings)) return apisToProve(settings, stack.outputs);
  if (name === undefined)
    throw new CommandError(
      "The settings of stack local name no APIs, so that an operation's document cannot be read. Leave --operation out: then what every protected operation needs is judged.",
      { code: "command-line" },
    );
  const { readDeployedStack } = await import("./deployed-stack.ts");
  return (await readDeployedStack(name, settings)).apis;
}

/** @throws {CommandError} when no operation, or more than one, is meant. */
function operationOf(apis: readonly ApiToProve[], wanted: string, apiName: string | undefined): Operation {
  const known = apis.filter(({ name }) => apiName === undefined || name === apiName);
  if (known.length === 0)
    throw new CommandError(
      `The stack has no API "${apiName}". Its APIs are "${apis.map(({ name }) => name).join('", "')}".`,
      { code: "command-line" },
    );
  const found = known.flatMap((api) =>
    findOperations(api.document.operations, wanted).map((operation) => ({ api, operation })),
  );
  const [first, ...others] = found;
  if (first === undefined)
    throw new CommandError(
      `No operation is "${wanted}". Write method and path, or the operationId, as the document has it: ${someOf(known)}.`,
      { code: "command-line" },
    );
  if (others.length > 0)
    throw new CommandError(
      `Several APIs have "${wanted}": "${found.map(({ api }) => api.name).join('", "')}". Choose one with --api NAME.`,
      { code: "command-line" },
    );
  return first.operation;
}

function findOperations(operations: readonly Operation[], wanted: string): readonly Operation[] {
  const exact = operations.filter(
    ({ operationId, method, path }) =>
      operationId === wanted || `${method} ${path}`.toLowerCase() === wanted.toLowerCase(),
  );
  const [, method = "", path] = /^(\w+) +(\/\S*)$/.exec(wanted) ?? [];
  if (exact.length > 0 || path === undefined || !URL.canParse(`https://gateway.invalid${path}`)) return exact;
  const index = new TemplateIndex<Operation>();
  for (const operation of operations) index.add(operation, { ...operation, required: [] });
  return [index.find(method.toUpperCase(), path)].filter((operation) => operation !== undefined);
}

function someOf(apis: readonly ApiToProve[]): string {
  const names = apis.flatMap(({ document }) =>
    document.operations.map(({ method, path }) => `"${method} ${path}"`),
  );
  return names.slice(0, 5).join(", ") + (names.length > 5 ? ", …" : "");
}

await runCommand(main);
