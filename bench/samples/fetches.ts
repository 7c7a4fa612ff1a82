/** Sends so many requests, sixteen at once, to the plainest server, in the same process. Reports the seconds of that alone. */
import { once } from "node:events";
import * as http from "node:http";
import type { AddressInfo } from "node:net";

const count = Number(process.argv[2]);
const server = http.createServer((_, response) => response.writeHead(401).end("{}")).listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
let sent = 0;
const worker = async () => {
  while (sent < count) {
    sent += 1;
    await (await fetch(url, { headers: { authorization: "Bearer token" } })).arrayBuffer();
  }
};
const started = performance.now();
await Promise.all(Array.from({ length: 16 }, worker));
console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000 }));
server.close();
server.closeAllConnections();
