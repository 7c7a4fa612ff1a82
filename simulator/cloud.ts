import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { BackendConnections } from "./apim/gateway/backend-connections.ts";
import { createGateway, type RefusedRequest } from "./apim/gateway.ts";
import { createPortal } from "./apim/portal.ts";
import { ArmStore } from "./arm/arm-store.ts";
import { armTypes } from "./arm/arm-types.ts";
import { azureDefinitions, azureHandlers } from "./arm/azure-handlers.ts";
import { keptResourceProblems } from "./arm/kept-resources.ts";
import { restorePolicies } from "./arm/resources/policies.ts";
import { exampleBackend } from "./backend/example-backend.ts";
import type { CloudFile, CloudSnapshot } from "./cloud-file.ts";
import { type CloudOrigins, cloudOrigins } from "./cloud-origins.ts";
import { SimulatorError } from "./kernel/error.ts";
import { openListeners } from "./kernel/listeners.ts";
import { createOktaServer } from "./okta/oauth-endpoints.ts";
import { oktaHandlers } from "./okta/okta-handlers.ts";
import { OktaOrg } from "./okta/org.ts";
import type { Handlers } from "./providers/handlers.ts";
import { randomPasswordHandler } from "./providers/random/random-password.ts";
import { randomStringHandler } from "./providers/random/random-string.ts";
import type { ResourceHandler, ResourceState } from "./providers/resource.ts";

/** A running local Azure and Okta. */
export interface LocalCloud {
  readonly origins: CloudOrigins;
  /** The providers' side: what a Pulumi engine calls. */
  readonly handlers: Handlers;
  readonly org: OktaOrg;
  readonly store: ArmStore;
  /** The gateway's connections to the APIs' backends. */
  readonly connections: BackendConnections;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/** How a local cloud is started. */
export interface CloudOptions {
  /** First of the four ports. @defaultValue 0: those that the kept state was made with, else any that are free */
  readonly port?: number;
  /** Receives one line for each refused request; it never holds a token or a secret. */
  readonly log: (line: string) => void;
  /** Receives what the gateway refuses in parts, before the client has its answer. */
  readonly onRefused?: (refusal: RefusedRequest) => void;
  /** How long each change takes once it has happened, for watching progress. @defaultValue 0 */
  readonly latencyMilliseconds?: number;
  /** Also send POST, PUT, PATCH and DELETE to backends that are not on this machine. @defaultValue false */
  readonly writes?: boolean;
  /** Whether the Okta org may have authorization servers of its own, a product that Okta sells apart. @defaultValue true */
  readonly hasApiAccessManagement?: boolean;
  /** Keeps the cloud's state between runs; absent, it begins empty and is forgotten. */
  readonly file?: CloudFile;
}

/**
 * Starts the local cloud: as its file has it, else with no API Management instance and an Okta org as a new one is.
 *
 * @throws {SimulatorError} `PortTaken` when one of the ports is in use, `PortChanged` when the kept state was made with other
 * ports; then nothing keeps listening.
 */
export async function startCloud({
  port = 0,
  log,
  onRefused,
  file,
  latencyMilliseconds = 0,
  writes = false,
  hasApiAccessManagement = true,
}: CloudOptions): Promise<LocalCloud> {
  const snapshot = await file?.read();
  const { origins, serve, close } = await openListeners(listenerPlans(port, snapshot));
  try {
    const { org, store } = await restore(origins, file, snapshot);
    const azure = azureHandlers(store, origins);
    const okta = oktaHandlers(org);
    const connections = new BackendConnections({ writes });
    const settle = async () => {
      await file?.write({ origins, azure: store.toJSON(), okta: org.toJSON() });
      if (latencyMilliseconds > 0) await setTimeout(latencyMilliseconds);
    };
    const service = () => store.gatewayModel();
    serve({
      gateway: createGateway({ service, log, onRefused, connections }),
      developerPortal: createPortal({ store, log }),
      okta: createOktaServer({ org, log, onChange: settle, hasApiAccessManagement }),
      backend: exampleBackend({ service, origin: origins.backend }),
    });
    const resources = [...azure.resources, ...okta.resources, randomStringHandler, randomPasswordHandler];
    const handlers = {
      resources: resources.map((handler) => kept(handler, store, settle)),
      functions: [...azure.functions, ...okta.functions],
    };
    return { origins, org, store, handlers, connections, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const listenerNames: Readonly<Record<keyof CloudOrigins, string>> = {
  gateway: "gateway",
  developerPortal: "developer portal",
  okta: "Okta",
  backend: "backend",
};

/** The ports that are asked for. Ids and addresses in a kept state hold its origins, so it must have them again. */
function listenerPlans(port: number, snapshot: CloudSnapshot | undefined) {
  const wanted = port === 0 ? snapshot?.origins : cloudOrigins(port);
  if (wanted !== undefined && snapshot !== undefined && !isDeepStrictEqual(wanted, snapshot.origins)) {
    throw new SimulatorError(
      "PortChanged",
      `The local cloud's state was made with other ports: its gateway at ${snapshot.origins.gateway}, not at ${wanted.gateway}. Leave --port as it was, or empty the state with \`npm run local -- --reset\`.`,
    );
  }
  const plan = (part: keyof CloudOrigins) => ({
    name: listenerNames[part],
    ...(wanted === undefined ? {} : { port: Number(new URL(wanted[part]).port || 80) }),
  });
  return {
    gateway: plan("gateway"),
    developerPortal: plan("developerPortal"),
    okta: plan("okta"),
    backend: plan("backend"),
  };
}

async function restore(
  origins: CloudOrigins,
  file: CloudFile | undefined,
  snapshot: CloudSnapshot | undefined,
): Promise<{ org: OktaOrg; store: ArmStore }> {
  const store = new ArmStore();
  if (snapshot === undefined) return { org: await OktaOrg.create(origins.okta), store };
  if (snapshot.okta.origin !== origins.okta)
    throw file?.damaged([`okta.origin: "${snapshot.okta.origin}" is not origins.okta`]);
  const problems = keptResourceProblems(snapshot.azure, azureDefinitions(origins));
  if (problems.length > 0) throw file?.damaged(problems);
  try {
    store.restore(snapshot.azure);
    await restorePolicies(store);
    store.gatewayModel();
  } catch (error) {
    throw file?.damaged([(error as Error).message], error);
  }
  return { org: OktaOrg.restore(snapshot.okta), store };
}

// Azure answers while it still imports an API or makes an instance, and refuses to touch them until it is done.
const longRunning: readonly string[] = [armTypes.service, armTypes.api];

/** A handler whose changes are on disk before the engine hears of them. */
function kept(handler: ResourceHandler, store: ArmStore, settle: () => Promise<void>): ResourceHandler {
  const settled = async (change: Promise<ResourceState>): Promise<ResourceState> => {
    const state = await change;
    if (longRunning.includes(handler.type)) store.hold(state.id);
    try {
      await settle();
    } finally {
      store.release(state.id);
    }
    return state;
  };
  return {
    ...handler,
    create: (name, inputs) => settled(handler.create(name, inputs)),
    update: (id, inputs, state) => settled(handler.update(id, inputs, state)),
    delete: async (id, state) => {
      await handler.delete(id, state);
      await settle();
    },
  };
}
