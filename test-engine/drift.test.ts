/** Changes behind Pulumi's back in the local cloud: seen by a refresh, mended by an update, felt by the matrix in between. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configuredStack, proveLocally } from "../commands/prove.ts";
import { parseOutputs, plainOutputs, type StackOutputs } from "../commands/stack-outputs.ts";
import { azureResources, changeResource } from "../test/support/local-stack.ts";
import { startTestEngine, type TestEngine } from "./support/engine.ts";

let engine: TestEngine;
let outputs: StackOutputs;
beforeAll(async () => {
  engine = await startTestEngine();
  const { result } = await up();
  outputs = parseOutputs(plainOutputs(result.outputs), "the test's stack");
});
afterAll(() => engine.close());

const up = () =>
  engine.run({}, (stack, onEvent) => stack.up({ suppressProgress: true, refresh: true, onEvent }));
const prove = async () =>
  proveLocally(engine.cloud, {
    stack: await configuredStack(engine.settings, outputs),
    refusalOf: engine.refusals.refusalOf,
  });

/** What Okta said where a client of the stack got no token, though it is due. */
async function refusalsOfOkta(): Promise<readonly string[]> {
  const { answers } = await prove();
  return answers.flatMap(({ passed, noToken }) => (passed || noToken === undefined ? [] : noToken.words));
}

/** The app of the client that gets tokens by itself. */
function batchApp() {
  const app = engine.cloud.org.apps.values().find(({ label }) => label.endsWith("partner-batch"));
  if (app === undefined) throw new Error("The stack must have an app for partner-batch; got none.");
  return app;
}

async function seenAndMended(steps: readonly string[]): Promise<void> {
  const { steps: planned } = await engine.run({}, (stack, onEvent) =>
    stack.preview({ refresh: true, onEvent }),
  );
  expect(planned).toEqual(steps);
  expect((await up()).steps).toEqual(steps);
  expect((await prove()).passed).toBe(true);
}

describe("drift", () => {
  it("of a policy lets somebody in until it is mended", async () => {
    const [policy] = azureResources(engine.cloud, "azure-native:apimanagement:ApiPolicy");
    await changeResource(engine.cloud, policy?.id ?? "", (inputs) => ({
      ...inputs,
      value: String(inputs.value).replace("conference.write</value>", "conference.read</value>"),
    }));
    const { answers } = await prove();
    const others = answers.filter(({ passed, cell }) => !passed && cell.kind.caller === undefined);
    expect(others.map(({ cell, actual }) => `${cell.kind.name}: ${actual}`)).toEqual([
      "needed scopes: 403",
      "all scopes but a needed one: 200",
    ]);
    await seenAndMended(["update ApiPolicy conference-policy"]);
  });

  it("of an app's grant stops every token until it is mended", async () => {
    const app = batchApp();
    engine.cloud.org.apps.set(app.id, { ...app, grantTypes: ["authorization_code"] });
    expect(await refusalsOfOkta()).toContainEqual(expect.stringContaining("unauthorized_client"));
    await seenAndMended(["update OAuth partner-batch"]);
  });

  it("of a scope that was deleted stops its tokens until it is made again", async () => {
    const scope = engine.cloud.org.scopes.values().find(({ name }) => name === "conference.write");
    engine.cloud.org.scopes.delete(scope?.id ?? "");
    await expect(prove()).rejects.toThrow("invalid_scope");
    await seenAndMended(["create ServerScope okta-scope-conference.write"]);
  });

  it("of what the program leaves to Okta's default is seen as well", async () => {
    const { id } = batchApp();
    const policy = engine.cloud.org.policies.values().find(({ clients }) => clients.includes(id));
    if (policy === undefined) throw new Error("The stack must have an access policy; got none.");
    engine.cloud.org.policies.set(policy.id, { ...policy, status: "INACTIVE" });
    expect(await refusalsOfOkta()).toContainEqual(expect.stringContaining("Policy evaluation failed"));
    await seenAndMended(["update ServerPolicy partner-batch-policy"]);
  });
});
