import { z } from "zod";
import { checkInputs } from "./arm-checks.ts";
import type { ArmDefinition } from "./arm-handler.ts";
import type { ArmResource, ArmSnapshot } from "./arm-store.ts";
import { armTypes } from "./arm-types.ts";

// A revision holds the portal as it was published.
const revisionOutputs = z.looseObject({
  published: z.strictObject({
    authorizationServers: z.record(z.string(), z.record(z.string(), z.unknown())),
    apiSettings: z.record(
      z.string(),
      z.array(z.looseObject({ authorizationServerId: z.string(), scope: z.string().optional() })),
    ),
  }),
});

/**
 * What no handler could have kept: an unknown type, inputs that Azure refuses, an id of another address, an id twice, a resource in
 * one that is not there.
 *
 * @returns One sentence for each such resource.
 */
export function keptResourceProblems(
  { resources }: ArmSnapshot,
  definitions: readonly ArmDefinition[],
): string[] {
  const byType = new Map(definitions.map((one) => [one.type, one]));
  const known = new Set<string>();
  return resources.flatMap((resource, index) => {
    const id = resource.id.toLowerCase();
    const problem = problemOf(resource, byType.get(resource.type), known);
    known.add(id);
    return problem === undefined ? [] : [`azure.resources[${index}] ${problem}`];
  });
}

function problemOf(
  { id, type, inputs, outputs }: ArmResource,
  definition: ArmDefinition | undefined,
  known: ReadonlySet<string>,
): string | undefined {
  if (known.has(id.toLowerCase())) return "has the id of an earlier one";
  const parent = parentOf(id);
  if (parent !== undefined && !known.has(parent.toLowerCase()))
    return `lies in ${parent}, which is not there`;
  // A deployment's template makes it, not a handler.
  if (type === armTypes.portalRevision)
    return revisionOutputs.safeParse(outputs).success ? undefined : "holds no published portal";
  if (definition === undefined) return `has the unknown type ${JSON.stringify(type)}`;
  if (definition.idOf(inputs).toLowerCase() !== id.toLowerCase()) return "has an id that is not its address";
  const [failure] = [...checkInputs(inputs, definition), ...(definition.rules?.(inputs) ?? [])];
  return failure === undefined ? undefined : `${failure.property ?? "inputs"}: ${failure.reason}`;
}

/** `…/service/apim/apis/a` → `…/service/apim`; none for a resource group, and none of an operation, which only its document has. */
function parentOf(id: string): string | undefined {
  const [, parent] = /^(.*?)(?:\/providers\/[^/]+)?(?:\/operations\/[^/]+)?\/[^/]+\/[^/]+$/.exec(id) ?? [];
  return /\/resourceGroups\//i.test(parent ?? "") ? parent : undefined;
}
