import type { Operation } from "../openapi/operations.ts";
import type { Forge } from "../proof/forge.ts";
import type { ApiToProve, Cell } from "../proof/matrix.ts";
import { type Answer, type ReportedRefusal, runMatrix } from "../proof/run.ts";
import { type Credentials, type TokenContext, type TokenKind, tokenKinds } from "../proof/token-kinds.ts";
import type { RequiredClaim } from "../simulator/apim/policy/required-claim.ts";
import { reviewKey } from "./loaded-folder.ts";
import { needsOf, type OperationFacts } from "./operation-facts.ts";
import { forgeFor, type OwnIssuer } from "./own-issuer.ts";

/** What came of the requests to one operation. */
export interface OperationAnswers {
  readonly facts: OperationFacts;
  readonly answers: readonly Answer[];
}

/** A token that somebody handed in, a column of its own. */
export interface HandedToken {
  readonly name: string;
  readonly token: string;
}

/** How the requests are sent. */
export interface WhoGetsInOptions {
  /** Of the gateway. */
  readonly origin: string;
  readonly issuer: OwnIssuer;
  /** Why the gateway refused the request of a trace id; `undefined` where it did not. */
  readonly refusalOf: (traceId: string) => ReportedRefusal | undefined;
  readonly tokens: readonly HandedToken[];
}

// A table has no room for more.
const mostClaims = 8;
// fetch does not send them.
const unsendable = new Set(["TRACE", "CONNECT"]);

/** The columns for the claims that the policies name, and those that have no room. */
function claimKinds(all: readonly OperationFacts[]): {
  readonly kinds: readonly TokenKind[];
  readonly leftOut: readonly string[];
} {
  const claims = all.flatMap(({ tokens, expressionClaims }) => [
    ...tokens.flatMap((check) => check.claims),
    ...expressionClaims,
  ]);
  const single = new Map<string, Readonly<Record<string, string>>>();
  for (const { name, values } of claims)
    for (const value of values.length === 0 ? ["any"] : values)
      single.set(`${name}=${value}`, { [name]: value });
  const shown = [...single].slice(0, mostClaims);
  return {
    kinds: [
      tokenKind("any-token", "any token", {}),
      ...shown.map(([name, claim]) => tokenKind(`claim:${name}`, `token ${name}`, claim)),
      ...(single.size > 1 ? [tokenKind("all-claims", "token with all", allClaims(claims))] : []),
    ],
    leftOut: [...single.keys()]
      .slice(mostClaims)
      .map((name) => `a token with ${name} alone: ${mostClaims} are sent`),
  };
}

function allClaims(claims: readonly RequiredClaim[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    [...Map.groupBy(claims, ({ name }) => name)].map(([name, own]) => {
      const values = [
        ...new Set(own.flatMap((claim) => (claim.values.length === 0 ? ["any"] : claim.values))),
      ];
      const separator = own.find((claim) => claim.separator !== undefined)?.separator;
      return [
        name,
        values.length === 1 ? values[0] : separator === undefined ? values : values.join(separator),
      ];
    }),
  );
}

function tokenKind(id: string, name: string, claims: Readonly<Record<string, unknown>>): TokenKind {
  return {
    ...{ id, name, family: "clients", origin: "signed" },
    expected: () => ({ kind: "let in" }),
    scopes: () => [],
    credentials: async ({ forge }) => bearer(forge.token(claims)),
  };
}

function bearer(token: string): Credentials {
  return { headers: { authorization: `Bearer ${token}` } };
}

/** A request without a subscription key, where others have one. */
const noKeyId = "no-key";

const noKey: TokenKind = {
  ...{ id: noKeyId, name: "no key, no token", family: "clients", origin: "none" },
  expected: () => ({ kind: "let in" }),
  scopes: () => [],
  credentials: async () => ({}),
};

const noToken: TokenKind = { ...noKey, id: "no-token", name: "no token" };

/** Who forges a token gets in nowhere: the kinds that say so. */
export const forgedIds: ReadonlySet<string> = new Set([
  "forged",
  "not-a-token",
  "payload-changed",
  "unknown-key",
  "unknown-kid",
  "alg-none",
  "hs256-public-key",
]);

