/** What a stack that Pulumi exported is made of. */
import { expect, it } from "vitest";
import { exportedResources, secretOutputNames } from "../../commands/exported-resources.ts";

const urn = (type: string, name: string) => `urn:pulumi:dev::shop::${type}::${name}`;
const secret = (plaintext: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(plaintext),
});

it("opens secrets in whatever depth, and leaves out the engine's own and what is to be deleted", () => {
  const type = "okta:app/oAuth:OAuth";
  const app = {
    type,
    urn: urn(type, "client"),
    id: "0oa1",
    outputs: { all: [{ clientSecret: secret("s") }] },
  };
  const resources = [
    { type: "pulumi:pulumi:Stack", urn: urn("pulumi:pulumi:Stack", "shop-dev") },
    { type: "pulumi:providers:okta", urn: urn("pulumi:providers:okta", "default"), id: "1" },
    { ...app, id: "0oa0", delete: true },
    app,
  ];
  expect(exportedResources({ resources })).toEqual([
    { type: "pulumi:pulumi:Stack", name: "shop-dev", id: "", inputs: {}, outputs: {} },
    { type, name: "client", id: "0oa1", inputs: {}, outputs: { all: [{ clientSecret: "s" }] } },
  ]);
});

it("names the outputs that are secrets or hold one, and no others", () => {
  const outputs = {
    url: "https://gateway.example",
    clientSecret: secret("s"),
    clients: { batch: { clientId: "0oa1", clientSecret: secret("s") } },
    portal: { clientId: "0oa2", scopes: ["a"] },
  };
  const type = "pulumi:pulumi:Stack";
  const resources = [{ type, urn: urn(type, "shop-dev"), outputs }];
  expect([...secretOutputNames({ resources })]).toEqual(["clientSecret", "clients"]);
  expect([...secretOutputNames({})]).toEqual([]);
});

it("gives none for a stack that was never updated", () => {
  expect(exportedResources({})).toEqual([]);
});
