import type { WrittenPolicy } from "../policy-folders/policy-folder.ts";
import { PolicyProblems } from "../simulator/apim/policy/element-reader.ts";
import { withNamedValues } from "../simulator/apim/policy/named-values.ts";
import type { RequiredClaim } from "../simulator/apim/policy/required-claim.ts";
import { type PolicyElement, readPolicyXml } from "../simulator/apim/policy/xml-reader.ts";
import type { LoadedDocument } from "./loaded-folder.ts";
import { issuerAt } from "./own-issuer.ts";

/** What a policy asks of a token, as far as it stands there as text. */
export interface PolicyTokenCheck {
  /** `validate-jwt`. */
  readonly element: string;
  /** Where the token is looked for. */
  readonly carrier: { readonly kind: "header" | "query"; readonly name: string };
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly claims: readonly RequiredClaim[];
  /** What a token must say besides to be the issuer's. */
  readonly fixedClaims: Readonly<Record<string, unknown>>;
  /** The shared secret that signs tokens, where no other key does. */
  readonly secret?: Buffer | undefined;
  /** It stands where every request comes by: in the section itself, or in a fragment that is included there. */
  readonly isAlways: boolean;
}

/** What a document does to requests before they go to the backend. */
export interface InboundChecks {
  /** The parent's section runs too. */
  readonly hasBase: boolean;
  readonly tokens: readonly PolicyTokenCheck[];
  /** No request comes past without a check of its token, whatever branches it takes. */
  readonly isGuarded: boolean;
  /** Claims that its expressions look at, with the values that they compare. */
  readonly expressionClaims: readonly RequiredClaim[];
  /** Other elements that may stop a request: `ip-filter`, `check-header`. */
  readonly others: readonly string[];
}

/** Elements that may stop a request, and look at no token. */
export const otherChecks: ReadonlySet<string> = new Set([
  "ip-filter",
  "check-header",
  "validate-client-certificate",
  "authentication-basic",
]);
const jwtChecks = new Set(["validate-jwt", "validate-azure-ad-token"]);

/** Where a document finds its fragments and values. */
export interface CheckSources {
  readonly fragments: ReadonlyMap<string, WrittenPolicy>;
  /** Value of a named value by its display name; `undefined` where it is not known. */
  readonly valueOf: (displayName: string) => string | undefined;
}

/** Reads the checks of a document's inbound section; of one that does not run, none. */
export function inboundChecks(
  { written, checked }: Pick<LoadedDocument, "written" | "checked">,
  sources: CheckSources,
): InboundChecks {
  if (checked === undefined)
    return { hasBase: true, tokens: [], isGuarded: false, expressionClaims: [], others: [] };
  const root = elementOf(written, sources);
  const inbound = root.children.find(({ name }) => name === "inbound");
  const tokens: PolicyTokenCheck[] = [];
  const others = new Set<string>();
  const claims: RequiredClaim[] = [];
  const visit = (element: PolicyElement, isAlways: boolean) => {
    claims.push(...claimsInExpressions(element));
    if (otherChecks.has(element.name)) others.add(element.name);
    if (jwtChecks.has(element.name)) {
      tokens.push(tokenCheck(element, isAlways));
      return;
    }
    const fragment = element.name === "include-fragment" ? fragmentOf(element, sources) : undefined;
    for (const child of [...(fragment?.children ?? []), ...element.children])
      visit(child, isAlways && (element.name === "inbound" || element.name === "include-fragment"));
  };
  if (inbound !== undefined) visit(inbound, true);
  const hasBase = inbound?.children.some(({ name }) => name === "base") ?? false;
  const isGuarded = inbound !== undefined && stops(inbound, sources);
  return { hasBase, tokens, isGuarded, expressionClaims: claims, others: [...others] };
}

/** Whether every request that comes out of statements has passed a check of its token: some of them answer, and nothing comes out. */
function stops({ children }: PolicyElement, sources: CheckSources): boolean {
  return children.some((child): boolean => {
    switch (child.name) {
      case "include-fragment": {
        const fragment = fragmentOf(child, sources);
        return fragment !== undefined && stops(fragment, sources);
      }
      case "choose":
        return (
          child.children.some(({ name }) => name === "otherwise") &&
          child.children.every((branch) => stops(branch, sources))
        );
      case "limit-concurrency":
      case "retry":
        return stops(child, sources);
      case "return-response":
      case "mock-response":
        return true;
      default:
        return jwtChecks.has(child.name);
    }
  });
}

