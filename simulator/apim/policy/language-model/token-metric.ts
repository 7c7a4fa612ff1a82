import type { Exchange, Flow } from "../exchange.ts";
import { bufferBodies } from "../message-body.ts";
import { dimensionsFor, readDimensions } from "../metric-dimensions.ts";
import type { ElementDefinition } from "../statement.ts";
import { observeUsage, readModelRequest, type TokenUsage } from "./token-usage.ts";

/**
 * `azure-openai-emit-token-metric` and `llm-emit-token-metric`: send how many tokens a call took to Application Insights.
 *
 * Differs from Azure: the policies that emit token metrics write to the trace of the request; there is no Application Insights.
 *
 * @see https://learn.microsoft.com/azure/api-management/llm-emit-token-metric-policy
 */
export function tokenMetric(element: string): ElementDefinition {
  return {
    sections: ["inbound"],
    parse: ({ reader }) => {
      const namespace = reader.text("namespace") ?? "API Management";
      // In Azure's schema, and on no page.
      reader.notSimulated("name", "ignore-prompt", "value-type");
      const dimensions = readDimensions(reader);
      reader.done();
      return {
        run: async (exchange): Promise<Flow> => {
          // Worked out even when nobody reads it: an expression that fails must fail either way.
          const told = dimensionsFor(exchange, dimensions);
          if (exchange.trace === undefined) return "next";
          await bufferBodies({ requestBody: true, responseBody: false }, exchange);
          const { promptTokens } = readModelRequest(exchange.request.body);
          const emit = (usage: TokenUsage | undefined) =>
            usage && emitTo(exchange, `${element} ${namespace}`, { usage, dimensions: told });
          exchange.uponAnswer ??= [];
          exchange.uponAnswer.push({
            statement: exchange.current,
            run: (answer) => observeUsage(exchange, answer, { promptTokens, told: emit }),
          });
          return "next";
        },
      };
    },
  };
}

function emitTo(
  { trace }: Exchange,
  metric: string,
  { usage, dimensions }: { usage: TokenUsage; dimensions: Readonly<Record<string, string>> },
): void {
  trace?.value(`${metric}/Total Tokens`, { value: usage.total, dimensions });
  trace?.value(`${metric}/Prompt Tokens`, { value: usage.prompt, dimensions });
  trace?.value(`${metric}/Completion Tokens`, { value: usage.completion, dimensions });
}
