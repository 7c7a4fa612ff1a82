import { createHash } from "node:crypto";
import * as resources from "@pulumi/azure-native/resources/index.js";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { withoutVersionedAliases } from "./versioned-aliases.ts";

/** What {@link PortalPublication} is made of. */
export interface PortalPublicationArgs {
  /** Resource group of the instance. */
  readonly resourceGroupName: pulumi.Input<string>;
  /** The instance. */
  readonly serviceName: pulumi.Input<string>;
  /** What the console shows of the login, JSON: the `shown` of a PortalLogin. */
  readonly loginShown: pulumi.Input<string>;
  /** What the console shows of each API, JSON: the `shown` of each ProtectedApi. */
  readonly apisShown: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * Publishes the developer portal last, and again whenever something visible in the console changes or an API is deleted and made anew.
 * Policy changes do not republish it.
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
  /** Id of the portal revision. It changes exactly when something visible in the console changes, or an API is deleted and made anew. */
  readonly revision: pulumi.Output<string>;

  constructor(name: string, args: PortalPublicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("apim-okta:index:PortalPublication", name, {}, withoutVersionedAliases(opts));
    const { resourceGroupName, serviceName } = args;
    // Where Pulumi deletes an API before it makes it anew, as it does with a new instance, it takes this for unknown and so makes
    // another revision. That is meant: what has been published does not show the new API.
    const shown = pulumi
      .all([args.loginShown, args.apisShown])
      .apply(([login, apis]) => digest([JSON.parse(login), apis.map((api) => JSON.parse(api))]));
    this.revision = new random.RandomString(
      `${name}-revision`,
      { length: 16, special: false, upper: false, keepers: { shown } },
      { parent: this },
    ).result;
    new resources.Deployment(
      name,
      {
        resourceGroupName,
        // Azure's limit for it is 64 characters.
        deploymentName: `${pulumi.getProject()}-${pulumi.getStack()}-${name}`.slice(0, 64),
        properties: {
          mode: resources.DeploymentMode.Incremental,
          // What is shown comes first, also where the revision stays the same.
          template: pulumi
            .all([serviceName, this.revision, shown])
            .apply(([service, revision]) => revisionTemplate(service, revision)),
        },
      },
      { parent: this, customTimeouts: { create: "1h", update: "1h" } },
    );
    this.registerOutputs({ revision: this.revision });
  }
}

// Of the values: neither comments nor the order of keys are visible.
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

function revisionTemplate(serviceName: string, revision: string): object {
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
