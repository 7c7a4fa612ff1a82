import { type AzureImportCode, azureImportRow } from "../azure-import.ts";
import type { Outcome, Rule } from "../finding.ts";

/**
 * The rule of a row of the table of what API Management's import does: its text, fix and source.
 *
 * Without an outcome of its own, what the import refuses or limits is refused, and the rest is noted. `done` says what the derived
 * document does about it; then there is nothing left to fix.
 */
export function azureRule(
  code: AzureImportCode,
  change?: { readonly outcome: Outcome; readonly done: string },
): Rule {
  const { verdict, text, fix, source } = azureImportRow(code);
  if (change !== undefined) return { code, outcome: change.outcome, text: `${text} ${change.done}`, source };
  const outcome = verdict === "refused" || verdict === "limited" ? "refused" : "noted";
  return { code, outcome, text, ...(fix === undefined ? {} : { fix }), source };
}
