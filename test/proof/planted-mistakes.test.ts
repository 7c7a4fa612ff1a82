/**
 * The proof is proved: each mistake is planted in a stack that was provisioned correctly, and the matrix must find it. What
 * is not proved here: that Azure itself would behave as the local gateway does.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../commands/project.ts";
import { renderFailure } from "../../proof/failures.ts";
import type { Answer } from "../../proof/run.ts";
import { describeActual, describeExpected } from "../../proof/table.ts";
import type { Properties } from "../../simulator/providers/resource.ts";
import {
  azureInputs,
  azureResources,
  changeResource,
  handlerOf,
  type LocalStack,
  startLocalStack,
} from "../support/local-stack.ts";
import { ownBranch } from "../support/own-branch.ts";
import { serve } from "../support/serve.ts";
import { bothGrants } from "../support/settings.ts";

let stack: LocalStack;
beforeAll(async () => {
  // What the clients get is proved elsewhere, and a third of the calls.
  stack = await startLocalStack({ clients: "{}", ...bothGrants });
});
afterAll(() => stack.cloud.close());

function apiResourceId(): string {
  const [api] = azureResources(stack.cloud, "azure-native:apimanagement:Api");
  return api?.id ?? "";
}

const serviceResourceId = () => apiResourceId().slice(0, apiResourceId().indexOf("/apis/"));
const backendId = () => `${serviceResourceId()}/backends/conference`;

const policyIds = {
  global: () => `${serviceResourceId()}/policies/policy`,
  api: () => `${apiResourceId()}/policies/policy`,
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
  const original = { ...azureInputs(stack.cloud, id) };
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

/** Runs the matrix while what the API's policy does for one operation is changed. */
function withBranch(operation: string, change: (statements: string) => string): Promise<readonly string[]> {
  return withPolicy(policyIds.api(), (xml) => ownBranch(xml, operation, change));
}

/** Runs the matrix while an operation has a policy document of its own. */
function withOwnPolicy(operationId: string, value: string): Promise<readonly string[]> {
  const { resourceGroupName, serviceName, apiId } = azureInputs(stack.cloud, policyIds.api()) ?? {};
  const handler = handlerOf(stack.cloud, "azure-native:apimanagement:ApiOperationPolicy");
  const site = { resourceGroupName, serviceName, apiId, operationId };
  return withChange(
    () => handler.create("own", { ...site, policyId: "policy", format: "rawxml", value }),
    () => handler.delete(`${apiResourceId()}/operations/${operationId}/policies/policy`),
    differences,
  );
}

/** Without what the clients get, which is told apart: see test/proof/clients.test.ts. */
function othersOf(answers: readonly Answer[]): readonly Answer[] {
  return answers.filter(({ cell }) => cell.kind.caller === undefined);
}

/** `GET /sessions, wrong-audience: 200 instead of 401`, for each cell that differs. */
async function differences(): Promise<readonly string[]> {
  const { answers } = await stack.prove();
  const others = othersOf(answers);
  expect(others).toHaveLength(12 * 19);
  return others
    .filter(({ passed }) => !passed)
    .map((answer) => {
      const { operation, kind } = answer.cell;
      return `${operation.method} ${operation.path}, ${kind.id}: ${describeActual(answer)} instead of ${describeExpected(answer)}`;
    });
}

const everyOperation = 12;

