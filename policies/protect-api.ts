import { authenticate, type TokenRequirements } from "./authenticate.ts";
import { authorize, type ClaimToHave, type RequiredRights } from "./authorize.ts";
import { consoleCors } from "./console-cors.ts";
import { type InboundStatement, type PolicyDocument, policyDocument } from "./document.ts";
import { base } from "./elements/base.ts";
import { choose, type When } from "./elements/choose.ts";
import type { Cors } from "./elements/cors.ts";
import { mockResponse } from "./elements/mock-response.ts";
import { returnResponse } from "./elements/return-response.ts";
import { setBackendService } from "./elements/set-backend-service.ts";
import { setBody } from "./elements/set-body.ts";
import { setHeader } from "./elements/set-header.ts";
import { setStatus } from "./elements/set-status.ts";
import type { ValidateJwt } from "./elements/validate-jwt.ts";
import { isOperation, type OperationPlace } from "./operation-condition.ts";
import { type OwnPolicy, ownCorsWith, ownSections } from "./own-policy.ts";
import { scopeClauses } from "./scope-clauses.ts";
import { invalid } from "./values.ts";

/** A token that an operation asks for, with all scopes of one of the alternatives. One without scopes: any valid token will do. */
interface RequiredToken {
  readonly kind: "token";
  readonly anyOf: readonly (readonly string[])[];
}

/** What the policies need to know of an operation. */
export interface OperationToProtect extends OperationPlace {
  readonly security: { readonly kind: "public" } | RequiredToken;
  /** Claims that its token needs besides the scopes, all of them. Not possible where it is public. @defaultValue none */
  readonly requiredClaims?: readonly ClaimToHave[];
  /** Status that a mock answers with. */
  readonly successStatus: number;
  /** Whether it has a document of its own, {@link ownOperationPolicy}, in which its mock answers. @defaultValue false */
  readonly hasOwnPolicy?: boolean;
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

/**
 * The one document that decides over every call of an API, so that one write changes everything at once. It reads as a table: public
 * operations, then for the others the token, then a branch for each thing that operations ask of one, with the operations that do.
 *
 * It is closed by default. An operation that it does not name, which was imported before it or which somebody added by hand, is refused
 * without a token with 401, and with one with 403. The way to the backend stands in the branches alone, behind their checks.
 *
 * @param own A policy document of one's own. Its `inbound` runs once a caller is let in, and before a mock answers.
 * @throws {PolicyError} `INVALID_VALUE` for an operation that is public and requires claims.
 */
export function protectApi(operations: readonly OperationToProtect[], own?: OwnPolicy): PolicyTemplate {
  const { inbound = [], ...others } = own === undefined ? {} : ownSections(own);
  return (facts) => {
    assertNoClaimsInPublic(operations);
    return policyDocument({
      ...others,
      inbound: [
        ...(own?.cors === undefined ? consoleAccess(facts) : [ownCorsWith(own.cors, facts.consoleOrigins)]),
        base(),
        ...access(operations, facts),
        ...inbound,
        ...mockAnswer(operations, facts),
      ],
    });
  };
}

/** An operation's document of one's own, behind that of the API; a mock answers at its end. */
export function ownOperationPolicy(
  policy: OwnPolicy,
  { successStatus }: Pick<OperationToProtect, "successStatus">,
): (facts: Pick<DeploymentFacts, "backendId">) => PolicyDocument {
  const { inbound, ...others } = ownSections(policy);
  return ({ backendId }) => ({
    ...others,
    inbound: [
      base(),
      ...inbound,
      ...(backendId === undefined ? [mockResponse({ statusCode: successStatus })] : []),
    ],
  });
}

function assertNoClaimsInPublic(operations: readonly OperationToProtect[]): void {
  for (const { method, path, security, requiredClaims = [] } of operations) {
    if (security.kind !== "public" || requiredClaims.length === 0) continue;
    throw invalid(
      "inbound",
      `lets everybody in to ${method} ${path}, but claims are required. Remove one of the two`,
    );
  }
}

/** Who is let in, and with it the way to the backend where there is one. */
function access(
  operations: readonly OperationToProtect[],
  facts: DeploymentFacts,
): readonly InboundStatement[] {
  const way = wayToBackend(facts);
  const isPublic = ({ security }: OperationToProtect) => security.kind === "public";
  const rights = branches(
    operations.filter((one) => !isPublic(one)),
    operations,
    (one) => [...checks(one, facts), ...way],
  );
  const withToken = [authenticate(facts), ...chosen(rights, [unknownOperation])];
  return chosen(
    branches(operations.filter(isPublic), operations, () => way),
    withToken,
  );
}

/** A branch for each thing that has to run for operations, in the order of the first of them. */
function branches(
  operations: readonly OperationToProtect[],
  all: readonly OperationToProtect[],
  run: (operation: OperationToProtect) => readonly InboundStatement[],
): readonly When<InboundStatement>[] {
  const groups = new Map<string, [OperationToProtect, ...OperationToProtect[]]>();
  const runs = new Map<string, readonly InboundStatement[]>();
  for (const operation of operations) {
    const statements = run(operation);
    const key = JSON.stringify(statements);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [operation]);
    else group.push(operation);
    runs.set(key, statements);
  }
  return [...groups].map(([key, group]) => ({
    condition: isOperation(group, all),
    statements: runs.get(key) ?? [],
  }));
}

