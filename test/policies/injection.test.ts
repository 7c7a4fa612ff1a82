/** No text can change the structure of a document: properties over every position that takes text. */
import { XmlElement as Element, parseXml, type XmlElement } from "@rgrove/parse-xml";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policyDocument, policySizeLimitBytes, renderPolicyDocument } from "../../policies/document.ts";
import { base } from "../../policies/elements/base.ts";
import { returnResponse } from "../../policies/elements/return-response.ts";
import { setBody } from "../../policies/elements/set-body.ts";
import { setHeader } from "../../policies/elements/set-header.ts";
import { setStatus } from "../../policies/elements/set-status.ts";
import { validateJwt } from "../../policies/elements/validate-jwt.ts";
import { PolicyError } from "../../policies/policy-error.ts";

/** A document with one text in every kind of position; `inHttp` stands where HTTP carries it. */
function documentWith(text: string, inHttp = "x") {
  return policyDocument({
    inbound: [
      base(),
      validateJwt({
        token: { tokenValue: `t${text}` },
        failedValidationErrorMessage: text,
        audiences: [`a${text}`],
        issuers: [`i${text}`],
        issuerSigningKeys: [{ id: text, base64: text }],
        requiredClaims: [{ name: `c${text}`, separator: text, match: "all", values: [text] }],
      }),
      returnResponse({
        status: setStatus({ code: 200, reason: inHttp }),
        headers: [setHeader({ name: "X", values: [inHttp] })],
        body: setBody(text),
      }),
    ],
  });
}

/** Names of all elements with their attributes' names, in order, without any value. */
function shape(element: XmlElement): unknown {
  const children = element.children.filter((child) => child instanceof Element).map(shape);
  return [element.name, Object.keys(element.attributes).sort(), children];
}

function texts(element: XmlElement): string[] {
  const children = element.children.filter((child) => child instanceof Element);
  const own = children.length === 0 ? [element.text] : [];
  return [...Object.values(element.attributes), ...own, ...children.flatMap(texts)];
}

function parsed(text: string, inHttp?: string): XmlElement {
  const xml = renderPolicyDocument(documentWith(text, inHttp), policySizeLimitBytes("Developer"));
  const { root } = parseXml(xml);
  if (root === null) throw new Error("The document must have an element; got none.");
  return root;
}

const nasty = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom(
      "<",
      ">",
      "&",
      '"',
      "'",
      "@",
      "(",
      "{",
      "}",
      "]",
      "\t",
      "\n",
      "\r",
      " ",
      ";",
      "#",
      "x",
      "é",
      "\u0000",
    ),
  }),
  fc.constantFrom("]]>", "<!--", "&#64;(", "&lt;", "</value><claim/>", '" match="any', "<![CDATA["),
);

describe("any text in a policy", () => {
  it("comes back unchanged, or is refused for a reason that holds", () => {
    const plain = shape(parsed("x"));
    return fc.assert(
      fc.property(nasty, (text) => {
        const isRefused =
          /@[({]|\{\{/.test(text) ||
          /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(text);
        if (isRefused) {
          expect(() => parsed(text)).toThrow(PolicyError);
          return;
        }
        const root = parsed(text);
        expect(shape(root)).toEqual(plain);
        // One token value, message, audience, issuer, key id and text, claim name, separator, value, body.
        expect(texts(root).filter((one) => one === text).length).toBeGreaterThanOrEqual(6);
        for (const prefix of ["t", "a", "i", "c"]) expect(texts(root)).toContain(prefix + text);
      }),
      { numRuns: 500, seed: 4 },
    );
  });

  it("comes back unchanged from a header and a reason, or is refused where HTTP cannot carry it", () => {
    return fc.assert(
      fc.property(nasty, (text) => {
        const isRefused = /@[({]|\{\{/.test(text) || /[^\t\x20-\x7e]/.test(text) || text.trim() !== text;
        if (isRefused) expect(() => parsed("x", text)).toThrow(PolicyError);
        else expect(texts(parsed("y", text)).filter((one) => one === text).length).toBeGreaterThanOrEqual(2);
      }),
      { numRuns: 500, seed: 4 },
    );
  });
});
