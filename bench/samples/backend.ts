/** The backend that every gateway of the benchmark stands before: a fixed answer of 1 KiB. Reports its origin. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const body = "x".repeat(1024);
const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { "content-type": "text/plain", "content-length": body.length });
  response.end(body);
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ origin: `http://127.0.0.1:${port}` }));
});
