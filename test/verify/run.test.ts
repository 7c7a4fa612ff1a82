/** What comes of requests that have no answer. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Cell } from "../../verify/matrix.ts";
import { deriveMatrix } from "../../verify/matrix.ts";
import { readPublishedKey, requestToken } from "../../verify/okta-client.ts";
import { runMatrix } from "../../verify/run.ts";
import { describeActual } from "../../verify/table.ts";
import { minimal, read } from "../apis/minimal-document.ts";
import { serve, type TestServer } from "../support/server.ts";

let answering: TestServer;
let silent: TestServer;
let closed: string;
beforeAll(async () => {
  answering = await serve((_, response) => response.writeHead(401).end());
  silent = await serve(() => {});
  const server = await serve(() => {});
  closed = server.origin;
  await server.close();
});
afterAll(async () => {
  await answering.close();
  await silent.close();
});
afterEach(() => vi.restoreAllMocks());

/** Sends the request without a token to a gateway. */
async function sentTo(url: string, timeoutMilliseconds = 60_000) {
  const api = { name: "orders", url, document: await read(minimal()) };
  const { cells } = deriveMatrix([api], { signingKey: true, writes: true });
  const cell = cells.find(({ kind }) => kind.name === "no token") as Cell;
  const refuse = () => Promise.reject(new Error("There must be no need for a token."));
  const sources = { issued: refuse, forge: {} as never };
  const [answer] = await runMatrix([cell], { sources, concurrency: 1, timeoutMilliseconds });
  if (answer === undefined) throw new Error("Each cell must have an answer; got none.");
  return answer;
}

describe("a request", () => {
  it("passes with the status that the document demands", async () => {
    expect(await sentTo(answering.origin)).toMatchObject({ actual: 401, passed: true });
  });

  it("fails when nothing listens, and says so", async () => {
    const answer = await sentTo(closed);
    expect([answer.passed, describeActual(answer)]).toEqual([false, "no answer (ECONNREFUSED)"]);
  });

  it("fails when no answer comes in time, and says so", async () => {
    const answer = await sentTo(silent.origin, 1);
    expect([answer.passed, describeActual(answer)]).toEqual([false, "no answer (TimeoutError)"]);
  });
});

describe("Okta", () => {
  const client = (origin: string) => ({
    tokenEndpoint: `${origin}/token`,
    clientId: "a",
    clientSecret: "s3cret",
  });

  it("that does not listen is named with the reason, without the secret", async () => {
    await expect(requestToken(client(closed), ["a"])).rejects.toThrow(
      `Okta's token endpoint ${closed}/token must answer; got no answer (ECONNREFUSED). Check that it runs and is reachable.`,
    );
    await expect(readPublishedKey(closed)).rejects.toThrow("got no answer (ECONNREFUSED).");
  });

  it("that never answers is given up", async () => {
    vi.spyOn(AbortSignal, "timeout").mockImplementation(() =>
      AbortSignal.abort(new DOMException("It took too long.", "TimeoutError")),
    );
    await expect(requestToken(client(silent.origin), ["a"])).rejects.toThrow("got no answer (TimeoutError).");
    await expect(readPublishedKey(silent.origin)).rejects.toThrow("got no answer (TimeoutError).");
  });
});
