import type { Caller } from "./caller.ts";
import { type OktaRefusal, TokenRequestError } from "./okta-client.ts";
import type { OktaPolicy, OktaRecords, OktaRule } from "./okta-records.ts";
import { listed } from "./token-fault.ts";

/** Why Okta gives no token, and what to do. */
export interface Denial {
  /** Stays as it is, whatever the words become: `not-assigned`. */
  readonly code: string;
  readonly problem: string;
  readonly next: string;
}

/** A request for a token that Okta refused. */
export interface DeniedRequest {
  readonly caller: Caller;
  readonly scopes: readonly string[];
  readonly refusal: OktaRefusal | TokenRequestError;
  /** What Okta's management API says; absent where there is no API token: then Okta's answer and the settings must do. */
  readonly records?: OktaRecords | undefined;
}

/**
 * Explains a refusal by Okta's token or authorization endpoint: by the answer itself, and by what the management API says where that can
 * be asked. The answer decides what kind of refusal it is; the records tell what it is about.
 *
 * @see https://developer.okta.com/docs/reference/error-codes/#oauth-2-0-errors
 */
export function explainDenial(denied: DeniedRequest): Denial {
  const { oktaError, oktaDescription } = denied.refusal;
  // Where Okta shows a page in place of calling the client back, its words are in the message alone.
  const said = oktaDescription ?? messageOf(denied.refusal);
  const found = explanations.find(({ error, words }) => error === oktaError && (words?.test(said) ?? true));
  return found?.explain(denied) ?? unexplained(denied.refusal);
}

interface DenialKind {
  /** OAuth's; absent where Okta shows a page. */
  readonly error?: string;
  /** Of Okta's description; absent for every other one. */
  readonly words?: RegExp;
  readonly explain: (denied: DeniedRequest) => Denial;
}

const settingsOf = ({ client }: Caller) => `clients.${client.name} in the stack's settings`;

const explanations: readonly DenialKind[] = [
  { error: "access_denied", words: /not assigned/, explain: notAssigned },
  { error: "access_denied", words: /Policy evaluation failed/, explain: noRule },
  { error: "access_denied", words: /scopes were (rejected|denied)/, explain: scopesDenied },
  { error: "access_denied", explain: noRule },
  { error: "invalid_client", words: /'client_id'/, explain: unknownClient },
  { error: "invalid_client", explain: wrongAuthentication },
  { error: "unauthorized_client", explain: wrongGrant },
  { error: "invalid_scope", words: /'openid'/, explain: peopleScope },
  { error: "invalid_scope", explain: unknownScope },
  { error: "invalid_request", words: /redirect_uri/, explain: wrongRedirectUri },
  { words: /'redirect_uri' parameter/, explain: wrongRedirectUri },
  { words: /'client_id' parameter/, explain: unknownClient },
];

function notAssigned({ caller, records }: DeniedRequest): Denial {
  const { client, person } = caller;
  const who = person?.name ?? "The person";
  const assigned = records?.app?.groups.map(({ name }) => name) ?? client.groups;
  const isIn =
    ownGroups(records) ?? (person?.groups === undefined ? "in none of them" : inGroups(person.groups));
  return {
    code: "not-assigned",
    problem:
      assigned.length === 0
        ? `Nobody is assigned to client "${client.name}": it has no group.`
        : `${who} is not assigned to client "${client.name}": it is for members of ${listed(assigned, "or")}, and ${who} is ${isIn}.`,
    next: `Add the person to such a group in Okta, or a group of the person's to \`groups\` of ${settingsOf(caller)}.`,
  };
}

