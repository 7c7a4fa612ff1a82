import * as http from "node:http";
import type { AddressInfo } from "node:net";

/** A server on a free port of 127.0.0.1. */
export interface TestServer {
  readonly origin: string;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/** Serves a listener until {@link TestServer.close}. */
export async function serve(listener: http.RequestListener): Promise<TestServer> {
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