describe("the proof", () => {
  it("finds nothing in the stack as the program makes it", async () => {
    expect(await differences()).toEqual([]);
  });

  it("finds an operation that the policy does not name", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml.replace('"POST /session/{id}/feedback"', '"POST /session/{id}/notes"'),
    );
    // Nobody gets in then, not even with a good token.
    expect(found).toEqual([
      "POST /session/{id}/feedback, needed-scopes: 403 instead of 200",
      "POST /session/{id}/feedback, all-scopes: 403 instead of 200",
      "POST /session/{id}/feedback, other-scopes: 403 without a refusal instead of 403 for TokenClaimValueNotAllowed",
      "POST /session/{id}/feedback, scp-missing: 403 without a refusal instead of 403 for TokenClaimNotFound",
    ]);
  });

  it("finds an operation's own policy without <base /> in inbound", async () => {
    const found = await withOwnPolicy(
      "getsessions",
      '<policies><inbound><set-backend-service backend-id="conference" /></inbound><backend><base /></backend></policies>',
    );
    expect(found).toContain("GET /sessions, no-token: 200 instead of 401");
    // The kinds that must be refused.
    expect(found).toHaveLength(16);
  });

  it("finds an operation's own policy without <base /> in backend", async () => {
    const found = await withOwnPolicy(
      "getsessions",
      "<policies><inbound><base /></inbound><backend /></policies>",
    );
    expect(found).toEqual([
      "GET /sessions, needed-scopes: 200 without the body that the document describes instead of 200",
      "GET /sessions, all-scopes: 200 without the body that the document describes instead of 200",
    ]);
  });

  it("finds a missing audience", async () => {
    const dropAudiences = (xml: string) => xml.replace(/<audiences>[\s\S]*?<\/audiences>/, "");
    const found = await withPolicy(policyIds.api(), (xml) =>
      ownBranch(dropAudiences(xml), "GET /sessions", dropAudiences),
    );
    // Everywhere else the check of the scope still asks for the audience, and says 403.
    expect(found).toContain("GET /sessions, wrong-audience: 200 instead of 401");
    expect(found).toContain("GET /topics, wrong-audience: 403 instead of 401");
    expect(found).toHaveLength(everyOperation);
  });

  it("finds the walkthrough's aud claim without values", async () => {
    const asClaim = (xml: string) =>
      xml
        .replace(/<audiences>[\s\S]*?<\/audiences>/, "")
        .replace(
          "</validate-jwt>",
          '<required-claims><claim name="aud" match="any" /></required-claims></validate-jwt>',
        );
    const found = await withPolicy(policyIds.api(), asClaim);
    expect(found).toContain("GET /sessions, wrong-audience: 403 instead of 401");
    expect(found).toHaveLength(everyOperation);
  });

  it("finds a wrong issuer beside another discovery document", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml.replace(/<issuer>(.*)<\/issuer>/, "<issuer>$1-another</issuer>"),
    );
    // The discovery document still names the right issuer, so good tokens stay in; the wrong one gets one step further.
    expect(found).toEqual(expect.arrayContaining(["GET /sessions, wrong-issuer: 403 instead of 401"]));
    expect(found).toHaveLength(everyOperation);
  });

  it("finds a wrong audience in the policy", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml.replace(/<audience>.*<\/audience>/, "<audience>api://x</audience>"),
    );
    expect(found).toContain("GET /sessions, needed-scopes: 401 instead of 200");
  });

  it("finds another scope in an operation's claim", async () => {
    const found = await withBranch("GET /topics", (xml) =>
      xml.replace("<value>conference.read</value>", "<value>conference.write</value>"),
    );
    expect(found).toEqual([
      "GET /topics, needed-scopes: 403 instead of 200",
      "GET /topics, other-scopes: 200 instead of 403",
    ]);
  });

  it("finds a claim whose values were lost", async () => {
    const found = await withBranch("GET /topics", (xml) => xml.replace("<value>conference.read</value>", ""));
    expect(found).toEqual(["GET /topics, other-scopes: 200 instead of 403"]);
  });

  it("finds 401 and 403 swapped", async () => {
    const found = await withBranch("GET /topics", (xml) => xml.replace('httpcode="403"', 'httpcode="401"'));
    expect(found).toEqual([
      "GET /topics, other-scopes: 401 instead of 403",
      "GET /topics, scp-missing: 401 instead of 403",
    ]);
  });

  it("finds unsigned tokens allowed", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml.replace('require-signed-tokens="true"', 'require-signed-tokens="false"'),
    );
    expect(found).toContain("GET /sessions, alg-none: 403 instead of 401");
    expect(found).toHaveLength(everyOperation);
  });

  it("finds expiry not required", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml.replace('require-expiration-time="true"', 'require-expiration-time="false"'),
    );
    expect(found).toContain("GET /sessions, without-expiry: 403 instead of 401");
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
    expect(found).toContain("GET /sessions, needed-scopes: 401 instead of 200");
  });

  it("finds a token that is taken from the query string as well", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml
        .replace('header-name="Authorization"', 'query-parameter-name="access_token"')
        .replace('require-scheme="Bearer" ', ""),
    );
    expect(found).toContain("GET /sessions, needed-scopes: 401 instead of 200");
    expect(found).toContain("GET /sessions, query-string: 403 instead of 401");
  });

  it("finds any scheme allowed", async () => {
    const anyScheme = (xml: string) => xml.replace('require-scheme="Bearer" ', "");
    const found = await withPolicy(policyIds.api(), anyScheme);
    expect(found).toContain("GET /sessions, basic-scheme: 403 instead of 401");
  });

  it("finds an operation in the branch of another one", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml
        .replace(/\s*"GET \/speakers",/, "")
        .replace('"POST /session/{id}/feedback"', '"POST /session/{id}/feedback", "GET /speakers"'),
    );
    expect(found).toContain("GET /speakers, needed-scopes: 403 instead of 200");
  });

  it("finds mock-response at API level before validate-jwt", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml.replace("<base />", '<base /><mock-response status-code="200" />'),
    );
    expect(found).toContain("GET /sessions, no-token: 200 instead of 401");
    // The 16 kinds that must be refused, at every operation.
    expect(found).toHaveLength(16 * everyOperation);
  });

  it("finds an API policy that lost validate-jwt", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml.replace(/<validate-jwt[\s\S]*?<\/validate-jwt>/, ""),
    );
    expect(found).toContain("GET /sessions, no-token: 403 instead of 401");
  });

  it("finds a global policy that answers everybody", async () => {
    const { resourceGroupName, serviceName } = azureInputs(stack.cloud, apiResourceId()) ?? {};
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
    expect(found).toContain("GET /sessions, no-token: 200 instead of 401");
  });

  it("finds a policy that refuses everybody for the same reason", async () => {
    const found = await withPolicy(policyIds.api(), (xml) =>
      xml.replace('header-name="Authorization"', 'header-name="X-Token"'),
    );
    expect(found).toContain(
      "GET /sessions, expired: 401 for TokenNotPresent instead of 401 for TokenExpired",
    );
    // All but the three kinds that bring no bearer token, and the one that never comes so far.
    expect(found).toHaveLength(15 * everyOperation);
  });

  it("finds a claim that no token has, though it refuses whom it must", async () => {
    const found = await withBranch("GET /topics", (xml) =>
      xml.replace('<claim name="scp"', '<claim name="scope"'),
    );
    expect(found).toEqual([
      "GET /topics, needed-scopes: 403 instead of 200",
      "GET /topics, all-scopes: 403 instead of 200",
      "GET /topics, other-scopes: 403 for TokenClaimNotFound instead of 403 for TokenClaimValueNotAllowed",
    ]);
  });

  it("finds an answer 401 that no policy gave for a reason", async () => {
    const found = await withBranch("GET /topics", (xml) =>
      xml.replace(
        /<validate-jwt[\s\S]*?<\/validate-jwt>/,
        '<return-response><set-status code="403" /></return-response>',
      ),
    );
    expect(found).toEqual([
      "GET /topics, needed-scopes: 403 instead of 200",
      "GET /topics, all-scopes: 403 instead of 200",
      "GET /topics, other-scopes: 403 without a refusal instead of 403 for TokenClaimValueNotAllowed",
      "GET /topics, scp-missing: 403 without a refusal instead of 403 for TokenClaimNotFound",
    ]);
  });

  it("finds a backend that answers 401 itself in the place of a policy", async () => {
    const backend = await serve((_, response) => response.writeHead(401).end());
    const dropped = (xml: string) => xml.replace(/<validate-jwt[\s\S]*?<\/validate-jwt>/, "");
    try {
      const found = await withInputs(
        backendId(),
        (inputs) => ({ ...inputs, url: backend.origin }),
        () => withPolicy(policyIds.api(), (xml) => ownBranch(dropped(xml), "GET /topics", dropped)),
      );
      expect(found).toContain(
        "GET /topics, no-token: 401 without a refusal instead of 401 for TokenNotPresent",
      );
    } finally {
      await backend.close();
    }
  });

  it("finds an access policy of Okta that lets every client in", async () => {
    const { org } = stack.cloud;
    const [server] = [...org.servers.values()].filter(({ name }) => name === "apim-okta-local");
    const policies = [...org.policies.values()].filter(({ serverId }) => serverId === server?.id);
    const policy = policies.find(({ name }) => name === "apim-okta-local-portal");
    if (policy === undefined) throw new Error("The stack must have an access policy; got none.");
    const set = async (changed: typeof policy) => org.policies.set(policy.id, changed);
    const found = await withChange(
      () => set({ ...policy, clients: ["ALL_CLIENTS"] }),
      () => set(policy),
      async () => {
        const { answers, explain } = await stack.prove();
        return answers.filter(({ passed }) => !passed).map((answer) => renderFailure(answer, explain));
      },
    );
    expect(found).toHaveLength(everyOperation);
    expect(found[0]?.split("\n").slice(0, 4)).toEqual([
      `✗ GET /sessions with "a stranger's app": expected no token, got 200`,
      `  sent     GET /sessions, token kind "a stranger's app", scp ["conference.read"]`,
      "  because  Okta gave another app of this org a token",
      `  rule     "Scopes of this client" of access policy "${policy.name}" of authorization server "apim-okta-local"`,
    ]);
  });

  it("finds an API under another path, and says which template the call did not fit", async () => {
    const elsewhere = (inputs: Properties) => ({ ...inputs, path: "elsewhere" });
    const { answers, explain } = await withInputs(apiResourceId(), elsewhere, () => stack.prove());
    const answer = answers.find(
      ({ cell }) => cell.operation.path === "/session/{id}" && cell.kind.id === "needed-scopes",
    );
    if (answer === undefined) throw new Error("The proof must have the operation; got none.");
    expect(renderFailure(answer, explain)).toBe(
      [
        '✗ GET /session/{id} with "needed scopes": expected 200, got 404',
        '  sent     GET /session/100, token kind "needed scopes", scp ["conference.read"]',
        "  because  configuration (global) refused GET /session/100: Unable to match incoming request to an operation. No API has this path, but /elsewhere. (OperationNotFound)",
        "  policies global → conference",
        '  look at  the path of API "conference" in the stack\'s settings, paths./session/{id}.get in apis/conference.openapi.yaml',
      ].join("\n"),
    );
  });

  it("finds a backend that is gone", async () => {
    const gone = (inputs: Properties) => ({ ...inputs, url: "http://127.0.0.1:9" });
    const found = await withInputs(backendId(), gone, differences);
    expect(found).toContain("GET /sessions, needed-scopes: 500 instead of 200");
  });

  it("finds nothing once every mistake is mended", async () => {
    expect(await differences()).toEqual([]);
  });
});