/** No rule fits: the first condition that leaves none is the reason. */
function noRule(denied: DeniedRequest): Denial {
  const { caller, records } = denied;
  const { client } = caller;
  if (records === undefined)
    return {
      code: "no-rule",
      problem: `No rule of an access policy fits client "${client.name}"${caller.person ? ` with ${caller.person.name}` : ""} and the grant ${grantOf(caller)}.`,
      next: `Compare its access policy in Okta: the clients, and each rule's grant types and groups. With OKTA_API_TOKEN set, this command looks them up.`,
    };
  const own = records.policies.filter(({ conditions }) => isFor(conditions.clients.include, client.clientId));
  if (own.length === 0)
    return {
      code: "no-policy",
      problem: `No access policy of the authorization server is for client "${client.name}" (${client.clientId}).`,
      next: `Add the client to a policy: an entry of ${settingsOf(caller)} gets one of its own at the next \`pulumi up\`.`,
    };
  return noRuleOf(own, denied, records);
}

function noRuleOf(own: readonly OktaPolicy[], { caller }: DeniedRequest, records: OktaRecords): Denial {
  const names = listed(own.map(({ name }) => name));
  const rules = own.filter(isActive).flatMap((policy) => policy.rules);
  if (!own.some(isActive))
    return {
      code: "policy-inactive",
      problem: `Access policy ${names} is for client "${caller.client.name}", but it is not active.`,
      next: "Activate it in Okta, or run `pulumi up`, which does.",
    };
  const active = rules.filter(isActive);
  if (active.length === 0)
    return {
      code: "rule-inactive",
      problem: `Access policy ${names} has ${rules.length === 0 ? "no rule" : `no active rule: ${listed(rules.map(({ name }) => name))}`}.`,
      next: "Activate a rule in Okta, or run `pulumi up`, which makes it.",
    };
  const grant = grantOf(caller);
  const ofGrant = active.filter(({ conditions }) => conditions.grantTypes.include.includes(grant));
  if (ofGrant.length === 0)
    return {
      code: "rule-grant",
      problem: `No rule of access policy ${names} allows the grant ${grant}: ${active.map(grantsText).join(", ")}.`,
      next: "Get the token the way that the rule allows, or add the grant to the rule.",
    };
  const people = ofGrant.map((rule) => `"${rule.name}" is for ${peopleText(rule, records)}`).join(", ");
  return {
    code: "rule-people",
    problem: `No rule of access policy ${names} is for ${caller.person?.name ?? "this caller"}, who is ${ownGroups(records) ?? "not in the org"}: ${people}.`,
    next: "Add the person to a group of the rule in Okta, or the group to the rule.",
  };
}

function scopesDenied(denied: DeniedRequest): Denial {
  const { caller, scopes, refusal, records } = denied;
  const { client } = caller;
  const named = /Denied scopes: \[([^\]]*)\]/.exec(refusal.oktaDescription ?? "")?.[1];
  const refused = named === undefined ? scopes : named.split(/, */);
  const next = client.scopes.some((scope) => refused.includes(scope))
    ? "The settings give it that scope: run `pulumi up`, so that Okta has it too."
    : `Add it to \`scopes\` of ${settingsOf(caller)}, or call an operation that needs less.`;
  const fitting = records && fittingRules(records, caller);
  const [first, ...others] = fitting ?? [];
  if (first === undefined)
    return {
      code: "scope-denied",
      problem: `The access policy rule of client "${client.name}" does not give ${listed(refused)}; the stack's settings give ${listed(client.scopes)}.`,
      next,
    };
  const given = first.rule.conditions.scopes.include;
  const problem = `Rule "${first.rule.name}" of access policy "${first.policy.name}" gives client "${client.name}" ${given.length === 0 ? "no scope" : `only ${listed(given)}`}, and ${listed(refused)} was asked for.`;
  const later = others.find(({ rule }) => refused.every((scope) => givesScope(rule, scope)));
  if (later === undefined) return { code: "scope-denied", problem, next };
  return {
    code: "priority",
    problem: `${problem} Rule "${later.rule.name}" of access policy "${later.policy.name}" would give it, but comes later: the first rule that fits decides.`,
    next: "Give the one that should decide the lower priority number, or put the scopes into one rule.",
  };
}

