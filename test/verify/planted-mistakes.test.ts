/**
 * The proof is proved: each mistake is planted in a stack that was provisioned correctly, and the matrix must find it. What
 * is not proved here: that Azure itself would behave as the local gateway does.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties } from "../../simulator/resource.ts";
import { TokenRequestError } from "../../verify/okta-client.ts";
import { changeResource, handlerOf, type LocalStack, startLocalStack } from "../support/local-stack.ts";

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.cloud.close());

function apiResourceId(): string {
  const [api] = stack.cloud.store.all("azure-native:apimanagement:Api");
  return api?.id ?? "";
}

const serviceResourceId = () => apiResourceId().slice(0, apiResourceId().indexOf("/apis/"));
const backendId = () => `${serviceResourceId()}/backends/conference`;

const policyIds = {
  global: () => `${serviceResourceId()}/policies/policy`,
  api: () => `${apiResourceId()}/policies/policy`,
  operation: (name: string) => `${apiResourceId()}/operations/${name}/policies/policy`,
};

/** Runs the matrix while something is changed, and puts it back whatever comes of it. */
async function withChange<Result>(
  change: () => Promise<unknown>,
  undo: () => Promise<unknown>,
  look: () => Promise<Result>,
): Promise<Result> {
  try {
    await change();
    return await look();
  } finally {
    await undo();
  }
}

/** Runs the matrix while a resource's inputs are changed. */
function withInputs<Result>(
  id: string,
  change: (inputs: Properties) => Properties,
  look: () => Promise<Result>,
): Promise<Result> {
  const original = { ...stack.cloud.store.get(id)?.inputs };
  const put = (inputs: Properties) => changeResource(stack.cloud, id, () => inputs);
  return withChange(
    () => put(change(original)),
    () => put(original),
    look,
  );
}

/** Runs the matrix while a policy's text is changed. */
function withPolicy(
  id: string,
  change: (xml: string) => string,
  look: () => Promise<readonly string[]> = differences,
): Promise<readonly string[]> {
  return withInputs(
    id,
    (inputs) => {
      const value = change(String(inputs.value));
      expect(value).not.toBe(inputs.value);
      return { ...inputs, value };
    },
    look,
  );
}

/** `GET /sessions, wrong audience: 200 instead of 401`, for each cell that differs. */
async function differences(): Promise<readonly string[]> {
  const { answers } = await stack.prove();
  expect(answers).toHaveLength(12 * 18);
  return answers
    .filter(({ passed }) => !passed)
    .map(({ cell, actual, empty }) => {
      const { method, path } = cell.operation;
      return `${method} ${path}, ${cell.kind.name}: ${empty ? "empty " : ""}${actual} instead of ${cell.expected}`;
    });
}

const everyOperation = 12;

