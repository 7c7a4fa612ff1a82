/** A failure that a person can mend: commands print its message without a stack trace and exit with 1. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
