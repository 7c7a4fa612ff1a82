import { type Caller, callersOf, callerToken, type TokenIssuer } from "../proof/caller.ts";
import type { Person } from "../proof/client.ts";
import { TokenRequestError } from "../proof/okta-client.ts";
import { type ClaimRules, callerFor, rightsOf } from "../proof/rights.ts";
import type { TokenSources } from "../proof/token-kinds.ts";
import type { StackToProve } from "./stack-to-prove.ts";

/** Who asks for tokens: the clients, with the people whose groups make a difference to them or to an operation. */
export function callersToProve(
  { apis }: Pick<StackToProve, "apis">,
  clients: StackToProve["clients"],
  people: readonly Person[],
): readonly Caller[] {
  const operations = apis.flatMap(({ document }) => document.operations);
  const groups = operations.flatMap(({ requiredClaims }) => requiredClaims.flatMap(({ values }) => values));
  return callersOf(clients, people, groups);
}

/** Tokens of the stack's clients, each got the way that the client gets it. */
export function clientTokens(
  issuer: TokenIssuer,
  callers: readonly Caller[],
  claims: ClaimRules,
): Pick<TokenSources, "issued" | "issuedTo"> {
  const withRights = callers.map((caller) => [caller, rightsOf(caller, claims)] as const);
  const issuedTo = (caller: Caller, scopes: readonly string[]) => callerToken(issuer, caller, scopes);
  return {
    issuedTo,
    issued: async (scopes, required) => {
      const caller = callerFor(withRights, scopes, required);
      // The matrix leaves such a cell out.
      if (caller === undefined) throw new TokenRequestError(`No client may have "${scopes.join(" ")}".`);
      return issuedTo(caller, scopes);
    },
  };
}
