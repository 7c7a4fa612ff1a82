/**
 * What Pulumi makes of the components for programs in other languages: the schema that its analyzer reads from their types. That the
 * plugin host loads them is in plugin.test.ts.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as components from "../entries/components.ts";

const root = path.join(import.meta.dirname, "..");
const names = Object.entries(components).flatMap(([name, value]) =>
  "prototype" in value && /^[A-Z]/.test(name) ? [name] : [],
);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "components-"));
  const typeRoots = [path.join(root, "node_modules/@types")];
  // The project's own tsconfig.json takes in every test and simulator.
  const config = { extends: path.join(root, "tsconfig.json"), compilerOptions: { typeRoots } };
  const files = [path.join(root, "entries/components.ts")];
  await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify({ ...config, files }));
});
afterAll(() => rm(folder, { recursive: true }));

const analyze = () => {
  const manifest = { main: path.join(root, "entries/components.ts") };
  return new Analyzer(folder, "apim-okta", manifest, new Set(names)).analyze();
};

describe("Pulumi's analyzer", () => {
  it("accepts every component, with these inputs", () => {
    const { components: found, typeDefinitions } = analyze();
    const inputsOf = (name: string) =>
      Object.entries(found[name]?.inputs ?? {}).map(
        ([input, { optional, plain }]) => `${input}${optional ? "?" : ""}${plain ? " (plain)" : ""}`,
      );
    expect(Object.keys(found).sort()).toEqual([
      ...["ApiGateway", "OktaAuthorization", "OktaClient"],
      ...["PortalLogin", "PortalPublication", "ProtectedApi", "TrustedOrigins"],
    ]);
    expect(Object.fromEntries(names.map((name) => [name, inputsOf(name)]))).toEqual({
      ApiGateway: [
        ...["location", "sku (plain)", "capacity?", "publisherName", "publisherEmail", "serviceName?"],
        ...["serviceNamePrefix?", "resourceGroupName?", "tags?", "developerPortalUrl?", "portalDomain?"],
        ...["portalDomainCertificate?", "serviceArgs? (plain)"],
      ],
      OktaAuthorization: [
        ...["authorizationServerName", "audience?", "acceptsOtherClients?", "scopes (plain)"],
        "claims? (plain)",
      ],
      OktaClient: [
        ...["authorizationServerId", "kind (plain)", "label", "policyName?", "scopes"],
        ...["grantTypes? (plain)", "redirectUris?", "postLogoutRedirectUris?", "groups? (plain)"],
        ...["authentication? (plain)", "publicKeys? (plain)", "secretVersion?", "signOnPolicy?"],
        "accessTokenLifetimeMinutes?",
      ],
      PortalLogin: [
        ...["resourceGroupName", "serviceName", "loginName? (plain)", "grantTypes (plain)"],
        ...["defaultScopes (plain)", "declaredScopes (plain)", "authorizationEndpoint", "tokenEndpoint"],
        ...["clientId", "clientSecret"],
      ],
      PortalPublication: ["resourceGroupName", "serviceName", "loginShown", "apisShown"],
      ProtectedApi: [
        ...["resourceGroupName", "serviceName", "gatewayUrl", "sku?", "portalOrigins?"],
        ...[
          "browserOrigins?",
          "portalLoginName?",
          "portalScopes?",
          "openIdConfigUrl",
          "issuer",
          "audience",
          "displayName",
          "document",
        ],
        ...["operations (plain)", "path", "serviceUrl?", "policies? (plain)"],
        "translateRequiredQueryParametersConduct?",
        "formerOperations? (plain)",
      ],
      TrustedOrigins: ["origins (plain)", "namePrefix"],
    });
    expect(found.ApiGateway?.inputs.serviceArgs).toMatchObject({
      $ref: "#/types/apim-okta:index:PartialApiManagementServiceArgs",
    });
    expect(Object.keys(typeDefinitions.PartialApiManagementServiceArgs?.properties ?? {})).toEqual(
      expect.arrayContaining(["virtualNetworkConfiguration", "identity", "zones", "additionalLocations"]),
    );
    expect(Object.keys(found.ProtectedApi?.outputs ?? {})).toEqual([
      ...["url", "shown", "path", "operationsByName"],
    ]);
    // Texts that a person reads in an editor of another language.
    expect(found.ProtectedApi?.inputs.operations?.description).toMatch(
      /^The document's operations\. An operation that is not listed/,
    );
    // The types of azure-native alone are 20,000 lines.
  }, 60_000);
});
