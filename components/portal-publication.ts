import { createHash } from "node:crypto";
import * as resources from "@pulumi/azure-native/resources/index.js";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Gateway } from "./api-gateway.ts";
import type { PortalLogin } from "./portal-login.ts";
import type { ProtectedApi } from "./protected-api.ts";

/** What {@link PortalPublication} is made of. */
export interface PortalPublicationArgs {
  readonly gateway: Gateway;
  readonly portalLogin: PortalLogin;
  readonly apis: readonly ProtectedApi[];
}

/**
 * Publishes the developer portal once everything that its console shows is there, and again when any of it changes.
 *
 * azure-native has no resource for a portal revision (https://github.com/pulumi/pulumi-azure-native/issues/4358), so an ARM
 * template makes it. Azure's ways with revisions:
 * - the console shows authorization servers, and an API's link to them, as they were when the portal was published;
 * - a revision cannot be deleted, and destroying the deployment removes its record alone;
 * - what it makes of an id that there was before is not documented, so none comes twice: it is random, and new when its keeper is;
 * - the newest revision becomes the current one (https://github.com/Azure/api-management-developer-portal/issues/1354);
 * - a new instance may refuse the first one until somebody with rights has opened the portal once, which is when its first content is
 *   made (https://github.com/Azure/api-management-developer-portal/issues/1363): do that and run the update again.
 */
export class PortalPublication extends pulumi.ComponentResource {
  /** Another one exactly when something visible in the console changes. A changed policy is not visible there. */
  readonly revision: pulumi.Output<string>;

  constructor(name: string, args: PortalPublicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("apim-okta:index:PortalPublication", name, {}, opts);
    const { gateway, portalLogin, apis } = args;
    const shown = portalLogin.shown.apply((login) => digest([login, apis.map((api) => api.shown)]));
    this.revision = new random.RandomString(
      `${name}-revision`,
      { length: 16, special: false, upper: false, keepers: { shown } },
      { parent: this },
    ).result;
    new resources.Deployment(
      name,
      {
        resourceGroupName: gateway.resourceGroupName,
        // Azure's limit for it is 64 characters.
        deploymentName: `${pulumi.getProject()}-${pulumi.getStack()}-${name}`.slice(0, 64),
        properties: {
          mode: resources.DeploymentMode.Incremental,
          template: pulumi.all([gateway.serviceName, this.revision]).apply(revisionTemplate),
        },
      },
      { parent: this, dependsOn: [portalLogin, ...apis], customTimeouts: { create: "1h", update: "1h" } },
    );
    this.registerOutputs({ revision: this.revision });
  }
}

// Of what is said, however it is written: neither a comment nor the order of keys is shown.
function digest(shown: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(shown)))
    .digest("hex")
    .slice(0, 16);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function revisionTemplate([serviceName, revision]: readonly [string, string]): object {
  return {
    $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    contentVersion: "1.0.0.0",
    resources: [
      {
        type: "Microsoft.ApiManagement/service/portalRevisions",
        apiVersion: "2024-05-01",
        name: `${serviceName}/${revision}`,
        properties: { description: `Published by Pulumi, stack ${pulumi.getStack()}.`, isCurrent: true },
      },
    ],
  };
}
