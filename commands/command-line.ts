import { type ParseArgsOptionDescriptor, parseArgs } from "node:util";
import { CommandError } from "./command-error.ts";

/** An option of a command, with what its help says. */
export interface CommandOption extends ParseArgsOptionDescriptor {
  /** Name of its value in the help, `N`; absent for a flag. */
  readonly value?: string;
  readonly help: string;
}

type Options = Readonly<Record<string, CommandOption>>;

/** How a command is called. */
export interface CommandLine<T extends Options> {
  /** As a person writes it: `npm run token -- [options] [scope …]`. */
  readonly usage: string;
  /** What it does, and its exit code where that says something. */
  readonly summary: string;
  readonly options: T;
  /** Words beside the options are taken. @defaultValue false */
  readonly takesWords?: boolean;
}

/** What {@link parseCommandLine} gives: the words beside the options, and the options by name. */
export type ParsedCommandLine<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; allowPositionals: boolean }>
>;

/** Asks for a command's help instead of its work: {@link helpText} is what it wants to read. */
export class HelpRequest extends Error {
  override readonly name = "HelpRequest";
}

/**
 * Reads a command's arguments.
 *
 * @throws {HelpRequest} with the help for `--help` and `-h`.
 * @throws {CommandError} in one line, when an option is unknown, lacks its value or has one too many.
 */
export function parseCommandLine<T extends Options>(
  line: CommandLine<T>,
  args: string[],
): ParsedCommandLine<T> {
  if (asksForHelp(args, line.options)) throw new HelpRequest(helpText(line));
  try {
    return parseArgs({ args, options: line.options, allowPositionals: line.takesWords === true });
  } catch (cause) {
    if (!isArgumentError(cause)) throw cause;
    // Node goes on with advice on arguments that begin with a hyphen, which no command here has.
    const [problem = ""] = cause.message.split(/\.\s/, 1);
    const [command] = line.usage.split(" -- ", 1);
    throw new CommandError(`${problem.replace(/\.$/, "")}. \`${command} -- --help\` lists the options.`, {
      code: "command-line",
      cause,
    });
  }
}

/** The usage, what the command does, and its options, a line each. */
export function helpText({ usage, summary, options }: CommandLine<Options>): string {
  const rows = [
    ...Object.entries(options).map(([name, { value, help, default: preset }]) => {
      const shown = typeof preset === "string" && preset !== "" ? `${help} [${preset}]` : help;
      return [value === undefined ? `--${name}` : `--${name} ${value}`, shown] as const;
    }),
    ["--help", "Prints this and ends."] as const,
  ];
  const width = Math.max(...rows.map(([option]) => option.length));
  const lines = rows.map(([option, help]) => `  ${option.padEnd(width)}  ${help}`);
  return [`Usage: ${usage}`, "", summary, "", "Options:", ...lines].join("\n");
}

/** A value of an option is no request: `--stack --help` lacks its value, and is told so. */
function asksForHelp(args: readonly string[], options: Options): boolean {
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...options, help: { type: "boolean", short: "h" } },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  return tokens.some((token) => token.kind === "option" && token.name === "help");
}

// What parseArgs throws for an unknown or malformed option.
function isArgumentError(error: unknown): error is TypeError {
  return (
    error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS_")
  );
}