describe("an operation that needs several scopes", () => {
  const oauth2 = {
    type: "oauth2",
    flows: {
      clientCredentials: { tokenUrl: "https://okta.example/token", scopes: { a: "A.", b: "B.", c: "C." } },
    },
  };
  const needing = (operationId: string, anyOf: readonly (readonly string[])[]) => ({
    operationId,
    security: anyOf.map((all) => ({ okta: all })),
    responses: { "204": { description: "Nothing." } },
  });
  const document = {
    openapi: "3.0.3",
    info: { title: "Several", version: "1" },
    paths: {
      "/both": { get: needing("both", [["a", "b"]]) },
      "/either": { get: needing("either", [["a", "b"], ["c"]]) },
    },
    components: { securitySchemes: { okta: oauth2 } },
  };
  let folder: string;
  let several: LocalStack;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "apim-okta-several-"));
    const file = path.join(folder, "several.json");
    await writeFile(file, JSON.stringify(document));
    const apis = { several: { document: path.relative(projectRoot, file), path: "", mock: true } };
    several = await startLocalStack({ apis: JSON.stringify(apis) });
  });
  afterAll(async () => {
    await several.cloud.close();
    await rm(folder, { recursive: true });
  });

  /** `other-scopes-2: a, c`, for each token that gets in though it must not, while what runs for the operation is changed. */
  async function foundWith(name: string, change: (xml: string) => string): Promise<readonly string[]> {
    const [api] = azureResources(several.cloud, "azure-native:apimanagement:Api");
    const id = `${api?.id}/policies/policy`;
    const value = String(azureInputs(several.cloud, id)?.value);
    const changed = ownBranch(value, `GET /${name}`, (statements) => {
      expect(change(statements)).not.toBe(statements);
      return change(statements);
    });
    const put = (text: string) => changeResource(several.cloud, id, (inputs) => ({ ...inputs, value: text }));
    const { answers } = await withChange(
      () => put(changed),
      () => put(value),
      () => several.prove(),
    );
    return othersOf(answers)
      .filter(({ passed }) => !passed)
      .map(({ cell: { kind, context } }) => `${kind.id}: ${kind.scopes(context).join(", ")}`);
  }
  const without = (scope: string) => (xml: string) => xml.replaceAll(`<value>${scope}</value>`, "");

  it("is answered as it demands by the stack as the program makes it", async () => {
    const { passed, answers } = await several.prove();
    expect([passed, othersOf(answers).length]).toEqual([true, 2 * 20]);
  });

  it.each([
    ["a", "other-scopes: b, c"],
    ["b", "other-scopes-2: a, c"],
  ])("is found where its policy forgot %s", async (scope, found) => {
    expect(await foundWith("both", without(scope))).toEqual([found]);
  });

  it.each([
    ["a", "other-scopes: b"],
    ["b", "other-scopes-2: a"],
  ])("is found where its policy forgot %s beside an alternative", async (scope, found) => {
    const forgets = (xml: string) =>
      xml.replace(
        new RegExp(
          `<validate-jwt(?:(?!</validate-jwt>)[\\s\\S])*<value>${scope}</value>[\\s\\S]*?</validate-jwt>`,
        ),
        "",
      );
    expect(await foundWith("either", forgets)).toEqual([found]);
  });
});

