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
