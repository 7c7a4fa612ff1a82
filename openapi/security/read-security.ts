import type { Finding, Rule } from "../finding.ts";
import { arrayAt, type JsonObject, objectAt, textAt } from "../json.ts";
import { resolve } from "../references.ts";
import { isScopeName, isSystemScope } from "./scope-name.ts";
import { type OperationSecurity, satisfies } from "./security.ts";
import {
  isNamed,
  type NameableOperation,
  type ScopeSelector,
  type SecuritySettings,
  selectedScopes,
} from "./security-settings.ts";

/** An operation whose security is to be read. */
export interface SecuredOperation extends NameableOperation {
  readonly operation: JsonObject;
  /** `paths./orders.get`. */
  readonly place: string;
}

/** Who may call what. */
export interface DocumentSecurity {
  /** Scope → description, of every scope that Okta has to know. */
  readonly scopes: ReadonlyMap<string, string>;
  /** By the operation's place; an operation of which nobody says who may call is not among them. */
  readonly operations: ReadonlyMap<string, OperationSecurity>;
  readonly findings: readonly Finding[];
}

/** Nobody says who may call an operation: neither its document nor the settings. */
export const securityMissing: Rule = {
  code: "security-missing",
  outcome: "refused",
  text: "Neither the document nor the settings say who may call the operation.",
  fix: 'Name scopes in the API\'s setting "security", or list the operation there under "public".',
};

const rules = {
  schemeUnknown: {
    code: "scheme-missing",
    outcome: "refused",
    text: 'The setting "security.scheme" names a security scheme that the document does not declare.',
    fix: 'Name one of components.securitySchemes, or "none".',
  },
  operationUnknown: {
    code: "security-operation-missing",
    outcome: "refused",
    text: 'The setting "security" names an operation that the document does not have.',
    fix: "Write its operationId, or its method and path.",
  },
  operationAmbiguous: {
    code: "security-operation-ambiguous",
    outcome: "refused",
    text: 'The setting "security" names an operation by a name that several operations have.',
    fix: "Write its method and path, or give the operations operationIds of their own in an overlay.",
  },
  scopeName: {
    code: "scope-name",
    outcome: "refused",
    text: "A scope's name cannot hold white space, quotes, backslashes or other characters than ASCII.",
    fix: "Rename it in an overlay.",
    source: "https://www.rfc-editor.org/rfc/rfc6749#section-3.3",
  },
  withoutEffect: {
    code: "security-operation-without-effect",
    outcome: "refused",
    text: 'The setting "security.scopes" names an operation for which it has no effect: the document or "security.public" already says who may call it.',
    fix: 'Remove the operation from the setting, change its security in an overlay, or set "security.scheme" to "none".',
  },
  selectsNothing: {
    code: "scope-selects-nothing",
    outcome: "noted",
    text: 'A scope of the setting "security.scopes" has no effect: it selects no operation, or only those of which the document says who may call them.',
    fix: 'Remove it, correct what it selects, or set "security.scheme" to "none".',
  },
  keyDropped: {
    code: "key-dropped",
    outcome: "lost",
    text: "A security scheme that does not use Okta's tokens is dropped: API Management does not check it here. The backend still can.",
  },
  azureKeyDropped: {
    code: "subscription-key-dropped",
    outcome: "lost",
    text: "API Management's subscription key is dropped: the token alone decides who gets in.",
  },
  otherSchemeDropped: {
    code: "other-scheme-dropped",
    outcome: "lost",
    text: 'A security scheme is dropped, since the setting "security.scheme" names another one, or none.',
  },
  schemeUndeclared: {
    code: "scheme-undeclared",
    outcome: "lost",
    text: "A requirement names a security scheme that the document does not declare; it is dropped.",
  },
  optional: {
    code: "optional-security",
    outcome: "converted",
    text: "The document makes the token optional; here it is required.",
    fix: 'To let everybody in, list the operation under "public" in the setting "security".',
  },
  emptyForAll: {
    code: "empty-document-security",
    outcome: "noted",
    text: "The security of the whole document is empty. That makes no operation public; only an empty security of the operation itself does.",
  },
  identityScope: {
    code: "identity-scope",
    outcome: "lost",
    text: "A scope of OpenID Connect is left out: every Okta authorization server has it, and it gives no right to call an API.",
    source: "https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#scopes",
  },
  scopeUndeclared: {
    code: "scope-undeclared",
    outcome: "noted",
    text: "An operation needs a scope that no flow of its security scheme declares. Okta gets it without a description.",
    fix: "Check its spelling.",
  },
  scopeDescription: {
    code: "scope-described-twice",
    outcome: "noted",
    text: "Two flows describe a scope differently; the first description counts.",
  },
} as const satisfies Record<string, Rule>;

interface Reading {
  readonly schemes: ReadonlyMap<string, SchemeUse>;
  readonly settings: SecuritySettings;
  readonly scopes: Map<string, string>;
  readonly findings: Finding[];
}

type SchemeUse = "token" | "dropped";

