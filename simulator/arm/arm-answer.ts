/** An answer of Azure Resource Manager or of its login. */
export interface ArmAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; absent for an answer without a body. */
  readonly body?: unknown;
}
