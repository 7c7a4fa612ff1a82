import type { ExpressionContext, OperationContext } from "../../../expressions/context.ts";
import { type Exchange, PolicyFailure } from "./exchange.ts";
import type { Statement } from "./statement.ts";

/**
 * The statements that run for every call of an operation: a `choose` is replaced by its branch where its conditions ask for the operation
 * alone. Where they ask for anything else of a call, it stays as it is.
 */
export function decidedStatements(
  statements: readonly Statement[],
  operation: OperationContext,
): readonly Statement[] {
  return statements.flatMap((statement) => {
    if (statement.branch === undefined) return [statement];
    const decided = decide(statement.branch, operation);
    return decided === undefined ? [statement] : decidedStatements(decided, operation);
  });
}

/** A condition asks for what no operation decides. */
class Undecided extends Error {
  override readonly name = "Undecided";
}

function decide(
  branch: NonNullable<Statement["branch"]>,
  operation: OperationContext,
): readonly Statement[] | undefined {
  const context = new Proxy({ operation } as ExpressionContext, {
    get: (target, name, receiver) => {
      if (name === "operation") return Reflect.get(target, name, receiver);
      throw new Undecided(`context.${String(name)} differs from call to call.`);
    },
  });
  try {
    // A condition reads its context alone, and this one lets it read nothing else.
    return branch({ context } as unknown as Exchange)?.statements ?? [];
  } catch (error) {
    if (error instanceof Undecided || error instanceof PolicyFailure) return undefined;
    throw error;
  }
}
