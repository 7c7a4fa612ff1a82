/** One `claim` of `required-claims`. */
export interface RequiredClaim {
  readonly name: string;
  readonly match: "all" | "any";
  readonly separator: string | undefined;
  /** Empty: the claim must be there, whatever it says. */
  readonly values: readonly string[];
}
