/** Why an expression cannot be read. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  /** Whether Okta knows it, and only the local Okta does not. */
  readonly isUnsimulated: boolean;

  constructor(message: string, { isUnsimulated = false } = {}) {
    super(message);
    this.isUnsimulated = isUnsimulated;
  }
}
