import { randomBytes } from "node:crypto";
import { type Properties, unknownInput } from "../resource.ts";
import type { ResourceDefinition } from "./definition.ts";
import { nameInputOf } from "./resource-path.ts";

/** Says in a resource's inputs that azure-native made up its name, so that a replacement need not delete first. */
const createsBeforeDelete = "__createBeforeDelete";

/** What azure-native adds to the inputs: a name, the location of the resource group, the version of Azure's API. */
export async function filledInInputs(
  definition: ResourceDefinition,
  inputs: Properties,
  site: {
    /** Pulumi's logical name. */
    readonly name: string;
    /** The inputs of the last update. */
    readonly before: Properties | undefined;
    /** Inputs that a preview does not know. */
    readonly unknown: readonly string[];
    /** Asks Azure for the location of a resource group. */
    readonly locationOf: (resourceGroupName: string) => Promise<unknown>;
  },
): Promise<Properties> {
  const name = nameInputOf(definition);
  const isGiven = (input: string) => inputs[input] !== undefined || site.unknown.includes(input);
  return {
    ...inputs,
    ...(isGiven(name) ? {} : madeUpName(name, site)),
    ...("location" in definition.body && !isGiven("location") ? await location(inputs, site) : {}),
    azureApiVersion: inputs.azureApiVersion ?? definition.apiVersion,
  };
}

function madeUpName(
  input: string,
  { name, before }: { readonly name: string; readonly before: Properties | undefined },
): Properties {
  if (before?.[input] === undefined)
    return { [input]: name + randomBytes(4).toString("hex"), [createsBeforeDelete]: true };
  return {
    [input]: before[input],
    ...(before[createsBeforeDelete] === true ? { [createsBeforeDelete]: true } : {}),
  };
}

async function location(
  { resourceGroupName }: Properties,
  { before, unknown, locationOf }: Parameters<typeof filledInInputs>[2],
): Promise<Properties> {
  if (before?.location !== undefined) return { location: before.location };
  if (unknown.includes("resourceGroupName")) return { location: unknownInput };
  if (resourceGroupName === undefined) return {};
  const found = await locationOf(String(resourceGroupName));
  return found === undefined ? {} : { location: found };
}

/** Whether a replacement deletes the old resource first: always, but where azure-native made up its name. */
export function deletesFirst(before: Properties): boolean {
  return before[createsBeforeDelete] !== true;
}

/** The inputs that are Azure's: without what azure-native notes for itself. */
export function withoutNotes(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !isNote(name)));
}

/** Whether an input is a note of azure-native's own, which is no difference. */
export function isNote(name: string): boolean {
  return name.startsWith("__");
}
