import type callbacks from "@pulumi/pulumi/proto/callback_pb.js";
import messages from "@pulumi/pulumi/proto/resource_pb.js";
import type { CallbackClients } from "./callback-clients.ts";
import { dependenciesOf } from "./engine-values.ts";

type Registration = messages.RegisterResourceRequest;
type Options = messages.TransformResourceOptions;

/**
 * The program's transforms of resources and of invokes. A resource's own come first, then its parents', then the stack's.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/options/transforms/
 */
export class Transforms {
  readonly #clients: CallbackClients;
  readonly #ofStack: callbacks.Callback[] = [];
  readonly #ofInvokes: callbacks.Callback[] = [];
  readonly #ofResources = new Map<
    string,
    { readonly transforms: readonly callbacks.Callback[]; readonly parent: string }
  >();

  constructor(clients: CallbackClients) {
    this.#clients = clients;
  }

  /** Adds a transform of every resource that is registered from now on. */
  addToStack(transform: callbacks.Callback): void {
    this.#ofStack.push(transform);
  }

  /** Adds a transform of every invoke from now on. */
  addToInvokes(transform: callbacks.Callback): void {
    this.#ofInvokes.push(transform);
  }

  /** Keeps a resource's transforms for its children. */
  remember(urn: string, request: Registration): void {
    this.#ofResources.set(urn, { transforms: request.getTransformsList(), parent: request.getParent() });
  }

  /**
   * Changes a registration as its transforms say.
   *
   * @throws {SimulatorError} `CallbackFailed` when a transform throws.
   */
  async apply(request: Registration): Promise<void> {
    for (const transform of this.#transformsOf(request)) await this.#applyOne(request, transform);
  }

  /**
   * Changes an invoke's arguments as the stack's transforms say.
   *
   * @throws {SimulatorError} `CallbackFailed` when a transform throws.
   */
  async applyToInvoke(request: messages.ResourceInvokeRequest): Promise<void> {
    for (const transform of this.#ofInvokes) {
      const message = new messages.TransformInvokeRequest();
      message.setToken(request.getTok());
      message.setArgs(request.getArgs());
      const options = new messages.TransformInvokeOptions();
      options.setProvider(request.getProvider());
      options.setVersion(request.getVersion());
      options.setPluginDownloadUrl(request.getPlugindownloadurl());
      message.setOptions(options);
      const bytes = await this.#clients.invoke(transform, message);
      const args = messages.TransformInvokeResponse.deserializeBinary(bytes).getArgs();
      if (args !== undefined) request.setArgs(args);
    }
  }

  #transformsOf(request: Registration): readonly callbacks.Callback[] {
    const found = [...request.getTransformsList()];
    let parent = this.#ofResources.get(request.getParent());
    while (parent !== undefined) {
      found.push(...parent.transforms);
      parent = this.#ofResources.get(parent.parent);
    }
    return [...found, ...this.#ofStack];
  }

  async #applyOne(request: Registration, transform: callbacks.Callback): Promise<void> {
    const message = new messages.TransformRequest();
    message.setType(request.getType());
    message.setName(request.getName());
    message.setCustom(request.getCustom());
    message.setParent(request.getParent());
    message.setProperties(request.getObject());
    message.setOptions(optionsOf(request));
    const response = messages.TransformResponse.deserializeBinary(
      await this.#clients.invoke(transform, message),
    );
    const options = response.getOptions();
    if (options !== undefined) setOptions(request, options);
    const properties = response.getProperties();
    if (properties === undefined) return;
    request.setObject(properties);
    const dependencies = dependenciesOf(properties.toJavaScript());
    request.setDependenciesList([...new Set([...request.getDependenciesList(), ...dependencies])]);
  }
}

function optionsOf(request: Registration): Options {
  const options = new messages.TransformResourceOptions();
  options.setDependsOnList(request.getDependenciesList());
  if (request.hasProtect()) options.setProtect(request.getProtect() ?? false);
  options.setIgnoreChangesList(request.getIgnorechangesList());
  options.setReplaceOnChangesList(request.getReplaceonchangesList());
  options.setVersion(request.getVersion());
  options.setAliasesList(request.getAliasesList());
  options.setProvider(request.getProvider());
  options.setCustomTimeouts(request.getCustomtimeouts());
  options.setPluginDownloadUrl(request.getPlugindownloadurl());
  if (request.hasRetainondelete()) options.setRetainOnDelete(request.getRetainondelete() ?? false);
  options.setDeletedWith(request.getDeletedwith());
  if (request.getDeletebeforereplacedefined())
    options.setDeleteBeforeReplace(request.getDeletebeforereplace());
  options.setAdditionalSecretOutputsList(request.getAdditionalsecretoutputsList());
  for (const [name, provider] of request.getProvidersMap().entries())
    options.getProvidersMap().set(name, provider);
  options.setHooks(request.getHooks());
  options.setImport(request.getImportid());
  options.setHideDiffList(request.getHidediffsList());
  options.setReplaceWithList(request.getReplaceWithList());
  options.setReplacementTrigger(request.getReplacementTrigger());
  return options;
}

function setOptions(request: Registration, options: Options): void {
  request.setDependenciesList(options.getDependsOnList());
  if (options.hasProtect()) request.setProtect(options.getProtect() ?? false);
  else request.clearProtect();
  request.setIgnorechangesList(options.getIgnoreChangesList());
  request.setReplaceonchangesList(options.getReplaceOnChangesList());
  request.setVersion(options.getVersion());
  request.setAliasesList(options.getAliasesList());
  request.setProvider(options.getProvider());
  request.setCustomtimeouts(options.getCustomTimeouts());
  request.setPlugindownloadurl(options.getPluginDownloadUrl());
  if (options.hasRetainOnDelete()) request.setRetainondelete(options.getRetainOnDelete() ?? false);
  else request.clearRetainondelete();
  request.setDeletedwith(options.getDeletedWith());
  request.setDeletebeforereplacedefined(options.hasDeleteBeforeReplace());
  request.setDeletebeforereplace(options.getDeleteBeforeReplace() ?? false);
  request.setAdditionalsecretoutputsList(options.getAdditionalSecretOutputsList());
  request.clearProvidersMap();
  for (const [name, provider] of options.getProvidersMap().entries())
    request.getProvidersMap().set(name, provider);
  request.setHooks(options.getHooks());
  request.setImportid(options.getImport());
  request.setHidediffsList(options.getHideDiffList());
  request.setReplaceWithList(options.getReplaceWithList());
  request.setReplacementTrigger(options.getReplacementTrigger());
}
