/** What a person reads of a cell that differs. That the places named hold the mistake is not proved here. */
import { beforeAll, describe, expect, it } from "vitest";
import { renderFailure } from "../../proof/failures.ts";
import { type Cell, deriveMatrix } from "../../proof/matrix.ts";
import type { Answer, ReportedRefusal } from "../../proof/run.ts";
import { minimal, read } from "../openapi/minimal-document.ts";
import { batch } from "../support/callers.ts";

let cells: readonly Cell[];
beforeAll(async () => {
  const api = { name: "orders", url: "https://gateway.example", document: await read(minimal()) };
  cells = deriveMatrix([api], {
    signingKey: true,
    writes: true,
    callers: [batch],
    otherApp: "refused",
  }).cells;
});

function answer(id: string, rest: Partial<Answer>): Answer {
  const cell = cells.find(({ kind }) => kind.id === id);
  if (cell === undefined) throw new Error(`The matrix must have the kind "${id}"; got none.`);
  return {
    cell,
    actual: 500,
    refusal: "none",
    traceId: "4bf92f",
    differs: "outcome",
    passed: false,
    ...rest,
  };
}

const by = (source: string, scope: ReportedRefusal["scope"], reason: string): ReportedRefusal => ({
  source,
  scope,
  reason,
  text: `${source} refused it: why. (${reason})`,
});

const security = "security of paths./orders.get in orders.yaml";
const authenticate = [security, "policies/authenticate.ts", "policies/protect-api.ts"];
const authorize = [security, "policies/authorize.ts", "policies/protect-api.ts"];
const behind = [
  'the serviceUrl of API "orders" in the stack\'s settings',
  "or, for a mock, the example of its answer in orders.yaml",
];

describe("a cell that differs", () => {
  it.each([
    ["needed-scopes", 200, 'with "needed scopes"', ', token kind "needed scopes", scp ["orders.read"]'],
    ["all-scopes", 200, 'with "all scopes"', ', token kind "all scopes", scp ["orders.read","orders.write"]'],
    [
      "other-scopes",
      403,
      `with "all scopes but a needed one"`,
      `, token kind "all scopes but a needed one", scp ["orders.write"]`,
    ],
    ["scp-missing", 403, 'with "scp missing"', ', token kind "scp missing", scp []'],
    ["wrong-issuer", 401, 'with "wrong issuer"', ', token kind "wrong issuer", scp ["orders.read"]'],
    ["no-token", 401, "with no token", ""],
  ])("is told with the scopes that were sent: %s", (id, expected, kind, sent) => {
    expect(renderFailure(answer(id, {})).split("\n").slice(0, 2)).toEqual([
      `✗ GET /orders ${kind}: expected ${expected}, got 500`,
      `  sent     GET /orders${sent}`,
    ]);
  });

  it.each<[string, string, Partial<Answer>, string]>([
    [
      "another reason",
      "expired",
      { actual: 401, differs: "reason", refusal: by("validate-jwt", "api", "TokenNotPresent") },
      "expected 401 for TokenExpired, got 401 for TokenNotPresent",
    ],
    [
      "a refusal by no policy",
      "expired",
      { actual: 401, differs: "reason" },
      "expected 401 for TokenExpired, got 401 without a refusal",
    ],
    [
      "a success in spite of a refusal",
      "needed-scopes",
      { actual: 200, differs: "reason", refusal: by("validate-jwt", "api", "TokenExpired") },
      "expected 200 without a refusal, got 200 for TokenExpired",
    ],
    [
      "no body",
      "needed-scopes",
      { actual: 200, differs: "body" },
      "expected 200, got 200 without the body that the document describes",
    ],
    [
      "no answer",
      "needed-scopes",
      { actual: undefined, noAnswer: "ECONNREFUSED" },
      "expected 200, got no answer (ECONNREFUSED)",
    ],
    ["another app's token", "other-app", { actual: "a token" }, "expected no token, got a token"],
  ])("tells %s in words", (_, id, rest, words) => {
    expect(renderFailure(answer(id, rest)).split("\n")[0]).toMatch(
      new RegExp(`: ${words.replace(/[()]/g, "\\$&")}$`),
    );
  });

  it("shows the gateway's own words, what is known of the stack, and then where to look", () => {
    const refusal = by("validate-jwt", "api", "TokenExpired");
    const text = renderFailure(answer("needed-scopes", { actual: 401, refusal }), () => ["policies global"]);
    expect(text.split("\n").slice(2)).toEqual([
      "  because  validate-jwt refused it: why. (TokenExpired)",
      "  policies global",
      `  look at  ${authenticate.join(", ")}`,
    ]);
  });

  it("shows no words of a gateway that refused nothing", () => {
    expect(
      renderFailure(answer("no-token", { actual: 200 }))
        .split("\n")
        .slice(1),
    ).toEqual(["  sent     GET /orders", `  look at  ${authenticate.join(", ")}`]);
  });

  it("shows the trace id where nobody can look inside the gateway", () => {
    const text = renderFailure(answer("needed-scopes", { actual: 401, refusal: "unknown" }));
    expect(text.split("\n")[2]).toBe("  trace    4bf92f");
  });

  it.each<[string, Answer["noToken"] & {}, string]>([
    [
      "access_denied",
      { client: "batch", oktaError: "access_denied", words: "400 access_denied: Policy evaluation failed" },
      `scopes and groups of client "batch" in the stack's settings, the app's assignments and access policies in Okta, components/okta-client.ts`,
    ],
    [
      "invalid_client",
      { client: "batch", oktaError: "invalid_client", words: "401 invalid_client: The secret is wrong" },
      `the id, authentication and secret or key of "batch" in the stack's output clients, its app in Okta, components/okta-client.ts`,
    ],
  ])("names the client that Okta gave no token for %s, and Okta's words", (_, noToken, places) => {
    const text = renderFailure(answer("needed-scopes", { actual: "no token", noToken }));
    expect(text.split("\n").slice(2)).toEqual([
      `  because  Okta gave "batch" no token: ${noToken.words}`,
      `  look at  ${places}`,
    ]);
  });

  it("says why Okta gave no token and what to do next when somebody can tell", () => {
    const noToken = { client: "batch", oktaError: "access_denied", words: "400 access_denied: No" };
    const denial = { code: "no-policy", problem: "No access policy is for it.", next: "Add it." };
    expect(
      renderFailure(answer("needed-scopes", { actual: "no token", noToken, denial }))
        .split("\n")
        .slice(2, 5),
    ).toEqual([
      "  because  No access policy is for it.",
      '  answer   Okta gave "batch" no token: 400 access_denied: No',
      "  next     Add it.",
    ]);
  });

  it("says of another app's token who gave it", () => {
    expect(
      renderFailure(answer("other-app", { actual: 200 }))
        .split("\n")
        .slice(2),
    ).toEqual([
      "  because  Okta gave another app of this org a token",
      "  look at  the access policies of the stack's authorization server in Okta: one lets other apps have its scopes, components/okta-authorization.ts, or accept it by oktaAcceptOtherClientsOf in the stack's settings",
    ]);
  });
});

