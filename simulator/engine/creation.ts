import { randomUUID } from "node:crypto";
import type messages from "@pulumi/pulumi/proto/resource_pb.js";
import { SimulatorError } from "../kernel/error.ts";
import type { HandlerTable } from "../providers/provider-handlers.ts";
import {
  type Properties,
  type ResourceHandler,
  type ResourceState,
  withSecrets,
} from "../providers/resource.ts";
import { differencesOf } from "./differences.ts";
import {
  isSecretDeep,
  openedProperties,
  secretValue,
  withInputSecrets,
  withoutDefaults,
} from "./engine-values.ts";
import type { HookedResource, ResourceHooks } from "./hooks.ts";
import { fromStruct } from "./structs.ts";

type Request = messages.RegisterResourceRequest;

/** A resource as the program gets it back. */
export interface MadeResource {
  /** Empty for a component. */
  readonly id: string;
  /** In the engine's wrappings. */
  readonly outputs: Properties;
}

const providerTypes = "pulumi:providers:";

/** Whether a type is an explicit provider's, which the engine makes by itself. */
export function isProviderType(type: string): boolean {
  return type.startsWith(providerTypes);
}

/**
 * Makes what a registration asks for. There is no earlier state, so what only an update looks at has no effect:
 * `ignoreChanges`, `replaceOnChanges`, `aliases`, `protect` and the like.
 *
 * @throws {SimulatorError} when the resource is refused, or a hook fails.
 */
export async function makeResource(
  urn: string,
  request: Request,
  { table, hooks }: { readonly table: HandlerTable; readonly hooks: ResourceHooks },
): Promise<MadeResource> {
  const inputs = fromStruct(request.getObject());
  const hooked = { urn, type: request.getType(), name: request.getName(), id: "", inputs };
  const before = () => hooks.run("before", request.getHooks()?.getBeforeCreateList(), hooked);
  if (request.getRemote())
    throw new SimulatorError(
      "UnsupportedComponent",
      `The local cloud does not run components of other languages, such as ${subjectOf(request)}. Deploy the stack to the real cloud.`,
    );
  if (!request.getCustom()) {
    await before();
    return { id: "", outputs: {} };
  }
  if (isProviderType(request.getType())) {
    await before();
    const made = { id: randomUUID(), outputs: inputs };
    await hooks.run("after", request.getHooks()?.getAfterCreateList(), { ...hooked, ...made });
    return made;
  }
  const handler = table.resource(request.getType(), request.getName());
  return request.getImportid() === ""
    ? createResource(request, { handler, hooks, hooked })
    : importResource(request, handler);
}

/**
 * Reads what exists, for a program's `get`.
 *
 * @throws {SimulatorError} when nothing has that id.
 */
export async function readResource(
  request: messages.ReadResourceRequest,
  table: HandlerTable,
): Promise<MadeResource> {
  const handler = table.resource(request.getType(), request.getName());
  const wrapped = fromStruct(request.getProperties());
  const inputs = openedProperties(wrapped);
  const state = await readExisting(request, { handler, id: request.getId(), before: inputs });
  return { id: state.id, outputs: outputsOf(request, { handler, state, filled: inputs, wrapped }) };
}

async function createResource(
  request: Request,
  making: {
    readonly handler: ResourceHandler;
    readonly hooks: ResourceHooks;
    readonly hooked: HookedResource;
  },
): Promise<MadeResource> {
  const { handler, hooks } = making;
  const { inputs: wrapped } = making.hooked;
  const filled = await checkedInputs(request, { handler, before: undefined });
  const hooked = { ...making.hooked, inputs: withInputSecrets(filled, wrapped) };
  const names = request.getHooks();
  await hooks.run("before", names?.getBeforeCreateList(), hooked);
  const state = await hooks.withRetries(names?.getOnErrorList(), hooked, () =>
    refusedAs(request, () => handler.create(request.getName(), withoutDefaults(filled))),
  );
  const outputs = outputsOf(request, { handler, state, filled, wrapped });
  await hooks.run("after", names?.getAfterCreateList(), { ...hooked, id: state.id, outputs });
  return { id: state.id, outputs };
}

