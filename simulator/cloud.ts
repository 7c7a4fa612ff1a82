import * as http from "node:http";
import { setTimeout } from "node:timers/promises";
import { BackendConnections } from "./apim/gateway/backend-connections.ts";
import { createGateway, type RefusedRequest } from "./apim/gateway.ts";
import { createPortal } from "./apim/portal.ts";
import { ArmStore } from "./arm/arm-store.ts";
import { armTypes } from "./arm/arm-types.ts";
import { azureDefinitions, azureHandlers } from "./arm/azure-handlers.ts";
import { keptResourceProblems } from "./arm/kept-resources.ts";
import { restorePolicies } from "./arm/resources/policies.ts";
import { conferenceBackend } from "./backend/conference.ts";
import type { CloudFile } from "./cloud-file.ts";
import { SimulatorError } from "./kernel/error.ts";
import { createOktaServer } from "./okta/oauth-endpoints.ts";
import { oktaHandlers } from "./okta/okta-handlers.ts";
import { OktaOrg } from "./okta/org.ts";
import type { Handlers } from "./providers/handlers.ts";
import { randomPasswordHandler } from "./providers/random/random-password.ts";
import { randomStringHandler } from "./providers/random/random-string.ts";
import type { ResourceHandler, ResourceState } from "./providers/resource.ts";

/** Where the local cloud listens: four ports on 127.0.0.1. */
export interface CloudOrigins {
  readonly gateway: string;
  readonly developerPortal: string;
  readonly okta: string;
  readonly backend: string;
}

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

const host = "127.0.0.1";

/** First of the four ports when nobody chooses. */
export const defaultPort = 8400;

/**
 * The four origins from one port on: `8400` → gateway 8400, developer portal 8401, Okta 8402, backend 8403. As browsers write them:
 * port 80 is left out.
 */
export function cloudOrigins(port: number): CloudOrigins {
  const at = (offset: number) => new URL(`http://${host}:${port + offset}`).origin;
  return { gateway: at(0), developerPortal: at(1), okta: at(2), backend: at(3) };
}

/** How a local cloud is started. */
export interface CloudOptions {
  /** First of the four ports. */
  readonly port: number;
  /** Receives one line for each refused request; it never holds a token or a secret. */
  readonly log: (line: string) => void;
  /** Receives what the gateway refuses in parts, before the client has its answer. */
  readonly onRefused?: (refusal: RefusedRequest) => void;
  /** How long each change takes once it has happened, for watching progress. @defaultValue 0 */
  readonly latencyMilliseconds?: number;
  /** Also send POST, PUT, PATCH and DELETE to backends that are not on this machine. @defaultValue false */
  readonly writes?: boolean;
  /** Keeps the cloud's state between runs; absent, it begins empty and is forgotten. */
  readonly file?: CloudFile;
}

/**
 * Starts the local cloud: as its file has it, else with no API Management instance and an Okta org as a new one is.
 *
 * @throws {SimulatorError} `PortTaken` when one of the ports is in use; then nothing keeps listening.
 */
export async function startCloud({
  port,
  log,
  onRefused,
  file,
  latencyMilliseconds = 0,
  writes = false,
}: CloudOptions): Promise<LocalCloud> {
  const origins = cloudOrigins(port);
  const { org, store } = await restore(origins, file);
  const azure = azureHandlers(store, origins);
  const okta = oktaHandlers(org);
  const connections = new BackendConnections({ writes });
  const close = await listenAll(port, [
    ["gateway", createGateway({ service: () => store.gatewayModel(), log, onRefused, connections })],
    ["developer portal", createPortal({ store, log })],
    ["Okta", createOktaServer({ org, log })],
    ["backend", conferenceBackend()],
  ]);
  const resources = [...azure.resources, ...okta.resources, randomStringHandler, randomPasswordHandler];
  const settle = async () => {
    await file?.write({ azure: store.toJSON(), okta: org.toJSON() });
    if (latencyMilliseconds > 0) await setTimeout(latencyMilliseconds);
  };
  const handlers = {
    resources: resources.map((handler) => kept(handler, store, settle)),
    functions: [...azure.functions, ...okta.functions],
  };
  return { origins, org, store, handlers, connections, close };
}

async function restore(
  origins: CloudOrigins,
  file: CloudFile | undefined,
): Promise<{ org: OktaOrg; store: ArmStore }> {
  const snapshot = await file?.read();
  const store = new ArmStore();
  if (snapshot === undefined) return { org: await OktaOrg.create(origins.okta), store };
  if (snapshot.okta.origin !== origins.okta) {
    throw new SimulatorError(
      "PortChanged",
      `The local cloud must start at the ports that its state was made with, Okta at ${snapshot.okta.origin}; got ${origins.okta}. Leave --port as it was, or empty the state with \`npm run local -- --reset\`.`,
    );
  }
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

type Listener = readonly [name: string, listener: http.RequestListener];

async function listenAll(first: number, listeners: readonly Listener[]): Promise<() => Promise<void>> {
  const servers: http.Server[] = [];
  const close = async () => {
    await Promise.all(servers.map(closeServer));
  };
  try {
    for (const [offset, listener] of listeners.entries())
      servers.push(await listen(first + offset, listener));
  } catch (error) {
    await close();
    throw error;
  }
  return close;
}

function listen(port: number, [name, listener]: Listener): Promise<http.Server> {
  const server = http.createServer(listener);
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE" && error.code !== "EACCES") return reject(error);
      reject(
        new SimulatorError(
          "PortTaken",
          `Port ${port} of the local cloud (${name}) must be free; got ${error.code}. Stop what listens there, or choose four other ports with --port.`,
          { cause: error },
        ),
      );
    });
    server.listen(port, host, () => resolve(server));
  });
}

function closeServer(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
