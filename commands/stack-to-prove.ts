import type { Client } from "../proof/client.ts";
import type { ApiToProve } from "../proof/matrix.ts";
import type { ClaimRules } from "../proof/rights.ts";
import type { StackOutputs } from "./stack-outputs.ts";

/** What of a provisioned stack is proved, however it was found out. */
export interface StackToProve {
  readonly outputs: StackOutputs;
  readonly apis: readonly ApiToProve[];
  /** Those whose backend nobody else sees. */
  readonly harmless: ReadonlySet<ApiToProve>;
  /** The clients, with what the settings give each of them. */
  readonly clients: readonly Client[];
  /** How claims of access tokens are filled. */
  readonly claims: ClaimRules;
  /** Whether Okta must refuse another app of the org, or the settings accept it. */
  readonly otherApp: "refused" | "accepted";
  /** What cannot be proved, and why, a line each. */
  readonly notProved: readonly string[];
}
