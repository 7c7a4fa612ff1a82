/** A policy document as Resource Manager answers it. */
import { describe, expect, it } from "vitest";
import { decodeExpressions } from "../../../expressions/raw-xml.ts";
import { wellFormedXml } from "../../../simulator/apim/policy/xml-reader.ts";
import { policyText } from "../../../simulator/arm/policy-text.ts";

describe("the text of a policy that was written as rawxml", () => {
  // https://github.com/Azure/azure-rest-api-specs/blob/main/specification/apimanagement/resource-manager/Microsoft.ApiManagement/stable/2024-05-01/examples/ApiManagementCreateApiPolicyNonXmlEncoded.json
  const written =
    '<policies>\r\n     <inbound>\r\n     <base />\r\n  <set-header name="newvalue" exists-action="override">\r\n   <value>"@(context.Request.Headers.FirstOrDefault(h => h.Ke=="Via"))" </value>\r\n    </set-header>\r\n  </inbound>\r\n      </policies>';
  const answered =
    '<policies>\r\n  <inbound>\r\n    <base />\r\n    <set-header name="newvalue" exists-action="override">\r\n      <value>"@(context.Request.Headers.FirstOrDefault(h =&gt; h.Ke=="Via"))" </value>\r\n    </set-header>\r\n  </inbound>\r\n</policies>';

  it("is that of Azure's own example", () => {
    expect(policyText(wellFormedXml(written, "rawxml"))).toBe(answered);
  });

  it("has its expressions as they were written when it is asked for as rawxml", () => {
    expect(decodeExpressions(answered)).toBe(answered.replace("&gt;", ">"));
  });

  it("keeps the line ends of an expression in an attribute, which are spaces elsewhere", () => {
    const value = "<a b='@{\r\n  return \"c\"; // }\r\n}' d='e\r\nf' />";
    const shown = '<a b="@{&#xA;  return &quot;c&quot;; // }&#xA;}" d="e f" />';
    expect(policyText(wellFormedXml(value, "rawxml"))).toBe(shown);
    expect(decodeExpressions(shown)).toBe('<a b="@{\n  return "c"; // }\n}" d="e f" />');
  });

  it("is the same when it is written again as it was answered, in either format", () => {
    expect(policyText(wellFormedXml(answered, "xml"))).toBe(answered);
    expect(policyText(wellFormedXml(decodeExpressions(answered), "rawxml"))).toBe(answered);
  });
});