describe("the proof", () => {
  it("finds nothing in the stack as the program makes it", async () => {
    expect(await differences()).toEqual([]);
  });

  it("finds an operation policy that was dropped", async () => {
    const id = policyIds.operation("submitsession");
    const inputs = { ...stack.cloud.store.get(id)?.inputs };
    const handler = handlerOf(stack.cloud, "azure-native:apimanagement:ApiOperationPolicy");
    const found = await withChange(
      () => handler.delete(id),
      () => handler.create("again", inputs),
      differences,
    );
    // It leads nowhere then, not even with a good token.
    expect(found).toEqual(
      [
        ["needed scopes", 200],
        ["all scopes", 200],
        ["another operation's scope", 403],
        ["scp missing", 403],
      ].map(([kind, expected]) => `POST /session/{id}/feedback, ${kind}: 500 instead of ${expected}`),
    );
  });

  it("finds an operation policy without <base /> in inbound", async () => {
    const found = await withPolicy(policyIds.operation("getsessions"), (xml) => xml.replace("<base />", ""));
    expect(found).toContain("GET /sessions, no token: 403 instead of 401");
  });

  it("finds an operation policy without <base /> in backend", async () => {
    const found = await withPolicy(policyIds.operation("getsessions"), (xml) =>
      xml.replace(/<backend>[\s\S]*<\/backend>/, "<backend />"),
    );
    expect(found).toEqual([
      "GET /sessions, needed scopes: empty 200 instead of 200",
      "GET /sessions, all scopes: empty 200 instead of 200",
    ]);
  });

  it("finds a missing audience", async () => {
    const dropAudiences = (xml: string) => xml.replace(/<audiences>[\s\S]*<\/audiences>/, "");
    const found = await withPolicy(policyIds.api(), dropAudiences, () =>
      withPolicy(policyIds.operation("getsessions"), dropAudiences),
    );
    // Everywhere else the operation's own policy still asks for the audience, and says 403.
    expect(found).toContain("GET /sessions, wrong audience: 200 instead of 401");
    expect(found).toContain("GET /topics, wrong audience: 403 instead of 401");
    expect(found).toHaveLength(everyOperation);
  });

  it("finds the walkthrough's aud claim without values", async () => {
    const asClaim = (xml: string) =>
      xml
        .replace(/<audiences>[\s\S]*<\/audiences>/, "")
        .replace(
          "</validate-jwt>",
          '<required-claims><claim name="aud" match="any" /></required-claims></validate-jwt>',
        );
    const found = await withPolicy(policyIds.api(), asClaim);
    expect(found).toContain("GET /sessions, wrong audience: 403 instead of 401");
    expect(found).toHaveLength(everyOperation);
  });

  it("finds a wrong issuer beside another discovery document", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml.replace(/<issuer>.*<\/issuer>/, "<issuer>https://another.example/oauth2/default</issuer>"),
    );
    // The discovery document still names the right issuer, so good tokens stay in; the wrong one gets one step further.
    expect(found).toEqual(expect.arrayContaining(["GET /sessions, wrong issuer: 403 instead of 401"]));
    expect(found).toHaveLength(everyOperation);
  });

  it("finds a wrong audience in the policy", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml.replace(/<audience>.*<\/audience>/, "<audience>api://x</audience>"),
    );
    expect(found).toContain("GET /sessions, needed scopes: 401 instead of 200");
  });

  it("finds another scope in an operation's claim", async () => {
    const found = await withPolicy(policyIds.operation("gettopics"), (xml) =>
      xml.replace("<value>conference.read</value>", "<value>conference.write</value>"),
    );
    expect(found).toEqual([
      "GET /topics, needed scopes: 403 instead of 200",
      "GET /topics, another operation's scope: 200 instead of 403",
    ]);
  });

  it("finds a claim whose values were lost", async () => {
    const found = await withPolicy(policyIds.operation("gettopics"), (xml) =>
      xml.replace("<value>conference.read</value>", ""),
    );
    expect(found).toEqual(["GET /topics, another operation's scope: 200 instead of 403"]);
  });

  it("finds 401 and 403 swapped", async () => {
    const found = await withPolicy(policyIds.operation("gettopics"), (xml) =>
      xml.replace('httpcode="403"', 'httpcode="401"'),
    );
    expect(found).toEqual([
      "GET /topics, another operation's scope: 401 instead of 403",
      "GET /topics, scp missing: 401 instead of 403",
    ]);
  });

  it("finds unsigned tokens allowed", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml.replace('require-signed-tokens="true"', 'require-signed-tokens="false"'),
    );
    expect(found).toContain("GET /sessions, alg none: 403 instead of 401");
    expect(found).toHaveLength(everyOperation);
  });

  it("finds expiry not required", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml.replace('require-expiration-time="true"', 'require-expiration-time="false"'),
    );
    expect(found).toContain("GET /sessions, without expiry: 403 instead of 401");
    expect(found).toHaveLength(everyOperation);
  });

  it("finds a clock skew of hours", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml.replace('require-expiration-time="true"', 'clock-skew="86400"'),
    );
    expect(found).toContain("GET /sessions, expired: 403 instead of 401");
  });

  it("finds the wrong header", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml.replace('header-name="Authorization"', 'header-name="X-Token"'),
    );
    expect(found).toContain("GET /sessions, needed scopes: 401 instead of 200");
  });

  it("finds a token that is taken from the query string as well", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml
        .replace('header-name="Authorization"', 'query-parameter-name="access_token"')
        .replace('require-scheme="Bearer" ', ""),
    );
    expect(found).toContain("GET /sessions, needed scopes: 401 instead of 200");
    expect(found).toContain("GET /sessions, in the query string: 403 instead of 401");
  });

  it("finds any scheme allowed", async () => {
    const anyScheme = (xml: string) => xml.replace('require-scheme="Bearer" ', "");
    const found = await withPolicy(policyIds.api(), anyScheme);
    expect(found).toContain("GET /sessions, Basic scheme: 403 instead of 401");
  });

  it("finds a policy attached to the wrong operation", async () => {
    const other = String(stack.cloud.store.get(policyIds.operation("submitsession"))?.inputs.value);
    const found = await withPolicy(policyIds.operation("getspeakers"), () => other);
    expect(found).toContain("GET /speakers, needed scopes: 403 instead of 200");
  });

  it("finds mock-response at API level before validate-jwt", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml.replace("<base />", '<base /><mock-response status-code="200" />'),
    );
    expect(found).toContain("GET /sessions, no token: 200 instead of 401");
    // The 16 kinds that must be refused, at every operation.
    expect(found).toHaveLength(16 * everyOperation);
  });

  it("finds an API policy that lost validate-jwt", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml.replace(/<validate-jwt[\s\S]*<\/validate-jwt>/, ""),
    );
    expect(found).toContain("GET /sessions, no token: 403 instead of 401");
  });

  it("finds a global policy that answers everybody", async () => {
    const { resourceGroupName, serviceName } = stack.cloud.store.get(apiResourceId())?.inputs ?? {};
    const handler = handlerOf(stack.cloud, "azure-native:apimanagement:Policy");
    const found = await withChange(
      () =>
        handler.create("global", {
          resourceGroupName,
          serviceName,
          policyId: "policy",
          format: "rawxml",
          value: "<policies><inbound><return-response /></inbound><backend /></policies>",
        }),
      () => handler.delete(policyIds.global()),
      differences,
    );
    expect(found).toContain("GET /sessions, no token: 200 instead of 401");
  });

  it("finds a backend that is gone", async () => {
    const gone = (inputs: Properties) => ({ ...inputs, url: "http://127.0.0.1:9" });
    const found = await withInputs(backendId(), gone, differences);
    expect(found).toContain("GET /sessions, needed scopes: 500 instead of 200");
  });

  it("stops with Okta's words when the rule lost a scope", async () => {
    const rule = stack.cloud.org.rules.values().find(({ name }) => name === "The documents' scopes");
    if (rule === undefined) throw new Error("The stack must have a policy rule; got none.");
    const set = async (changed: typeof rule) => stack.cloud.org.rules.set(rule.id, changed);
    const proof = withChange(
      () => set({ ...rule, scopes: ["conference.read"] }),
      () => set(rule),
      () => stack.prove(),
    );
    await expect(proof).rejects.toThrow(TokenRequestError);
    await expect(proof).rejects.toThrow("access_denied");
  });

  it("finds nothing once every mistake is mended", async () => {
    expect(await differences()).toEqual([]);
  });
});

describe("a stack of another tier", () => {
  it.each(["Consumption", "StandardV2"])("is proved alike in %s", async (apimSku) => {
    const other = await startLocalStack({ apimSku });
    try {
      const { passed, answers } = await other.prove();
      expect([passed, answers.length]).toEqual([true, 216]);
    } finally {
      await other.cloud.close();
    }
  });
});