// The engine reads what exists, and then updates it to what the program says.
async function importResource(request: Request, handler: ResourceHandler): Promise<MadeResource> {
  const id = request.getImportid();
  const existing = await readExisting(request, { handler, id, before: {} });
  const before = existing.inputs ?? existing.properties;
  const wrapped = fromStruct(request.getObject());
  const filled = await checkedInputs(request, { handler, before });
  const ignored = request.getIgnorechangesList();
  const { changed, replaces } = differencesOf(handler, before, filled);
  const kept = Object.fromEntries(
    ignored.filter((name) => name in before).map((name) => [name, before[name]]),
  );
  const differing = changed.filter((name) => !ignored.includes(name));
  if (replaces.some((name) => differing.includes(name)))
    throw new SimulatorError(
      "UnsupportedImport",
      `${subjectOf(request)} would be replaced after its import, since these inputs differ from what exists: ${replaces.join(", ")}. Set them to what exists.`,
    );
  const inputs = { ...filled, ...kept };
  const state =
    differing.length === 0
      ? existing
      : await refusedAs(request, () =>
          handler.update(existing.id, withoutDefaults(inputs), existing.properties),
        );
  return { id: state.id, outputs: outputsOf(request, { handler, state, filled: inputs, wrapped }) };
}

async function checkedInputs(
  request: Request,
  { handler, before }: { readonly handler: ResourceHandler; readonly before: Properties | undefined },
): Promise<Properties> {
  const given = openedProperties(fromStruct(request.getObject()));
  const filled = (await handler.fillIn?.(given, { name: request.getName(), before })) ?? given;
  const failures = handler.check(withoutDefaults(filled), request.getName());
  if (failures.length === 0) return filled;
  const lines = failures.map(
    ({ property, reason }) => `\n  - ${property === undefined ? "" : `${property}: `}${reason}`,
  );
  throw new SimulatorError("InvalidInputs", `${subjectOf(request)} is refused:${lines.join("")}`);
}

async function readExisting(
  request: Named,
  {
    handler,
    id,
    before,
  }: { readonly handler: ResourceHandler; readonly id: string; readonly before: Properties },
): Promise<ResourceState> {
  const state = await refusedAs(request, () => handler.read(id, before));
  if (state !== undefined) return state;
  throw new SimulatorError(
    "ResourceNotFound",
    `${subjectOf(request)} cannot be read: resource "${id}" does not exist.`,
  );
}

function outputsOf(
  request: { getAdditionalsecretoutputsList(): string[] },
  {
    handler,
    state,
    filled,
    wrapped,
  }: {
    readonly handler: ResourceHandler;
    readonly state: ResourceState;
    readonly filled: Properties;
    readonly wrapped: Properties;
  },
): Properties {
  const told = withSecrets(state, secretValue);
  const outputs = handler.tellsOutputsAlone === true ? told : { ...withoutDefaults(filled), ...told };
  const named = request.getAdditionalsecretoutputsList().filter((name) => name in outputs);
  const secrets = named.filter((name) => !isSecretDeep(outputs[name]));
  const added = Object.fromEntries(secrets.map((name) => [name, secretValue(outputs[name])]));
  return withInputSecrets({ ...outputs, ...added }, wrapped);
}

interface Named {
  getName(): string;
  getType(): string;
}

function subjectOf(request: Named): string {
  return `"${request.getName()}" (${request.getType()})`;
}

async function refusedAs<T>(request: Named, operate: () => Promise<T>): Promise<T> {
  try {
    return await operate();
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error;
    const message = `${subjectOf(request)} is refused: ${error.message}`;
    throw new SimulatorError(error.code, message, { cause: error });
  }
}
