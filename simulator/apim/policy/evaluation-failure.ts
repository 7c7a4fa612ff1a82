import { type Exchange, PolicyFailure } from "./exchange.ts";

/**
 * What a policy fails with when its expression or template cannot be evaluated for a request.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies#predefined-errors-for-built-in-steps
 */
export function evaluationFailure({ current }: Exchange, message: string): PolicyFailure {
  return new PolicyFailure(
    {
      source: current?.element ?? "",
      reason: "ExpressionValueEvaluationFailure",
      message: `Expression evaluation failed. ${message}`,
    },
    { statusCode: 500, message: "Internal server error" },
  );
}

/**
 * Does what may make more than this process can hold of what a client sends.
 *
 * @param what It makes, for the message.
 * @throws {PolicyFailure} when it is too much.
 */
export function withinMemory<T>(exchange: Exchange, what: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    // V8's error for a text that is too long, and for calls that are too deep.
    if (!(error instanceof RangeError)) throw error;
    throw evaluationFailure(exchange, `It makes ${what} that is too large (${error.message}).`);
  }
}
