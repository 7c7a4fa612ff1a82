/**
 * A refusal of the local cloud: what Azure or Okta would refuse, or what the local cloud does not do.
 *
 * `code` is the imitated service's own code where it has one ("ValidationError", "E0000001"), else one of ours in
 * the same style ("UnsupportedResource"). The message names the subject, the rule, what was got and the next step,
 * and never holds a token or a secret.
 */
export class SimulatorError extends Error {
  override readonly name = "SimulatorError";
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
