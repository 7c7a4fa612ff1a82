import { tokenMetric } from "../../language-model/token-metric.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `azure-openai-emit-token-metric`: sends how many tokens of a language model a call took to Application Insights.
 *
 * @see https://learn.microsoft.com/azure/api-management/azure-openai-emit-token-metric-policy
 */
export const definition: ElementDefinition = tokenMetric("azure-openai-emit-token-metric");
