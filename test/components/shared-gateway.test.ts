/** The program of docs/shared-gateway.md, under Pulumi's mocks: what it registers with an instance of another stack. No cloud is asked. */
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";

const docs = path.join(import.meta.dirname, "../../docs");
const platform = {
  ...{ resourceGroupName: "rg-shared", serviceName: "apim-shared" },
  ...{ gatewayUrl: "https://g.example", developerPortalUrl: "https://p.example" },
};
const registered = new Map<string, Record<string, unknown>>();
let url: string;

beforeAll(async () => {
  pulumi.runtime.setAllConfig({
    ...{ "orders:platformStack": "contoso/platform/prod", "orders:serviceUrl": "https://b.example" },
  });
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        registered.set(type.split(":").at(-1) ?? "", inputs);
        if (type === "pulumi:pulumi:StackReference")
          return { id: name, state: { name, outputs: platform, secretOutputNames: [] } };
        const issuer = type === "okta:auth/server:Server" ? { issuer: "https://o.example/oauth2/aus" } : {};
        return { id: name, state: { ...inputs, ...issuer } };
      },
      call: () => ({}),
    },
    "orders",
    "dev",
  );
  await pulumi.runtime.runInPulumiStack(async () => {
    const program = await import("../../docs/shared-gateway.ts");
    url = await new Promise((resolve) => {
      program.url.apply(resolve);
    });
    return {};
  });
  await pulumi.runtime.disconnect();
});

describe("the program with a gateway from a stack reference", () => {
  it("puts its API and sign-in into the other stack's instance", () => {
    const instance = { resourceGroupName: "rg-shared", serviceName: "apim-shared" };
    for (const type of ["Api", "ApiPolicy", "Backend", "AuthorizationServer"])
      expect(registered.get(type)).toMatchObject(instance);
    expect(registered.get("Api")?.path).toBe("conference");
    expect(url).toBe("https://g.example/conference");
  });

  it("sends people back to the shared portal, by a sign-in of its own", () => {
    expect(registered.get("OAuth")?.redirectUris).toEqual([
      "https://p.example/signin-oauth/code/callback/okta-conference",
    ]);
    expect(registered.get("AuthorizationServer")?.authsid).toBe("okta-conference");
  });

  it("makes no instance and no resource group, and publishes nothing", () => {
    for (const type of ["ApiManagementService", "ResourceGroup", "Deployment"])
      expect([...registered.keys()]).not.toContain(type);
  });

  it("stands in docs/shared-gateway.md as it is run", async () => {
    const program = await readFile(path.join(docs, "shared-gateway.ts"), "utf8");
    const asInstalled = program
      .replace('"../entries/components.ts"', '"apim-okta/components"')
      .replace('"../entries/openapi.ts"', '"apim-okta/openapi"');
    expect(await readFile(path.join(docs, "shared-gateway.md"), "utf8")).toContain(
      `\`\`\`ts\n${asInstalled}\`\`\``,
    );
  });
});