/** What runs in one of the branches or else otherwise; that alone where there is no branch. */
function chosen(
  [first, ...others]: readonly When<InboundStatement>[],
  otherwise: readonly InboundStatement[],
): readonly InboundStatement[] {
  if (first === undefined) return otherwise;
  return [choose({ when: [first, ...others], ...(otherwise.length === 0 ? {} : { otherwise }) })];
}

function wayToBackend({ backendId }: DeploymentFacts): readonly InboundStatement[] {
  return backendId === undefined ? [] : [setBackendService({ backendId })];
}

/** The answers of a mock, by the operation where they differ: nothing runs after one, so they are the last. */
function mockAnswer(
  operations: readonly OperationToProtect[],
  { backendId }: DeploymentFacts,
): readonly InboundStatement[] {
  const answered = operations.filter(({ hasOwnPolicy = false }) => !hasOwnPolicy);
  const [first] = answered;
  if (backendId !== undefined || first === undefined) return [];
  const answer = ({ successStatus }: OperationToProtect) => mockResponse({ statusCode: successStatus });
  const isSame = operations.every(
    ({ successStatus, hasOwnPolicy = false }) => successStatus === first.successStatus && !hasOwnPolicy,
  );
  if (isSame) return [answer(first)];
  return chosen(
    branches(answered, operations, (one) => [answer(one)]),
    [],
  );
}

// In the form of the other refusals.
const unknownOperation = returnResponse({
  status: setStatus({ code: 403, reason: "Forbidden" }),
  headers: [setHeader({ name: "Content-Type", values: ["application/json"] })],
  body: setBody(
    JSON.stringify({
      statusCode: 403,
      message: "Forbidden. The API's policy does not name this operation.",
    }),
  ),
});

/**
 * What a token must have besides being good. One required claim says "all of these" or "any of these"; what is neither takes several
 * statements, each of which must let it in. The first one asks for the other claims too.
 */
function checks(
  { security, requiredClaims = [] }: OperationToProtect,
  facts: DeploymentFacts,
): readonly ValidateJwt[] {
  if (security.kind === "public") return [];
  const clauses = scopeClauses(security.anyOf, "inbound/validate-jwt/required-claims");
  const all = clauses.flatMap((clause) => (clause.length === 1 ? clause : []));
  const asked: readonly RequiredRights[] = [
    ...(all.length === 0 ? [] : [{ match: "all" as const, scopes: all }]),
    ...clauses.filter((clause) => clause.length > 1).map((scopes) => ({ match: "any" as const, scopes })),
  ];
  if (asked.length === 0 && requiredClaims.length === 0) return [];
  const [first = { match: "all", scopes: [] }, ...others] = asked;
  return [
    authorize(facts, { ...first, claims: requiredClaims }),
    ...others.map((rights) => authorize(facts, rights)),
  ];
}

// First of all, before the cors of a global document as well: only the first cors that a request reaches is executed.
function consoleAccess({ consoleOrigins: [first, ...others] }: DeploymentFacts): readonly Cors[] {
  return first === undefined ? [] : [consoleCors([first, ...others])];
}