function unknownClient({ caller, records }: DeniedRequest): Denial {
  const { name, clientId } = caller.client;
  const isThere = records?.app !== undefined;
  return {
    code: "unknown-client",
    problem: `Okta does not know client "${name}" by its id ${clientId}${isThere ? ", though the org has an app with it" : ""}: it was deleted, or is of another org.`,
    next: "Compare the stack's output `clients` with the org that the issuer names. `pulumi up --refresh` makes an app again that was deleted.",
  };
}

function wrongAuthentication({ caller, records, refusal }: DeniedRequest): Denial {
  const { name, authentication, clientSecret } = caller.client;
  const { app } = records ?? {};
  const registered = app?.credentials.oauthClient.token_endpoint_auth_method;
  if (app !== undefined && app.status !== "ACTIVE")
    return {
      code: "client-inactive",
      problem: `The app "${app.label}" of client "${name}" is not active in Okta.`,
      next: "Activate it there.",
    };
  if (registered !== undefined && registered !== authentication)
    return {
      code: "client-authentication",
      problem: `Client "${name}" proved itself by ${authentication}, and its app in Okta is registered for ${registered}.`,
      next: `Use the method of the app, or change \`authentication\` of ${settingsOf(caller)}, and deploy.`,
    };
  const by = clientSecret === undefined ? authentication : "its secret";
  const isSecret = /secret/.test(refusal.oktaDescription ?? "");
  return {
    code: isSecret ? "client-secret" : "client-authentication",
    problem: `Okta did not accept how client "${name}" proved who it is, by ${by}.`,
    next: isSecret
      ? "The secret was changed in Okta, or the stack's outputs are old: run `pulumi up --refresh`, and read the outputs again."
      : "Compare the authentication method of its app in Okta with that of the stack's output `clients`; a private key must belong to a public key of the app.",
  };
}

function wrongGrant({ caller, records, refusal }: DeniedRequest): Denial {
  const listedGrants = /Configured grant types: \[([^\]]*)\]/.exec(refusal.oktaDescription ?? "")?.[1];
  const grants = records?.app?.settings.oauthClient.grant_types ?? listedGrants?.split(/, */) ?? [];
  return {
    code: "client-grant",
    problem: `The app of client "${caller.client.name}" may not use the grant ${grantOf(caller)}; it has ${listed(grants)}.`,
    next:
      caller.person === undefined
        ? "Sign somebody in: --as PERSON. Or use a client of kind service."
        : "Leave --as out, or use a client that people sign in with.",
  };
}

function peopleScope({ caller, scopes }: DeniedRequest): Denial {
  return {
    code: "people-scope",
    problem: `Client "${caller.client.name}" asks for ${listed(scopes)} by client credentials; scopes about a person, such as openid, need one who signs in.`,
    next: "Ask for the API's scopes alone.",
  };
}

function unknownScope({ scopes, records }: DeniedRequest): Denial {
  const unknown = records === undefined ? [] : scopes.filter((scope) => !records.scopes.includes(scope));
  return {
    code: "unknown-scope",
    problem:
      unknown.length > 0
        ? `The authorization server has no scope ${listed(unknown)}.`
        : `The authorization server lacks one of the scopes ${listed(scopes)}.`,
    next: "Run `pulumi up`: it makes every scope that the stack's documents declare.",
  };
}

function wrongRedirectUri({ caller, records }: DeniedRequest): Denial {
  const registered = records?.app?.settings.oauthClient.redirect_uris;
  return {
    code: "redirect-uri",
    problem: `Client "${caller.client.name}" asks to be called back at ${listed(caller.client.redirectUris.slice(0, 1))}, which its app in Okta does not have${registered === undefined ? "" : `: it has ${listed(registered)}`}. Addresses are compared letter by letter.`,
    next: `Compare \`redirectUris\` of ${settingsOf(caller)}, and deploy.`,
  };
}

