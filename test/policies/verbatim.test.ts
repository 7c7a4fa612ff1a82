import { describe, expect, it } from "vitest";
import { policyDocument, policySizeLimitBytes, renderPolicyDocument } from "../../policies/document.ts";
import { base } from "../../policies/elements/base.ts";
import { type Verbatim, verbatim } from "../../policies/verbatim.ts";

const render = (statement: Verbatim) =>
  renderPolicyDocument(policyDocument({ inbound: [base(), statement] }), policySizeLimitBytes("Developer"));

describe("policies as somebody wrote them", () => {
  it("stand in the section letter by letter", () => {
    const xml = '\n      <set-body>@("a" + "<b>")\n  </set-body>\n    ';
    expect(render(verbatim(xml))).toContain(
      '    <base />\n      <set-body>@("a" + "<b>")\n  </set-body>\n  </inbound>',
    );
  });

  it("leave no line where there are none", () => {
    expect(render(verbatim(" \n"))).toContain("    <base />\n  </inbound>");
  });

  it("are refused when they were read from a file as they are", () => {
    const forged: Verbatim = JSON.parse(JSON.stringify(verbatim("<cors />")));
    expect(() => render(forged)).toThrow("policies/inbound/verbatim must be made by this package.");
  });
});
