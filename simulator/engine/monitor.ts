import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { type handleUnaryCall, status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import type callbacks from "@pulumi/pulumi/proto/callback_pb.js";
import type providers from "@pulumi/pulumi/proto/provider_pb.js";
import messages from "@pulumi/pulumi/proto/resource_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import { SimulatorError } from "../kernel/error.ts";
import { HandlerTable, type ProviderHandlers } from "../providers/provider-handlers.ts";
import type { Properties } from "../providers/resource.ts";
import { CallbackClients } from "./callback-clients.ts";
import { isProviderType, type MadeResource, makeResource, readResource } from "./creation.ts";
import { openedProperties } from "./engine-values.ts";
import { ResourceHooks } from "./hooks.ts";
import { type Registration, readRegistration } from "./registration.ts";
import { answer } from "./rpc-server.ts";
import { fromStruct, toStruct } from "./structs.ts";
import { Transforms } from "./transforms.ts";
import { nameInUrn, urnFor } from "./urn.ts";

/** A resource that a run made. */
export interface CreatedResource {
  /** Pulumi's full type token. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
}

/** A resource as it is once it was made, with plain values; secrets opened. */
export interface ResourceRecord extends CreatedResource {
  /** Empty for a component. */
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** What {@link ResourceMonitor} needs. */
export interface MonitorOptions {
  readonly project: string;
  readonly stack: string;
  readonly providerHandlers: ProviderHandlers;
  /** The outputs of each stack that the program refers to. */
  readonly lastOutputs: Properties;
  /** Told of each resource of a provider once it exists. */
  readonly onCreated: (resource: CreatedResource) => void;
  /** Told of what is wrong and stops nothing. */
  readonly warn: (message: string) => void;
}

const stackReference = "pulumi:pulumi:StackReference";
const {
  RESOURCE_MONITOR_FEATURE_SECRETS,
  RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
  RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
  RESOURCE_MONITOR_FEATURE_DELETED_WITH,
  RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
  RESOURCE_MONITOR_FEATURE_TRANSFORMS,
  RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS,
  RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
  RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
  RESOURCE_MONITOR_FEATURE_ERROR_HOOKS,
} = messages.ResourceMonitorFeature;

/** What the monitor can do, by the ids that an older SDK asks for. */
const features: ReadonlyMap<string, messages.ResourceMonitorFeature> = new Map([
  ["secrets", RESOURCE_MONITOR_FEATURE_SECRETS],
  ["resourceReferences", RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES],
  ["outputValues", RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES],
  ["aliasSpecs", RESOURCE_MONITOR_FEATURE_ALIAS_SPECS],
  ["replacementTrigger", RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER],
  ["deletedWith", RESOURCE_MONITOR_FEATURE_DELETED_WITH],
  ["replaceWith", RESOURCE_MONITOR_FEATURE_REPLACE_WITH],
  ["transforms", RESOURCE_MONITOR_FEATURE_TRANSFORMS],
  ["invokeTransforms", RESOURCE_MONITOR_FEATURE_INVOKE_TRANSFORMS],
  ["parameterization", RESOURCE_MONITOR_FEATURE_PARAMETERIZATION],
  ["resourceHooks", RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS],
  ["errorHooks", RESOURCE_MONITOR_FEATURE_ERROR_HOOKS],
]);

interface KeptResource extends MadeResource {
  readonly request: messages.RegisterResourceRequest;
}

/**
 * Pulumi's resource monitor over simulated providers: the side of the engine that a program's SDK talks to. It only creates: there
 * is no earlier state to compare with. Registrations are made as they arrive, in parallel.
 *
 * @see https://pulumi-developer-docs.readthedocs.io/latest/docs/architecture/deployment-execution/resource-registration.html
 */
export class ResourceMonitor {
  /** Every registration, after its transforms, in the order of their arrival. */
  readonly registrations: Registration[] = [];
  /** What has been made or read, in the order of completion; without the engine's own providers and references. */
  readonly resources: ResourceRecord[] = [];
  /** Why registrations failed. */
  readonly refusals: Error[] = [];
  /** Why invokes failed; a program may do without what it asked for. */
  readonly refusedInvokes: Error[] = [];
  readonly #options: MonitorOptions;
  readonly #table: HandlerTable;
  readonly #clients = new CallbackClients();
  readonly #transforms = new Transforms(this.#clients);
  readonly #hooks: ResourceHooks;
  readonly #kept = new Map<string, KeptResource>();
  readonly #urns = new Set<string>();
  #stackOutputs: Properties = {};
  #running = 0;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#table = new HandlerTable(options.providerHandlers);
    this.#hooks = new ResourceHooks(this.#clients, options.warn);
  }

  /** The outputs of the stack, in the engine's wrappings. */
  get stackOutputs(): Properties {
    return this.#stackOutputs;
  }

  /** Resolves once nothing has been under way for some turns of the event loop. */
  async quiet(): Promise<void> {
    for (let turns = 0; turns < 100; turns += 1) {
      await setImmediate();
      if (this.#running > 0) turns = 0;
    }
  }

  /** Ends the connections to the program. */
  close(): void {
    this.#clients.close();
  }

  /** The ResourceMonitor service of Pulumi's protocol. */
  service(): UntypedServiceImplementation {
    const done = () => new empties.Empty();
    const registering = <Q, A>(act: (request: Q) => Promise<A>) => this.#answering(act, this.refusals);
    return {
      getDeploymentInfo: answer(() => this.#deploymentInfo()),
      supportsFeature: answer((request: messages.SupportsFeatureRequest) => {
        const response = new messages.SupportsFeatureResponse();
        response.setHassupport(features.has(request.getId()));
        return response;
      }),
      registerResource: registering((request: messages.RegisterResourceRequest) => this.#register(request)),
      readResource: registering((request: messages.ReadResourceRequest) => this.#read(request)),
      registerResourceOutputs: registering((request: messages.RegisterResourceOutputsRequest) =>
        this.#registerOutputs(request),
      ),
      invoke: this.#answering(
        (request: messages.ResourceInvokeRequest) => this.#invoke(request),
        this.refusedInvokes,
      ),
      call: this.#answering(
        (request: messages.ResourceCallRequest) => this.#call(request),
        this.refusedInvokes,
      ),
      registerStackTransform: answer((transform: callbacks.Callback) => {
        this.#transforms.addToStack(transform);
        return done();
      }),
      registerStackInvokeTransform: answer((transform: callbacks.Callback) => {
        this.#transforms.addToInvokes(transform);
        return done();
      }),
      registerResourceHook: registering(async (request: messages.RegisterResourceHookRequest) => {
        this.#hooks.add(request);
        return done();
      }),
      registerErrorHook: registering(async (request: messages.RegisterErrorHookRequest) => {
        this.#hooks.addErrorHook(request);
        return done();
      }),
      // Which package a type comes from plays no part: a type is simulated, or it is not.
      registerPackage: answer(() => {
        const response = new messages.RegisterPackageResponse();
        response.setRef(randomUUID());
        return response;
      }),
      signalAndWaitForShutdown: answer(done),
    };
  }

  /** A method whose failure is noted, and told to the program in its own words. */
  #answering<Q, A>(act: (request: Q) => Promise<A>, failures: Error[]): handleUnaryCall<Q, A> {
    return async (call, callback) => {
      this.#running += 1;
      try {
        callback(null, await act(call.request));
      } catch (error) {
        const failure = error instanceof Error ? error : new Error(String(error));
        failures.push(failure);
        callback({ code: status.UNKNOWN, details: failure.message });
      } finally {
        this.#running -= 1;
      }
    };
  }

  #deploymentInfo(): messages.DeploymentInfo {
    const response = new messages.DeploymentInfo();
    response.setProject(this.#options.project);
    response.setStack(this.#options.stack);
    response.setSupportedfeaturesList([...features.values()]);
    return response;
  }

  async #register(request: messages.RegisterResourceRequest): Promise<messages.RegisterResourceResponse> {
    this.#inherit(request);
    await this.#transforms.apply(request);
    const urn = this.#newUrn(request);
    this.#transforms.remember(urn, request);
    this.registrations.push(readRegistration(urn, request));
    const made = await makeResource(urn, request, { table: this.#table, hooks: this.#hooks });
    this.#kept.set(urn, { ...made, request });
    this.#noteCreated(request, made);
    const response = new messages.RegisterResourceResponse();
    response.setUrn(urn);
    response.setId(made.id);
    response.setObject(toStruct(made.outputs));
    return response;
  }

  /** What a child takes over from its parent where it says nothing itself. */
  #inherit(child: messages.RegisterResourceRequest): void {
    const parent = this.#kept.get(child.getParent())?.request;
    if (parent === undefined) return;
    if (child.getDeletedwith() === "") child.setDeletedwith(parent.getDeletedwith());
    const protect = parent.getProtect();
    if (!child.hasProtect() && protect !== undefined) child.setProtect(protect);
    const retain = parent.getRetainondelete();
    if (!child.hasRetainondelete() && retain !== undefined) child.setRetainondelete(retain);
  }

  #newUrn(request: { getParent(): string; getType(): string; getName(): string }): string {
    const { project, stack } = this.#options;
    const [parent, type, name] = [request.getParent(), request.getType(), request.getName()];
    const urn = urnFor({ project, stack, parent, type, name });
    if (this.#urns.has(urn))
      throw new SimulatorError(
        "DuplicateUrn",
        `Duplicate resource URN '${urn}'; try giving it a unique name`,
      );
    this.#urns.add(urn);
    return urn;
  }

  #noteCreated(
    request: messages.RegisterResourceRequest | messages.ReadResourceRequest,
    { id, outputs }: MadeResource,
  ): void {
    const resource = { type: request.getType(), name: request.getName() };
    if (isProviderType(resource.type)) return;
    const isRegistered = "getObject" in request;
    const inputs = isRegistered ? openedProperties(fromStruct(request.getObject())) : {};
    this.resources.push({ ...resource, id, inputs, outputs: openedProperties(outputs) });
    if (isRegistered && request.getCustom()) this.#options.onCreated(resource);
  }

  async #read(request: messages.ReadResourceRequest): Promise<messages.ReadResourceResponse> {
    const response = new messages.ReadResourceResponse();
    response.setUrn(this.#newUrn(request));
    if (request.getType() === stackReference) {
      const { lastOutputs: outputs } = this.#options;
      response.setProperties(toStruct({ name: request.getId(), outputs, secretOutputNames: [] }));
      return response;
    }
    const read = await readResource(request, this.#table);
    this.#noteCreated(request, read);
    response.setProperties(toStruct(read.outputs));
    return response;
  }

  async #registerOutputs(request: messages.RegisterResourceOutputsRequest): Promise<empties.Empty> {
    const urn = request.getUrn();
    const kept = this.#kept.get(urn);
    if (kept === undefined)
      throw new SimulatorError("UnknownUrn", `unknown resource '${urn}'; its outputs cannot be registered`);
    const outputs = fromStruct(request.getOutputs());
    this.#kept.set(urn, { ...kept, outputs });
    const type = kept.request.getType();
    if (type === "pulumi:pulumi:Stack") this.#stackOutputs = outputs;
    // A component is complete once it has said what it puts out.
    await this.#hooks.run("after", kept.request.getHooks()?.getAfterCreateList(), {
      ...{ urn, type, name: nameInUrn(urn), id: "" },
      ...{ inputs: fromStruct(kept.request.getObject()), outputs },
    });
    return new empties.Empty();
  }

  async #invoke(request: messages.ResourceInvokeRequest): Promise<messages.ResourceInvokeResponse> {
    const response = new messages.ResourceInvokeResponse();
    const token = request.getTok();
    if (token === "pulumi:pulumi:getResource") {
      response.setReturn(toStruct(this.#keptState(request)));
      return response;
    }
    await this.#transforms.applyToInvoke(request);
    const result = await this.#table.function(token).invoke(openedProperties(fromStruct(request.getArgs())));
    response.setReturn(toStruct(result));
    return response;
  }

  #keptState(request: messages.ResourceInvokeRequest): Properties {
    const { urn } = openedProperties(fromStruct(request.getArgs()));
    const kept = this.#kept.get(String(urn));
    if (kept !== undefined) return { urn, id: kept.id, state: kept.outputs };
    throw new SimulatorError("UnknownUrn", `unknown resource '${urn}'`);
  }

  async #call(request: messages.ResourceCallRequest): Promise<providers.CallResponse> {
    throw new SimulatorError(
      "UnsupportedMethod",
      `The local cloud does not simulate methods of resources, such as ${request.getTok()}. Deploy the stack to the real cloud.`,
    );
  }
}
