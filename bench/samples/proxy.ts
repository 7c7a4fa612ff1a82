/** The plainest streaming proxy on node:http, before the backend of the first argument. Reports its origin. */
import { Agent, createServer, request as sendRequest } from "node:http";
import type { AddressInfo } from "node:net";

const backend = new URL(process.argv[2] ?? "");
const agent = new Agent({ keepAlive: true });
const server = createServer((incoming, outgoing) => {
  const { method, url: path, headers } = incoming;
  const { hostname, port } = backend;
  const upstream = sendRequest({ agent, hostname, port, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  incoming.pipe(upstream);
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ origin: `http://127.0.0.1:${port}` }));
});
