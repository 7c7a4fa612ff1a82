import type { OperationContext } from "../../../expressions/context.ts";
import { type Exchange, PolicyFailure } from "./exchange.ts";
import type { Case, Statement } from "./statement.ts";

/**
 * The statements that run for every call of an operation: a `choose` is replaced by its branch where its conditions read the operation
 * alone. Where one before that branch reads anything else of a call, it stays as it is.
 */
export function decidedStatements(
  statements: readonly Statement[],
  operation: OperationContext,
): readonly Statement[] {
  return statements.flatMap((statement) => {
    const decided = statement.cases && decide(statement.cases, operation);
    return decided === undefined ? [statement] : decidedStatements(decided, operation);
  });
}

function decide(cases: readonly Case[], operation: OperationContext): readonly Statement[] | undefined {
  // All that such a condition reads.
  const call = { context: { operation } } as unknown as Exchange;
  try {
    for (const { condition, block } of cases) {
      if (condition !== undefined && condition.readsOperationAlone !== true) return undefined;
      if (condition?.(call) ?? true) return block.statements;
    }
    return [];
  } catch (error) {
    // It fails for each call.
    if (error instanceof PolicyFailure) return undefined;
    throw error;
  }
}
