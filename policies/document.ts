import {
  type AuthenticationManagedIdentity,
  authenticationManagedIdentityElement,
} from "./authentication-managed-identity.ts";
import { type Base, base, baseElement } from "./base.ts";
import { type CheckHeader, checkHeaderElement } from "./check-header.ts";
import { type Choose, chooseElement } from "./choose.ts";
import { type Cors, corsElement } from "./cors.ts";
import { type ForwardRequest, forwardRequestElement } from "./forward-request.ts";
import { type IpFilter, ipFilterElement } from "./ip-filter.ts";
import { type MockResponse, mockResponseElement } from "./mock-response.ts";
import { PolicyError } from "./policy-error.ts";
import { type Quota, quotaElement } from "./quota.ts";
import { type QuotaByKey, quotaByKeyElement } from "./quota-by-key.ts";
import { type RateLimit, rateLimitElement } from "./rate-limit.ts";
import { type RateLimitByKey, rateLimitByKeyElement } from "./rate-limit-by-key.ts";
import { type ReturnResponse, returnResponseElement } from "./return-response.ts";
import { type RewriteUri, rewriteUriElement } from "./rewrite-uri.ts";
import { type SetBackendService, setBackendServiceElement } from "./set-backend-service.ts";
import { type SetBody, setBodyElement } from "./set-body.ts";
import { type SetHeader, setHeaderElement } from "./set-header.ts";
import { type SetMethod, setMethodElement } from "./set-method.ts";
import { type SetQueryParameter, setQueryParameterElement } from "./set-query-parameter.ts";
import { type SetStatus, setStatusElement } from "./set-status.ts";
import { type SetVariable, setVariableElement } from "./set-variable.ts";
import { type Trace, traceElement } from "./trace.ts";
import { type ValidateJwt, validateJwtElement } from "./validate-jwt.ts";
import { type Verbatim, verbatimXml } from "./verbatim.ts";
import { element, placeAmong, writeXml, type XmlElement, type XmlNode } from "./xml.ts";

/** Statements that may stand in `inbound`. */
export type InboundStatement =
  | Base
  | Choose<InboundStatement>
  | Cors
  | MockResponse
  | ReturnResponse
  | SetBackendService
  | SetBody
  | SetHeader
  | SetStatus
  | ValidateJwt
  | Verbatim
  | AuthenticationManagedIdentity
  | CheckHeader
  | IpFilter
  | Quota
  | QuotaByKey
  | RateLimit
  | RateLimitByKey
  | RewriteUri
  | SetMethod
  | SetQueryParameter
  | SetVariable
  | Trace;

/** Statements that may stand in `backend`, which takes only one. */
export type BackendStatement = Base | ForwardRequest | ReturnResponse | SetBackendService | Verbatim;

/** Statements that may stand in `outbound`. */
export type OutboundStatement =
  | Base
  | MockResponse
  | ReturnResponse
  | SetBody
  | SetHeader
  | SetStatus
  | Verbatim
  | SetVariable
  | Trace;

/** Statements that may stand in `on-error`. */
export type OnErrorStatement =
  | Base
  | MockResponse
  | ReturnResponse
  | SetHeader
  | SetStatus
  | Verbatim
  | SetMethod
  | SetVariable
  | Trace;

/** A policy document of one scope: what runs before, at, and after the backend call, and when something fails. */
export interface PolicyDocument {
  readonly inbound: readonly InboundStatement[];
  readonly backend: readonly [] | readonly [BackendStatement];
  readonly outbound: readonly OutboundStatement[];
  readonly onError: readonly OnErrorStatement[];
}

/**
 * A document below the global scope. A section that is not given runs the parent's alone: left out of the text, it
 * would switch the parent's off.
 */
export function policyDocument(sections: Partial<PolicyDocument>): PolicyDocument {
  return { inbound: [base()], backend: [base()], outbound: [base()], onError: [base()], ...sections };
}

type Statement = InboundStatement | BackendStatement | OutboundStatement | OnErrorStatement;

