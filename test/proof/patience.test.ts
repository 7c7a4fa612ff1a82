/** What is sent again to an instance that may not have its latest policies yet, and what never is. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { deriveMatrix } from "../../proof/matrix.ts";
import { TokenRequestError } from "../../proof/okta-client.ts";
import { runPatiently } from "../../proof/patience.ts";
import { batch } from "../support/callers.ts";
import { document } from "../support/conference.ts";
import { serve } from "../support/serve.ts";

// The time passes by the gateway's answers alone.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

const refuse = () => Promise.reject(new Error("There must be no need for a token."));
const options = {
  sources: { issued: refuse, issuedTo: refuse, forge: {} as never },
  concurrency: 4,
  timeoutMilliseconds: 10_000,
};

/**
 * Sends the requests without a token for two seconds, to a gateway that answers each method of the list in turn with its status.
 *
 * @param each Milliseconds that an answer takes.
 */
async function sentTo(statuses: Readonly<Record<string, number[]>>, each = 0) {
  const seen: string[] = [];
  const gateway = await serve((request, response) => {
    const { method = "" } = request;
    seen.push(method);
    request.resume();
    vi.setSystemTime(Date.now() + each);
    response.writeHead(statuses[method]?.shift() ?? 401).end();
  });
  const api = { name: "conference", url: gateway.origin, document };
  const { cells } = deriveMatrix([api], { signingKey: true, writes: true, callers: [], otherApp: "refused" });
  const wanted = new Set(["GET /sessions", "POST /session/{id}/feedback"]);
  const chosen = cells.filter(
    ({ kind, operation }) => kind.name === "no token" && wanted.has(`${operation.method} ${operation.path}`),
  );
  const answers = await runPatiently(chosen, options, { deadline: Date.now() + 2000, pause: 1 });
  await gateway.close();
  return { seen, answers: answers.map(({ cell, actual }) => [cell.operation.method, actual]) };
}

describe("an answer that differs", () => {
  it("is asked for again where the call changes nothing", async () => {
    expect(await sentTo({ GET: [500, 404] })).toEqual({
      seen: ["GET", "GET", "GET", "POST"],
      answers: [
        ["GET", 401],
        ["POST", 401],
      ],
    });
  });

  it("stands where the call would change data, which is sent once and last", async () => {
    expect(await sentTo({ GET: [500], POST: [500] })).toEqual({
      seen: ["GET", "GET", "POST"],
      answers: [
        ["GET", 401],
        ["POST", 500],
      ],
    });
  });

  it("stands where Okta refused the token", async () => {
    let asked = 0;
    const issuedTo = async () => {
      asked += 1;
      throw new TokenRequestError("refused", { refusal: { client: "batch", words: "401 invalid_client" } });
    };
    const api = { name: "conference", url: "http://127.0.0.1:9", document };
    const { cells } = deriveMatrix([api], {
      ...{ signingKey: true, writes: true, callers: [batch], otherApp: "refused" },
    });
    const own = cells.filter(({ kind }) => kind.family === "clients");
    const sources = { ...options.sources, issuedTo };
    const answers = await runPatiently(
      own,
      { ...options, sources },
      { deadline: Date.now() + 60_000, pause: 1 },
    );
    expect(new Set(answers.map(({ noToken }) => noToken?.words))).toEqual(new Set(["401 invalid_client"]));
    // Once for the calls that change nothing, once for the others.
    expect(asked).toBe(2);
  });

  it("stands once the time is up", async () => {
    const { seen, answers } = await sentTo({ GET: Array(9).fill(500) }, 500);
    expect(seen).toEqual(["GET", "GET", "GET", "GET", "POST"]);
    expect(answers).toContainEqual(["GET", 500]);
  });
});
