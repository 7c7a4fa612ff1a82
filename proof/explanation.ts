import { textAt } from "../openapi/json.ts";
import { neededText } from "../openapi/security/security.ts";
import type { Denial } from "./explain-denial.ts";
import { type Demands, duration } from "./judge-claims.ts";
import { claimValues, isReadable, readToken } from "./read-token.ts";
import { listed, type TokenFault } from "./token-fault.ts";

/** Why a caller, or a token, gets into an operation or not. */
export interface Explanation {
  /** `partner-batch`, `attendee-app as ada`, `The token`. */
  readonly subject: string;
  /** Absent where only what every protected operation needs is judged. */
  readonly operation?: ({ readonly method: string; readonly path: string } & Demands) | undefined;
  /** What Okta said; absent for a token that somebody had. */
  readonly okta?: OktaAnswer | undefined;
  /** What the gateway says to the token; absent where there is none. */
  readonly gateway?: GatewayAnswer | undefined;
  /** What could not be looked up, and what else is worth knowing. */
  readonly remarks: readonly string[];
}

/** A token that Okta gave, or why it gave none. */
export type OktaAnswer =
  | { readonly kind: "given"; readonly scopes: readonly string[]; readonly rule?: string | undefined }
  | {
      readonly kind: "denied";
      readonly scopes: readonly string[];
      readonly words: string | undefined;
      readonly denial: Denial;
      /** The scopes of the token that Okta gave when asked for those of the settings; the gateway judges that one. */
      readonly givenInstead?: readonly string[] | undefined;
    };

/** What the gateway says to a token. */
export interface GatewayAnswer {
  readonly token: string;
  readonly faults: readonly TokenFault[];
  /** Seconds since 1970, by the gateway's clock. */
  readonly now: number;
}

/** Whether the call is let in. */
export function isLetIn({ okta, gateway, operation }: Explanation): boolean {
  if (operation?.security.kind === "public") return true;
  return okta?.kind !== "denied" && gateway !== undefined && gateway.faults.length === 0;
}

/**
 * The explanation in words: the first wrong thing, what to do about it, and what else is wrong. It never holds the token.
 *
 * ```text
 * partner-batch → POST /session/{id}/feedback, which needs conference.write
 *
 * ✗ Okta gives no token for "conference.write"
 *   because  Rule "partner-batch" of access policy "partner-batch" gives client "partner-batch" only "conference.read", …
 *   answer   access_denied: Some of the requested scopes were denied by the policy. Denied scopes: [conference.write].
 *   next     Add it to `scopes` of clients.partner-batch in the stack's settings, or call an operation that needs less.
 * ```
 */
export function explanationText(explanation: Explanation): string {
  const { subject, operation, okta, gateway, remarks } = explanation;
  const target =
    operation === undefined
      ? "any protected operation"
      : `${operation.method} ${operation.path}, which ${needs(operation)}`;
  return [
    `${subject} → ${target}`,
    "",
    ...(okta === undefined ? [] : oktaLines(okta)),
    ...(operation?.security.kind === "public"
      ? ["✓ Everybody is let in: the operation is public, and no token is looked at"]
      : gatewayLines(gateway)),
    ...remarks.map((remark) => row("note", remark)),
  ].join("\n");
}

function needs({ security, requiredClaims }: Demands): string {
  return security.kind === "public" ? "is public" : `needs ${neededText(security, requiredClaims)}`;
}

function oktaLines(okta: OktaAnswer): readonly string[] {
  const scopes = listed(okta.scopes);
  if (okta.kind === "given")
    return [`✓ Okta gives a token for ${scopes}${okta.rule === undefined ? "" : `, by ${okta.rule}`}`];
  const { denial, words, givenInstead } = okta;
  return [
    // Where Okta was not asked, or did not answer, the reason is not its own.
    `✗ ${words === undefined ? "No token" : "Okta gives no token"} for ${scopes}`,
    row("because", denial.problem),
    ...(words === undefined ? [] : [row("answer", words)]),
    row("next", denial.next),
    ...(givenInstead === undefined ? [] : [`✓ Okta gives a token for ${listed(givenInstead)}`]),
  ];
}

function gatewayLines(gateway: GatewayAnswer | undefined): readonly string[] {
  if (gateway === undefined) return [];
  const { faults, token, now } = gateway;
  const summary = tokenSummary(token, now);
  const [first, ...others] = faults;
  if (first === undefined) return ["✓ The gateway lets it in", ...summary];
  return [
    `✗ The gateway refuses it: ${first.status} ${first.reason}`,
    row("because", first.problem),
    row("next", first.next),
    ...others.map(({ status, reason, problem }) => row("also", `${problem} (${status} ${reason})`)),
    ...summary,
  ];
}

/** Whose token it is and until when, by its own claims; no other claim is shown. */
function tokenSummary(text: string, now: number): readonly string[] {
  const token = readToken(text);
  if (!isReadable(token)) return [];
  const { cid, sub, exp, scp } = token.claims;
  const client = textAt(cid);
  const person = textAt(sub);
  const parts = [
    ...(client === undefined ? [] : [`of client ${listed([client])}`]),
    ...(person === undefined || person === client ? [] : [`for ${listed([person])}`]),
    ...(scp === undefined ? [] : [`scopes ${listed(claimValues(scp))}`]),
    ...(typeof exp === "number" && exp > now ? [`good for ${duration(exp - now)} more`] : []),
  ];
  return parts.length === 0 ? [] : [row("token", parts.join(", "))];
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(8)} ${text}`;
}
