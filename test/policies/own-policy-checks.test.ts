/** What stays true of a document that was joined with one of somebody's own and its fragments, whatever those hold. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { renderPolicyDocument } from "../../policies/document.ts";
import { type OwnPolicy, readOwnPolicy } from "../../policies/own-policy.ts";
import { protectApi } from "../../policies/protect-api.ts";
import { type PolicyElement, readPolicyXml } from "../../simulator/apim/policy/xml-reader.ts";

const facts = {
  openIdConfigUrl: "https://okta.example/openid-configuration",
  issuer: "https://okta.example",
  audience: "api://a",
  consoleOrigins: ["https://portal.example"],
  backendId: "b",
};
const operation = {
  method: "GET",
  path: "/a",
  security: { kind: "token" as const, anyOf: [["read"]] },
  successStatus: 200,
};

const joined = (pieces: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(pieces, { maxLength }).map((all) => all.join(""));
const hostile = joined(
  fc.constantFrom(
    ..."<base /> </inbound><inbound> <!-- --> <![CDATA[ ]]> @( @{ ) } \" ' &quot; &#64;( {{x}} <? ?> // /* 😀 \uFEFF < &".split(
      " ",
    ),
    "\r\n",
  ),
  5,
);
const code = hostile.map((text) => `@("${text.replace(/["\r\n]/g, "")}")`);
const cors = (attributes: string, origins: string) =>
  `<cors ${attributes}><allowed-origins><origin>https://a.example</origin>${origins}</allowed-origins></cors>`;
const statements = fc.constantFrom(
  '<include-fragment fragment-id="a" />',
  "<include-fragment fragment-id=' B '></include-fragment>",
  '<include-fragment fragment-id="instance" />',
  "<send-request mode='new' response-variable-name='r' />",
  "<cache-lookup-value key='k' variable-name='v' />",
  "<return-response><set-status code='200' /></return-response>",
  "<return-response><set-status code='401' /></return-response>",
  "<mock-response />",
  "<set-status code='@(200)' />",
  "<set-variable name='apim-okta-token' value='forged' />",
  "<set-variable name='mine' value='1' />",
);
const nested = fc.oneof(
  statements,
  statements.map((one) => `<choose><when condition="@(context.Api != null)">${one}</when></choose>`),
  statements.map(
    (one) => `<choose><when condition="true">${one}</when><otherwise>${one}</otherwise></choose>`,
  ),
  statements.map((one) => `<retry condition="@(false)" count="1" interval="0">${one}</retry>`),
);
const part = joined(
  fc.oneof(
    fc.constantFrom(" ", cors("", "")),
    hostile,
    hostile.map((text) => `<!--${text}-->`),
    hostile.map((text) => `<set-body><![CDATA[${text}]]></set-body>`),
    code.map((text) => `<set-body>${text}</set-body>`),
    code.map((text) => `<set-body template="${text}" />`),
    code.map((text) => cors(`allow-credentials="${text}"`, `<!-- ${text} -->`)),
    code.map((text) => cors(`allow-credentials='${text}'`, `<origin>${text}</origin>`)),
    nested,
  ),
  3,
);
const body = joined(fc.oneof(nested, hostile, fc.constant(" ")), 2);
const fragments = fc.record({
  a: fc.oneof(part, body).map((text) => `<fragment>${text}</fragment>`),
  b: fc.oneof(part, body).map((text) => `\uFEFF<fragment>\r\n${text}</fragment>`),
});
const document = fc
  .tuple(fc.oneof(part, fc.constant("")), part, part, fc.oneof(part, body))
  .map(
    ([before, after, backend, onError]) =>
      `<policies><inbound>${before}<base />${after}</inbound><backend><base />${backend}</backend><outbound><base /></outbound><on-error>${onError}<base /></on-error></policies>`,
  );

/** The statements in an element that run whatever a condition says, and all of them. */
function statementsIn({ children }: PolicyElement): {
  readonly always: readonly PolicyElement[];
  readonly all: readonly PolicyElement[];
} {
  const inside = children.map((child) => ({ child, ...statementsIn(child) }));
  const isConditional = ({ name, attributes: { condition } }: PolicyElement) =>
    name === "otherwise" || (name === "when" && condition !== "true");
  return {
    always: inside.flatMap(({ child, always }) => (isConditional(child) ? [] : [child, ...always])),
    all: inside.flatMap(({ child, all }) => [child, ...all]),
  };
}

function joinedWith(policy: OwnPolicy): string {
  return renderPolicyDocument(protectApi([operation], policy)(facts), Number.POSITIVE_INFINITY);
}

/** Runs a check on each document that is taken with its fragments, as the gateway reads it. */
function inEachTaken(check: (sections: readonly PolicyElement[]) => void): void {
  let taken = 0;
  fc.assert(
    fc.property(document, fragments, (text, known) => {
      const { policy } = readOwnPolicy(text, "api", { fragments: known });
      if (policy === undefined) return;
      taken += 1;
      check(readPolicyXml(joinedWith(policy)).children);
    }),
    { numRuns: 2000 },
  );
  expect(taken).toBeGreaterThan(100);
}

it("has nothing but cors before base and the checks, in each document that is taken", () => {
  inEachTaken((sections) => {
    expect(sections.map(({ name }) => name)).toEqual(["inbound", "backend", "outbound", "on-error"]);
    const names = sections[0]?.children.map(({ name }) => name) ?? [];
    const base = names.indexOf("base");
    expect(names.slice(0, base).filter((name) => name !== "cors")).toEqual([]);
    expect(names.slice(base, base + 3)).toEqual(["base", "validate-jwt", "choose"]);
  });
});

it("writes the checked token by the check alone, in each document that is taken", () => {
  inEachTaken((sections) => {
    const written = sections.flatMap((section) =>
      statementsIn(section).all.flatMap(({ name, attributes }) =>
        Object.values(attributes).includes("apim-okta-token") ? [name] : [],
      ),
    );
    expect(written).toEqual(["validate-jwt"]);
  });
});

it("answers no refused caller as a success, in each document that is taken", () => {
  inEachTaken(([, , , onError]) => {
    if (onError === undefined) throw new Error("The document must have on-error.");
    const { always, all } = statementsIn(onError);
    const names = all.map(({ name }) => name);
    for (const fetching of ["send-request", "cache-lookup-value", "include-fragment"])
      expect(names).not.toContain(fetching);
    for (const { name, attributes } of always) {
      expect(name).not.toBe("mock-response");
      if (name === "set-status") expect(attributes.code).not.toBe("200");
    }
  });
});