function elementOf({ xml, format }: WrittenPolicy, sources: CheckSources): PolicyElement {
  const problems = new PolicyProblems();
  return withNamedValues(readPolicyXml(xml, format), { valueOf: sources.valueOf, problems });
}

function fragmentOf(element: PolicyElement, sources: CheckSources): PolicyElement | undefined {
  const id = element.attributes["fragment-id"]?.toLowerCase();
  const [, written] = [...sources.fragments].find(([name]) => name.toLowerCase() === id) ?? [];
  return written && elementOf(written, sources);
}

function tokenCheck(element: PolicyElement, isAlways: boolean): PolicyTokenCheck {
  const { name, attributes } = element;
  const texts = (list: string) =>
    element.children
      .filter((child) => child.name === list)
      .flatMap((child) => child.children.map(({ text }) => text.trim()))
      .filter(isLiteral);
  const [configuration] = element.children.flatMap((child) =>
    child.name === "openid-config" ? (child.attributes.url ?? []) : [],
  );
  const [issuer] = texts("issuers");
  const query = attributes["query-parameter-name"];
  const shared = texts("issuer-signing-keys").find((text) => text !== "");
  return {
    element: name,
    carrier:
      query === undefined
        ? { kind: "header", name: attributes["header-name"] ?? "Authorization" }
        : { kind: "query", name: query },
    audiences: texts("audiences"),
    claims: element.children
      .filter((child) => child.name === "required-claims")
      .flatMap((child) => child.children.map(requiredClaim)),
    isAlways,
    ...(name === "validate-azure-ad-token"
      ? entra(attributes["tenant-id"] ?? "common", texts("client-application-ids"))
      : {
          issuer:
            issuer ?? (configuration === undefined ? "https://issuer.invalid" : issuerAt(configuration)),
          fixedClaims: {},
        }),
    ...(configuration === undefined && shared !== undefined ? { secret: Buffer.from(shared, "base64") } : {}),
  };
}

/** https://learn.microsoft.com/azure/api-management/validate-azure-ad-token-policy */
function entra(
  tenant: string,
  applications: readonly string[],
): Pick<PolicyTokenCheck, "issuer" | "fixedClaims"> {
  const [application = "00000000-0000-0000-0000-000000000000"] = applications;
  return {
    issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
    fixedClaims: { tid: tenant, ver: "2.0", azp: application, appid: application },
  };
}

function requiredClaim({ attributes, children }: PolicyElement): RequiredClaim {
  return {
    name: attributes.name ?? "",
    match: attributes.match === "any" ? "any" : "all",
    separator: attributes.separator,
    values: children.map(({ text }) => text.trim()).filter(isLiteral),
  };
}

function isLiteral(text: string): boolean {
  return !/^@[({]/.test(text);
}

/** `jwt.Claims["roles"].Contains("admin")` → the claim `roles` with the value `admin`. */
function claimsInExpressions({ attributes, text, name }: PolicyElement): readonly RequiredClaim[] {
  return [...Object.values(attributes), ...(name === "set-body" ? [] : [text])].flatMap((written) => {
    if (!/@[({]/.test(written) || !written.includes("Claims")) return [];
    const names = [
      ...written.matchAll(/Claims(?:\s*\[|\.(?:GetValueOrDefault|ContainsKey|TryGetValue)\()\s*"([^"]+)"/g),
    ];
    const values = [
      ...written.matchAll(/(?:(?:Contains|Equals|StartsWith)\(|[!=]=)\s*"([^"]+)"|"([^"]+)"\s*[!=]=/g),
    ].map(([, right, left = ""]) => right ?? left);
    return [...new Set(names.map(([, claim = ""]) => claim))].map((claim) => ({
      name: claim,
      match: "any" as const,
      separator: undefined,
      values,
    }));
  });
}
