/** What on-error may hold, since it also runs when a check of the token refuses a caller. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownFragmentProblems, readOwnPolicy } from "../../policies/own-policy.ts";
import { type ProtectedGateway, serveProtected } from "../support/protected-gateway.ts";

const withOnError = (onError: string) =>
  `<policies><inbound><base /></inbound><backend><base /></backend><outbound><base /></outbound>\n<on-error><base />${onError}</on-error></policies>`;

function problems(onError: string, fragments: Record<string, string> = {}): readonly string[] {
  const { problems: found = [] } = readOwnPolicy(withOnError(onError), "api", { fragments });
  return found.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const when = (condition: string, statements: string) =>
  `<choose><when condition="${condition}">${statements}</when></choose>`;
const otherFailure = "@(context.LastError.Source == &quot;forward-request&quot;)";
const answer = (status: string) => `<return-response>${status}<set-body>sorry</set-body></return-response>`;
const success = "<set-status code='200' reason='OK' />";
const include = '<include-fragment fragment-id="tell" />';

describe("on-error of one's own", () => {
  it.each([
    ["set-status", success],
    ["set-status", "<set-status code=' 204 ' />"],
    ["return-response", answer("")],
    ["return-response", answer(success)],
    ["return-response", when("@(true)", answer(success))],
    ["return-response", `<retry condition="@(false)" count="1" interval="0">${answer("")}</retry>`],
    ["mock-response", "<mock-response />"],
    ["mock-response", "<mock-response status-code='201' />"],
  ])("is refused where %s answers a refused caller as a success: %s", (name, statements) => {
    expect(problems(statements)).toEqual([
      expect.stringMatching(
        new RegExp(`^2:\\d+ <${name}> stands in <on-error>, which also runs .* answers it as a success\\.`),
      ),
    ]);
  });

  it.each([
    answer("<set-status code='401' reason='Unauthorized' />"),
    answer("<set-status code='302' reason='Found' />"),
    answer("<set-status code='@(context.Response.StatusCode)' reason='x' />"),
    answer("<set-status code='{{status}}' reason='x' />"),
    "<return-response response-variable-name='failure' />",
    "<mock-response status-code='503' />",
    when(otherFailure, answer(success)),
    when(otherFailure, "<set-variable name='a' value='1' />").replace(
      "</choose>",
      `<otherwise>${success}</otherwise></choose>`,
    ),
    "<set-header name='X'><value>200</value></set-header><set-variable name='code' value='200' />",
  ])("is taken with %s", (statements) => {
    expect(problems(statements)).toEqual([]);
  });

  it.each(["send-request", "invoke-dapr-binding", "cache-lookup-value"])(
    "is refused with %s in a branch as well: what it fetches could be answered",
    (name) => {
      expect(problems(when(otherFailure, `<${name} />`))).toEqual([
        expect.stringMatching(new RegExp(`^2:\\d+ <${name}> stands in <on-error>`)),
      ]);
    },
  );
});

describe("a fragment in on-error", () => {
  const fragment = (statements: string) => `<fragment>${statements}</fragment>`;

  it("is refused where its text is not known, or cannot be read", () => {
    for (const fragments of [{}, { other: fragment("") }, { tell: "<fragment>" }])
      expect(problems(include, fragments)).toEqual([
        expect.stringMatching(/^2:19 The fragment "tell" .* does not know its text/),
      ]);
  });

  it("is taken where its text holds nothing that is refused, in whatever letters its id is written", () => {
    expect(problems(include, { Tell: fragment("<trace source='a'>x</trace>") })).toEqual([]);
    expect(problems(when(otherFailure, include), { tell: fragment(answer("")) })).toEqual([]);
  });

  it("is looked through with the fragments in it, and told at its place in the document", () => {
    const nested = { tell: fragment("<include-fragment fragment-id='more' />"), more: fragment(answer("")) };
    expect(problems(include, nested)).toEqual([
      expect.stringMatching(/^2:19 <return-response> of the fragment "more" stands in <on-error>/),
    ]);
  });

  it("is not known where it includes itself, or holds what no fragment may hold", () => {
    const more = '<include-fragment fragment-id="MORE" />';
    const unsound: Record<string, string>[] = [
      { tell: fragment(include) },
      { tell: fragment(more), more: fragment(include) },
      { tell: fragment("<set-variable name='apim-okta-token' value='' />") },
    ];
    for (const fragments of unsound)
      expect(problems(include, fragments)).toEqual([
        expect.stringMatching(/^2:19 The fragment "tell" .* does not know its text/),
      ]);
  });

  it("is written where it is included, as it is, and one of the instance stays included", () => {
    const text = withOnError("").replace(
      "<inbound><base />",
      `<inbound><base />${include}<include-fragment fragment-id="instance" />`,
    );
    const tell = `<fragment>\n  <set-body>@(context.Api.Name + "<&>")</set-body>\n</fragment>`;
    expect(readOwnPolicy(text, "api", { fragments: { tell } }).policy?.inbound).toBe(
      '<set-body>@(context.Api.Name + "<&>")</set-body><include-fragment fragment-id="instance" />',
    );
  });

  it("may stand in other sections without being known", () => {
    const text = withOnError("").replace("<inbound><base />", `<inbound><base />${include}`);
    expect(readOwnPolicy(text, "api").problems).toBeUndefined();
  });
});

describe("the text of a fragment", () => {
  it.each([
    ["another element", "<policies />", "1:1 The fragment's element must be <fragment>; got <policies>."],
    ["no XML", "<fragment>", "1:11 It is not well-formed XML"],
    [
      "code that does not compile",
      "<fragment>\n<set-body>@(context.No)</set-body></fragment>",
      "2:21 The policy",
    ],
    ["base", "<fragment><choose><base /></choose></fragment>", "1:19 <base /> stands in a fragment"],
    [
      "the variable of the checked token",
      "<fragment><set-variable name='apim-okta-token' value='' /></fragment>",
      "1:11 <set-variable> writes",
    ],
  ])("is refused with %s", (_, text, told) => {
    const [first, ...others] = ownFragmentProblems(text);
    expect(`${first?.line}:${first?.column} ${first?.message}`.slice(0, told.length)).toBe(told);
    expect(others).toEqual([]);
  });

  it("is taken with policies", () => {
    expect(ownFragmentProblems("<fragment><set-variable name='a' value='@(1)' /></fragment>")).toEqual([]);
  });
});

describe("a refused caller", () => {
  let api: ProtectedGateway;
  beforeAll(async () => {
    api = await serveProtected();
  });
  afterAll(() => api.close());

  const told = "<set-status code='@(context.Response.StatusCode)' reason='Refused' />";

  it.each(["api", "operation"] as const)(
    "keeps the status of his refusal, with the text of an %s",
    async (level) => {
      const own = withOnError(answer(told));
      await api.use(level === "api" ? { api: own } : { operations: { "/closed": own } });
      const [none, narrow, good] = [
        await api.call("/closed"),
        await api.call("/closed", { Authorization: `Bearer ${api.token({ scp: ["b"] })}` }),
        await api.call("/closed", { Authorization: `Bearer ${api.token()}` }),
      ];
      expect([none, narrow, good].map(({ status, body }) => [status, body])).toEqual([
        [401, "sorry"],
        [403, "sorry"],
        [200, "from the backend"],
      ]);
    },
  );

  it("gets no answer of the backend where a condition turns his refusal into a success", async () => {
    const own = withOnError(when("@(context.LastError.Source == &quot;validate-jwt&quot;)", answer(success)));
    await api.use({ api: own });
    expect(await api.call("/closed")).toEqual({ status: 200, body: "sorry", backend: undefined });
  });
});
