import { arrayAt, type JsonObject, objectAt } from "./json.ts";
import { resolve } from "./references.ts";

/** Who may call an operation. */
export type OperationSecurity =
  | { readonly kind: "public" }
  | {
      readonly kind: "token";
      /** Alternatives: a token needs all scopes of one of them. One without scopes lets any valid token in. */
      readonly anyOf: readonly (readonly string[])[];
    };

/** Whether the scopes satisfy what an operation needs. */
export function satisfies(security: OperationSecurity, scopes: readonly string[]): boolean {
  return security.kind === "public" || security.anyOf.some((all) => all.every((one) => scopes.includes(one)));
}

/**
 * The scopes to ask Okta for, so that the operation lets the token in: the first alternative, and any declared one where none is
 * needed, since Okta gives no token without a scope.
 */
export function scopesToAskFor(security: OperationSecurity, declared: readonly string[]): readonly string[] {
  return satisfies(security, []) ? declared.slice(0, 1) : namedScopes(security).slice(0, 1).flat();
}

/** The scopes that an operation needs, as a person reads them: `orders.read + orders.write or admin`, `any token`, `public`. */
export function neededText(security: OperationSecurity): string {
  if (security.kind === "public") return "public";
  if (satisfies(security, [])) return "any token";
  return security.anyOf.map((all) => all.join(" + ")).join(" or ");
}

/** The alternatives that name scopes; none for a public operation. */
export function namedScopes(security: OperationSecurity): readonly (readonly string[])[] {
  return security.kind === "public" ? [] : security.anyOf.filter((all) => all.length > 0);
}

/** Collects problems with their places. */
export type Report = (place: string, problem: string) => void;

// Okta keeps these to itself. https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#scopes
const reservedScopes = new Set([
  "openid",
  "profile",
  "email",
  "address",
  "phone",
  "offline_access",
  "device_sso",
]);

/** The scopes that the document's one oauth2 scheme declares, with their descriptions. */
export function declaredScopes(document: JsonObject, report: Report): ReadonlyMap<string, string> {
  const scopes = new Map<string, string>();
  const declared = Object.entries(objectAt(objectAt(document.components).securitySchemes));
  const schemes = declared.map(([name, scheme]) => ({ name, scheme: objectAt(resolve(document, scheme)) }));
  const ours = schemes.find(({ scheme }) => scheme.type === "oauth2");
  for (const { name, scheme } of schemes) {
    const place = `components.securitySchemes.${name}`;
    if (name === ours?.name) {
      readFlows(objectAt(scheme.flows), { place, scopes, report });
    } else if (scheme.type === "oauth2") {
      report(
        place,
        `must be the only security scheme; got it beside "${ours?.name}". Keep one oauth2 scheme.`,
      );
    } else {
      report(
        place,
        `must be of type "oauth2", since Okta's tokens are the only way in; got ${JSON.stringify(scheme.type) ?? "none"}. Change or remove it.`,
      );
    }
  }
  return scopes;
}

function readFlows(
  flows: JsonObject,
  into: { place: string; scopes: Map<string, string>; report: Report },
): void {
  for (const [flow, definition] of Object.entries(flows)) {
    if (flow.startsWith("x-")) continue;
    for (const [scope, description] of Object.entries(objectAt(objectAt(definition).scopes))) {
      const place = `${into.place}.flows.${flow}.scopes.${scope}`;
      const known = into.scopes.get(scope);
      if (known !== undefined && known !== description) {
        into.report(
          place,
          `must be described as in the other flow, "${known}"; got "${description}". Use one description.`,
        );
      }
      // https://www.rfc-editor.org/rfc/rfc6749#section-3.3
      if (!/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope)) {
        into.report(place, `must be a scope name without white space and quotes; got "${scope}". Rename it.`);
      }
      if (reservedScopes.has(scope))
        into.report(place, `must not be one of Okta's own scopes; got "${scope}". Rename it.`);
      into.scopes.set(scope, String(description));
    }
  }
}

/** What an operation demands: its own `security`, else the document's. `undefined` after a reported problem. */
export function operationSecurity(
  document: JsonObject,
  operation: JsonObject,
  { place, scopes, report }: { place: string; scopes: ReadonlyMap<string, string>; report: Report },
): OperationSecurity | undefined {
  const site = { scopes, report };
  if (operation.security !== undefined)
    return readSecurity(document, operation.security, { ...site, place: `${place}.security` });
  if (document.security !== undefined)
    return readSecurity(document, document.security, { ...site, place: "security" });
  report(
    `${place}.security`,
    "must say who may call; got none, and the document has none. Name scopes, or write [] for public.",
  );
  return undefined;
}

/** What one `security` list demands; `undefined` after a reported problem. */
export function readSecurity(
  document: JsonObject,
  written: unknown,
  { place, scopes, report }: { place: string; scopes: ReadonlyMap<string, string>; report: Report },
): OperationSecurity | undefined {
  const alternatives = arrayAt(written).map(objectAt);
  const [first, ...others] = alternatives;
  // An empty list and a single empty alternative both mean that nothing is needed.
  if (first === undefined || (others.length === 0 && Object.keys(first).length === 0))
    return { kind: "public" };

  const problems = alternatives.flatMap((alternative) => alternativeProblems(document, alternative, scopes));
  const lists = alternatives.map((one) => [...new Set(arrayAt(Object.values(one)[0]).map(String))]);
  for (const problem of problems) report(place, problem);
  if (problems.length > 0) return undefined;
  return { kind: "token", anyOf: lists };
}

function alternativeProblems(
  document: JsonObject,
  alternative: JsonObject,
  scopes: ReadonlyMap<string, string>,
): string[] {
  const [scheme, ...others] = Object.keys(alternative);
  if (scheme === undefined) {
    return [
      "must not hold an empty alternative beside others: it would let everybody in; got {}. Write [] for public, or remove it.",
    ];
  }
  if (others.length > 0) {
    return [
      `must name one security scheme an alternative; got "${[scheme, ...others].join('", "')}". Keep the oauth2 scheme.`,
    ];
  }
  if (!Object.hasOwn(objectAt(objectAt(document.components).securitySchemes), scheme))
    return [`must name a scheme of components.securitySchemes; got "${scheme}". Declare it.`];
  return arrayAt(alternative[scheme])
    .filter((scope) => !scopes.has(String(scope)))
    .map(
      (scope) =>
        `must name scopes that the security scheme declares; got "${scope}". Declare it in the flows' scopes.`,
    );
}
