import { tokenMetric } from "../../language-model/token-metric.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `llm-emit-token-metric`: sends how many tokens of a language model a call took to Application Insights.
 *
 * @see https://learn.microsoft.com/azure/api-management/llm-emit-token-metric-policy
 */
export const definition: ElementDefinition = tokenMetric("llm-emit-token-metric");
