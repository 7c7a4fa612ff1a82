/** Resource inputs or state as Pulumi hands them over: plain JSON values, secrets already opened. */
export type Properties = Record<string, unknown>;

/** One reason why a resource's inputs are refused; `reason` is a full sentence without the resource's name. */
export interface CheckFailure {
  /** Path of the input, `sku.capacity`; absent when the whole resource is meant. */
  readonly property?: string;
  readonly reason: string;
}

/** A resource after create, read or update. */
export interface ResourceState {
  readonly id: string;
  /** Every output property. Leave a property out rather than set it to `undefined`: the wire has no such value. */
  readonly properties: Properties;
  /** What the service now has for the inputs, where an output of the same name says more than the input did. */
  readonly inputs?: Properties;
  /** Names of the top-level properties that are secret; the engines wrap them. */
  readonly secrets?: readonly string[];
}

/** A resource's properties, the secret ones in an engine's wrapping. */
export function withSecrets(
  { properties, secrets = [] }: ResourceState,
  wrap: (value: unknown) => unknown,
): Properties {
  const entries = Object.entries(properties);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, secrets.includes(name) ? wrap(value) : value]),
  );
}

/**
 * What the provider of one resource type does, without Pulumi's wire. Both engines call these handlers, so a
 * resource behaves alike in process and under the Pulumi CLI.
 */
export interface ResourceHandler {
  /** Pulumi's full type token, `azure-native:apimanagement:Api`. */
  readonly type: string;
  /**
   * The inputs as the provider keeps them after its check: defaults filled in and listed in `__defaults`, a name of its own
   * given. Absent: the inputs as given. `before` are the inputs of the last update.
   */
  fillIn?(
    inputs: Properties,
    site: { readonly name: string; readonly before: Properties | undefined },
  ): Properties;
  /**
   * What the real provider or service refuses by looking at the inputs alone; empty when they are fine. An input
   * that the local cloud does not know is a failure too: it must not pass silently.
   */
  check(inputs: Properties): readonly CheckFailure[];
  /** Input properties whose change makes Pulumi replace the resource instead of updating it. */
  readonly replaceOnChanges: readonly string[];
  /** Whether two unequal values of an input are one to the provider, which then sees no change; absent, none are. */
  isSame?(property: string, before: unknown, after: unknown): boolean;
  /** Whether a replacement deletes first, since the new resource has the old one's name; absent, it creates first. */
  deletesBeforeReplace?(inputs: Properties): boolean;
  /** @throws {SimulatorError} what the service answers when it refuses. `name` is Pulumi's logical name, for auto-naming. */
  create(name: string, inputs: Properties): Promise<ResourceState>;
  /** Output properties that the service tells when it makes or changes the resource and never again: a refresh keeps the state's. */
  readonly toldOnce?: readonly string[];
  /**
   * The current state, or `undefined` when the resource is gone.
   *
   * @param state The outputs that the engine has of the resource; empty at an import.
   */
  read(id: string, state?: Properties): Promise<ResourceState | undefined>;
  /**
   * @param state The outputs that the engine has of the resource; a provider sends some of them along.
   * @throws {SimulatorError} what the service answers when it refuses.
   */
  update(id: string, inputs: Properties, state?: Properties): Promise<ResourceState>;
  /**
   * @param state The outputs that the engine has of the resource.
   * @throws {SimulatorError} when the service refuses, for example because something still refers to the resource.
   */
  delete(id: string, state?: Properties): Promise<void>;
}

/** A provider function (`okta:auth/getServer:getServer`): arguments in, result out. */
export interface FunctionHandler {
  /** Pulumi's full function token. */
  readonly token: string;
  /** @throws {SimulatorError} what the service answers, for example when nothing has that name. */
  invoke(args: Properties): Promise<Properties>;
}
