import type { Finding } from "./finding.ts";
import { counted, distinct, type FindingsTextOptions, findingsText } from "./findings-text.ts";

/** A document that cannot be imported or proved, or several that do not go together, with everything that is wrong. */
export class DocumentError extends Error {
  override readonly name = "DocumentError";
  /** What the findings are about: `"apis/orders.yaml"`. */
  readonly subject: string;
  /** Each with a rule whose outcome is `refused`. */
  readonly findings: readonly Finding[];

  constructor(subject: string, findings: readonly Finding[], options?: ErrorOptions) {
    super(refusalText(subject, findings), options);
    this.subject = subject;
    this.findings = distinct(findings);
  }
}

/** The text of a refusal, at most 40 lines of problems unless all are wanted. */
export function refusalText(
  subject: string,
  findings: readonly Finding[],
  options: FindingsTextOptions = {},
): string {
  const head = `${counted(distinct(findings).length, "problem")} in ${subject}:`;
  return [head, ...findingsText(findings, options).map((line) => `  ${line}`)].join("\n");
}
