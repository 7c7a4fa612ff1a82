/** Every failure of one run. Its message is for people: no stack trace where the program meant a message. */
export class StackError extends Error {
  override readonly name = "StackError";
}
