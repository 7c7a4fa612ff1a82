import type { Exchange, Flow } from "../../exchange.ts";
import { contextOf } from "../../expression-context.ts";
import { oneOf } from "../../policy-value.ts";
import { runStatement } from "../../run-statements.ts";
import type { Statement, StatementDefinition } from "../../statement.ts";

/**
 * `wait`: runs the policies inside it side by side, and goes on once all of them are done, or the first one.
 *
 * Assumed of Azure: with `for="any"` a policy that fails is done as well, so that `wait` fails with it.
 *
 * @see https://learn.microsoft.com/azure/api-management/wait-policy
 * @see https://github.com/Azure/azure-api-management-policy-toolkit/tree/main/src/Authoring : the sections that its page leaves out
 */
export const definition: StatementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: (site) => {
    const { reader } = site;
    const waitsFor = reader.value("for", oneOf(["all", "any"] as const));
    reader.done();
    const block = site.statements(reader, branches);
    return {
      blocks: [block],
      run: (exchange) => runBeside(block.statements, exchange, waitsFor?.(exchange) ?? "all"),
    };
  },
};

// The page names the first three alone, Azure's schema the others as well:
// https://github.com/microsoft/vscode-apimanagement/blob/main/resources/policySchemas/wait.xsd
const branches = [
  "send-request",
  "cache-lookup-value",
  "choose",
  "forward-request",
  "cache-store-value",
  "authentication-managed-identity",
];

async function runBeside(
  statements: readonly Statement[],
  exchange: Exchange,
  waitsFor: "all" | "any",
): Promise<Flow> {
  if (statements.length === 0) return "next";
  const outer = exchange.current;
  // One for all of them, which outlives them.
  contextOf(exchange);
  const begun = statements.map((statement) => beginBranch(statement, exchange));
  const runs = begun.map(({ run }) => run);
  try {
    const flows = waitsFor === "any" ? [await Promise.race(runs)] : await Promise.all(runs);
    return flows.includes("respond") ? "respond" : "next";
  } catch (error) {
    // The branch that failed says where.
    const failed = begun.find((branch) => branch.failure === error);
    exchange.current = failed?.current() ?? outer;
    throw error;
  } finally {
    for (const branch of begun) branch.end();
  }
}

interface Branch {
  readonly run: Promise<Flow>;
  /** What it failed with. */
  failure?: unknown;
  /** Which statement of it is at work. */
  readonly current: () => Exchange["current"];
  /** Stops it at its next statement. */
  readonly end: () => void;
}

/** Ends a branch that nobody waits for any more. Only {@link runBeside} sees it. */
class BranchIsOver extends Error {
  override readonly name = "BranchIsOver";
}

/** Each branch has a statement of its own at work; whatever else it changes is the request's. */
function beginBranch(statement: Statement, exchange: Exchange): Branch {
  let { current } = exchange;
  let isOver = false;
  const own = new Proxy(exchange, {
    get: (target, key) => {
      // What is still under way when nobody waits for it any more changes nothing.
      if (key === "variables" && isOver) return new Map(target.variables);
      return key === "current" ? current : Reflect.get(target, key);
    },
    set: (target, key, value) => {
      if (key !== "current") return Reflect.set(target, key, value);
      // A statement begins, or is over.
      if (isOver) throw new BranchIsOver();
      current = value as Exchange["current"];
      return true;
    },
  });
  const run = (async () => runStatement(statement, own))();
  const branch: Branch = {
    run,
    current: () => current,
    end: () => {
      isOver = true;
    },
  };
  run.catch((error: unknown) => {
    branch.failure = error;
  });
  return branch;
}
