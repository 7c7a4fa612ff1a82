/** Where the checks stand in a document that was joined with one of somebody's own, whatever that one holds. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { renderPolicyDocument } from "../../policies/document.ts";
import { type OwnPolicy, readOwnPolicy } from "../../policies/own-policy.ts";
import { protectApi } from "../../policies/protect-api.ts";
import { readPolicyXml } from "../../simulator/apim/policy/xml-reader.ts";

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
  ),
  3,
);
const document = fc
  .tuple(part, part, part, part)
  .map(
    ([before, after, backend, onError]) =>
      `<policies><inbound>${before}<base />${after}</inbound><backend><base />${backend}</backend><outbound><base /></outbound><on-error>${onError}<base /></on-error></policies>`,
  );

function joinedWith(policy: OwnPolicy): string {
  return renderPolicyDocument(protectApi([operation], policy)(facts), Number.POSITIVE_INFINITY);
}

it("has nothing but cors before base and the checks, in each document that is taken", () => {
  let taken = 0;
  fc.assert(
    fc.property(document, (text) => {
      const { policy } = readOwnPolicy(text, "api");
      if (policy === undefined) return;
      taken += 1;
      const sections = readPolicyXml(joinedWith(policy)).children;
      expect(sections.map(({ name }) => name)).toEqual(["inbound", "backend", "outbound", "on-error"]);
      const names = sections[0]?.children.map(({ name }) => name) ?? [];
      const base = names.indexOf("base");
      expect(names.slice(0, base).filter((name) => name !== "cors")).toEqual([]);
      expect(names.slice(base, base + 3)).toEqual(["base", "validate-jwt", "choose"]);
    }),
    { numRuns: 2000 },
  );
  expect(taken).toBeGreaterThan(100);
});
