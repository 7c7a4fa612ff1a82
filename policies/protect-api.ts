import { authenticate, type TokenRequirements } from "./authenticate.ts";
import { authorize, type ClaimToHave, type RequiredRights } from "./authorize.ts";
import { base } from "./base.ts";
import { consoleCors } from "./console-cors.ts";
import type { Cors } from "./cors.ts";
import { type PolicyDocument, policyDocument } from "./document.ts";
import { mockResponse } from "./mock-response.ts";
import { scopeClauses } from "./scope-clauses.ts";
import { setBackendService } from "./set-backend-service.ts";
import type { ValidateJwt } from "./validate-jwt.ts";
import { invalid } from "./values.ts";

/** A token that an operation asks for, with all scopes of one of the alternatives. One without scopes: any valid token will do. */
interface RequiredToken {
  readonly kind: "token";
  readonly anyOf: readonly (readonly string[])[];
}

/** What the policies need to know of an operation. */
export interface OperationToProtect {
  /** ARM name of the operation. */
  readonly name: string;
  readonly security: { readonly kind: "public" } | RequiredToken;
  /** Claims that its token needs besides the scopes, all of them. Not possible where it is public. @defaultValue none */
  readonly requiredClaims?: readonly ClaimToHave[];
  /** Status that a mock answers with. */
  readonly successStatus: number;
}

/** What only a deployment knows, and the documents' text waits for. */
export interface DeploymentFacts extends TokenRequirements {
  /** Origins of the developer portal, whose console calls the API from a browser, and of other pages that do; may be empty. */
  readonly consoleOrigins: readonly string[];
  /** Name of the `Backend` resource that the operations lead to; absent, they answer by `mock-response`. */
  readonly backendId?: string;
}

/** A document whose text waits for a deployment. */
export type PolicyTemplate = (facts: DeploymentFacts) => PolicyDocument;

/** The documents of one API: its own, and one of each operation. */
export interface ApiPolicies {
  readonly api: PolicyTemplate;
  /** By the operation's ARM name, in the document's order. */
  readonly operations: ReadonlyMap<string, PolicyTemplate>;
}

/**
 * Who gets which document. The API authenticates everybody and leads nowhere. Each operation leads to the backend, or to its mock,
 * after checks of its own: whatever order an update takes, and wherever it stops, no operation answers before its checks stand. An
 * operation without a document, which somebody added by hand, is refused without a token and leads nowhere with one.
 */
export function protectApi(operations: readonly OperationToProtect[]): ApiPolicies {
  return {
    api: (facts) => policyDocument({ inbound: [...consoleAccess(facts), base(), authenticate(facts)] }),
    operations: new Map(operations.map((operation) => [operation.name, operationPolicy(operation)])),
  };
}

function operationPolicy({
  name,
  security,
  requiredClaims = [],
  successStatus,
}: OperationToProtect): PolicyTemplate {
  return (facts) => {
    // The last statement: before it stand the checks, and mock-response would answer before anybody is checked.
    const answer =
      facts.backendId === undefined
        ? mockResponse({ statusCode: successStatus })
        : setBackendService({ backendId: facts.backendId });
    if (security.kind === "token")
      return policyDocument({ inbound: [base(), ...checks(security, requiredClaims, facts), answer] });
    if (requiredClaims.length > 0)
      throw invalid(
        "inbound",
        `of "${name}" lets everybody in, but claims are required. Remove one of the two`,
      );
    // Without base, which authenticates; so the console's cors stands here once more.
    return policyDocument({ inbound: [...consoleAccess(facts), answer] });
  };
}

/**
 * What a token must have. Where any will do, it is checked here as well as by the API, whose document may not stand yet. One
 * required claim says "all of these" or "any of these"; what is neither takes several statements, each of which must let it in. The
 * first one asks for the other claims too.
 */
function checks(
  { anyOf }: RequiredToken,
  claims: readonly ClaimToHave[],
  facts: DeploymentFacts,
): readonly ValidateJwt[] {
  const clauses = scopeClauses(anyOf, "inbound/validate-jwt/required-claims");
  const all = clauses.flatMap((clause) => (clause.length === 1 ? clause : []));
  const asked: readonly RequiredRights[] = [
    ...(all.length === 0 ? [] : [{ match: "all" as const, scopes: all }]),
    ...clauses.filter((clause) => clause.length > 1).map((scopes) => ({ match: "any" as const, scopes })),
  ];
  if (asked.length === 0 && claims.length === 0) return [authenticate(facts)];
  const [first = { match: "all", scopes: [] }, ...others] = asked;
  return [authorize(facts, { ...first, claims }), ...others.map((rights) => authorize(facts, rights))];
}

// First of all, before the cors of a global document as well: only the first cors that a request reaches is executed.
function consoleAccess({ consoleOrigins: [first, ...others] }: DeploymentFacts): readonly Cors[] {
  return first === undefined ? [] : [consoleCors([first, ...others])];
}
