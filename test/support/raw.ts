import { once } from "node:events";
import * as net from "node:net";
import type { TestServer } from "./serve.ts";

/** A server that speaks for itself: it sees every byte, and answers with bytes. */
export interface RawServer extends TestServer {
  /** What each connection has sent so far, in Latin-1. */
  readonly received: string[];
}

/** Serves bytes; `answer` is called with the connection and all that it has sent, whenever more has come. */
export async function serveRaw(answer: (socket: net.Socket, received: string) => void): Promise<RawServer> {
  const received: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    const index = received.push("") - 1;
    sockets.add(socket);
    // Whoever speaks with a server that breaks off breaks off as well.
    socket.on("error", () => {});
    socket.on("data", (data) => {
      received[index] += data.toString("latin1");
      answer(socket, received[index] ?? "");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    received,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Answers each connection's first request, once its head is there, with these bytes. */
export function serveAnswer(answer: string, { ends = false }: { ends?: boolean } = {}): Promise<RawServer> {
  const answered = new WeakSet<net.Socket>();
  return serveRaw((socket, received) => {
    if (answered.has(socket) || !received.includes("\r\n\r\n")) return;
    answered.add(socket);
    if (ends) socket.end(answer, "latin1");
    else socket.write(answer, "latin1");
  });
}

/** A client's connection on which bytes are written as they are. */
export class RawClient {
  readonly #socket: net.Socket;
  #text = "";
  #onText = () => {};

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.on("error", () => {});
    socket.on("data", (data) => {
      this.#text += data.toString("latin1");
      this.#onText();
    });
  }

  /** Connects to the origin. */
  static async connect(origin: string): Promise<RawClient> {
    const { hostname, port } = new URL(origin);
    const socket = net.connect(Number(port), hostname);
    const client = new RawClient(socket);
    await once(socket, "connect");
    return client;
  }

  /** Writes bytes, in Latin-1. */
  write(bytes: string): void {
    this.#socket.write(bytes, "latin1");
  }

  /** Reads one answer that has a Content-Length, and leaves what follows it. */
  async answer(): Promise<{ status: number; head: string; body: string }> {
    for (;;) {
      const end = this.#text.indexOf("\r\n\r\n");
      const head = this.#text.slice(0, end);
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      const whole = end + 4 + length;
      if (end >= 0 && this.#text.length >= whole) {
        const body = this.#text.slice(end + 4, whole);
        this.#text = this.#text.slice(whole);
        return { status: Number(head.split(" ")[1]), head, body };
      }
      if (this.#socket.closed)
        throw new Error(`The connection was closed; it had sent ${JSON.stringify(this.#text)}.`);
      await new Promise<void>((resolve) => {
        this.#onText = resolve;
        this.#socket.once("close", () => resolve());
      });
    }
  }

  /** Everything until the other side closes the connection. */
  async untilClosed(): Promise<string> {
    // Not by `once`: a connection that is reset is closed as well.
    if (!this.#socket.closed) await new Promise((resolve) => this.#socket.once("close", resolve));
    return this.#text;
  }

  /** Breaks the connection off. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Closes the connection. */
  close(): void {
    this.#socket.destroy();
  }
}

/** Writes bytes on a connection of their own, and gives all that comes back until it is closed. */
export async function exchangeRaw(origin: string, bytes: string): Promise<string> {
  const client = await RawClient.connect(origin);
  client.write(bytes);
  return client.untilClosed();
}
