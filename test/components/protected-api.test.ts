/** What a `ProtectedApi` registers. That Azure takes it is not proved here. */
import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, it } from "vitest";
import { importArgs } from "../../components/import-args.ts";
import { ProtectedApi, type ProtectedApiArgs } from "../../components/protected-api.ts";
import { readDocument } from "../../openapi/document.ts";

const policies = new Map<string, string>();
let registered: (name: string) => void = () => {};
beforeEach(() => {
  policies.clear();
  return pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => {
      policies.set(name, String(inputs.value));
      registered(name);
      return { id: name, state: inputs };
    },
    call: () => ({}),
  });
});

/** The policy document of the API "c". */
async function policyWith(args: Partial<ProtectedApiArgs>): Promise<string> {
  const document = await readDocument({ document: "apis/conference.openapi.yaml" }, ".");
  const isRegistered = new Promise<void>((resolve) => {
    registered = (name) => name === "c-policy" && resolve();
  });
  new ProtectedApi("c", {
    ...{ resourceGroupName: "rg", serviceName: "apim", gatewayUrl: "https://g.example", path: "" },
    ...{ issuer: "https://o.example", audience: "api://a", openIdConfigUrl: "https://o.example/c" },
    ...importArgs(document),
    ...args,
  });
  await isRegistered;
  return policies.get("c-policy") ?? "";
}
const originsIn = (policy: string) => policy.match(/(?<=<origin>).*(?=<)/g) ?? [];

describe("the cors policy of an API", () => {
  it("lets in the pages of the portal and of browser apps, each origin once", async () => {
    const [portal, app] = ["https://p.example", "https://app.example"];
    const policy = await policyWith({
      ...{ portalOrigins: [portal], portalLoginName: "okta" },
      browserOrigins: [pulumi.output(app), portal],
    });
    expect(originsIn(policy)).toEqual([portal, app]);
  });

  it("lets in a browser app's pages where there is no portal", async () => {
    expect(originsIn(await policyWith({ browserOrigins: ["https://app.example"] }))).toEqual([
      "https://app.example",
    ]);
  });

  it("is not there when no page calls the API", async () => {
    expect(await policyWith({})).not.toContain("<cors");
  });
});
