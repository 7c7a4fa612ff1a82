#!/usr/bin/env node
import { parseArgs } from "node:util";
import { CommandError, commandErrors, failureText } from "./command-error.ts";

interface SubCommand {
  readonly does: string;
  /** Runs it with the arguments of this process. */
  readonly run: () => Promise<unknown>;
}

// Each is loaded when it is asked for: most of a command's first second goes into loading.
const subCommands: Readonly<Record<string, SubCommand>> = {
  start: {
    does: "Runs the project's program on a local Azure and Okta, and shows who gets in.",
    run: () => import("./start.ts"),
  },
  add: {
    does: "Adds an OpenAPI or Swagger document to a stack's settings as an API.",
    run: () => import("./add.ts"),
  },
  verify: {
    does: "Sends the same requests to a deployed stack.",
    run: () => import("./verify.ts"),
  },
  token: {
    does: "Prints an access token of the local cloud or of a deployed stack.",
    run: () => import("./token.ts"),
  },
  explain: {
    does: "Says why a token, or a client, gets into an operation or not, and what to do.",
    run: () => import("./explain.ts"),
  },
  render: {
    does: "Writes the policy documents of a stack to files, for review.",
    run: () => import("./render.ts"),
  },
  compare: {
    does: "Prints what a change does to a stack, as Markdown.",
    run: () => import("./compare.ts"),
  },
  gateway: {
    does: "Serves a folder of anybody's policies, and shows what of them runs and who gets in.",
    run: () => import("./gateway.ts"),
  },
  local: {
    does: "Runs a command, for example pulumi, on the local Azure and Okta.",
    run: () => import("./local.ts"),
  },
};

const list = Object.entries(subCommands).map(([name, { does }]) => `  ${name.padEnd(8)} ${does}`);
const help = [
  "Usage: apim-okta [--project DIR] COMMAND [options]",
  "",
  "Proves who gets into APIs behind Azure API Management secured by Okta, on a local simulated cloud. The project is the Pulumi program in the working directory, or in DIR.",
  "",
  "Commands:",
  ...list,
  "",
  "`apim-okta COMMAND --help` lists the options of a command.",
].join("\n");

/** Runs the command that the arguments name: `apim-okta start --once`. */
async function dispatch(args: readonly string[]): Promise<void> {
  const at = args.findIndex((arg, index) => !arg.startsWith("-") && args[index - 1] !== "--project");
  const own = at < 0 ? args : args.slice(0, at);
  const name = at < 0 ? undefined : args[at];
  const { project, help: wantsHelp } = readOwnOptions(own);
  if (wantsHelp) {
    console.log(help);
    return;
  }
  const command = name !== undefined && Object.hasOwn(subCommands, name) ? subCommands[name] : undefined;
  if (command === undefined) {
    const problem = name === undefined ? "Name a command" : `"${name}" is no command`;
    throw new CommandError(`${problem}. The commands are:\n${list.join("\n")}`, { code: "command-line" });
  }
  if (project !== undefined) enter(project);
  await import("./compile-cache.ts");
  process.argv.splice(2, at + 1);
  await command.run();
}

function readOwnOptions(args: readonly string[]): { readonly project?: string; readonly help?: boolean } {
  try {
    const options = { project: { type: "string" }, help: { type: "boolean", short: "h" } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new CommandError(`${(cause as Error).message}\n\n${help}`, { code: "command-line", cause });
  }
}

/** As if the command were called in that folder. */
function enter(project: string): void {
  try {
    process.chdir(project);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CommandError(`Cannot enter the folder "${project}" of --project (${code}). Correct its name.`, {
      code: "command-line",
      cause,
    });
  }
}

try {
  await dispatch(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  console.error(failureText(error.message, error.code));
  process.exitCode = commandErrors[error.code].exitCode;
}