describe("where to look", () => {
  const look = (id: string, rest: Partial<Answer>) => renderFailure(answer(id, rest)).split("look at  ")[1];

  it.each<[string, ReportedRefusal, readonly string[]]>([
    ["the API's validate-jwt", by("validate-jwt", "api", "TokenExpired"), authenticate],
    ["the API's validate-jwt, for a claim", by("validate-jwt", "api", "TokenClaimNotFound"), authenticate],
    ["an operation's validate-jwt", by("validate-jwt", "operation", "TokenExpired"), authenticate],
    [
      "an operation's validate-jwt, for a claim",
      by("validate-jwt", "operation", "TokenClaimValueNotAllowed"),
      authorize,
    ],
    [
      "the global policy",
      by("validate-jwt", "global", "TokenExpired"),
      ["validate-jwt in the instance's global policy"],
    ],
    [
      "another element",
      by("set-body", "api", "X"),
      ["policies/elements/set-body.ts", "policies/protect-api.ts"],
    ],
    [
      "the gateway's matching",
      by("configuration", "global", "OperationNotFound"),
      ['the path of API "orders" in the stack\'s settings', "paths./orders.get in orders.yaml"],
    ],
    [
      "the backend's call",
      by("forward-request", "api", "BackendConnectionFailure"),
      [...behind, "policies/protect-api.ts"],
    ],
  ])("is %s, when that refused what must be let in", (_, refusal, places) => {
    expect(look("needed-scopes", { actual: 401, refusal })).toBe(places.join(", "));
  });

  it("is both who refused and who should have", () => {
    const refusal = by("validate-jwt", "operation", "TokenClaimNotFound");
    expect(look("no-token", { actual: 403, refusal })).toBe(
      [...authorize, "policies/authenticate.ts"].join(", "),
    );
  });

  it.each<[string, string, number, Answer["refusal"], readonly string[]]>([
    ["who should have answered 401", "no-token", 200, "none", authenticate],
    ["who should have answered 403", "other-scopes", 200, "none", authorize],
    ["what is behind the gateway, of another status", "needed-scopes", 500, "none", behind],
    ["what answers 401 by itself, of a good token", "needed-scopes", 401, "none", behind],
    ["what answers 401 by itself, of a bad token", "expired", 401, "none", [...behind, ...authenticate]],
    ["who answers 401, of a deployed stack", "needed-scopes", 401, "unknown", authenticate],
    ["who answers 403, of a deployed stack", "needed-scopes", 403, "unknown", authorize],
    ["who should have answered 401, of a deployed stack", "expired", 200, "unknown", authenticate],
    ["who answers 403 for 401, of a deployed stack", "expired", 403, "unknown", authorize],
    ["what is behind the gateway, of a deployed stack", "needed-scopes", 500, "unknown", behind],
  ])("is %s", (_, id, actual, refusal, places) => {
    expect(look(id, { actual, refusal })).toBe(places.join(", "));
  });

  const inProgram = (id: string, rest: Partial<Answer>) => {
    const one = answer(id, rest);
    const api = { ...one.cell.api, madeBy: "program" } as const;
    return renderFailure({ ...one, cell: { ...one.cell, api } }).split("look at  ")[1];
  };
  const policies = 'the policies of API "orders"';

  it.each<[string, string, Partial<Answer>, readonly string[]]>([
    [
      "that lets a bad token in",
      "expired",
      { actual: 200 },
      [security, `the validate-jwt in ${policies} and of GET /orders`],
    ],
    [
      "that asks for no scope",
      "other-scopes",
      { actual: 200 },
      [security, `the required claims in ${policies} and of GET /orders`],
    ],
    [
      "with an element that refuses",
      "needed-scopes",
      { actual: 403, refusal: by("ip-filter", "api", "X") },
      [`ip-filter in ${policies}`],
    ],
    [
      "whose backend fails",
      "needed-scopes",
      { actual: 500, refusal: by("forward-request", "api", "BackendConnectionFailure") },
      [
        'the serviceUrl of API "orders" in the program',
        "or, for a mock, the example of its answer in orders.yaml",
        policies,
      ],
    ],
    [
      "whose API has another path",
      "needed-scopes",
      { actual: 404, refusal: by("configuration", "global", "OperationNotFound") },
      ['the path of API "orders" in the program', "paths./orders.get in orders.yaml"],
    ],
    [
      "whose Okta lets other apps in",
      "other-app",
      { actual: "a token" },
      [
        "the access policies of the stack's authorization server in Okta: one lets other apps have its scopes",
      ],
    ],
    [
      "whose app gets no token",
      "client:batch",
      { actual: "no token", noToken: { oktaError: "access_denied", words: "400 access_denied" } },
      [`the app "${batch.client.name}" in the program`, "the app's assignments and access policies in Okta"],
    ],
  ])("names nothing of this repository for a program of somebody else's %s", (_, id, rest, places) => {
    expect(inProgram(id, rest)).toBe(places.join(", "));
  });
});

