import { type Html, html } from "../../kernel/html.ts";
import type { RequiredClaim } from "../policy/required-claim.ts";
import type { OperationAccess } from "./portal-model.ts";

// Okta and Entra write an access token's scopes there.
const scopeClaim = "scp";

/**
 * What a caller needs, in words: `everybody, without a token`, `any valid token`, `a token with scope conference.write`,
 * `a token with scope conference.read, and claim groups Speakers or Staff`.
 */
export function accessText(access: OperationAccess): Html {
  if (access.kind === "public") return html`everybody, without a token`;
  if (access.claims.length === 0) return html`any valid token`;
  const [first, ...others] = access.claims.map(claimText);
  return others.reduce((text, one) => html`${text}, and ${one}`, html`a token with ${first}`);
}

/** The scopes that an operation asks for, alternatives included. */
export function scopesOfAccess(access: OperationAccess): readonly string[] {
  if (access.kind === "public") return [];
  return access.claims.filter(({ name }) => name === scopeClaim).flatMap(({ values }) => values);
}

function claimText({ name, match, values }: RequiredClaim): Html {
  const [first, ...others] = values.map((value) => html`<code>${value}</code>`);
  const all = match === "all";
  const label =
    name === scopeClaim
      ? html`scope${all && others.length > 0 ? "s" : ""}`
      : html`claim <code>${name}</code>`;
  if (first === undefined) return html`any ${label}`;
  return others.reduce((text, one) => html`${text} ${all ? "and" : "or"} ${one}`, html`${label} ${first}`);
}
