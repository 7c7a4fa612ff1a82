import { base } from "./elements/base.ts";
import { assertPlaces } from "./places.ts";
import { nested, type Policy, type PolicySection } from "./policy.ts";
import { PolicyError } from "./policy-error.ts";
import { element, writeXml, type XmlElement } from "./xml.ts";

/** Statements that may stand in `inbound`. */
export type InboundStatement = Policy<"inbound">;

/** Statements that may stand in `backend`, which takes only one. */
export type BackendStatement = Policy<"backend">;

/** Statements that may stand in `outbound`. */
export type OutboundStatement = Policy<"outbound">;

/** Statements that may stand in `on-error`. */
export type OnErrorStatement = Policy<"on-error">;

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

/**
 * Writes a document as API Management's policy XML, ready for format `rawxml`.
 *
 * @param maxBytes Most bytes in UTF-8, by the tier: {@link policySizeLimitBytes}.
 * @throws {PolicyError} when a value must not be written, a policy stands where Azure does not take it, or the document is too large.
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

function section(name: PolicySection, policies: readonly Policy[]): XmlElement {
  const path = `policies/${name}`;
  const written = element(name, {}, nested(policies, path));
  assertPlaces(written, path, name);
  return written;
}