describe("a stack of another tier", () => {
  it.each(["Consumption", "StandardV2"])("is proved alike in %s", async (apimSku) => {
    const other = await startLocalStack({ apimSku });
    try {
      const { passed, answers } = await other.prove();
      expect([passed, othersOf(answers).length]).toEqual([true, 228]);
    } finally {
      await other.cloud.close();
    }
  });
});

describe("a stack on a server of others", () => {
  const onDefault = { oktaCreateAuthorizationServer: "false", oktaAuthorizationServer: "default" };

  it("lets other apps of the org in, and its proof says by which rule", async () => {
    const other = await startLocalStack(onDefault);
    try {
      const { answers, passed, explain } = await other.prove();
      const failed = answers.filter((answer) => !answer.passed);
      expect([passed, new Set(failed.map(({ cell }) => cell.kind.id)), failed.length]).toEqual([
        false,
        new Set(["other-app"]),
        everyOperation,
      ]);
      expect(failed[0] && renderFailure(failed[0], explain)).toContain(
        'rule     "Default Policy Rule" of access policy "Default Policy" of authorization server "default"',
      );
    } finally {
      await other.cloud.close();
    }
  });

  it("is proved where its settings accept that by the server's name", async () => {
    const other = await startLocalStack({ ...onDefault, oktaAcceptOtherClientsOf: "default" });
    try {
      const { answers, passed } = await other.prove();
      const outcomes = answers.filter(({ cell }) => cell.kind.id === "other-app").map(({ actual }) => actual);
      expect([passed, new Set(outcomes)]).toEqual([true, new Set([200])]);
    } finally {
      await other.cloud.close();
    }
  });
});
