import { isoTime } from "../../kernel/clock.ts";
import type { BodyProblem } from "../arm-error.ts";
import type { ArmBody, ArmObject, ArmStore } from "../arm-store.ts";
import type { ArmType } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";
import { parentIdOf } from "../resource-ids.ts";
import { portalRevision, portalRevisionProblems } from "./portal-revision.ts";

/**
 * Executes an ARM template. Deleting it deletes the record alone, as in Azure, and nothing that the template made.
 *
 * Differs from Azure: templates make portal revisions only, and hold neither parameters nor expressions.
 */
export const deployment: ArmType = {
  type: armTypes.deployment,
  nameParameter: "deploymentName",
  required: ["properties"],
  busyState: "Running",
  canPatch: false,
  rules: ({ properties }) => deploymentProblems(properties),
  put: async ({ store, id, body }) => {
    for (const revision of revisionsOf(body)) await putRevision(store, parentIdOf(id) ?? "", revision);
    return { body, hidden: { timestamp: isoTime(store.clock) } };
  },
  view: ({ body, hidden }) => ({ properties: viewDeployment(body, hidden) }),
};

interface RevisionOfTemplate {
  /** `SERVICE/REVISION`. */
  readonly name: string;
  readonly properties: ArmObject;
}

function revisionsOf({ properties }: ArmBody): readonly RevisionOfTemplate[] {
  return (properties.template as { resources: readonly RevisionOfTemplate[] }).resources;
}

async function putRevision(
  store: ArmStore,
  groupId: string,
  { name, properties }: RevisionOfTemplate,
): Promise<void> {
  const [service, revision] = name.split("/");
  const id = `${groupId}/providers/Microsoft.ApiManagement/service/${service}/portalRevisions/${revision}`;
  const kept = await portalRevision.put?.({ store, id, body: { properties }, before: store.get(id) });
  if (kept !== undefined)
    store.put({ id, type: portalRevision.type, body: kept.body, hidden: kept.hidden ?? {} });
}

/** @see https://learn.microsoft.com/rest/api/resources/deployments/create-or-update#deploymentextended */
function viewDeployment({ properties }: ArmBody, { timestamp }: ArmObject): ArmObject {
  return { mode: properties.mode, provisioningState: "Succeeded", timestamp, duration: "PT0S" };
}

function deploymentProblems(properties: ArmObject): readonly BodyProblem[] {
  const { mode, template } = properties;
  const problems = otherKeys(properties, "properties", ["mode", "template"]);
  if (mode !== "Incremental") {
    problems.push({
      target: "properties.mode",
      reason: `must be "Incremental": "Complete" deletes everything else in the resource group; got ${JSON.stringify(mode)}.`,
      isNotSimulated: mode === "Complete",
    });
  }
  if (typeof template !== "object" || template === null)
    return [...problems, { target: "properties.template", reason: "must be an object; got none." }];
  return [...problems, ...templateProblems(template as ArmObject)];
}

function templateProblems(template: ArmObject): readonly BodyProblem[] {
  const problems = otherKeys(template, "properties.template", ["$schema", "contentVersion", "resources"]);
  const { resources } = template;
  if (!Array.isArray(resources))
    return [...problems, { target: "properties.template.resources", reason: "must be a list; got none." }];
  return [
    ...problems,
    ...resources.flatMap((resource: ArmObject | null, index) =>
      resourceProblems(resource, `properties.template.resources[${index}]`),
    ),
  ];
}

function resourceProblems(resource: ArmObject | null, place: string): readonly BodyProblem[] {
  if (typeof resource !== "object" || resource === null)
    return [{ target: place, reason: `must be an object; got ${JSON.stringify(resource)}.` }];
  if (resource.type !== armTypes.portalRevision) {
    return [
      {
        target: `${place}.type`,
        reason: `must be "${armTypes.portalRevision}": other resources of a template are not simulated; got ${JSON.stringify(resource.type)}.`,
        isNotSimulated: true,
      },
    ];
  }
  return [
    ...otherKeys(resource, place, ["type", "apiVersion", "name", "properties"]),
    ...portalRevisionProblems(resource).map((problem) => ({
      ...problem,
      target: `${place}.${problem.target}`,
    })),
  ];
}

function otherKeys(object: ArmObject, place: string, known: readonly string[]): BodyProblem[] {
  return Object.keys(object)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      target: `${place}.${key}`,
      reason: "is not simulated by the local cloud. Leave it out for the stack local, or deploy to Azure.",
      isNotSimulated: true,
    }));
}
