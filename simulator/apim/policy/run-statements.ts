import type { Exchange, Flow } from "./exchange.ts";
import { bufferBodies } from "./message-body.ts";
import type { Block, Statement } from "./statement.ts";

/** Runs one statement, once the bodies that it reads are there. Most requests never wait here. */
export function runStatement(statement: Statement, exchange: Exchange): Flow | Promise<Flow> {
  exchange.current = statement;
  const waiting = statement.needs && bufferBodies(statement.needs, exchange);
  if (waiting !== undefined) return waiting.then(() => start(statement, exchange));
  return start(statement, exchange);
}

/** Runs the statements in turn until one of them answers. */
function runInTurn(statements: readonly Statement[], exchange: Exchange, from = 0): Flow | Promise<Flow> {
  for (let at = from; at < statements.length; at += 1) {
    const flow = runStatement(statements[at] as Statement, exchange);
    if (flow instanceof Promise) {
      return flow.then((settled) =>
        settled === "respond" ? settled : runInTurn(statements, exchange, at + 1),
      );
    }
    if (flow === "respond") return flow;
  }
  return "next";
}

/** Policies that stand inside another one. A failure is theirs; after them the outer one is at work again. */
export function blockOf(statements: readonly Statement[]): Block {
  return {
    statements,
    run: (exchange) => {
      const outer = exchange.current;
      const back = (flow: Flow): Flow => {
        exchange.current = outer;
        return flow;
      };
      const flow = runInTurn(statements, exchange);
      return flow instanceof Promise ? flow.then(back) : back(flow);
    },
  };
}

function start(statement: Statement, exchange: Exchange): Flow | Promise<Flow> {
  return exchange.trace === undefined ? statement.run(exchange) : traced(statement, exchange, exchange.trace);
}

async function traced(
  statement: Statement,
  exchange: Exchange,
  trace: NonNullable<Exchange["trace"]>,
): Promise<Flow> {
  trace.begin(statement);
  try {
    const flow = await statement.run(exchange);
    trace.end(statement, flow);
    return flow;
  } catch (error) {
    trace.end(statement, error);
    throw error;
  }
}
