/** Why a policy is refused. */
export type PolicyErrorCode =
  | "PROHIBITED_CHARACTER"
  | "EXPRESSION_IN_TEXT"
  | "INVALID_VALUE"
  | "INVALID_EXPRESSION"
  | "ORDER"
  | "DOCUMENT_TOO_LARGE";

/**
 * A policy that must not be written.
 *
 * `path` is the place in the document, `inbound/validate-jwt[1]/audiences/audience[1]`; the message holds it, the rule,
 * what was got and the next step.
 */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  readonly code: PolicyErrorCode;
  readonly path: string;

  constructor(code: PolicyErrorCode, path: string, rule: string) {
    super(`${path} ${rule}`);
    this.code = code;
    this.path = path;
  }
}
