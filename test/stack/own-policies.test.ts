/** The policy documents that the settings name: read, judged, and what the program makes of them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readDocument } from "../../openapi/document.ts";
import { type OwnPolicySettings, readOwnPolicies } from "../../stack/own-policies.ts";
import { type RecordedRun, record } from "../support/registrations.ts";

const root = path.join(import.meta.dirname, "../..");
const rest = "<backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error>";
const withInbound = (inbound: string) => `<policies>\n<inbound>${inbound}</inbound>\n${rest}\n</policies>`;
const entry = path.join(root, "entries/policies.ts");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "own-policies-"));
  const files = {
    "api.xml": withInbound(
      "<base /><set-query-parameter name='from'><value>gateway</value></set-query-parameter>",
    ),
    "named.xml": withInbound("<base /><set-header name='X-A'><value>{{greeting}}</value></set-header>"),
    "including.xml": withInbound("<base />").replace(
      "<on-error><base />",
      '<on-error><base /><include-fragment fragment-id="log" />',
    ),
    "origin.xml": withInbound(
      "<cors><allowed-origins><origin>{{site}}</origin></allowed-origins></cors><base />",
    ),
    "log.xml": `<fragment>
  <include-fragment fragment-id="source" /><trace source="{{greeting}}"><message>failed</message></trace>
</fragment>`,
    "source.xml": '<fragment><set-header name="X-Failed"><value>1</value></set-header></fragment>',
    "one.xml": '<fragment><include-fragment fragment-id="two" /></fragment>',
    "two.xml": '<fragment><include-fragment fragment-id="ONE" /></fragment>',
    "open.xml": withInbound("<set-method>GET</set-method>"),
    "broken.xml": "<policies>\n<inbound>",
    "typed.ts": `import { base, expression, policyDocument, setHeader } from ${JSON.stringify(entry)};
export default policyDocument({ inbound: [base(), setHeader({ name: "X-Ip", values: [expression\`context.Request.IpAddress\`] })] });`,
    "late.ts": `import { base, policyDocument, setMethod } from ${JSON.stringify(entry)};
export default policyDocument({ inbound: [setMethod("GET"), base()] });`,
    "bad.ts": `import { base, expression, policyDocument, setMethod } from ${JSON.stringify(entry)};
export default policyDocument({ inbound: [base(), setMethod(expression\`context.Nothing\`)] });`,
    "empty.ts": "export const nothing = 1;",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
});
afterAll(() => rm(folder, { recursive: true }));

interface Configured {
  readonly api?: string;
  readonly operations?: Record<string, string>;
}

async function read(
  policies: Configured,
  known: Partial<Pick<OwnPolicySettings, "policyFragments" | "namedValues">> = {},
) {
  await pulumi.runtime.setMocks(
    { newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) },
    "apim-okta",
    "dev",
  );
  const document = await readDocument({ document: "apis/conference.openapi.yaml" }, root);
  const texts = await readOwnPolicies(
    { apis: { conference: { policies } }, policyFragments: {}, namedValues: {}, ...known },
    new Map([["conference", { document }]]),
    folder,
  );
  return texts.apis.get("conference");
}

async function problems(...settings: Parameters<typeof read>): Promise<readonly string[]> {
  const error: unknown = await read(...settings).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!pulumi.RunError.isInstance(error)) throw new Error("The policies were taken; a refusal was expected.");
  return error.message.split("\n  - ").slice(1);
}

const place = '"apim-okta:apis.conference.policies';

describe("policies of one's own in the settings", () => {
  it("are XML or typed, and name operations by operationId, by their name in Azure, or by method and path", async () => {
    const texts = await read({
      api: "api.xml",
      operations: { GetSessions: "typed.ts", getsession: "api.xml", "GET /speakers": "api.xml" },
    });
    expect(texts?.api).toContain("set-query-parameter");
    expect(Object.keys(texts?.operations ?? {})).toEqual(["getsessions", "getsession", "getspeakers"]);
    expect(texts?.operations?.getsessions).toContain("<value>@(context.Request.IpAddress)</value>");
  });

  it("are as the page on policies shows one", async () => {
    const file = path.join(root, "docs/own-policy.ts");
    expect((await read({ api: file }))?.api).toContain("<value>{{backend-key}}</value>");
  });

  it("are read anew when a typed one has changed", async () => {
    const before = await read({ api: "typed.ts" });
    const file = path.join(folder, "changing.ts");
    const text = (name: string) =>
      `import { base, policyDocument, setMethod } from ${JSON.stringify(entry)};\nexport default policyDocument({ inbound: [base(), setMethod("${name}")] });`;
    await writeFile(file, text("GET"));
    const first = await read({ api: "changing.ts" });
    await writeFile(file, text("PUT"));
    const second = await read({ api: "changing.ts" });
    expect(
      [before?.api, first?.api, second?.api].map((one) => /<set-method>\w+/.exec(one ?? "")?.[0]),
    ).toEqual([undefined, "<set-method>GET", "<set-method>PUT"]);
  });

  it("are refused all at once, with file, line and what to do", async () => {
    const told = await problems({
      api: "open.xml",
      operations: {
        GetSessions: "missing.xml",
        GetSession: "broken.xml",
        GetSpeakers: "late.ts",
        GetSpeaker: "bad.ts",
        GetTopic: "empty.ts",
        GetSesions: "api.xml",
        gettopic: "api.xml",
        Xyz: "api.xml",
      },
    });
    expect(told).toEqual([
      `${place}.api" is refused by this project: open.xml, line 2, column 1: <inbound> must have <base /> as its first statement: it stands for the checks of the token, which this project lets nobody leave out. Add it.`,
      `${place}.operations.GetSessions" names missing.xml, which is not there. Correct its name: it is relative to the folder of Pulumi.yaml.`,
      expect.stringMatching(
        /GetSession" is refused by this project: broken\.xml, line 2, column \d+: It is not well-formed XML/,
      ),
      `${place}.operations.GetSpeakers" is refused by this project: late.ts: <set-method> stands before <base />, and so before the checks of the token. Move it behind <base />.`,
      expect.stringMatching(
        /GetSpeaker" cannot be written: bad\.ts: expression cannot be compiled: line 1, column \d+: .*Nothing/,
      ),
      `${place}.operations.GetTopic" cannot be written: empty.ts: its default export must be a policy document. Write \`export default policyDocument({ … })\`.`,
      `${place}.operations.GetSesions" names an operation that the document does not have. Did you mean "GetSessions" or "GetSession" or "GetSpeakerSessions"?`,
      `${place}.operations.gettopic" names GET /topic/{id} a second time. Keep one of the two.`,
      expect.stringContaining('does not have. Its operations are "GetSessions", "GetSession"'),
    ]);
  });
});

describe("policy fragments in the settings", () => {
  const policies = { api: "including.xml" };

  it("are known to the policies that include them in on-error", async () => {
    expect(await problems(policies)).toEqual([
      expect.stringMatching(
        /including\.xml, line 3, column \d+: The fragment "log" .* does not know its text/,
      ),
    ]);
    const policyFragments = { log: "log.xml", source: "source.xml" };
    expect(await read(policies, { policyFragments })).toBeDefined();
  });

  it("are refused with the documents, all at once", async () => {
    const policyFragments = {
      ...{ log: "broken.xml", other: "api.xml", gone: "gone.xml" },
      ...{ one: "one.xml", two: "two.xml" },
    };
    expect(await problems({ api: "open.xml" }, { policyFragments })).toEqual([
      expect.stringMatching(
        /^"apim-okta:policyFragments\.log" is refused by this project: broken\.xml, line 2/,
      ),
      expect.stringContaining('policyFragments.other" is refused by this project: api.xml, line 1, column 1'),
      expect.stringContaining('policyFragments.gone" names gone.xml, which is not there.'),
      expect.stringContaining(
        'policyFragments.one" includes itself, by way of these fragments: "one", "two".',
      ),
      expect.stringContaining('policies.api" is refused by this project: open.xml'),
    ]);
  });
});

describe("plain named values in the settings", () => {
  it("may stand before base, and secret ones may not", async () => {
    const policies = { api: "origin.xml" };
    expect(await read(policies, { namedValues: { site: "https://app.example" } })).toBeDefined();
    expect(await problems(policies, { namedValues: { site: { secret: "https://app.example" } } })).toEqual([
      expect.stringContaining("{{site}} stands before <base />"),
    ]);
  });
});

describe("the program", () => {
  const api = (more: object) => ({
    apis: JSON.stringify({ conference: { document: "apis/conference.openapi.yaml", ...more } }),
  });
  const resource = ({ registrations }: RecordedRun, name: string) => {
    const found = registrations.find((one) => one.name === name);
    if (found === undefined) throw new Error(`The program must register "${name}".`);
    return found;
  };

  it("puts an API's own policy behind the checks, and gives an operation a resource of its own", async () => {
    const at = (name: string) => path.join(folder, name);
    const run = await record("dev", {
      ...api({
        serviceUrl: "https://b.example",
        policies: { api: at("api.xml"), operations: { GetSessions: at("named.xml") } },
      }),
      namedValues: JSON.stringify({ greeting: "hello" }),
    });
    const text = String(resource(run, "conference-policy").inputs.value);
    expect(text.indexOf("<set-query-parameter")).toBeGreaterThan(text.lastIndexOf("</choose>"));
    const own = resource(run, "conference-getsessions-policy");
    expect(own.inputs).toMatchObject({
      apiId: "conference",
      operationId: "getsessions",
      format: "rawxml",
      value: expect.stringContaining("<value>{{greeting}}</value>"),
    });
    const names = run.registrations.map(({ name }) => name);
    expect(names.indexOf("conference-getsessions-policy")).toBeGreaterThan(
      names.indexOf("named-values-greeting"),
    );
  });

  it("lets a mock answer at the end of the operation's own policy", async () => {
    const policies = { operations: { GetSessions: path.join(folder, "api.xml") } };
    const run = await record("dev", api({ mock: true, policies }));
    const own = String(resource(run, "conference-getsessions-policy").inputs.value);
    expect(own).toMatch(
      /<base \/>\s*<set-query-parameter[\s\S]*<\/set-query-parameter>\s*<mock-response status-code="200" \/>\s*<\/inbound>/,
    );
  });

  it("writes policy fragments where they are included, after the named values that they name", async () => {
    const at = (name: string) => path.join(folder, name);
    const run = await record("dev", {
      ...api({ mock: true, policies: { api: at("including.xml") } }),
      namedValues: JSON.stringify({ greeting: "hello" }),
      policyFragments: JSON.stringify({ LOG: at("log.xml"), source: at("source.xml") }),
    });
    const text = String(resource(run, "conference-policy").inputs.value);
    expect(text).toContain(
      '<base /><set-header name="X-Failed"><value>1</value></set-header><trace source="{{greeting}}">',
    );
    expect(text).not.toContain("include-fragment");
    const order = ["named-values-greeting", "conference-policy"];
    const names = run.registrations.map(({ name }) => name).filter((name) => order.includes(name));
    expect(names).toEqual(order);
  });
});
