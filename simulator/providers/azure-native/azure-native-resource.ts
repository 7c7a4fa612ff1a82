import { SimulatorError } from "../../kernel/error.ts";
import type { Properties, ResourceHandler, ResourceState } from "../resource.ts";
import { AzureResponseError } from "./azure-response-error.ts";
import { isObject, toBody, toOutputs } from "./azure-shape.ts";
import type { ResourceDefinition } from "./definition.ts";
import { deletesFirst, filledInInputs, isNote, withoutNotes } from "./filled-in-inputs.ts";
import { inputFailures } from "./input-failures.ts";
import { previewOutputs } from "./preview-outputs.ts";
import { importedInputs, refreshedInputs } from "./refreshed-inputs.ts";
import type { ResourceManagerClient, ResourcePlace } from "./resource-manager-client.ts";
import { addressOf, pathOf } from "./resource-path.ts";

/** The subscription that resources are made in, and who makes them. */
export interface AzureScope {
  readonly azure: ResourceManagerClient;
  readonly subscriptionId: string;
}

/** A resource type as azure-native serves it. */
export function azureNativeResource(
  type: string,
  definition: ResourceDefinition,
  scope: AzureScope,
): ResourceHandler {
  const { azure, subscriptionId } = scope;
  const fillIn = (
    inputs: Properties,
    site: { name: string; before: Properties | undefined; unknown?: readonly string[] },
  ) =>
    filledInInputs(definition, inputs, {
      ...{ unknown: [], ...site },
      locationOf: (group) => locationOf(scope, group),
    });
  return {
    type,
    replaceOnChanges: [...Object.keys(definition.address), ...(definition.replaceOnChanges ?? [])],
    isSame: (name, before, after) =>
      isNote(name) ||
      // An import does not note the version.
      (name === "azureApiVersion" && before === undefined) ||
      (name === "location" && regionOf(before) === regionOf(after)),
    deletesBeforeReplace: deletesFirst,
    fillIn,
    tellsOutputsAlone: true,
    preview: (inputs, before) => previewOutputs(definition, inputs, before),
    check: (inputs) => inputFailures(type, definition, withoutNotes(inputs)),
    create: async (name, given) => {
      const inputs = withoutNotes(await fillIn(given, { name, before: undefined }));
      const place = placeOf(definition, pathOf(definition, subscriptionId, inputs));
      await assertCanCreate(azure, definition, place);
      const answer = await keep(azure, { definition, place, inputs });
      const id = String(answer.id ?? place.path);
      if (definition.isLink === true) return { id, properties: outputsOf(definition, answer) };
      return { id, properties: await outputsAt(azure, definition, id) };
    },
    read: async (id, state = {}) => {
      if (definition.isLink === true) return readLink(azure, { definition, id, state });
      const answer = await azure.find(placeOf(definition, id));
      if (answer === undefined) return undefined;
      const address = addressOf(definition, id);
      return {
        id,
        properties: outputsOf(definition, answer),
        inputs: importedInputs(definition, { address, answer }),
      };
    },
    refresh: (inputs, before, { properties: after }) =>
      refreshedInputs(definition, { inputs, before, after }),
    update: async (id, given) => {
      const inputs = { ...addressOf(definition, id), ...withoutNotes(given) };
      const place = placeOf(definition, pathOf(definition, subscriptionId, inputs));
      await keep(azure, { definition, place, inputs });
      return { id, properties: await outputsAt(azure, definition, place.path) };
    },
    delete: (id) => azure.delete(placeOf(definition, id), definition.isLongRunning.delete),
  };
}

/** What azure-native knows of a link it keeps, for as long as the link is there. */
async function readLink(
  azure: ResourceManagerClient,
  { definition, id, state }: { definition: ResourceDefinition; id: string; state: Properties },
): Promise<ResourceState | undefined> {
  if (!(await azure.isThere(placeOf(definition, id)))) return undefined;
  return { id, properties: state, inputs: addressOf(definition, id) };
}

function placeOf({ apiVersion }: ResourceDefinition, path: string): ResourcePlace {
  return { path, apiVersion };
}

function keep(
  azure: ResourceManagerClient,
  { definition, place, inputs }: { definition: ResourceDefinition; place: ResourcePlace; inputs: Properties },
): Promise<Properties> {
  const given = Object.keys(definition.query).filter((name) => inputs[name] !== undefined);
  const query = Object.fromEntries(given.map((name) => [name, inputs[name]]));
  return azure.put({ ...place, query }, toBody(definition.body, inputs), definition.isLongRunning.put);
}

// The answer to a PUT may differ from what a refresh reads, so azure-native reads at once.
async function outputsAt(
  azure: ResourceManagerClient,
  definition: ResourceDefinition,
  path: string,
): Promise<Properties> {
  return outputsOf(definition, await azure.get(placeOf(definition, path)));
}

function outputsOf({ answer: model, apiVersion }: ResourceDefinition, answer: Properties): Properties {
  return { ...toOutputs(model, answer), azureApiVersion: apiVersion };
}

/** @see https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/azure/client_azcore.go (CanCreate) */
async function assertCanCreate(
  azure: ResourceManagerClient,
  { body, defaultBody, isLink }: ResourceDefinition,
  place: ResourcePlace,
): Promise<void> {
  const found =
    isLink === true ? azure.isThere(place).then((is) => (is ? {} : undefined)) : azure.find(place);
  const answer = await found.catch((error: unknown) => {
    if (!(error instanceof AzureResponseError)) throw error;
    const { status, body: text } = error;
    const message = `cannot check existence of resource '${place.path}': status code ${status}, ${text}`;
    throw new SimulatorError(error.code, message, { cause: error });
  });
  if (answer === undefined) return;
  if (defaultBody === undefined) throw conflict("resource", place.path);
  if (!isDefault(toOutputs(body, answer), defaultBody)) throw conflict("subresource", place.path);
}

function conflict(kind: string, id: string): SimulatorError {
  return new SimulatorError("Conflict", `cannot create already existing ${kind} '${id}'`);
}

/** Whether everything that Azure has is as it made it; it need not have all of that. */
function isDefault(value: unknown, made: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) {
    const own = isObject(made) ? made : {};
    return Object.entries(value).every(([name, inner]) => name in own && isDefault(inner, own[name]));
  }
  return value === false || value === made;
}

// https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/provider/provider.go (getDefaultLocation)
async function locationOf({ azure, subscriptionId }: AzureScope, group: string): Promise<unknown> {
  const path = `/subscriptions/${subscriptionId}/resourceGroups/${encodeURIComponent(group)}`;
  return (await azure.find({ path, apiVersion: "2020-10-01" }))?.location;
}

/** As azure-native compares locations: `West Europe` and `westeurope` are one. */
function regionOf(location: unknown): string {
  return String(location).toLowerCase().replaceAll(" ", "");
}
