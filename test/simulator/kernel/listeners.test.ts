/** Listeners on 127.0.0.1. That Windows reports a taken port alike is not proved. */
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { openListeners } from "../../../simulator/kernel/listeners.ts";

const portOf = (origin: string) => Number(new URL(origin).port);

describe("the listeners of the local cloud", () => {
  it("take a free port each, and answer each with its own", async () => {
    const { origins, serve, close } = await openListeners({ one: { name: "one" }, other: { name: "other" } });
    serve({
      one: (_, response) => response.end(`one at ${origins.one}`),
      other: (_, response) => response.end(`other at ${origins.other}`),
    });
    expect(origins.one).not.toBe(origins.other);
    for (const name of ["one", "other"] as const)
      expect(await (await fetch(origins[name])).text()).toBe(`${name} at ${origins[name]}`);
    await close();
  });

  it("answer a request that came before they were told how", async () => {
    const { origins, serve, close } = await openListeners({ one: { name: "one" } });
    const socket = connect(portOf(origins.one), "127.0.0.1").setEncoding("utf8");
    socket.write("GET /early HTTP/1.1\r\nHost: one\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
    // Sent once the request is read.
    expect((await once(socket, "data")).join("")).toContain("100 Continue");
    const answer = socket.toArray();
    serve({ one: ({ url }, response) => response.end(`answer to ${url}`) });
    expect((await answer).join("")).toContain("answer to /early");
    await close();
  });

  it("leave it to clients when an idle connection ends, so that no request meets one that ends here", async () => {
    const { origins, serve, close } = await openListeners({ one: { name: "one" } });
    serve({ one: (_, response) => response.end("answer") });
    const agent = new Agent({ keepAlive: true });
    const [response] = (await once(get(origins.one, { agent }), "response")) as [IncomingMessage];
    await text(response);
    expect(response.headers.connection).toBe("keep-alive");
    // Node names here after how many seconds it ends an idle connection.
    expect(response.headers).not.toHaveProperty("keep-alive");
    agent.destroy();
    await close();
  });

  it("are all closed again when one of the wanted ports is taken", async () => {
    const taken = await openListeners({ one: { name: "one" } });
    const free = await openListeners({ one: { name: "one" } });
    await free.close();
    const [first, second] = [portOf(free.origins.one), portOf(taken.origins.one)];
    const plans = { first: { name: "first", port: first }, second: { name: "second", port: second } };
    await expect(openListeners(plans)).rejects.toMatchObject({
      code: "PortTaken",
      message: expect.stringContaining(`Port ${second} of the local cloud (second) is in use (EADDRINUSE).`),
    });
    await taken.close();
    const again = await openListeners(plans);
    expect(again.origins).toEqual({ first: free.origins.one, second: taken.origins.one });
    await again.close();
  });
});