function messageOf(refusal: DeniedRequest["refusal"]): string {
  return refusal instanceof TokenRequestError ? refusal.message : `${refusal.words}.`;
}

/** Whatever else Okta says, in its own words; and that it did not answer at all. */
function unexplained(refusal: DeniedRequest["refusal"]): Denial {
  const { oktaError, oktaDescription } = refusal;
  if (oktaError === undefined) {
    const message = messageOf(refusal);
    const [problem = message, ...rest] = message.split(/(?<=\.) (?=[A-Z][^.]*\.?$)/);
    return { code: "no-answer", problem, next: rest.join(" ") || "Check the client, and that Okta runs." };
  }
  return {
    code: "other",
    problem: `Okta says ${oktaError}: ${oktaDescription ?? "no more"}`,
    next: "See Okta's list of errors: https://developer.okta.com/docs/reference/error-codes/",
  };
}

/** `in "Attendees"`, `in no group`; without the group that everybody is in. */
function ownGroups(records: OktaRecords | undefined): string | undefined {
  const { person } = records ?? {};
  return person && inGroups(person.groups.filter(({ isEveryone }) => !isEveryone).map(({ name }) => name));
}

function inGroups(names: readonly string[]): string {
  return names.length === 0 ? "in no group" : `in ${listed(names)}`;
}

/** The rule that decides over a caller's token, with what it gives; `undefined` where none fits. */
export function decidingRule(
  records: OktaRecords,
  caller: Caller,
): { readonly policy: OktaPolicy; readonly rule: OktaRule } | undefined {
  return fittingRules(records, caller)[0];
}

/** Every rule that fits a caller, in the order in which Okta asks them. */
function fittingRules(
  { policies, person }: OktaRecords,
  caller: Caller,
): readonly { readonly policy: OktaPolicy; readonly rule: OktaRule }[] {
  return policies
    .filter(isActive)
    .filter(({ conditions }) => isFor(conditions.clients.include, caller.client.clientId))
    .flatMap((policy) => policy.rules.filter(isActive).map((rule) => ({ policy, rule })))
    .filter(({ rule }) => rule.conditions.grantTypes.include.includes(grantOf(caller)))
    .filter(({ rule }) => caller.person === undefined || isForPerson(rule, person));
}

function isForPerson(
  { conditions: { people } }: OktaRule,
  person: OktaRecords["person"] | undefined,
): boolean {
  const ids = new Set(person?.groups.map(({ id }) => id));
  if (people.users.exclude.includes(person?.id ?? "")) return false;
  if (people.groups.exclude.some((id) => ids.has(id))) return false;
  return (
    people.groups.include.includes("EVERYONE") ||
    people.users.include.includes(person?.id ?? "") ||
    people.groups.include.some((id) => ids.has(id))
  );
}

function isActive({ status }: { readonly status: string }): boolean {
  return status === "ACTIVE";
}

function isFor(clients: readonly string[], clientId: string): boolean {
  return clients.includes("ALL_CLIENTS") || clients.includes(clientId);
}

function givesScope({ conditions: { scopes } }: OktaRule, scope: string): boolean {
  return scopes.include.includes("*") || scopes.include.includes(scope);
}

function grantOf({ person }: Caller): string {
  return person === undefined ? "client_credentials" : "authorization_code";
}

function grantsText({ name, conditions }: OktaRule): string {
  return `"${name}" allows ${listed(conditions.grantTypes.include)}`;
}

function peopleText({ conditions: { people } }: OktaRule, { person, app }: OktaRecords): string {
  const names = new Map(
    [...(person?.groups ?? []), ...(app?.groups ?? [])].map(({ id, name }) => [id, name]),
  );
  const groups = people.groups.include.map((id) => names.get(id) ?? id);
  const excluded = people.groups.exclude.map((id) => names.get(id) ?? id);
  return `${groups.length === 0 ? "named people alone" : `groups ${listed(groups)}`}${excluded.length === 0 ? "" : `, not for ${listed(excluded)}`}`;
}