describe("the reason of a cell that differs", () => {
  const fault = {
    ...({ code: "expired", status: 401, reason: "TokenExpired" } as const),
    ...{ problem: "The token expired.", next: "Get a new one." },
  };
  const lines = (rest: Partial<Answer>) =>
    renderFailure(answer("unknown-key", rest)).split("\n").slice(2, -1);

  it("is the judgement of the token, where nobody can look inside the gateway", () => {
    const refused = { actual: 401, refusal: "unknown", traceId: "t" } as const;
    expect(lines({ ...refused, faults: [fault] })).toEqual([
      "  because  The token expired.",
      "  next     Get a new one.",
      "  trace    t",
    ]);
    expect(lines({ ...refused, faults: [] })[0]).toContain("nothing is wrong with the token");
    expect(lines(refused)).toEqual(["  trace    t"]);
  });

  it("says what the gateway let in", () => {
    expect(lines({ actual: 200, refusal: "none", faults: [fault] })).toEqual([
      "  because  the gateway let it in, though it should answer 401: The token expired.",
    ]);
  });

  it("is the gateway's own with the judgement's next step, where both agree alone", () => {
    const own = by("validate-jwt", "api", "TokenExpired");
    expect(lines({ actual: 401, refusal: own, faults: [fault] })).toContain("  next     Get a new one.");
    const other = by("validate-jwt", "api", "TokenSignatureInvalid");
    expect(lines({ actual: 401, refusal: other, faults: [fault] })).not.toContain(
      "  next     Get a new one.",
    );
  });
});
