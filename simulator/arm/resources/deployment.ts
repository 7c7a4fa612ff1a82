import type { CheckFailure, Properties } from "../../providers/resource.ts";
import { type ArmDefinition, resourceAt } from "../arm-handler.ts";
import { armTypes } from "../arm-types.ts";
import { requiredInputs } from "../required-inputs.ts";
import { type PortalRevision, portalRevisionFailures, publishPortal } from "./portal-revision.ts";
import { resourceGroupId } from "./resource-group.ts";

/**
 * `resources.Deployment`: executes an ARM template. Deleting it deletes the record alone, as in Azure, and nothing that the
 * template made.
 *
 * Differs from Azure: templates make portal revisions only, and hold neither parameters nor expressions.
 */
export const deployment: ArmDefinition = {
  type: armTypes.deployment,
  address: ["resourceGroupName", "deploymentName"],
  supported: [],
  structured: ["properties"],
  nameInput: "deploymentName",
  idOf: ({ resourceGroupName, deploymentName }) =>
    `${resourceGroupId(resourceGroupName)}/providers/Microsoft.Resources/deployments/${deploymentName}`,
  rules: (inputs) => [
    ...requiredInputs(inputs, ["resourceGroupName", "properties"]),
    ...(inputs.properties === undefined ? [] : propertyFailures(inputs.properties as Properties)),
  ],
  put: async (store, { inputs }) => {
    const group = resourceAt(store, resourceGroupId(inputs.resourceGroupName));
    for (const revision of revisionsOf(inputs)) publishPortal(store, group.id, revision);
    return { type: "Microsoft.Resources/deployments" };
  },
};

function revisionsOf({ properties }: Properties): readonly PortalRevision[] {
  return (properties as { template: { resources: readonly PortalRevision[] } }).template.resources;
}

function propertyFailures(properties: Properties): readonly CheckFailure[] {
  const { mode, template } = properties;
  const failures = unknownKeys(properties, "properties", ["mode", "template"]);
  if (mode !== "Incremental") {
    failures.push({
      property: "properties.mode",
      reason: `must be "Incremental": "Complete" deletes everything else in the resource group; got ${JSON.stringify(mode)}.`,
    });
  }
  if (typeof template !== "object" || template === null)
    return [...failures, { property: "properties.template", reason: "must be an object; got none." }];
  return [...failures, ...templateFailures(template as Properties)];
}

function templateFailures(template: Properties): readonly CheckFailure[] {
  const failures = unknownKeys(template, "properties.template", ["$schema", "contentVersion", "resources"]);
  const { resources } = template;
  if (!Array.isArray(resources))
    return [...failures, { property: "properties.template.resources", reason: "must be a list; got none." }];
  return [
    ...failures,
    ...resources.flatMap((resource: Properties, index) =>
      resourceFailures(resource, `properties.template.resources[${index}]`),
    ),
  ];
}

function resourceFailures(resource: Properties, place: string): readonly CheckFailure[] {
  if (resource.type !== armTypes.portalRevision) {
    return [
      {
        property: `${place}.type`,
        reason: `must be "${armTypes.portalRevision}": other resources of a template are not simulated; got ${JSON.stringify(resource.type)}.`,
      },
    ];
  }
  return [
    ...unknownKeys(resource, place, ["type", "apiVersion", "name", "properties"]),
    ...portalRevisionFailures(resource).map(({ property, reason }) => ({
      property: `${place}.${property}`,
      reason,
    })),
  ];
}

function unknownKeys(object: Properties, place: string, known: readonly string[]): CheckFailure[] {
  return Object.keys(object)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      property: `${place}.${key}`,
      reason: "is not simulated by the local cloud. Remove it for the stack local, or deploy to Azure.",
    }));
}
