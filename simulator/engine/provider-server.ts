import { isDeepStrictEqual } from "node:util";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import type structs from "google-protobuf/google/protobuf/struct_pb.js";
import { HandlerTable, type ProviderHandlers } from "../providers/provider-handlers.ts";
import {
  type Properties,
  type ResourceHandler,
  type ResourceState,
  withSecrets,
} from "../providers/resource.ts";
import { differencesOf } from "./differences.ts";
import { isUnknownDeep, secretValue, withoutDefaults } from "./engine-values.ts";
import { answer, type RpcServer, serveRpc } from "./rpc-server.ts";
import { fromStruct, toStruct } from "./structs.ts";
import { nameInUrn, typeInUrn } from "./urn.ts";

// Higher than any SDK's: the engine warns of a provider that is older than its SDK.
const version = "999.0.0";

/**
 * Serves the handlers over Pulumi's provider protocol; one server stands for every provider. `provider.main` of the SDK is not
 * used: it prints, takes over the process's error handling, and knows neither previews nor detailed differences.
 *
 * @see https://pulumi-developer-docs.readthedocs.io/latest/docs/architecture/providers/implementers-guide.html
 */
export async function serveProviders(handlers: ProviderHandlers): Promise<RpcServer> {
  const provider = new Provider(handlers);
  const implementation = {
    handshake: answer(() => new messages.ProviderHandshakeResponse()),
    checkConfig: answer((request: messages.CheckRequest) => {
      const response = new messages.CheckResponse();
      response.setInputs(request.getNews());
      return response;
    }),
    diffConfig: answer(() => new messages.DiffResponse()),
    configure: answer(() => {
      const response = new messages.ConfigureResponse();
      // Secrets arrive opened; the engine marks outputs of the same name again, and the others are wrapped here.
      response.setSupportspreview(true);
      return response;
    }),
    getPluginInfo: answer(() => {
      const response = new plugins.PluginInfo();
      response.setVersion(version);
      return response;
    }),
    attach: answer(() => new empties.Empty()),
    cancel: answer(() => new empties.Empty()),
    invoke: answer((request: messages.InvokeRequest) => provider.invoke(request)),
    check: answer((request: messages.CheckRequest) => provider.check(request)),
    diff: answer((request: messages.DiffRequest) => provider.diff(request)),
    create: answer((request: messages.CreateRequest) => provider.create(request)),
    read: answer((request: messages.ReadRequest) => provider.read(request)),
    update: answer((request: messages.UpdateRequest) => provider.update(request)),
    delete: answer((request: messages.DeleteRequest) => provider.delete(request)),
  };
  return serveRpc([[services.ResourceProviderService, implementation]]);
}

class Provider {
  readonly #table: HandlerTable;

  constructor(handlers: ProviderHandlers) {
    this.#table = new HandlerTable(handlers);
  }

  async invoke(request: messages.InvokeRequest): Promise<messages.InvokeResponse> {
    const handler = this.#table.function(request.getTok());
    const response = new messages.InvokeResponse();
    response.setReturn(toStruct(await handler.invoke(fromStruct(request.getArgs()))));
    return response;
  }

  async check(request: messages.CheckRequest): Promise<messages.CheckResponse> {
    const news = fromStruct(request.getNews());
    const unknown = Object.keys(news).filter((name) => isUnknownDeep(news[name]));
    // What a preview cannot know yet is judged at the update.
    const known = Object.fromEntries(Object.entries(news).filter(([name]) => !unknown.includes(name)));
    const handler = this.#handler(request.getUrn());
    const before = request.hasOlds() ? fromStruct(request.getOlds()) : undefined;
    const name = nameInUrn(request.getUrn());
    const filled = (await handler.fillIn?.(known, { name, before, unknown })) ?? known;
    const isUnknown = (input: string) => unknown.includes(input) || isUnknownDeep(filled[input]);
    const judged = Object.entries(withoutDefaults(filled)).filter(([input]) => !isUnknown(input));
    const failures = handler
      .check(Object.fromEntries(judged), name)
      .filter(({ property }) => property === undefined || !isUnknown(property.split(/[.[]/)[0] ?? ""));
    const response = new messages.CheckResponse();
    response.setInputs(toStruct(withUnknowns(filled, { news, unknown })));
    response.setFailuresList(
      failures.map(({ property, reason }) => {
        const failure = new messages.CheckFailure();
        failure.setProperty(property ?? "");
        failure.setReason(reason);
        return failure;
      }),
    );
    return response;
  }

  diff(request: messages.DiffRequest): messages.DiffResponse {
    const handler = this.#handler(request.getUrn());
    const olds = fromStruct(request.getOldInputs());
    const { changed, replaces } = differencesOf(handler, olds, fromStruct(request.getNews()), {
      state: fromStruct(request.getOlds()),
      ignored: request.getIgnorechangesList(),
    });
    const response = new messages.DiffResponse();
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    response.setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME);
    response.setDiffsList([...changed]);
    response.setReplacesList([...replaces]);
    response.setDeletebeforereplace(
      replaces.length > 0 && (handler.deletesBeforeReplace?.(withoutDefaults(olds)) ?? false),
    );
    return response;
  }

