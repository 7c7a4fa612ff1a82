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
 * Claims of access tokens that Okta makes and nobody may replace: its reserved names, and those that every token has. Okta lists `groups`
 * too, yet its own guide adds a claim of that name to access tokens.
 *
 * @see https://support.okta.com/help/s/article/list-of-reserved-claim-names
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1
 */
const reserved = new Set([
  ...["acr", "amr", "as_uri", "cid", "iss", "jti", "rpt", "rsi", "token_type", "uid", "username", "ver"],
  ...["aud", "exp", "iat", "nbf", "scp", "sub"],
]);

/** Whether tokens may have a claim of that name without a setting that makes it. */
export function isOktasOwnClaim(name: string): boolean {
  return reserved.has(name) || name === "auth_time";
}

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
