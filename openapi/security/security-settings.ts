/** Which operations need a scope: HTTP methods, whatever an object names, or all that no other scope names. */
export type ScopeSelector = readonly string[] | NamedOperations | "others";

/** Operations by what the document says of them; one that any of the lists names is meant. */
export interface NamedOperations {
  /** Upper case: `GET`. */
  readonly methods?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  /** `operationId`, or method and path: `GET /orders`. */
  readonly operations?: readonly string[] | undefined;
}

/** Who may call an API, as far as its document does not say it, or says it for another kind of key. */
export interface SecuritySettings {
  /**
   * Name of the one security scheme whose requirements are demands on Okta's token; `none`: the document's security is not looked at.
   * Absent, these are the schemes of type oauth2, openIdConnect and http bearer.
   */
  readonly scheme?: string | undefined;
  /** Scope → the operations that need it; for operations of which the document names no scope. */
  readonly scopes?: Readonly<Record<string, ScopeSelector>> | undefined;
  /** Operations that everybody may call: `operationId`, or method and path. */
  readonly public?: readonly string[] | undefined;
}

/** A claim that an operation requires of a token, as people write it in a document or in settings. */
export interface WrittenClaim {
  readonly name: string;
  /** Whether a token needs all of the values, or any one. @defaultValue "all" */
  readonly match?: "all" | "any" | undefined;
  /** At least one. */
  readonly values: readonly string[];
}

/** Operation, by `operationId` or by method and path → the claims that it requires, besides those of its document. */
export type RequiredClaimSettings = Readonly<Record<string, readonly WrittenClaim[]>>;

/** An operation as far as settings can name it. */
export interface NameableOperation {
  /** Lower case, as in the document. */
  readonly method: string;
  readonly path: string;
  readonly operationId: string | undefined;
  readonly tags: readonly string[];
}

/** Whether settings mean this operation by `getOrder`, or by `GET /orders/{id}`. */
export function isNamed(operation: NameableOperation, name: string): boolean {
  return name === operation.operationId || name === `${operation.method.toUpperCase()} ${operation.path}`;
}

/** The scopes that the settings ask of an operation, all of them. */
export function selectedScopes(
  operation: NameableOperation,
  scopes: Readonly<Record<string, ScopeSelector>>,
): readonly string[] {
  const entries = Object.entries(scopes);
  const named = entries.filter(([, selector]) => selector !== "others" && selects(selector, operation));
  const meant = named.length > 0 ? named : entries.filter(([, selector]) => selector === "others");
  return meant.map(([scope]) => scope);
}

function selects(selector: readonly string[] | NamedOperations, operation: NameableOperation): boolean {
  const { methods, tags, operations }: NamedOperations =
    "length" in selector ? { methods: selector } : selector;
  return (
    methods?.includes(operation.method.toUpperCase()) === true ||
    operation.tags.some((tag) => tags?.includes(tag)) ||
    operations?.some((name) => isNamed(operation, name)) === true
  );
}
