/** The kinds of failure that a person can mend: what each means, and the exit code of a command that ends with it. */
export const commandErrors = {
  "command-line": { means: "An option or an argument is unknown, missing or not possible.", exitCode: 2 },
  settings: { means: "The project or a stack's settings cannot be read, or cannot be used.", exitCode: 1 },
  document: { means: "An OpenAPI document cannot be read, imported or proved.", exitCode: 1 },
  file: { means: "A file or folder cannot be read or written, or holds something else.", exitCode: 1 },
  pulumi: { means: "The Pulumi CLI is missing, or could not do its part.", exitCode: 1 },
  program: { means: "The Pulumi program failed.", exitCode: 1 },
  stack: { means: "A stack does not hold what the command needs.", exitCode: 1 },
  "local-cloud": { means: "The local cloud refuses something, or cannot start.", exitCode: 1 },
  okta: { means: "Okta gives no token, or does not answer.", exitCode: 1 },
  github: {
    means: "GitHub refuses a request, or a run of a workflow lacks what is read of it.",
    exitCode: 1,
  },
  refused: { means: "It cannot be done as things are; the message says why.", exitCode: 1 },
} as const satisfies Readonly<Record<string, { readonly means: string; readonly exitCode: number }>>;

/** One of {@link commandErrors}. */
export type CommandErrorCode = keyof typeof commandErrors;

/** A failure that a person can mend: commands print its message without a stack trace, and end as {@link commandErrors} says. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: CommandErrorCode;

  /** @param options `code` is `refused` unless another one fits better. */
  constructor(message: string, { code = "refused", ...options }: CommandErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}

interface CommandErrorOptions extends ErrorOptions {
  readonly code?: CommandErrorCode;
}

/** A failure as a command ends with it: its text, then its code in a line of its own, for searches and for docs/commands.md. */
export function failureText(text: string, code: string): string {
  return `${text}\nError code: ${code}`;
}