// A kind of statement without an entry here does not compile.
const elements: {
  [K in Statement["kind"]]: (statement: Extract<Statement, { kind: K }>, path: string) => XmlNode;
} = {
  base: baseElement,
  "authentication-managed-identity": authenticationManagedIdentityElement,
  "check-header": checkHeaderElement,
  "ip-filter": ipFilterElement,
  quota: quotaElement,
  "quota-by-key": quotaByKeyElement,
  "rate-limit": rateLimitElement,
  "rate-limit-by-key": rateLimitByKeyElement,
  "rewrite-uri": rewriteUriElement,
  "set-method": setMethodElement,
  "set-query-parameter": setQueryParameterElement,
  "set-variable": setVariableElement,
  trace: traceElement,
  choose: (statement, path) => chooseElement(statement, path, block),
  cors: corsElement,
  "forward-request": forwardRequestElement,
  "mock-response": mockResponseElement,
  "return-response": returnResponseElement,
  "set-backend-service": setBackendServiceElement,
  "set-body": setBodyElement,
  "set-header": setHeaderElement,
  "set-status": setStatusElement,
  "validate-jwt": validateJwtElement,
  verbatim: verbatimXml,
};

/**
 * Writes a document as API Management's policy XML, ready for format `rawxml`.
 *
 * @param maxBytes Most bytes in UTF-8, by the tier: {@link policySizeLimitBytes}.
 * @throws {PolicyError} when a value must not be written, or the document is too large.
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-policies
 */
export function renderPolicyDocument(document: PolicyDocument, maxBytes: number): string {
  const xml = writeXml(
    element("policies", {}, [
      section("inbound", document.inbound),
      section("backend", document.backend),
      section("outbound", document.outbound),
      section("on-error", document.onError),
    ]),
  );
  const bytes = Buffer.byteLength(xml);
  if (bytes <= maxBytes) return xml;
  throw new PolicyError(
    "DOCUMENT_TOO_LARGE",
    "policies",
    `must have at most ${maxBytes} bytes; got ${bytes}. Shorten it, split the API into several, or choose a tier with a higher limit.`,
  );
}

/**
 * Most bytes of one document: 16 KiB in the tier Consumption, 256 KiB in the others.
 *
 * @see https://learn.microsoft.com/azure/api-management/service-limits
 */
export function policySizeLimitBytes(sku: string): number {
  return (sku === "Consumption" ? 16 : 256) * 1024;
}

function section(name: string, statements: readonly Statement[]): XmlElement {
  return element(name, {}, block(statements, `policies/${name}`));
}

/** The elements of statements that run one after the other. */
function block(statements: readonly Statement[], path: string): readonly XmlNode[] {
  assertOrder(path, statements);
  const kinds = statements.map(({ kind }) => kind);
  return statements.map((statement, index) => statementElement(statement, placeAmong(path, kinds, index)));
}

// Azure saves these orders without a word, and then they do what nobody meant.
function assertOrder(path: string, statements: readonly Statement[]): void {
  const kinds = statements.map(({ kind }) => kind);
  const cors = statements.findLastIndex((statement) => holds(statement, "cors"));
  const validateJwt = statements.findIndex((statement) => holds(statement, "validate-jwt"));
  if (validateJwt >= 0 && cors > validateJwt) {
    throw new PolicyError(
      "ORDER",
      placeAmong(path, kinds, cors),
      "stands after validate-jwt, so a browser cannot read the refusal. Move it to the front.",
    );
  }
  const last = kinds.findIndex((kind) => kind === "mock-response" || kind === "return-response");
  if (last >= 0 && last < kinds.length - 1) {
    throw new PolicyError(
      "ORDER",
      placeAmong(path, kinds, last),
      `ends the pipeline, but "${kinds[last + 1]}" follows it. Move it to the end.`,
    );
  }
}

/** Whether a statement is of a kind, or has one of it in a branch. */
function holds(statement: Statement, kind: Statement["kind"]): boolean {
  if (statement.kind !== "choose") return statement.kind === kind;
  const { when, otherwise = [] } = statement.args;
  return [...when.flatMap(({ statements }) => statements), ...otherwise].some((one) => holds(one, kind));
}

function statementElement<K extends Statement["kind"]>(
  statement: Extract<Statement, { kind: K }>,
  path: string,
): XmlNode {
  return elements[statement.kind as K](statement, path);
}
