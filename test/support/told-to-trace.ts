import type { Exchange } from "../../simulator/apim/policy/exchange.ts";
import { policy } from "./gateway.ts";

/**
 * Runs the first statement of an inbound section by itself, and gives what it told the trace.
 *
 * @param parts Of the exchange, as far as the statement reads it.
 */
export async function toldToTrace(
  xml: string,
  parts: Partial<Exchange> = {},
): Promise<readonly (readonly [name: string, value: unknown])[]> {
  const [step] = (await policy(xml)).sections.inbound;
  if (step === undefined || step === "base") throw new TypeError("the section holds no statement");
  const told: [string, unknown][] = [];
  const trace = {
    begin: () => {},
    end: () => {},
    value: (name: string, value: unknown) => told.push([name, value]),
  };
  await step.run({ service: { name: "apim" }, ...parts, trace } as Exchange);
  return told;
}
