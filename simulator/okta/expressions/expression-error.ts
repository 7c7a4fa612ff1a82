/** Why an expression cannot be read. */
export class OktaExpressionError extends Error {
  override readonly name = "OktaExpressionError";
  /** Whether Okta knows it, and only the local Okta does not. */
  readonly isUnsimulated: boolean;

  constructor(message: string, { isUnsimulated = false } = {}) {
    super(message);
    this.isUnsimulated = isUnsimulated;
  }
}
