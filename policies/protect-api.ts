import { authenticate, type TokenRequirements } from "./authenticate.ts";
import { authorize } from "./authorize.ts";
import { base } from "./base.ts";
import { consoleCors } from "./console-cors.ts";
import type { Cors } from "./cors.ts";
import { type PolicyDocument, policyDocument } from "./document.ts";
import { mockResponse } from "./mock-response.ts";
import { scopeClauses } from "./scope-clauses.ts";
import { setBackendService } from "./set-backend-service.ts";
import type { ValidateJwt } from "./validate-jwt.ts";

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
  /** Status that a mock answers with. */
  readonly successStatus: number;
}

/** What only a deployment knows, and the documents' text waits for. */
export interface DeploymentFacts extends TokenRequirements {
  /** Origins of the developer portal, whose console calls the API from a browser; empty where there is no portal. */
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

function operationPolicy({ security, successStatus }: OperationToProtect): PolicyTemplate {
  return (facts) => {
    // The last statement: before it stand the checks, and mock-response would answer before anybody is checked.
    const answer =
      facts.backendId === undefined
        ? mockResponse({ statusCode: successStatus })
        : setBackendService({ backendId: facts.backendId });
    // Without base, which authenticates; so the console's cors stands here once more.
    if (security.kind === "public") return policyDocument({ inbound: [...consoleAccess(facts), answer] });
    return policyDocument({ inbound: [base(), ...checks(security, facts), answer] });
  };
}

/**
 * What a token must have. Where any will do, it is checked here as well as by the API, whose document may not stand yet. One
 * required claim says "all of these" or "any of these"; what is neither takes several statements, each of which must let it in.
 */
function checks({ anyOf }: RequiredToken, facts: DeploymentFacts): readonly ValidateJwt[] {
  const clauses = scopeClauses(anyOf, "inbound/validate-jwt/required-claims");
  const [first, ...others] = clauses.flatMap((clause) => (clause.length === 1 ? clause : []));
  const all = first === undefined ? [] : [authorize(facts, { match: "all", scopes: [first, ...others] })];
  const any = clauses.filter((clause) => clause.length > 1);
  const statements = [...all, ...any.map((scopes) => authorize(facts, { match: "any", scopes }))];
  return statements.length === 0 ? [authenticate(facts)] : statements;
}

// First of all, before the cors of a global document as well: only the first cors that a request reaches is executed.
function consoleAccess({ consoleOrigins: [first, ...others] }: DeploymentFacts): readonly Cors[] {
  return first === undefined ? [] : [consoleCors([first, ...others])];
}
