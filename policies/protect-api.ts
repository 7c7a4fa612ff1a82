import { authenticate, type TokenRequirements } from "./authenticate.ts";
import { authorize, type RequiredScopes } from "./authorize.ts";
import { base } from "./base.ts";
import { type InboundStatement, type PolicyDocument, policyDocument } from "./document.ts";
import { mockResponse } from "./mock-response.ts";
import { consoleCors } from "./portal-cors.ts";

/** What the policies need to know of an operation. */
export interface OperationToProtect {
  /** ARM name of the operation. */
  readonly name: string;
  readonly security:
    | { readonly kind: "public" }
    /** No scopes: any valid token will do. */
    | { readonly kind: "token"; readonly match: "all" | "any"; readonly scopes: readonly string[] };
  /** Status that a mock answers with. */
  readonly successStatus: number;
}

/** What only a deployment knows, and the documents' text waits for. */
export interface DeploymentFacts extends TokenRequirements {
  /** The developer portal's origins, where no global document of ours lets its console in. */
  readonly consoleOrigins?: readonly string[];
}

/** A document whose text waits for a deployment. */
export type PolicyTemplate = (facts: DeploymentFacts) => PolicyDocument;

/** The documents of one API: its own, and those of the operations that need one. */
export interface ApiPolicies {
  readonly api: PolicyTemplate;
  /** By the operation's ARM name, in the document's order. */
  readonly operations: ReadonlyMap<string, PolicyTemplate>;
}

/**
 * Who gets which document. The API authenticates, each operation authorizes; an API with a public operation cannot
 * authenticate for all, so there each protected operation does it itself. A mock answers last in each operation.
 */
export function protectApi(
  operations: readonly OperationToProtect[],
  options: { readonly mock: boolean },
): ApiPolicies {
  const hasPublicOperation = operations.some(({ security }) => security.kind === "public");
  const templates = operations.flatMap((operation) => {
    const steps = operationSteps(operation, { ...options, authenticates: hasPublicOperation });
    return steps.length === 0 ? [] : [[operation.name, inboundAfterBase(steps)] as const];
  });
  const api = inboundAfterBase(hasPublicOperation ? [] : [authenticate]);
  return { api: (facts) => withConsole(api(facts), facts), operations: new Map(templates) };
}

// First of all, before the owner's global cors as well: only the first cors that a request reaches is executed.
function withConsole(document: PolicyDocument, { consoleOrigins = [] }: DeploymentFacts): PolicyDocument {
  const [first, ...others] = consoleOrigins;
  if (first === undefined) return document;
  return { ...document, inbound: [consoleCors([first, ...others]), ...document.inbound] };
}

type Step = (tokens: TokenRequirements) => InboundStatement;

function inboundAfterBase(steps: readonly Step[]): PolicyTemplate {
  return (tokens) => policyDocument({ inbound: [base(), ...steps.map((step) => step(tokens))] });
}

function operationSteps(
  { security, successStatus }: OperationToProtect,
  { authenticates, mock }: { authenticates: boolean; mock: boolean },
): Step[] {
  const isProtected = security.kind === "token";
  const required = isProtected ? requiredScopes(security) : undefined;
  return [
    ...(isProtected && authenticates ? [authenticate] : []),
    ...(required === undefined ? [] : [(tokens: TokenRequirements) => authorize(tokens, required)]),
    // It ends the pipeline: any earlier, or at API level, it would answer before anybody is checked.
    ...(mock ? [() => mockResponse({ statusCode: successStatus })] : []),
  ];
}

function requiredScopes({
  match,
  scopes,
}: {
  match: "all" | "any";
  scopes: readonly string[];
}): RequiredScopes | undefined {
  const [first, ...rest] = scopes;
  return first === undefined ? undefined : { match, scopes: [first, ...rest] };
}
