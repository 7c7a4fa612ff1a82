import { z } from "zod";
import type { ArmResource, ArmSnapshot } from "./arm-store.ts";
import { nameOf } from "./arm-store.ts";
import { armTypes } from "./arm-types.ts";
import { bodyProblems, nameProblems } from "./body-check.ts";
import { parentIdOf } from "./resource-ids.ts";
import { resourceType } from "./resource-manager.ts";
import type { TypeRegistry } from "./type-registry.ts";

const documentShape = z.looseObject({
  document: z
    .strictObject({ format: z.string(), value: z.string(), conduct: z.enum(["template", "query"]) })
    .optional(),
});

const originsShape = z.looseObject({
  origins: z.strictObject({ gateway: z.string(), developerPortal: z.string() }),
});

// A revision holds the portal as it was published.
const revisionShape = z.looseObject({
  published: z.strictObject({
    authorizationServers: z.record(z.string(), z.record(z.string(), z.unknown())),
    apiSettings: z.record(
      z.string(),
      z.array(z.looseObject({ authorizationServerId: z.string(), scope: z.string().optional() })),
    ),
  }),
});

const certificateShape = z.looseObject({ certificate: z.string(), chain: z.array(z.string()) });

const registeredShape = z.looseObject({ registrationDate: z.string() });

const keysShape = z.looseObject({
  createdDate: z.string(),
  primaryKey: z.string(),
  secondaryKey: z.string(),
});

/** What the service has of a resource besides its body, and what is wrong where it is something else. */
const hiddenShapes: Readonly<Record<string, readonly [shape: z.ZodType, problem: string]>> = {
  [armTypes.api]: [documentShape, "holds a document of another shape"],
  [armTypes.service]: [originsShape, "does not say where it is reached"],
  [armTypes.subscription]: [keysShape, "has no keys"],
  [armTypes.certificate]: [certificateShape, "has no certificate"],
  [armTypes.user]: [registeredShape, "does not say when it was registered"],
  [armTypes.portalRevision]: [revisionShape, "holds no published portal"],
};

/**
 * What no PUT could have kept: an unknown type, a body that Azure refuses, an id of another type, an id twice, a resource in one that is
 * not there.
 *
 * @returns One sentence for each such resource.
 */
export function keptResourceProblems({ resources }: ArmSnapshot, types: TypeRegistry): string[] {
  const known = new Set<string>();
  return resources.flatMap((resource, index) => {
    const id = resource.id.toLowerCase();
    const problem = problemOf(resource, types, known);
    known.add(id);
    return problem === undefined ? [] : [`azure.resources[${index}] ${problem}`];
  });
}

function problemOf(
  resource: ArmResource,
  types: TypeRegistry,
  known: ReadonlySet<string>,
): string | undefined {
  const { id, type, body, hidden } = resource;
  if (known.has(id.toLowerCase())) return "has the id of an earlier one";
  const parent = keptParentOf(id);
  if (parent !== undefined && !known.has(parent.toLowerCase()))
    return `lies in ${parent}, which is not there`;
  const definition = types.get(type.toLowerCase());
  if (definition === undefined) return `has the unknown type ${JSON.stringify(type)}`;
  if (resourceType(id).toLowerCase() !== type.toLowerCase()) return "has an id that is not of its type";
  const [shape, problem] = hiddenShapes[type] ?? [];
  if (shape?.safeParse(hidden).success === false) return problem;
  const name = nameOf(resource);
  // What an instance comes with was never put: its administrator has an empty last name.
  const ofBody = hidden.isBuiltIn === true ? [] : bodyProblems(definition, body, name);
  const [first] = [...nameProblems(definition, name), ...ofBody];
  return first === undefined ? undefined : `${first.target} ${first.reason}`;
}

/** The parent that must be kept as well: an operation may be one that only its API's document has. */
function keptParentOf(id: string): string | undefined {
  const parent = parentIdOf(id);
  return parent !== undefined && resourceType(parent) === armTypes.apiOperation ? parentIdOf(parent) : parent;
}