/** Reads who may call each operation: from the document, and from the settings where the document does not say it. */
export function readSecurity(
  document: JsonObject,
  operations: readonly SecuredOperation[],
  settings: SecuritySettings = {},
): DocumentSecurity {
  const findings: Finding[] = [];
  const declared = new Map(
    Object.entries(objectAt(objectAt(document.components).securitySchemes)).map(([name, scheme]) => [
      name,
      objectAt(resolve(document, scheme)),
    ]),
  );
  const scopes = new Map<string, string>();
  const schemes = new Map(
    [...declared].map(([name, scheme]) => [name, schemeUse(name, scheme, { settings, findings })]),
  );
  for (const [name, scheme] of declared)
    if (schemes.get(name) === "token") readFlows(name, objectAt(scheme.flows), { scopes, findings });
  const reading = { schemes, settings, scopes, findings };
  reportSettings(operations, declared, reading);
  const decided = operations.map((operation) => ({
    operation,
    ...decide(document, operation, reading),
  }));
  reportWithoutEffect(decided, reading);
  const secured = new Map(
    decided.flatMap(({ operation, security }) =>
      security === undefined ? [] : [[operation.place, security] as const],
    ),
  );
  if (document.security !== undefined && saysNothing(document.security))
    findings.push({ rule: rules.emptyForAll, place: "security" });
  addUsedScopes(document, secured, reading);
  reportScopeNames(scopes, findings);
  return { scopes, operations: secured, findings };
}

/** What a scheme's requirements are here; each dropped scheme is told once. */
function schemeUse(
  name: string,
  scheme: JsonObject,
  { settings, findings }: Pick<Reading, "settings" | "findings">,
): SchemeUse {
  if (settings.scheme === name) return "token";
  const drop = (rule: Rule): SchemeUse => {
    findings.push({ rule, place: `components.securitySchemes.${name}`, detail: kindOf(scheme) });
    return "dropped";
  };
  if (settings.scheme !== undefined) return drop(rules.otherSchemeDropped);
  if (isOktaToken(scheme)) return "token";
  return drop(isSubscriptionKey(scheme) ? rules.azureKeyDropped : rules.keyDropped);
}

function isOktaToken({ type, scheme }: JsonObject): boolean {
  return (
    type === "oauth2" ||
    type === "openIdConnect" ||
    (type === "http" && /^bearer$/i.test(textAt(scheme) ?? ""))
  );
}

// The names by which API Management takes its own keys, also in the documents that it exports (apiKeyHeader, apiKeyQuery).
function isSubscriptionKey({ type, name }: JsonObject): boolean {
  return type === "apiKey" && /^(?:ocp-apim-subscription-key|subscription-key)$/i.test(textAt(name) ?? "");
}

function kindOf({ type, scheme, in: location, name }: JsonObject): string {
  if (type === "apiKey") return `apiKey in ${location} "${name}"`;
  return type === "http" ? `http ${scheme}` : String(type);
}

function readFlows(
  name: string,
  flows: JsonObject,
  { scopes, findings }: Pick<Reading, "scopes" | "findings">,
): void {
  for (const [flow, definition] of Object.entries(flows)) {
    if (flow.startsWith("x-")) continue;
    for (const [scope, text] of Object.entries(objectAt(objectAt(definition).scopes))) {
      const place = `components.securitySchemes.${name}.flows.${flow}.scopes.${scope}`;
      const description = textAt(text) ?? "";
      const known = scopes.get(scope);
      if (isSystemScope(scope)) findings.push({ rule: rules.identityScope, place });
      else if (known === undefined) scopes.set(scope, description);
      else if (known !== description)
        findings.push({ rule: rules.scopeDescription, place, detail: `"${description}"` });
    }
  }
}

function reportSettings(
  operations: readonly SecuredOperation[],
  declared: ReadonlyMap<string, JsonObject>,
  { settings: { scheme, scopes = {}, public: open = [] }, findings }: Reading,
): void {
  if (scheme !== undefined && scheme !== "none" && !declared.has(scheme))
    findings.push({ rule: rules.schemeUnknown, place: "security.scheme", detail: `"${scheme}"` });
  const named = [
    ...open.map((name) => ({ place: "security.public", name })),
    ...Object.entries(scopes).flatMap(([scope, selector]) =>
      operationsOf(selector).map((name) => ({ place: `security.scopes.${scope}`, name })),
    ),
  ];
  for (const { place, name } of named) {
    const meant = operations.filter((operation) => isNamed(operation, name)).length;
    if (meant === 1) continue;
    const rule = meant === 0 ? rules.operationUnknown : rules.operationAmbiguous;
    findings.push({ rule, place, detail: `"${name}"` });
  }
}

/** Tells which scopes of the settings, and which operations that they name, nothing becomes of. */
function reportWithoutEffect(
  decided: readonly (Decision & { readonly operation: SecuredOperation })[],
  { settings: { scopes = {} }, findings }: Reading,
): void {
  for (const [scope, selector] of Object.entries(scopes)) {
    const place = `security.scopes.${scope}`;
    if (!decided.some(({ ofSettings }) => ofSettings.includes(scope)))
      findings.push({ rule: rules.selectsNothing, place });
    for (const name of operationsOf(selector)) {
      const meant = decided.filter(({ operation }) => isNamed(operation, name));
      if (meant.some(({ ofSettings }) => !ofSettings.includes(scope)))
        findings.push({ rule: rules.withoutEffect, place, detail: `"${name}"` });
    }
  }
}

