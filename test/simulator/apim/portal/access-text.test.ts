import { describe, expect, it } from "vitest";
import type { RequiredClaim } from "../../../../simulator/apim/policy/required-claim.ts";
import { accessText, scopesOfAccess } from "../../../../simulator/apim/portal/access-text.ts";
import type { OperationAccess } from "../../../../simulator/apim/portal/portal-model.ts";

const claim = (name: string, match: "all" | "any", ...values: readonly string[]): RequiredClaim => ({
  ...{ name, match, values, separator: undefined },
});
const token = (...claims: readonly RequiredClaim[]): OperationAccess => ({ kind: "token", claims });
const shown = (access: OperationAccess) => accessText(access).text.replace(/<\/?code>/g, "`");

describe("accessText", () => {
  it.each<readonly [OperationAccess, string]>([
    [{ kind: "public" }, "everybody, without a token"],
    [token(), "any valid token"],
    [token(claim("scp", "all", "a")), "a token with scope `a`"],
    [token(claim("scp", "all", "a", "b")), "a token with scopes `a` and `b`"],
    [token(claim("scp", "any", "a", "b")), "a token with scope `a` or `b`"],
    [
      token(claim("scp", "all", "a"), claim("groups", "any", "B", "C")),
      "a token with scope `a`, and claim `groups` `B` or `C`",
    ],
    [token(claim("tier", "any")), "a token with any claim `tier`"],
  ])("says of %j what a caller needs", (access, text) => {
    expect(shown(access)).toBe(text);
  });

  it("shows a value as text", () => {
    expect(accessText(token(claim("scp", "all", "<b>"))).text).toContain("<code>&#60;b&#62;</code>");
  });
});

describe("scopesOfAccess", () => {
  it("names the scopes of every alternative, and no other claim's values", () => {
    const access = token(
      claim("scp", "any", "a", "b"),
      claim("groups", "all", "G"),
      claim("scp", "all", "c"),
    );
    expect([scopesOfAccess(access), scopesOfAccess({ kind: "public" })]).toEqual([["a", "b", "c"], []]);
  });
});
