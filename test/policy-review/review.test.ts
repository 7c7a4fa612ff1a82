import { describe, expect, it } from "vitest";
import { policiesWith, reviewedFolder, tokenCheck } from "../support/reviewed-folder.ts";

describe("the paths to a backend", () => {
  it("names an API that nothing guards, when the folder has no document for all APIs", async () => {
    const { unchecked, loaded } = await reviewedFolder({ "orders.xml": policiesWith("") });
    expect(unchecked.map(({ operation }) => operation)).toEqual(["GET /*", "POST /*"]);
    expect(loaded.notes).toEqual([expect.stringContaining("No document is for all APIs")]);
  });

  it("names none, when the API's own document checks tokens", async () => {
    const { unchecked } = await reviewedFolder({ "orders.xml": policiesWith(tokenCheck) });
    expect(unchecked).toEqual([]);
  });

  it("names none, when the document for all APIs forwards nothing", async () => {
    const empty = "<policies><inbound /><backend /><outbound /><on-error /></policies>";
    const { unchecked, loaded } = await reviewedFolder({
      ...{ "orders.xml": policiesWith(""), "global.xml": empty },
    });
    expect({ unchecked, notes: loaded.notes }).toEqual({ unchecked: [], notes: [] });
  });

  const reasons = async (inbound: string) => {
    const { unchecked } = await reviewedFolder({ "orders.xml": policiesWith(inbound) });
    return [...new Set(unchecked.map(({ why }) => why))];
  };

  it("names one that an address alone guards, though the request from here is stopped", async () => {
    const filter = '<ip-filter action="allow"><address>192.0.2.7</address></ip-filter>';
    expect(await reasons(filter)).toEqual([
      "no document of it checks a token; a request without one gets 403 from ip-filter of orders.xml",
    ]);
  });

  it("names one that its own statements refuse, and none where they always do", async () => {
    const refusal = '<return-response><set-status code="403" /></return-response>';
    const refusing = (condition: string) =>
      `<choose><when condition="@(${condition})">${refusal}</when></choose>`;
    expect(await reasons(refusing('!context.Request.Headers.ContainsKey("X-Own")'))).toEqual([
      "no document of it checks a token; a request without one gets 403 from return-response of orders.xml",
    ]);
    expect(await reasons(refusal)).toEqual([]);
  });

  it("names one that fails before the backend", async () => {
    expect(await reasons('<set-variable name="a" value="@(context.Request.Headers["X-Own"][0])" />')).toEqual(
      [
        expect.stringMatching(
          /^no document of it checks a token; a request without one gets 500 from set-variable of orders\.xml: .*key was not present/,
        ),
      ],
    );
  });

  it("names one whose check stands in a branch, and none where every branch has a check or ends", async () => {
    const branches = (otherwise: string) =>
      `<choose>
        <when condition="@(!context.Request.Headers.ContainsKey("X-Inside"))">${tokenCheck}</when>${otherwise}
      </choose>`;
    expect(await reasons(branches(""))).toEqual([
      expect.stringContaining("its check of a token stands in a branch"),
    ]);
    expect(await reasons(branches(`<otherwise>${tokenCheck}</otherwise>`))).toEqual([]);
    expect(
      await reasons(
        branches('<otherwise><return-response><set-status code="403" /></return-response></otherwise>'),
      ),
    ).toEqual([]);
  });

  it("names one whose expressions read a claim of a token that nothing checks, by a forged token", async () => {
    const reading = `<choose>
      <when condition="@(context.Request.Headers.GetValueOrDefault("Authorization","").AsJwt()?.Claims.GetValueOrDefault("roles", "") != "clerk")">
        <return-response><set-status code="403" /></return-response>
      </when>
    </choose>`;
    expect(await reasons(reading)).toEqual([expect.stringMatching(/^it lets forged tokens in: forged, /)]);
    expect(await reasons(tokenCheck + reading)).toEqual([]);
  });
});

