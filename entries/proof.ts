/** The matrix of who gets in, for any deployment: `import { deriveMatrix, runMatrix } from "apim-okta/proof"`. */
export { type Caller, callerOf, callersOf, callerToken, type TokenIssuer } from "../proof/caller.ts";
export type { Client, Person } from "../proof/client.ts";
export { renderFailure } from "../proof/failures.ts";
export { createForge, type Forge, type TokenIdentity } from "../proof/forge.ts";
export {
  type ApiToProve,
  type Cell,
  deriveMatrix,
  type Matrix,
  type MatrixOptions,
} from "../proof/matrix.ts";
export {
  audienceOf,
  type ClientCredentials,
  readPublishedKey,
  requestToken,
  TokenRequestError,
} from "../proof/okta-client.ts";
export { type Patience, runPatiently } from "../proof/patience.ts";
export { type ClaimRules, callerFor, rightsOf } from "../proof/rights.ts";
export { type Answer, type RunOptions, runMatrix } from "../proof/run.ts";
export { type Paint, renderKinds, renderTable } from "../proof/table.ts";
export { type TokenKind, tokenKinds } from "../proof/token-kinds.ts";
