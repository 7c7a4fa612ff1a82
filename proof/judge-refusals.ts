import type { Caller } from "./caller.ts";
import { type Denial, explainDenial } from "./explain-denial.ts";
import type { Cell } from "./matrix.ts";
import { type OktaRefusal, TokenRequestError } from "./okta-client.ts";
import { type OktaAccess, type OktaRecords, readOktaRecords } from "./okta-records.ts";

/** What Okta's refusals are judged by. */
export interface RefusalSources {
  readonly issuer: string;
  /** Everybody who asks for tokens. */
  readonly callers: readonly Caller[];
  /** Okta's management API; absent where there is no API token for it: then Okta's answer and the settings must do. */
  readonly okta?: OktaAccess | undefined;
}

/**
 * Says why Okta gave somebody no token, in the words of `npm run explain`; nothing of an app that is not the stack's. What the management
 * API says of a caller is read once.
 */
export function refusalJudge({
  issuer,
  callers,
  okta,
}: RefusalSources): (refusal: OktaRefusal, cell: Cell) => Promise<Denial | undefined> {
  const byName = new Map(callers.map((caller) => [caller.name, caller]));
  const read = new Map<Caller, Promise<OktaRecords | undefined>>();
  const recordsOf = (caller: Caller) => {
    if (okta === undefined) return undefined;
    const query = { issuer, clientId: caller.client.clientId, login: caller.person?.login };
    const records = read.get(caller) ?? readOktaRecords(okta, query).catch(unlessUnanswered);
    read.set(caller, records);
    return records;
  };
  return async (refusal, { kind, context }) => {
    const caller = refusal.client === undefined ? kind.caller : byName.get(refusal.client);
    if (caller === undefined) return undefined;
    const records = await recordsOf(caller);
    return explainDenial({ caller, scopes: kind.scopes(context), refusal, records });
  };
}

/** Without the management API the answer alone must do, and has to be reported all the same. */
function unlessUnanswered(error: unknown): undefined {
  if (!(error instanceof TokenRequestError)) throw error;
}
