import { readDocument } from "../openapi/document.ts";
import { DocumentError, refusalText } from "../openapi/document-error.ts";
import type { Finding } from "../openapi/finding.ts";
import { counted } from "../openapi/findings-text.ts";
import { CommandError } from "./command-error.ts";
import { projectRoot } from "./project.ts";
import { configuredApis } from "./prove.ts";
import type { StackSettings } from "./stack-settings.ts";

/**
 * Reads the documents of a stack's APIs before anything is started, so that all that is wrong with them is told at once.
 *
 * @param options `all`: every place of every problem. `json`: the problems as one JSON document on standard output as well.
 * @throws {CommandError} when one cannot be imported or proved.
 */
export async function assertDocuments(
  settings: StackSettings,
  { all = false, json = false }: { readonly all?: boolean; readonly json?: boolean },
): Promise<void> {
  const read = Object.values(configuredApis(settings)).map((api) =>
    readDocument(api, projectRoot).then(
      () => undefined,
      (error: unknown) => error,
    ),
  );
  const errors = (await Promise.all(read)).filter((error) => error !== undefined);
  const unexpected = errors.find((error) => !(error instanceof DocumentError));
  if (unexpected !== undefined) throw unexpected;
  const refused = errors.filter((error) => error instanceof DocumentError);
  if (refused.length === 0) return;
  if (json) process.stdout.write(`${refusalJson(refused)}\n`);
  throw new CommandError(refusedText(refused, { all }), { code: "document" });
}

const mostLines = 40;
const shownDocuments = 10;

/** Refused documents for a person: at most 40 lines, which the documents share, unless all are wanted. */
export function refusedText(
  errors: readonly DocumentError[],
  { all = false }: { readonly all?: boolean } = {},
): string {
  const shown = all ? errors : errors.slice(0, shownDocuments);
  const more = errors.length - shown.length;
  // One line of each share is the head.
  const lines = Math.floor((mostLines - (more > 0 ? 1 : 0)) / shown.length) - 1;
  return [
    ...shown.map(({ subject, findings }) => refusalText(subject, findings, { all, lines })),
    ...(more > 0 ? [`… and ${counted(more, "more document")} with problems. --all lists them.`] : []),
  ].join("\n");
}

/** Refused documents as one JSON document. */
export function refusalJson(errors: readonly DocumentError[]): string {
  const documents = errors.map(({ subject, findings }) => ({ subject, findings: findingsJson(findings) }));
  return JSON.stringify({ passed: false, documents }, null, 2);
}

/** Findings for a machine: each with the code of its rule. */
export function findingsJson(findings: readonly Finding[]): readonly object[] {
  return findings.map(({ rule, place, detail }) => ({
    rule: rule.code,
    outcome: rule.outcome,
    text: rule.text,
    fix: rule.fix ?? null,
    source: rule.source ?? null,
    place,
    detail: detail ?? null,
  }));
}
