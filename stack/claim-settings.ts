import { z } from "zod";
import type { TokenClaim } from "../components/okta-authorization.ts";
import { structure } from "./structure.ts";

/** Comparison of a groups claim in the settings → Okta's name of it. */
const groupFilters = {
  startsWith: "STARTS_WITH",
  equals: "EQUALS",
  contains: "CONTAINS",
  regex: "REGEX",
} as const;

type Comparison = keyof typeof groupFilters;
const comparisons = Object.keys(groupFilters) as Comparison[];

/**
 * Claims that Okta itself puts into access tokens, or reads in them.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#reserved-claims
 */
const reserved = new Set(
  "acr active address aid amr app_type aud auth_time birthdate cid client_id client_type cnf email email_verified exp family_name gender given_name iat idp iss jti locale middle_name name nbf nickname nonce phone_number picture preferred_username profile scope scp sid sub token_type uid updated_at username ver website zoneinfo".split(
    " ",
  ),
);

const rule = `must be { groups: { startsWith | equals | contains | regex: TEXT } } or { expression: TEXT }`;

const groups = z
  .strictObject(
    Object.fromEntries(comparisons.map((one) => [one, z.string("must be a text").optional()])) as Record<
      Comparison,
      z.ZodOptional<z.ZodString>
    >,
    rule,
  )
  .refine((filter) => Object.keys(filter).length === 1, rule)
  .refine(({ equals, contains, regex }) => [equals, contains, regex].every((text) => text !== ""), {
    error: "must not be empty: only startsWith may be, which means all groups",
  });

const claim = z.union(
  [
    z.strictObject({ groups }),
    z.strictObject({ expression: z.string().trim().min(1, "must be an expression") }),
  ],
  rule,
);

/** The setting `claims`, as Pulumi hands it over. */
export const claimsCheck = structure(
  z.record(
    z
      .string()
      .regex(
        /^[A-Za-z_][\w.:/-]*$/,
        "must be named in letters, digits and _ . : / -, starting with a letter or _",
      )
      .refine(
        (name) => !reserved.has(name),
        "is the name of a claim that Okta itself makes; choose another one",
      ),
    claim,
    "must be a map from claim name to what it holds",
  ),
);

type ClaimSettings = z.infer<typeof claim>;

/**
 * Claims as Okta has them: `{ groups: { groups: { startsWith: "team-" } } }` → `{ groups: { groupFilter: "STARTS_WITH", value: "team-" } }`.
 */
export function tokenClaims(claims: Readonly<Record<string, ClaimSettings>>): Record<string, TokenClaim> {
  return Object.fromEntries(Object.entries(claims).map(([name, settings]) => [name, tokenClaim(settings)]));
}

function tokenClaim(settings: ClaimSettings): TokenClaim {
  if ("expression" in settings) return { value: settings.expression };
  const [comparison = "startsWith"] = comparisons.filter((one) => settings.groups[one] !== undefined);
  const text = settings.groups[comparison] ?? "";
  // Okta wants a text to compare with.
  if (text === "") return { groupFilter: "REGEX", value: ".*" };
  return { groupFilter: groupFilters[comparison], value: text };
}
