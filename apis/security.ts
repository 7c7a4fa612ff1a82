import { arrayAt, type JsonObject, objectAt, textAt } from "./json.ts";
import { resolve } from "./references.ts";

/** Who may call an operation. */
export type OperationSecurity =
  | { readonly kind: "public" }
  | {
      readonly kind: "token";
      /** Whether the token needs all of the scopes or any one. */
      readonly match: "all" | "any";
      /** Empty: any valid token will do. */
      readonly scopes: readonly string[];
    };

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
  const schemes = Object.entries(objectAt(objectAt(document.components).securitySchemes));
  for (const [index, [name, scheme]] of schemes.entries()) {
    const place = `components.securitySchemes.${name}`;
    const type = textAt(objectAt(resolve(document, scheme)).type);
    if (type !== "oauth2")
      report(place, `must be of type oauth2; got "${type}". Okta's tokens are the only way in.`);
    else if (index > 0)
      report(place, "must be the only security scheme; got one more. Keep one oauth2 scheme.");
    else readFlows(objectAt(objectAt(resolve(document, scheme)).flows), { place, scopes, report });
  }
  return scopes;
}

function readFlows(
  flows: JsonObject,
  into: { place: string; scopes: Map<string, string>; report: Report },
): void {
  for (const [flow, definition] of Object.entries(flows)) {
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
  const written = operation.security ?? document.security;
  const at = operation.security === undefined ? "security" : `${place}.security`;
  if (written === undefined) {
    report(
      `${place}.security`,
      "must say who may call; got none, and the document has none. Name scopes, or write [] for public.",
    );
    return undefined;
  }
  const alternatives = arrayAt(written).map(objectAt);
  if (alternatives.every((alternative) => Object.keys(alternative).length === 0)) {
    if (alternatives.length <= 1) return { kind: "public" };
  }
  const problems = alternatives.flatMap((alternative) => alternativeProblems(document, alternative, scopes));
  const lists = alternatives.map((alternative) => [
    ...new Set(arrayAt(Object.values(alternative)[0]).map(String)),
  ]);
  if (lists.length > 1 && lists.some((list) => list.length !== 1) && problems.length === 0) {
    problems.push(
      `must be one list of scopes, or alternatives of one scope each: one required claim can say no more; got ${JSON.stringify(written)}. Split the operation, or add a scope that stands for the combination.`,
    );
  }
  for (const problem of problems) report(at, problem);
  if (problems.length > 0) return undefined;
  return { kind: "token", match: lists.length > 1 ? "any" : "all", scopes: [...new Set(lists.flat())] };
}

function alternativeProblems(
  document: JsonObject,
  alternative: JsonObject,
  scopes: ReadonlyMap<string, string>,
): string[] {
  const schemes = Object.keys(alternative);
  if (schemes.length === 0) {
    return [
      "must not hold an empty alternative beside others: it would let everybody in; got {}. Write [] for public, or remove it.",
    ];
  }
  if (schemes.length > 1) {
    return [
      `must name one security scheme an alternative; got "${schemes.join('", "')}". Keep the oauth2 scheme.`,
    ];
  }
  const declared = objectAt(objectAt(document.components).securitySchemes);
  return [
    ...schemes
      .filter((scheme) => !(scheme in declared))
      .map((scheme) => `must name a scheme of components.securitySchemes; got "${scheme}". Declare it.`),
    ...arrayAt(alternative[schemes[0] ?? ""])
      .filter((scope) => !scopes.has(String(scope)))
      .map(
        (scope) =>
          `must name scopes that the security scheme declares; got "${scope}". Declare it in the flows' scopes.`,
      ),
  ];
}
