import type { CheckedPolicy } from "../policy/document.ts";
import { type PolicyScope, type SectionName, sectionNames } from "../policy/place.ts";
import type { Statement } from "../policy/statement.ts";

/** A statement with the scope that it comes from, for the log. */
export interface ScopedStatement {
  readonly statement: Statement;
  readonly scope: PolicyScope;
}

/** What really runs for an operation: the documents of all scopes folded into one. */
export type EffectivePolicies = Readonly<Record<SectionName, readonly ScopedStatement[]>>;

/** A scope and its document, if it has one. */
export interface ScopeDocument {
  readonly scope: PolicyScope;
  readonly document: CheckedPolicy | undefined;
}

/**
 * Folds documents, the widest scope first: `<base />` stands for the parent's section, a section without it switches the
 * parent's off, a scope without a document is not there.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-policies#apply-policies-specified-at-different-scopes
 */
export function effectivePolicies(scopes: readonly ScopeDocument[]): EffectivePolicies {
  const sections = sectionNames.map((section) => [section, fold(scopes, section)] as const);
  return Object.fromEntries(sections) as unknown as EffectivePolicies;
}

function fold(scopes: readonly ScopeDocument[], section: SectionName): readonly ScopedStatement[] {
  return scopes.reduce<readonly ScopedStatement[]>((parent, { scope, document }) => {
    if (document === undefined) return parent;
    return document.sections[section].flatMap((step) =>
      step === "base" ? parent : { statement: step, scope },
    );
  }, []);
}
