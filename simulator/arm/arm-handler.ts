import { randomBytes } from "node:crypto";
import { SimulatorError } from "../kernel/error.ts";
import type { CheckFailure, Properties, ResourceHandler, ResourceState } from "../providers/resource.ts";
import { checkInputs, type InputShape } from "./arm-checks.ts";
import type { ArmResource, ArmStore } from "./arm-store.ts";

/** What is particular to one ARM resource type. */
export interface ArmDefinition extends InputShape {
  /** Pulumi's type token. */
  readonly type: string;
  /** Address inputs to ARM id. */
  readonly idOf: (inputs: Properties) => string;
  /** The input that holds the resource's own name; generated when it is left out. */
  readonly nameInput: string;
  /** Its provisioningState while Azure still works on it. */
  readonly busyState?: string;
  /** Further inputs whose change makes a new resource; those of the address always do. */
  readonly replaceOnChanges?: readonly string[];
  /** Secret inputs, which stay in the state as azure-native keeps them. */
  readonly secrets?: readonly string[];
  /** What Azure refuses by the inputs alone, besides the model's constraints. */
  readonly rules?: (inputs: Properties) => readonly CheckFailure[];
  /**
   * What Azure does at a PUT before it keeps the resource: looks for what is referred to, reads documents.
   *
   * @returns Output properties besides the inputs.
   */
  readonly put: (store: ArmStore, site: { id: string; inputs: Properties }) => Promise<Properties>;
  /** Runs once the resource is kept. */
  readonly afterPut?: (store: ArmStore, id: string) => void;
  /** Inputs of a resource that Azure makes with its parent. It counts as not made yet for as long as it is as it came. */
  readonly defaultBody?: Properties;
  /** @throws {SimulatorError} when something else needs the resource. */
  readonly beforeDelete?: (store: ArmStore, id: string) => void;
}

/** The subscription that every local resource is in. */
export const subscription = "/subscriptions/00000000-0000-0000-0000-000000000000";

/** Makes a resource handler that keeps its resources in the store. */
export function armHandler(store: ArmStore, definition: ArmDefinition): ResourceHandler {
  const keep = async (inputs: Properties): Promise<ResourceState> => {
    const id = definition.idOf(inputs);
    assertIdle(store, id);
    const outputs = {
      ...(await definition.put(store, { id, inputs })),
      azureApiVersion: "2024-05-01",
    };
    store.put({ id, type: definition.type, inputs, outputs });
    definition.afterPut?.(store, id);
    return stateOf(definition, { id, inputs, outputs });
  };
  return {
    type: definition.type,
    replaceOnChanges: [...definition.address, ...(definition.replaceOnChanges ?? [])],
    isSame: (property, before, after) => property === "location" && regionOf(before) === regionOf(after),
    // As azure-native does, but for a name that it made up itself.
    deletesBeforeReplace: (inputs) => inputs[definition.nameInput] !== undefined,
    check: (inputs) => [...checkInputs(inputs, definition), ...(definition.rules?.(inputs) ?? [])],
    create: async (name, given) => {
      const inputs = {
        ...given,
        [definition.nameInput]: given[definition.nameInput] ?? name + randomBytes(4).toString("hex"),
      };
      const id = definition.idOf(inputs);
      assertCanCreate(definition, id, store.get(id));
      return keep(inputs);
    },
    read: async (id) => {
      const resource = store.get(id);
      if (resource === undefined) return undefined;
      const state = withoutSecrets(stateOf(definition, resource));
      const isBusy = store.busyAt(id) === id.toLowerCase() && definition.busyState !== undefined;
      return isBusy
        ? { ...state, properties: { ...state.properties, provisioningState: definition.busyState } }
        : state;
    },
    update: (id, inputs) => {
      resourceAt(store, id);
      return keep(inputs);
    },
    delete: async (id) => {
      // What is gone already is deleted: azure-native takes Azure's 404 for that.
      if (store.get(id) === undefined) return;
      assertIdle(store, id);
      definition.beforeDelete?.(store, id);
      store.delete(id);
    },
  };
}

/** As azure-native compares locations: `West Europe` and `westeurope` are one. */
function regionOf(location: unknown): string {
  return String(location).toLowerCase().replaceAll(" ", "");
}

// https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/azure/client_azcore.go (CanCreate)
function assertCanCreate(
  { defaultBody }: ArmDefinition,
  id: string,
  existing: ArmResource | undefined,
): void {
  if (existing === undefined) return;
  if (defaultBody === undefined) {
    throw new SimulatorError(
      "Conflict",
      `cannot create already existing resource '${id}'. Import it, or choose another name.`,
    );
  }
  if (Object.entries(defaultBody).every(([name, value]) => existing.inputs[name] === value)) return;
  throw new SimulatorError(
    "Conflict",
    `cannot create already existing subresource '${id}'. Import it, or delete what is there.`,
  );
}

/** Assumed of Azure: a write to what is still being imported or provisioned is answered 409. */
function assertIdle(store: ArmStore, id: string): void {
  const busy = store.busyAt(id);
  if (busy === undefined) return;
  if (busy.includes("/apis/")) {
    throw new SimulatorError(
      "PessimisticConcurrencyConflict",
      "409: Operation on the API is in progress. Retry once its import is done, or let the resource depend on the API.",
    );
  }
  const name = busy.slice(busy.lastIndexOf("/") + 1);
  throw new SimulatorError(
    "ServiceLocked",
    `409: The API Service ${name} is transitioning at this time. Please try the request again later.`,
  );
}

function stateOf(
  { nameInput, secrets = [] }: ArmDefinition,
  { id, inputs, outputs }: { id: string; inputs: Properties; outputs: Properties },
): ResourceState {
  return { id, properties: { ...inputs, name: inputs[nameInput], ...outputs }, inputs, secrets };
}

/** Azure gives no secret back, so a refresh cannot see that one was changed. */
function withoutSecrets({ secrets = [], properties, inputs = {}, ...state }: ResourceState): ResourceState {
  const isPlain = ([name]: [string, unknown]) => !secrets.includes(name);
  return {
    ...state,
    secrets,
    properties: Object.fromEntries(Object.entries(properties).filter(isPlain)),
    inputs: Object.fromEntries(Object.entries(inputs).filter(isPlain)),
  };
}

/** The resource with an id. @throws {SimulatorError} `ResourceNotFound` when there is none. */
export function resourceAt(store: ArmStore, id: string): ArmResource {
  const found = store.get(id);
  if (found === undefined) {
    throw new SimulatorError(
      "ResourceNotFound",
      `The Resource '${id.slice(id.indexOf("/resourceGroups/"))}' was not found. Create it first.`,
    );
  }
  return found;
}
