import { tokenLimit } from "../../language-model/token-limit.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `azure-openai-token-limit`: limits the tokens of a language model for each key.
 *
 * @see https://learn.microsoft.com/azure/api-management/azure-openai-token-limit-policy
 */
export const definition: ElementDefinition = tokenLimit("azure-openai-token-limit");
