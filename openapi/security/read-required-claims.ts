import type { Finding, Rule } from "../finding.ts";
import { type JsonObject, objectAt } from "../json.ts";
import type { SecuredOperation } from "./read-security.ts";
import type { ClaimRequirement, OperationSecurity } from "./security.ts";
import { isNamed, type RequiredClaimSettings } from "./security-settings.ts";

/** Which claims a document's operations require. */
export interface DocumentClaims {
  /** By the operation's place; one that requires none is not among them. */
  readonly operations: ReadonlyMap<string, readonly ClaimRequirement[]>;
  readonly findings: readonly Finding[];
}

const key = "x-required-claims";

const rules = {
  list: {
    code: "required-claims-list",
    outcome: "refused",
    text: "Required claims are a list, even if there is only one. Something else stands there.",
    fix: "Write a list of claims, each with name and values.",
  },
  shape: {
    code: "required-claim-shape",
    outcome: "refused",
    text: "A required claim has a name, a list of values that are texts, and may say how many of them a token needs by match, all or any.",
    fix: "Correct the claim. Write a number or a boolean in quotes.",
  },
  values: {
    code: "required-claim-values",
    outcome: "refused",
    text: "A required claim has no values: it would let in every token that has the claim, whatever it says.",
    fix: "List the accepted values.",
  },
  scopes: {
    code: "required-claim-scopes",
    outcome: "refused",
    text: 'The claim "scp" holds the scopes, which an operation needs by its security.',
    fix: "Name the scopes in the operation's security, or in the API's setting \"security\".",
  },
  public: {
    code: "required-claims-public",
    outcome: "refused",
    text: "A public operation asks for no token, so it cannot require claims of one.",
    fix: "Remove the claims, or let its security ask for a token.",
  },
  place: {
    code: "required-claims-place",
    outcome: "refused",
    text: `"${key}" has no effect on a path: it stands on an operation, or on the document for all operations that have none of their own.`,
    fix: "Move it.",
  },
  operationUnknown: {
    code: "required-claims-operation-missing",
    outcome: "refused",
    text: 'The setting "requiredClaims" names an operation that the document does not have.',
    fix: "Write its operationId, or its method and path.",
  },
  operationAmbiguous: {
    code: "required-claims-operation-ambiguous",
    outcome: "refused",
    text: 'The setting "requiredClaims" names an operation by a name that several operations have.',
    fix: "Write its method and path, or give the operations operationIds of their own in an overlay.",
  },
} as const satisfies Record<string, Rule>;

/** An operation, and the path that it stands below. */
interface ClaimSite extends SecuredOperation {
  readonly pathItem: JsonObject;
}

/**
 * Reads which claims each operation requires: its own `x-required-claims`, else the document's, as with `security`; and those of the
 * settings besides. The document's are not asked of public operations.
 */
export function readRequiredClaims(
  document: JsonObject,
  sites: readonly ClaimSite[],
  {
    security,
    settings = {},
  }: {
    readonly security: ReadonlyMap<string, OperationSecurity>;
    readonly settings?: RequiredClaimSettings | undefined;
  },
): DocumentClaims {
  const findings = [...misplaced(sites), ...unknownOperations(sites, settings)];
  const take = ({ claims, findings: found }: ClaimList) => {
    findings.push(...found);
    return claims;
  };
  const ofDocument = take(claimList(document[key], key));
  const operations = sites.map((site) => {
    const at = `${site.place}.${key}`;
    const isPublic = security.get(site.place)?.kind === "public";
    const written = site.operation[key];
    const own = take(claimList(written, at));
    const named = Object.entries(settings).filter(([name]) => isNamed(site, name));
    const ofSettings = named.flatMap(([name, list]) => take(claimList(list, `requiredClaims.${name}`)));
    if (isPublic && own.length > 0) findings.push({ rule: rules.public, place: at });
    if (isPublic && ofSettings.length > 0)
      findings.push(...named.map(([name]) => ({ rule: rules.public, place: `requiredClaims.${name}` })));
    const ofSite = written === undefined && !isPublic ? ofDocument : own;
    return [site.place, [...ofSite, ...ofSettings]] as const;
  });
  return { operations: new Map(operations.filter(([, claims]) => claims.length > 0)), findings };
}

function misplaced(sites: readonly ClaimSite[]): Finding[] {
  return sites
    .filter(({ pathItem }) => pathItem[key] !== undefined)
    .map(({ place }) => ({ rule: rules.place, place: `${place.slice(0, place.lastIndexOf("."))}.${key}` }));
}

function unknownOperations(sites: readonly ClaimSite[], settings: RequiredClaimSettings): Finding[] {
  return Object.keys(settings).flatMap((name) => {
    const meant = sites.filter((site) => isNamed(site, name)).length;
    if (meant === 1) return [];
    const rule = meant === 0 ? rules.operationUnknown : rules.operationAmbiguous;
    return [{ rule, place: "requiredClaims", detail: `"${name}"` }];
  });
}

interface ClaimList {
  readonly claims: readonly ClaimRequirement[];
  readonly findings: readonly Finding[];
}

function claimList(written: unknown, place: string): ClaimList {
  if (written === undefined) return { claims: [], findings: [] };
  if (!Array.isArray(written)) return { claims: [], findings: [{ rule: rules.list, place }] };
  const read = written.map((one: unknown, index) => claimOf(one, `${place}.${index}`));
  return {
    claims: read.flatMap((one) => ("rule" in one ? [] : [one])),
    findings: read.flatMap((one) => ("rule" in one ? [one] : [])),
  };
}

const members = new Set(["name", "match", "values"]);

function claimOf(written: unknown, place: string): ClaimRequirement | Finding {
  const claim = objectAt(written);
  const { name, match = "all", values } = claim;
  const wrong = (detail: string): Finding => ({ rule: rules.shape, place, detail });
  if (claim !== written) return wrong("no object");
  const unknown = Object.keys(claim).find((member) => !members.has(member));
  if (unknown !== undefined) return wrong(`"${unknown}"`);
  if (typeof name !== "string" || name === "") return wrong("name");
  if (match !== "all" && match !== "any") return wrong("match");
  if (name === "scp") return { rule: rules.scopes, place };
  if (values === undefined || (Array.isArray(values) && values.length === 0))
    return { rule: rules.values, place, detail: `"${name}"` };
  if (!isTexts(values)) return wrong("values");
  return { name, match, values };
}

function isTexts(values: unknown): values is readonly string[] {
  return Array.isArray(values) && values.every((value) => typeof value === "string" && value !== "");
}
