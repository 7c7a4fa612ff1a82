import type { ClaimRequirement, OperationSecurity } from "../openapi/security/security.ts";
import type { RequiredClaim } from "../simulator/apim/policy/required-claim.ts";
import type { LoadedApi, LoadedDocument, LoadedFolder, LoadedOperation } from "./loaded-folder.ts";
import {
  type CheckSources,
  type InboundChecks,
  inboundChecks,
  type PolicyTokenCheck,
} from "./token-checks.ts";

/** An operation as clients with one kind of key reach it, with the checks that its documents make. */
export interface OperationFacts {
  readonly api: LoadedApi;
  readonly operation: LoadedOperation;
  /** Name of the product whose key is sent; "" for a key that opens every API, or none. */
  readonly product: string;
  /** Its documents, from the widest scope, as far as they are there. */
  readonly documents: readonly LoadedDocument[];
  /** The checks of tokens that may run. */
  readonly tokens: readonly PolicyTokenCheck[];
  /** No request comes to the backend without a check of its token, whatever branches it takes. */
  readonly isGuarded: boolean;
  /** Other elements that may stop a request. */
  readonly others: readonly string[];
  readonly expressionClaims: readonly RequiredClaim[];
  /** The document whose inbound section has no `base`, so that a wider one's check of tokens does not run. */
  readonly cutBy?: { readonly document: LoadedDocument; readonly lost: LoadedDocument };
}

/** Every operation with every kind of key that makes a difference to it. */
export function operationFacts(folder: LoadedFolder, sources: CheckSources): readonly OperationFacts[] {
  const known = new Map<LoadedDocument, InboundChecks>();
  const checksOf = (document: LoadedDocument) => {
    const checks = known.get(document) ?? inboundChecks(document, sources);
    known.set(document, checks);
    return checks;
  };
  return folder.apis.flatMap((api) => {
    const products = api.products.filter(({ document }) => document !== undefined).map(({ name }) => name);
    return ["", ...products].flatMap((product) => {
      // Without a key a request comes in the context of an open product, of several the gateway takes the last one.
      const ofProduct =
        product === "" && api.served.keyIsOptional === true
          ? api.products.findLast(({ isOpen }) => isOpen)?.document
          : api.products.find(({ name }) => name === product)?.document;
      return [...api.operations.values()].map((operation): OperationFacts => {
        const chain = [folder.global, ofProduct, api.policy, operation.document];
        const documents = chain.filter((document) => document !== undefined);
        return { api, operation, product, documents, ...folded(documents, checksOf) };
      });
    });
  });
}

function folded(
  documents: readonly LoadedDocument[],
  checksOf: (document: LoadedDocument) => InboundChecks,
): Pick<OperationFacts, "tokens" | "isGuarded" | "others" | "expressionClaims" | "cutBy"> {
  const last = documents.findLastIndex((document) => !checksOf(document).hasBase);
  const running = documents.slice(Math.max(last, 0)).map(checksOf);
  const cutting = last < 1 ? undefined : documents[last];
  const lost = documents
    .slice(0, Math.max(last, 0))
    .findLast((document) => checksOf(document).tokens.length > 0);
  return {
    tokens: running.flatMap(({ tokens }) => tokens),
    isGuarded: running.some(({ isGuarded }) => isGuarded),
    others: running.flatMap(({ others }) => others),
    expressionClaims: running.flatMap(({ expressionClaims }) => expressionClaims),
    ...(cutting === undefined || lost === undefined ? {} : { cutBy: { document: cutting, lost } }),
  };
}

/** What an operation's checks ask for, in the proof's form: scopes, and claims besides. */
export interface PolicyNeeds {
  readonly security: OperationSecurity;
  readonly requiredClaims: readonly ClaimRequirement[];
  /** The scopes that a good token has. */
  readonly needed: readonly string[];
}

const scopeClaims = new Set(["scp", "scope"]);

/** Reads what tokens must say off the checks: that of the first one, since others stand in other branches. */
export function needsOf({ tokens }: Pick<OperationFacts, "tokens">): PolicyNeeds {
  const always = tokens.filter(({ isAlways }) => isAlways);
  const [first] = tokens;
  const deciding = always.length > 0 ? always : first === undefined ? [] : [first];
  if (deciding.length === 0) return { security: { kind: "public" }, requiredClaims: [], needed: [] };
  const claims = deciding.flatMap((check) => check.claims);
  const scopes = claims.filter(({ name, values }) => scopeClaims.has(name) && values.length > 0);
  const alternatives = scopes.flatMap(({ match, values }) =>
    match === "any" ? values.map((value) => [value]) : [values],
  );
  const anyOf = alternatives.length === 0 ? [[]] : alternatives;
  const others = claims.filter((claim) => !scopes.includes(claim));
  return {
    security: { kind: "token", anyOf },
    requiredClaims: others.map(({ name, match, values }) => ({
      name,
      match,
      values: values.length === 0 ? ["any"] : values,
    })),
    needed: anyOf[0] ?? [],
  };
}
