import type { Operation } from "../openapi/operations.ts";
import { satisfies, scopesToAskFor } from "../openapi/security/security.ts";
import { type Caller, callerToken, type TokenIssuer } from "./caller.ts";
import { decidingRule, explainDenial } from "./explain-denial.ts";
import type { Explanation, OktaAnswer } from "./explanation.ts";
import { judgeToken } from "./judge-token.ts";
import { TokenRequestError } from "./okta-client.ts";
import { type OktaAccess, type OktaRecords, readOktaRecords } from "./okta-records.ts";
import type { TokenFacts } from "./token-facts.ts";

/** Who wants to call what, and where that is decided. */
export interface CallToExplain {
  readonly caller: Caller;
  readonly operation: Operation;
  readonly issuer: TokenIssuer;
  /** Every scope that the stack's documents declare. */
  readonly declared: readonly string[];
  /** Reads what tokens of this stack are judged by. */
  readonly facts: () => Promise<TokenFacts>;
  /** Okta's management API; absent where there is no API token for it. */
  readonly okta?: OktaAccess | undefined;
}

const notLookedUp =
  "Assignments, access policies and rules were not looked up: there is no API token. Set OKTA_API_TOKEN to look them up.";

/**
 * Asks Okta for the token that an operation needs, as the caller gets it, and judges it as the gateway does. Where Okta does not give the
 * scopes, it is asked for those of the client's settings, and the gateway's answer to that token is told too.
 *
 * @throws {TokenRequestError} when the public documents or the management API cannot be read.
 */
export async function explainCaller(call: CallToExplain): Promise<Explanation> {
  const { caller, operation, issuer, okta } = call;
  const subject = caller.name;
  if (operation.security.kind === "public") return { subject, operation, remarks: [] };
  const scopes = scopesFor(call);
  const asked = await askOkta(issuer, caller, scopes);
  const records = okta && (await readOktaRecords(okta, { ...queryOf(call) }));
  if (typeof asked === "string") {
    const given: OktaAnswer = { kind: "given", scopes, rule: ruleText(records, caller) };
    return { subject, operation, okta: given, gateway: await gatewayAnswer(asked, call), remarks: [] };
  }
  const denial = explainDenial({ caller, scopes, refusal: asked, records });
  const words = [asked.oktaError, asked.oktaDescription].filter((word) => word !== undefined).join(": ");
  const instead = await insteadOf(call, scopes, denial.code);
  const denied: OktaAnswer = {
    ...{ kind: "denied", scopes, denial, words: words === "" ? undefined : words },
    givenInstead: instead?.scopes,
  };
  return {
    ...{ subject, operation, okta: denied },
    gateway: instead && (await gatewayAnswer(instead.token, call)),
    remarks: records === undefined && asked.oktaError !== undefined ? [notLookedUp] : [],
  };
}

function queryOf({ caller, issuer }: CallToExplain) {
  return {
    ...{ issuer: issuer.issuer, clientId: caller.client.clientId },
    login: caller.person?.login,
  };
}

/** Of the alternatives the one that the client's settings hold, else the first. */
function scopesFor({ caller, operation, declared }: CallToExplain): readonly string[] {
  const { security } = operation;
  const { scopes } = caller.client;
  if (security.kind === "public" || satisfies(security, []))
    return scopes.length > 0 ? scopes.slice(0, 1) : scopesToAskFor(security, declared);
  const own = security.anyOf.find((all) => all.every((scope) => scopes.includes(scope)));
  return own ?? scopesToAskFor(security, declared);
}

async function askOkta(
  issuer: TokenIssuer,
  caller: Caller,
  scopes: readonly string[],
): Promise<string | TokenRequestError> {
  try {
    return await callerToken(issuer, caller, scopes);
  } catch (error) {
    if (error instanceof TokenRequestError) return error;
    throw error;
  }
}

/** The token with the scopes of the settings, where those asked for were the matter. */
async function insteadOf(
  { caller, issuer }: CallToExplain,
  asked: readonly string[],
  code: string,
): Promise<{ readonly token: string; readonly scopes: readonly string[] } | undefined> {
  const { scopes } = caller.client;
  const isSame = scopes.length === asked.length && scopes.every((scope) => asked.includes(scope));
  if (code !== "scope-denied" || isSame || scopes.length === 0) return undefined;
  const token = await askOkta(issuer, caller, scopes);
  return typeof token === "string" ? { token, scopes } : undefined;
}

async function gatewayAnswer(token: string, { facts, operation }: CallToExplain) {
  const known = await facts();
  return { token, faults: await judgeToken(token, known, operation), now: known.now };
}

function ruleText(records: OktaRecords | undefined, caller: Caller): string | undefined {
  const found = records && decidingRule(records, caller);
  if (found === undefined) return undefined;
  const { rule, policy } = found;
  return `rule "${rule.name}" of access policy "${policy.name}", for ${rule.actions.token.accessTokenLifetimeMinutes} minutes`;
}
