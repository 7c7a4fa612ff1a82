import * as http from "node:http";
import { ArmStore } from "./apim/arm-store.ts";
import { createGateway } from "./apim/gateway.ts";
import { apimHandlers } from "./apim/handlers.ts";
import { conferenceBackend } from "./backend/conference.ts";
import { SimulatorError } from "./error.ts";
import type { Handlers } from "./in-process.ts";
import { oktaHandlers } from "./okta/handlers.ts";
import { OktaOrg } from "./okta/org.ts";
import { createOktaServer } from "./okta/server.ts";
import { randomStringHandler } from "./random/random-string.ts";

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
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/** First of the four ports when nobody chooses. */
export const defaultPort = 8400;

/** The four origins from one port on: `8400` → gateway 8400, developer portal 8401, Okta 8402, backend 8403. */
export function cloudOrigins(port: number): CloudOrigins {
  const at = (offset: number) => `http://127.0.0.1:${port + offset}`;
  return { gateway: at(0), developerPortal: at(1), okta: at(2), backend: at(3) };
}

/**
 * Starts the local cloud, empty: no API Management instance, an Okta org as a new one is.
 *
 * @param options.log Receives one line for each refused request; it never holds a token or a secret.
 * @throws {SimulatorError} `PortTaken` when one of the ports is in use; then nothing keeps listening.
 */
export async function startCloud(options: {
  port: number;
  log: (line: string) => void;
}): Promise<LocalCloud> {
  const { log } = options;
  const origins = cloudOrigins(options.port);
  const org = await OktaOrg.create(origins.okta);
  const store = new ArmStore();
  const okta = oktaHandlers(org);
  const close = await listenAll([
    [origins.gateway, "gateway", createGateway({ service: () => store.gatewayModel(), log })],
    [origins.okta, "Okta", createOktaServer({ org, log })],
    [origins.backend, "backend", conferenceBackend()],
  ]);
  return {
    origins,
    org,
    store,
    handlers: {
      resources: [...apimHandlers(store, origins), ...okta.resources, randomStringHandler],
      functions: okta.functions,
    },
    close,
  };
}

type Listener = readonly [origin: string, name: string, listener: http.RequestListener];

async function listenAll(listeners: readonly Listener[]): Promise<() => Promise<void>> {
  const servers: http.Server[] = [];
  const close = async () => {
    await Promise.all(servers.map(closeServer));
  };
  try {
    for (const listener of listeners) servers.push(await listen(listener));
  } catch (error) {
    await close();
    throw error;
  }
  return close;
}

function listen([origin, name, listener]: Listener): Promise<http.Server> {
  const { hostname, port } = new URL(origin);
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
    server.listen(Number(port), hostname, () => resolve(server));
  });
}

function closeServer(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
