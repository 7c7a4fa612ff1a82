/** The programs of test/simulator/engine/witness-programs.test.ts on Pulumi's engine: the answers must be the same. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { plainOutputs } from "../commands/stack-outputs.ts";
import {
  productAnswer,
  productKey,
  withFailingHook,
  withProduct,
  withStrippedPolicies,
} from "../test/support/witness-programs.ts";
import { startTestEngine, type TestEngine } from "./support/engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

const up = (change: (text: string) => string) =>
  engine.run({ files: { "index.ts": change } }, (stack) => stack.up({ suppressProgress: true }));

it("makes no API when a hook before its creation fails", async () => {
  await expect(up(withFailingHook)).rejects.toThrow('before hook "guard" failed: no API today');
});

it("lets everybody in when a transform strips every validate-jwt", async () => {
  const { result } = await up(withStrippedPolicies);
  const { apiUrls } = plainOutputs(result.outputs) as { apiUrls: Record<string, string> };
  expect((await fetch(`${apiUrls.conference}/sessions`)).status).toBe(200);
});

it("opens APIs by a product's key, with a policy of the product's own, and changes nothing in a second update", async () => {
  const { result } = await up(withProduct);
  const { apiUrls } = plainOutputs(result.outputs) as { apiUrls: Record<string, string> };
  const url = `${apiUrls.conference}/sessions`;
  expect((await fetch(url)).status).toBe(401);
  const response = await fetch(url, { headers: { "Ocp-Apim-Subscription-Key": productKey } });
  expect([response.status, await response.text()]).toEqual([200, productAnswer]);
  const change = { files: { "index.ts": withProduct } };
  const again = await engine.run(change, (stack, onEvent) =>
    stack.up({ suppressProgress: true, refresh: true, onEvent }),
  );
  expect(again.steps).toEqual([]);
  const { result: state } = await engine.run(change, (stack) => stack.exportStack());
  const { resources } = state.deployment as { resources: { type: string; inputs?: object }[] };
  const inputsOf = (kind: string) =>
    resources.find(({ type }) => type === `azure-native:apimanagement:${kind}`)?.inputs;
  // An export shows a secret as an object that says so.
  expect(inputsOf("NamedValue")).toMatchObject({ value: { plaintext: '"Hello, partner"' } });
  expect(inputsOf("User")).toMatchObject({ password: { plaintext: '"s3cret-pass"' } });
  expect(inputsOf("Subscription")).toMatchObject({ primaryKey: { plaintext: `"${productKey}"` } });
});

it("takes a product, its subscription and what its policy names away again", async () => {
  await up((program) => `${program}\n`);
  const collections = [
    ...[
      "products",
      "products/apis",
      "products/groups",
      "products/policies",
      "namedValues",
      "policyFragments",
    ],
    ...["groups/users", "certificates"],
  ];
  const of = (collection: string) => engine.cloud.store.all(`Microsoft.ApiManagement/service/${collection}`);
  expect(collections.flatMap(of)).toEqual([]);
  const namesOf = (collection: string) => of(collection).map(({ id }) => id.split("/").at(-1));
  expect(namesOf("subscriptions")).toEqual(["master"]);
  expect(namesOf("users")).toEqual(["1"]);
  expect(namesOf("groups")).toEqual(["administrators", "developers", "guests"]);
});
