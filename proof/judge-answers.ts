import { bearerToken, judgeToken, tokenNotPresent } from "./judge-token.ts";
import type { Cell } from "./matrix.ts";
import { TokenRequestError } from "./okta-client.ts";
import { type FactSources, readTokenFacts, type TokenFacts } from "./token-facts.ts";
import type { TokenFault } from "./token-fault.ts";
import type { Credentials } from "./token-kinds.ts";

/**
 * Judges the tokens of requests whose answers differ, by the same facts for all of them; they are read at the first one. The tokens stay
 * here.
 */
export function answerJudge(
  sources: FactSources,
): (credentials: Credentials, cell: Cell) => Promise<readonly TokenFault[] | undefined> {
  let facts: Promise<TokenFacts | undefined> | undefined;
  return async ({ headers }, { operation }) => {
    const token = bearerToken(headers?.authorization);
    if (operation.security.kind === "public") return [];
    if (token === undefined) return [tokenNotPresent];
    facts ??= readTokenFacts(sources).catch(unlessUnanswered);
    const known = await facts;
    return known && judgeToken(token, known, operation);
  };
}

/** Without Okta's public documents no reason can be given, and the answers must be reported all the same. */
function unlessUnanswered(error: unknown): undefined {
  if (!(error instanceof TokenRequestError)) throw error;
}
