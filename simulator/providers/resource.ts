/**
 * Stands for a value that a preview cannot know yet.
 *
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
 */
export const unknownInput = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

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
   * given. Absent: the inputs as given. `before` are the inputs of the last update, `unknown` the names of those that a
   * preview does not know and that are left out; what follows from them is {@link unknownInput}.
   */
  fillIn?(
    inputs: Properties,
    site: {
      readonly name: string;
      readonly before: Properties | undefined;
      readonly unknown?: readonly string[];
    },
  ): Properties | Promise<Properties>;
  /**
   * What the real provider or service refuses by looking at the inputs alone; empty when they are fine. An input
   * that the local cloud does not know is a failure too: it must not pass silently. `name` is Pulumi's logical name, which some
   * providers put into their words.
   */
  check(inputs: Properties, name?: string): readonly CheckFailure[];
  /** Input properties whose change makes Pulumi replace the resource instead of updating it. */
  readonly replaceOnChanges: readonly string[];
  /**
   * Whether the engine compares new inputs with the outputs of the last update, as providers that come from Terraform do; absent,
   * it compares them with the inputs of the last update. `isSame` is then asked about outputs too that are no inputs.
   */
  readonly comparesState?: boolean;
  /** Whether two unequal values of an input are one to the provider, which then sees no change; absent, none are. */
  isSame?(property: string, before: unknown, after: unknown): boolean;
  /**
   * Whether a replacement deletes first, since the new resource has the old one's name; absent, it creates first.
   *
   * @param before The inputs of the last update.
   */
  deletesBeforeReplace?(before: Properties): boolean;
  /** Whether the state is the outputs alone; absent, the engine adds the inputs that have no output of their name. */
  readonly tellsOutputsAlone?: boolean;
  /**
   * The outputs that a preview shows of a create, or of an update of a resource with the outputs `before`;
   * {@link unknownInput} for those that it cannot know. Absent: the inputs, and what was there before.
   */
  preview?(inputs: Properties, before: Properties | undefined): Properties;
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
   * The inputs after a refresh, where the provider finds them by what has changed between the outputs. Absent: the engine takes
   * over what {@link ResourceHandler.read} has for them.
   *
   * @param before The outputs that the engine has of the resource.
   */
  refresh?(inputs: Properties, before: Properties, state: ResourceState): Properties;
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
