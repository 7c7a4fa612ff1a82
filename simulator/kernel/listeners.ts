import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { SimulatorError } from "./error.ts";

/** Where a listener is to be opened. */
export interface ListenerPlan {
  /** Its name in messages: `developer portal`. */
  readonly name: string;
  /** The port that it must have. @defaultValue 0, any free one */
  readonly port?: number;
  /** Key and certificate of an https listener; absent, it speaks plain http. */
  readonly tls?: Pick<https.ServerOptions, "key" | "cert">;
}

/** Open listeners. */
export interface OpenListeners<Name extends string> {
  /** As browsers write them: `http://127.0.0.1:8400`, without the scheme's own port. */
  readonly origins: Readonly<Record<Name, string>>;
  /** Answers requests from now on; those that came earlier were kept waiting. */
  serve(listeners: Readonly<Record<Name, http.RequestListener>>): void;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

const host = "127.0.0.1";

/**
 * Opens listeners on 127.0.0.1, all of them or none: what answers may depend on every listener's origin, so it is given afterwards.
 *
 * @throws {SimulatorError} `PortTaken` when a port is in use.
 */
export async function openListeners<Name extends string>(
  plans: Readonly<Record<Name, ListenerPlan>>,
): Promise<OpenListeners<Name>> {
  const opened = new Map<Name, Opened>();
  const close = async () => {
    await Promise.all([...opened.values()].map(({ httpServer }) => closeServer(httpServer)));
  };
  try {
    for (const name of Object.keys(plans) as Name[]) opened.set(name, await open(plans[name]));
  } catch (error) {
    await close();
    throw error;
  }
  const origins = Object.fromEntries([...opened].map(([name, { origin }]) => [name, origin]));
  return {
    origins: origins as Record<Name, string>,
    serve: (listeners) => {
      for (const [name, { answer }] of opened) answer(listeners[name]);
    },
    close,
  };
}

interface Opened {
  readonly httpServer: http.Server;
  readonly origin: string;
  readonly answer: (listener: http.RequestListener) => void;
}

async function open({ name, port = 0, tls }: ListenerPlan): Promise<Opened> {
  const httpServer = tls === undefined ? http.createServer() : https.createServer(tls);
  // Only clients end an idle connection: one that ends here may do so while a client's next request is on its way to it.
  httpServer.keepAliveTimeout = 0;
  const waiting: Parameters<http.RequestListener>[] = [];
  const wait: http.RequestListener = (...exchange) => waiting.push(exchange);
  httpServer.on("request", wait);
  await listen(httpServer, { name, port });
  // A listener that is open has an address; only pipes have it as a text.
  const scheme = tls === undefined ? "http" : "https";
  return {
    httpServer,
    origin: new URL(`${scheme}://${host}:${(httpServer.address() as AddressInfo).port}`).origin,
    answer: (listener) => {
      httpServer.off("request", wait).on("request", listener);
      for (const exchange of waiting) listener(...exchange);
    },
  };
}

function listen(server: http.Server, { name, port }: { name: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE" && error.code !== "EACCES") return reject(error);
      const problem = error.code === "EADDRINUSE" ? "is in use" : "is not open to you";
      reject(
        new SimulatorError(
          "PortTaken",
          `Port ${port} of the local cloud (${name}) ${problem} (${error.code}). Stop what listens there, or choose other ports with --port.`,
          { cause: error },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
}

function closeServer(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