function operationsOf(selector: ScopeSelector): readonly string[] {
  return typeof selector === "object" && "operations" in selector ? (selector.operations ?? []) : [];
}

/** Who may call an operation, and who said so. */
interface Decision {
  /** `undefined` after a finding. */
  readonly security: OperationSecurity | undefined;
  /** The scopes of the settings that it needs; none where the document or "public" decides. */
  readonly ofSettings: readonly string[];
}

function decide(document: JsonObject, operation: SecuredOperation, reading: Reading): Decision {
  const { settings, findings } = reading;
  if (settings.public?.some((name) => isNamed(operation, name)))
    return { security: { kind: "public" }, ofSettings: [] };
  const said = settings.scheme === "none" ? undefined : saidSecurity(document, operation, reading);
  const isDecided = said !== undefined && (said.kind === "public" || !satisfies(said, []));
  if (isDecided) return { security: said, ofSettings: [] };
  const ofSettings = selectedScopes(operation, settings.scopes ?? {});
  if (ofSettings.length > 0) return { security: { kind: "token", anyOf: [ofSettings] }, ofSettings };
  if (said === undefined) findings.push({ rule: securityMissing, place: operation.place });
  return { security: said, ofSettings };
}

/** What the document says; `undefined` when it asks for nothing that Okta gives. */
function saidSecurity(
  document: JsonObject,
  { operation, place }: SecuredOperation,
  reading: Reading,
): OperationSecurity | undefined {
  const own = operation.security;
  if (own !== undefined && saysNothing(own)) return { kind: "public" };
  if (own === undefined && saysNothing(document.security ?? [])) return undefined;
  const alternatives = arrayAt(own ?? document.security).map(objectAt);
  const at = own === undefined ? "security" : `${place}.security`;
  const anyOf = alternatives.flatMap((alternative) => tokenOf(alternative, at, reading));
  if (anyOf.length === 0) return undefined;
  if (alternatives.some((alternative) => Object.keys(alternative).length === 0))
    reading.findings.push({ rule: rules.optional, place });
  return { kind: "token", anyOf };
}

// An empty list, and one that holds nothing but empty alternatives. What is no list of objects says something that nobody can read.
function saysNothing(security: unknown): boolean {
  return (
    Array.isArray(security) &&
    security.every(
      (alternative) => alternative === objectAt(alternative) && Object.keys(alternative).length === 0,
    )
  );
}

/** The scopes that an alternative asks of the token, in a list; none when it asks for no token. */
function tokenOf(
  alternative: JsonObject,
  place: string,
  { schemes, findings }: Reading,
): readonly (readonly string[])[] {
  const entries = Object.entries(alternative);
  for (const [name] of entries)
    if (!schemes.has(name)) findings.push({ rule: rules.schemeUndeclared, place, detail: `"${name}"` });
  const ofTokens = entries.filter(([name]) => schemes.get(name) === "token");
  if (ofTokens.length === 0) return [];
  const scopes = new Set(ofTokens.flatMap(([, list]) => arrayAt(list).map(String)));
  const identity = [...scopes].filter((scope) => isSystemScope(scope));
  for (const scope of identity) findings.push({ rule: rules.identityScope, place, detail: `"${scope}"` });
  return [[...scopes].filter((scope) => !isSystemScope(scope))];
}

/** Scopes that are needed and that no flow declares: those of the settings, and those of schemes without flows. */
function addUsedScopes(
  document: JsonObject,
  operations: ReadonlyMap<string, OperationSecurity>,
  { schemes, settings, scopes, findings }: Reading,
): void {
  const title = textAt(objectAt(document.info).title) ?? "";
  const ofSettings = new Set(Object.keys(settings.scopes ?? {}));
  // Without flows there is no place to declare a scope.
  const hasFlows = [...schemes].some(([name, use]) => {
    const all = objectAt(objectAt(document.components).securitySchemes);
    return use === "token" && objectAt(resolve(document, all[name])).flows !== undefined;
  });
  for (const [place, security] of operations) {
    if (security.kind === "public") continue;
    for (const scope of security.anyOf.flat()) {
      if (scopes.has(scope)) continue;
      scopes.set(scope, `${scope} of ${title}`);
      if (hasFlows && !ofSettings.has(scope))
        findings.push({ rule: rules.scopeUndeclared, place: `${place}.security`, detail: `"${scope}"` });
    }
  }
}

function reportScopeNames(scopes: ReadonlyMap<string, string>, findings: Finding[]): void {
  for (const scope of scopes.keys())
    if (!isScopeName(scope))
      findings.push({ rule: rules.scopeName, place: "components.securitySchemes", detail: `"${scope}"` });
}
