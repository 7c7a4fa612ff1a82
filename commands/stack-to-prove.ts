import type { ApiToProve } from "../proof/matrix.ts";
import type { ClientCredentials } from "../proof/okta-client.ts";
import type { StackOutputs } from "./stack-outputs.ts";

/** What of a provisioned stack is proved, however it was found out. */
export interface StackToProve {
  readonly outputs: StackOutputs;
  readonly apis: readonly ApiToProve[];
  /** Those whose backend nobody else sees. */
  readonly harmless: ReadonlySet<ApiToProve>;
  /** Apps that get tokens; the first that Okta gives the scopes is taken. */
  readonly clients: readonly ClientCredentials[];
  /** Whether Okta must refuse another app of the org, or the settings accept it. */
  readonly otherApp: "refused" | "accepted";
  /** What cannot be proved, and why, a line each. */
  readonly notProved: readonly string[];
}