const forged: TokenKind = {
  ...{ id: "forged", name: "forged", family: "clients", origin: "forged" },
  expected: () => ({ kind: "refused", reason: "TokenSignatureInvalid" }),
  scopes: () => [],
  credentials: async ({ forge }, { needed, requiredClaims }) =>
    bearer(forge.signedByStranger(goodClaims(needed, requiredClaims))),
};

function goodClaims(scopes: readonly string[], required: TokenContext["requiredClaims"]) {
  const claims = required.map(
    ({ name, match, values }) => [name, match === "all" ? values : values[0]] as const,
  );
  return { ...Object.fromEntries(claims), ...(scopes.length === 0 ? {} : { scp: scopes }) };
}

/** Sends real requests to every operation, and says what came of each kind. Nothing is expected: the answer is the result. */
export async function whoGetsIn(
  all: readonly OperationFacts[],
  options: WhoGetsInOptions,
): Promise<{ readonly operations: readonly OperationAnswers[]; readonly leftOut: readonly string[] }> {
  const sendable = all.filter(({ operation }) => !unsendable.has(operation.call.method));
  const { kinds, leftOut } = claimKinds(sendable);
  const isKeyed = sendable.some((facts) => sendsKey(facts));
  const besides = tokenKinds.filter(
    ({ family }) => family === "no bearer token" || family === "forged or expired",
  );
  const handed = options.tokens.map(
    ({ name, token }): TokenKind => ({
      ...tokenKind(`handed:${name}`, name, {}),
      credentials: async () => bearer(token),
    }),
  );
  const columns = [...(isKeyed ? [noKey] : []), noToken, forged, ...kinds, ...handed];
  const others = besides.filter(({ id }) => id !== noToken.id);
  const apis = new Map<string, ApiToProve>();
  const forgeOf = forges(options.issuer);
  const operations: OperationAnswers[] = [];
  const queue = sendable.entries();
  const worker = async () => {
    for (const [index, facts] of queue) {
      const api = apiOf(facts, options.origin, apis);
      operations[index] = {
        facts,
        answers: await answersOf(facts, api, { columns, others, options, forgeOf }),
      };
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  const skipped = all
    .filter((facts) => !sendable.includes(facts))
    .map(
      ({ operation }) =>
        `${operation.call.method} ${operation.call.path}: a client of HTTP in JavaScript cannot send it`,
    );
  return { operations, leftOut: [...leftOut, ...skipped] };
}

/** Name of an API with the product whose key is sent. */
export function rowName({ api, product }: Pick<OperationFacts, "api" | "product">): string {
  return product === "" ? api.name : `${api.name} by ${product}`;
}

function apiOf(facts: OperationFacts, origin: string, known: Map<string, ApiToProve>): ApiToProve {
  const name = rowName(facts);
  const { path, document } = facts.api;
  const api = known.get(name) ?? {
    name,
    url: `${origin}${path === "" ? "" : `/${path}`}`,
    document,
    madeBy: "program" as const,
  };
  known.set(name, api);
  return api;
}

interface Columns {
  readonly columns: readonly TokenKind[];
  readonly others: readonly TokenKind[];
  readonly options: WhoGetsInOptions;
  readonly forgeOf: (facts: OperationFacts) => Forge;
}

async function answersOf(
  facts: OperationFacts,
  api: ApiToProve,
  { columns, others, options, forgeOf }: Columns,
): Promise<readonly Answer[]> {
  const { call } = facts.operation;
  const { needed, ...needs } = needsOf(facts);
  const operation: Operation = { ...call, ...needs, successHasBody: false };
  // A forged token says all that expressions look for: it must be refused for being forged.
  const requiredClaims = [...needs.requiredClaims, ...comparedClaims(facts)];
  const context: TokenContext = {
    ...{ ...needs, requiredClaims, needed },
    ...{ all: needed, lacking: [], isLackingCut: false },
  };
  const isOpen = facts.tokens.length === 0 && facts.expressionClaims.length === 0;
  // Where no token is looked at, every kind of one is the same request.
  const kinds = [...columns, ...(isOpen ? [] : others)];
  const cells = kinds.map(
    (kind): Cell => ({
      api,
      operation: kind.id === noKeyId || !sendsKey(facts) ? operation : withKey(operation, facts),
      kind: carried(kind, facts),
      context,
      ...{ expected: 0, accepted: [], stopsAtToken: false, letsIn: false },
    }),
  );
  const forge = forgeOf(facts);
  const answers = await runMatrix(cells, {
    sources: {
      forge,
      issued: async (scopes, required) => forge.token(goodClaims(scopes, required)),
      issuedTo: () => Promise.reject(new Error("No client is asked for a token here.")),
    },
    concurrency: 4,
    timeoutMilliseconds: 30_000,
    refusalOf: options.refusalOf,
  });
  return answers.map((answer, index) => resultOf(answer, operation, kinds[index] ?? answer.cell.kind));
}

/** The claims that expressions alone look at, with every value that they compare. */
function comparedClaims({ tokens, expressionClaims }: OperationFacts): TokenContext["requiredClaims"] {
  const checked = new Set(tokens.flatMap(({ claims }) => claims.map(({ name }) => name)));
  return Object.entries(allClaims(expressionClaims.filter(({ name }) => !checked.has(name)))).map(
    ([name, value]) => ({ name, match: "all" as const, values: [value].flat().map(String) }),
  );
}

/** The answer is what it is: nobody said what it should be. */
function resultOf({ differs: _, ...answer }: Answer, operation: Operation, kind: TokenKind): Answer {
  const { actual } = answer;
  const letsIn = typeof actual === "number" && actual < 400;
  return {
    ...answer,
    cell: { ...answer.cell, operation, kind, expected: typeof actual === "number" ? actual : 0, letsIn },
    passed: true,
  };
}

/** Whether clients send a key: where the API asks for one, and where one makes the request a product's. */
function sendsKey({ api, product }: OperationFacts): boolean {
  return api.served.keyIsOptional !== true || product !== "";
}

function withKey(operation: Operation, { api, product }: OperationFacts): Operation {
  const { keyNames } = api.served;
  if (keyNames === undefined) return operation;
  const { example } = operation;
  return {
    ...operation,
    example: { ...example, headers: { ...example.headers, [keyNames.header]: reviewKey(product) } },
  };
}

/** A kind whose token stands where the first check looks for it. */
function carried(kind: TokenKind, { tokens: [first] }: OperationFacts): TokenKind {
  if (
    first === undefined ||
    (first.carrier.kind === "header" && first.carrier.name.toLowerCase() === "authorization")
  )
    return kind;
  const { carrier } = first;
  return {
    ...kind,
    credentials: async (sources, context) => {
      const { headers = {}, ...rest } = await kind.credentials(sources, context);
      const { authorization, ...others } = headers;
      if (authorization === undefined) return { headers, ...rest };
      const token = authorization.replace(/^Bearer /, "");
      return carrier.kind === "query"
        ? { ...rest, headers: others, query: { ...rest.query, [carrier.name]: token } }
        : { ...rest, headers: { ...others, [carrier.name]: token } };
    },
  };
}

/** Finds the forge of an operation. Operations whose checks want the same tokens have one, which signs each once. */
function forges(issuer: OwnIssuer): (facts: OperationFacts) => Forge {
  const known = new Map<string, Forge>();
  return ({ tokens }) => {
    const [first] = tokens;
    const audiences = [...new Set(tokens.flatMap((check) => check.audiences))];
    const claims = Object.assign({}, ...tokens.map((check) => check.fixedClaims)) as Record<string, unknown>;
    const identity = {
      issuer: first?.issuer ?? "https://issuer.invalid",
      audience: audiences[0] ?? "any",
      clientId: "local-client",
    };
    const features = {
      claims: audiences.length > 1 ? { ...claims, aud: audiences } : claims,
      secret: first?.secret,
    };
    const name = JSON.stringify([identity, features]);
    const forge = known.get(name) ?? forgeFor(issuer, identity, features);
    known.set(name, forge);
    return forge;
  };
}