describe("products of a folder", () => {
  const of = (subscriptionRequired: boolean, isOpen: boolean, product: string) => ({
    "apis/orders/apiInformation.json": JSON.stringify({
      properties: { path: "orders", serviceUrl: "https://orders.example.com", subscriptionRequired },
    }),
    "apis/orders/policy.xml": policiesWith(""),
    "products/gold/productInformation.json": JSON.stringify({
      properties: { state: "published", subscriptionRequired: !isOpen },
    }),
    "products/gold/apis.json": '[{"name":"orders"}]',
    "products/gold/policy.xml": policiesWith(product),
  });
  const told = async (files: Readonly<Record<string, string>>) => {
    const { unchecked } = await reviewedFolder(files);
    return [...new Set(unchecked.map(({ api, why }) => `${api}: ${why}`))];
  };

  it("check the tokens of clients without a key, when they are open", async () => {
    expect(await told(of(false, true, tokenCheck))).toEqual([]);
  });

  it("check the tokens of their own keys alone, when they are not open", async () => {
    expect(await told(of(true, false, tokenCheck))).toEqual([
      "orders: no document of it checks a token; only a subscription key stands before it",
    ]);
  });

  it("let clients in without the key that the API asks for, when they are open", async () => {
    expect(await told(of(true, true, ""))).toEqual([
      "orders: no document of it checks a token",
      "orders by gold: no document of it checks a token",
    ]);
  });
});

describe("what is not as the folder has it", () => {
  it("puts the second of two APIs with one path at another, so that each answers for itself", async () => {
    const information = JSON.stringify({ properties: { path: "shop", subscriptionRequired: false } });
    const { unchecked, loaded } = await reviewedFolder({
      ...{ "apis/a/apiInformation.json": information, "apis/a/policy.xml": policiesWith(tokenCheck) },
      ...{ "apis/b/apiInformation.json": information, "apis/b/policy.xml": policiesWith("") },
    });
    expect([...new Set(unchecked.map(({ api }) => api))]).toEqual(["b"]);
    expect(loaded.notes[0]).toContain('APIs "a" and "b" have the same path, "shop"');
  });

  it("puts placeholders in for what a pipeline would put in, by where it stands", async () => {
    const { loaded, values } = await reviewedFolder({
      "orders.xml":
        policiesWith(`<rate-limit-by-key calls="#{orders.calls}#" renewal-period="60" counter-key="a" />
        <set-backend-service base-url="https://#{ordersHost}#/v1" />`),
      "members.xml": policiesWith('<set-backend-service base-url="#{membersUrl}#/v1" />'),
    });
    expect(loaded.documents.flatMap(({ problems }) => problems)).toEqual([]);
    expect(Object.fromEntries(values.placeholders)).toEqual({
      ...{ "orders.calls": "60", ordersHost: "ordershost" },
      membersUrl: "https://membersurl.invalid",
    });
  });

  it("does not say that Azure refuses a document for a value that is missing here", async () => {
    const verdicts = async (xml: string) => {
      const { loaded } = await reviewedFolder({ "orders.xml.tpl": xml });
      return loaded.documents.flatMap(({ problems }) => problems.map(({ verdict }) => verdict));
    };
    const cors = (origins: string) =>
      policiesWith(`<cors>
        <allowed-origins>${origins}</allowed-origins>
      </cors>`);
    expect(await verdicts(cors(`\${origins}`))).toEqual(["absent", "absent"]);
    const origins = "<allowed-origins><origin>https://a.example</origin></allowed-origins>";
    const below = `<cors>\n${origins}\n\n\n#{headers}#\n</cors>`;
    expect(await verdicts(policiesWith(below))).toEqual(["absent"]);
    expect(await verdicts(cors(`<origin>\${origin}</origin>`))).toEqual([]);
    expect(await verdicts(cors(""))).toEqual(["refused"]);
  });
});

it("shows no secret named value in what is told of a document", async () => {
  const { loaded } = await reviewedFolder({
    "policy.xml": policiesWith('<limit-concurrency key="a" max-count="{{calls}}" />', { base: "" }),
    "apis/orders/apiInformation.json": "{}",
    "named values/calls/namedValueInformation.json": JSON.stringify({
      properties: { displayName: "calls", secret: true, value: "s3cret-tenant" },
    }),
  });
  const texts = loaded.documents.flatMap(({ problems }) => problems.map(({ text }) => text));
  expect(texts).toEqual([expect.stringContaining('got "[secret]"')]);
});