  async create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
    const inputs = withoutDefaults(fromStruct(request.getProperties()));
    const response = new messages.CreateResponse();
    const handler = this.#handler(request.getUrn());
    if (request.getPreview()) {
      // Else only the inputs are known; the SDK takes what is missing for unknown.
      response.setProperties(toStruct(handler.preview?.(inputs, undefined) ?? inputs));
      return response;
    }
    const state = await handler.create(nameInUrn(request.getUrn()), inputs);
    response.setId(state.id);
    response.setProperties(stateStruct(handler, inputs, state));
    return response;
  }

  async read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
    const response = new messages.ReadResponse();
    const handler = this.#handler(request.getUrn());
    const outputs = fromStruct(request.getProperties());
    const state = await handler.read(request.getId(), outputs);
    // An empty id says that the resource is gone.
    if (state === undefined) return response;
    const inputs = refreshedInputs(handler, { before: fromStruct(request.getInputs()), outputs, state });
    const kept = Object.entries(outputs).filter(([name]) => handler.toldOnce?.includes(name));
    const properties = { ...Object.fromEntries(kept), ...state.properties };
    response.setId(state.id);
    response.setInputs(toStruct(inputs));
    response.setProperties(stateStruct(handler, withoutDefaults(inputs), { ...state, properties }));
    return response;
  }

  async update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
    const inputs = withoutDefaults(fromStruct(request.getNews()));
    const response = new messages.UpdateResponse();
    const handler = this.#handler(request.getUrn());
    const before = fromStruct(request.getOlds());
    if (request.getPreview()) {
      response.setProperties(toStruct(handler.preview?.(inputs, before) ?? { ...before, ...inputs }));
      return response;
    }
    const state = await handler.update(request.getId(), inputs, before);
    response.setProperties(stateStruct(handler, inputs, state));
    return response;
  }

  async delete(request: messages.DeleteRequest): Promise<empties.Empty> {
    await this.#handler(request.getUrn()).delete(request.getId(), fromStruct(request.getProperties()));
    return new empties.Empty();
  }

  #handler(urn: string): ResourceHandler {
    return this.#table.resource(typeInUrn(urn), nameInUrn(urn));
  }
}

function refreshedInputs(
  handler: ResourceHandler,
  {
    before,
    outputs,
    state,
  }: { readonly before: Properties; readonly outputs: Properties; readonly state: ResourceState },
): Properties {
  // An import knows no inputs yet.
  if (handler.refresh !== undefined && Object.keys(before).length > 0)
    return handler.refresh(before, outputs, state);
  const current = state.inputs ?? state.properties;
  // What the program does not set is told once it has changed, and at an import.
  const isTold = (name: string) => name in before || !isDeepStrictEqual(current[name], outputs[name]);
  const names = [...new Set([...Object.keys(before), ...Object.keys(current)])].filter(isTold);
  return Object.fromEntries(names.map((name) => [name, name in current ? current[name] : before[name]]));
}

/** The filled-in inputs and those that a preview does not know, which are no defaults. */
function withUnknowns(
  filled: Properties,
  { news, unknown }: { readonly news: Properties; readonly unknown: readonly string[] },
): Properties {
  const inputs = { ...filled, ...Object.fromEntries(unknown.map((name) => [name, news[name]])) };
  const { __defaults: defaults } = inputs;
  if (!Array.isArray(defaults)) return inputs;
  return { ...inputs, __defaults: defaults.filter((name) => !unknown.includes(name)) };
}

function stateStruct(handler: ResourceHandler, inputs: Properties, state: ResourceState): structs.Struct {
  const outputs = withSecrets(state, secretValue);
  return toStruct(handler.tellsOutputsAlone === true ? outputs : { ...inputs, ...outputs });
}
