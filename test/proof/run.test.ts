/** What is sent, and what counts as the answer that a cell demands. That tokens are what they are named is not proved here. */
import type { IncomingHttpHeaders } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { callerOf } from "../../proof/caller.ts";
import { type Cell, deriveMatrix, type MatrixOptions } from "../../proof/matrix.ts";
import { TokenRequestError } from "../../proof/okta-client.ts";
import { type Answer, type ReportedRefusal, type RunOptions, runMatrix } from "../../proof/run.ts";
import { describeActual, describeExpected } from "../../proof/table.ts";
import { type Json, minimal, operation, read, scheme, withPaths } from "../openapi/minimal-document.ts";
import { batch, batchClient, shopClient } from "../support/callers.ts";
import { serve, type TestServer } from "../support/serve.ts";

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let answering: TestServer;
let silent: TestServer;
let closed: string;
let reply = { status: 401, body: "" };
const seen: Seen[] = [];
beforeAll(async () => {
  answering = await serve(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method = "", url = "", headers } = request;
    seen.push({ method, url, headers, body });
    response.writeHead(reply.status, { location: "/elsewhere" }).end(reply.body);
  });
  silent = await serve(() => {});
  const server = await serve(() => {});
  closed = server.origin;
  await server.close();
});
afterAll(() => Promise.all([answering.close(), silent.close()]));
beforeEach(() => {
  seen.length = 0;
  reply = { status: 401, body: "" };
});

const everything: MatrixOptions = { signingKey: true, writes: true, callers: [batch], otherApp: "refused" };

async function cellsAt(
  url: string,
  { text = minimal(), options = everything }: { text?: string; options?: MatrixOptions } = {},
): Promise<readonly Cell[]> {
  return deriveMatrix([{ name: "orders", url, document: await read(text) }], options).cells;
}

function refuse(): Promise<string> {
  return Promise.reject(new Error("There must be no need for a token."));
}

const quiet: RunOptions = {
  sources: { issued: refuse, issuedTo: refuse, forge: {} as never },
  concurrency: 1,
  timeoutMilliseconds: 60_000,
};

/** Sends the cell of a kind. */
async function sent(cells: readonly Cell[], id: string, options: Partial<RunOptions> = {}): Promise<Answer> {
  const cell = cells.find(({ kind }) => kind.id === id) as Cell;
  const [answer] = await runMatrix([cell], { ...quiet, ...options });
  if (answer === undefined) throw new Error("Each cell must have an answer; got none.");
  return answer;
}

const refusedFor = (reason: string): ReportedRefusal => ({
  source: "validate-jwt",
  scope: "api",
  reason,
  text: reason,
});
const issuing = { sources: { issued: async () => "t", issuedTo: async () => "t", forge: {} as never } };

describe("a request", () => {
  it("passes with the status that the document demands", async () => {
    expect(await sent(await cellsAt(answering.origin), "no-token")).toMatchObject({
      actual: 401,
      passed: true,
      refusal: "unknown",
    });
  });

  it("fails with another status", async () => {
    reply = { status: 200, body: "" };
    expect(await sent(await cellsAt(answering.origin), "no-token")).toMatchObject({
      actual: 200,
      passed: false,
      differs: "outcome",
    });
  });

  it.each([
    [undefined, false, "none"],
    ["TokenExpired", false, "TokenExpired"],
    ["TokenNotPresent", true, "TokenNotPresent"],
  ])("with the right status and the reason %s passes: %s", async (reason, passed, told) => {
    const answer = await sent(await cellsAt(answering.origin), "no-token", {
      refusalOf: () => (reason === undefined ? undefined : refusedFor(reason)),
    });
    const { refusal } = answer;
    expect([answer.passed, typeof refusal === "object" ? refusal.reason : refusal]).toEqual([passed, told]);
    expect(answer.differs).toBe(passed ? undefined : "reason");
  });

  it("that is let in fails when a policy refused it all the same", async () => {
    reply = { status: 200, body: "" };
    const refusalOf = () => refusedFor("TokenExpired");
    expect(
      await sent(await cellsAt(answering.origin), "needed-scopes", { ...issuing, refusalOf }),
    ).toMatchObject({ passed: false, differs: "reason" });
  });

  it("carries the trace id by which its refusal is found", async () => {
    const asked: string[] = [];
    const { traceId } = await sent(await cellsAt(answering.origin), "no-token", {
      refusalOf: (id) => {
        asked.push(id);
        return refusedFor("TokenNotPresent");
      },
    });
    const traceparent = String(seen[0]?.headers.traceparent);
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect([traceparent.split("-")[1], asked]).toEqual([traceId, [traceId]]);
  });

  it("has a trace id of its own", async () => {
    const cells = (await cellsAt(answering.origin)).filter(({ kind }) => kind.origin === "none");
    const answers = await runMatrix([...cells, ...cells], quiet);
    expect(new Set(answers.map(({ traceId }) => traceId)).size).toBe(4);
  });

  it("is the document's example, with the kind's token in the place of the example's", async () => {
    const parameters = [
      { name: "X-Tenant", in: "header", required: true, schema: { type: "string" }, example: "blue" },
      { name: "id", in: "path", required: true, schema: { type: "string" }, example: "7" },
    ];
    const requestBody = {
      required: true,
      content: { "application/json": { schema: { type: "object" }, example: { a: 1 } } },
    };
    const text = withPaths({ "/orders/{id}": { put: operation("PutOrder", { parameters, requestBody }) } });
    await sent(await cellsAt(`${answering.origin}/shop`, { text }), "needed-scopes", issuing);
    expect(seen).toMatchObject([
      {
        method: "PUT",
        url: "/shop/orders/7",
        headers: { "x-tenant": "blue", authorization: "Bearer t", "content-type": "application/json" },
        body: '{"a":1}',
      },
    ]);
  });

  it("carries a token in the query string beside the example's own parameters", async () => {
    const parameters = [{ name: "q", in: "query", required: true, schema: { type: "string" }, example: "x" }];
    const cells = await cellsAt(answering.origin, { text: minimal({ parameters }) });
    await sent(cells, "query-string", issuing);
    expect([seen[0]?.url, seen[0]?.headers.authorization]).toEqual(["/orders?q=x&access_token=t", undefined]);
  });

  it("passes with any status of a range that the document describes, and fails beside it", async () => {
    const text = minimal({ security: [], responses: { "2XX": { description: "Some." } } });
    const answered = async (status: number) => {
      reply = { status, body: "" };
      return (await sent(await cellsAt(answering.origin, { text }), "no-token")).differs;
    };
    expect([await answered(200), await answered(299)]).toEqual([undefined, undefined]);
    expect([await answered(302), await answered(401)]).toEqual(["outcome", "outcome"]);
  });

  it("follows no redirect", async () => {
    reply = { status: 302, body: "" };
    expect((await sent(await cellsAt(answering.origin), "no-token")).actual).toBe(302);
    expect(seen).toHaveLength(1);
  });

  it("fails when nothing listens, and says so", async () => {
    const answer = await sent(await cellsAt(closed), "no-token");
    expect([answer.passed, answer.differs, describeActual(answer)]).toEqual([
      false,
      "outcome",
      "no answer (ECONNREFUSED)",
    ]);
  });

  it("fails when no answer comes in time, and says so", async () => {
    const answer = await sent(await cellsAt(silent.origin), "no-token", { timeoutMilliseconds: 1 });
    expect([answer.passed, describeActual(answer)]).toEqual([false, "no answer (TimeoutError)"]);
  });
});

describe("a body that the document describes", () => {
  const answering200: Json = {
    responses: { "200": { description: "x", content: { "application/json": { example: {} } } } },
  };

  it.each([
    ["get", "needed-scopes", "", "body"],
    ["get", "needed-scopes", "{}", undefined],
    ["head", "needed-scopes", "", undefined],
  ])("of %s with %s and the body %j differs by: %s", async (method, id, body, differs) => {
    reply = { status: 200, body };
    const text = withPaths({ "/orders": { [method]: operation("Orders", answering200) } });
    const answer = await sent(await cellsAt(answering.origin, { text }), id, issuing);
    expect([answer.differs, answer.passed]).toEqual([differs, differs === undefined]);
  });

  it("need not come with a refusal", async () => {
    const cells = await cellsAt(answering.origin, { text: minimal(answering200) });
    expect((await sent(cells, "no-token")).passed).toBe(true);
  });

  it("need not come where the document describes none", async () => {
    reply = { status: 200, body: "" };
    expect((await sent(await cellsAt(answering.origin), "needed-scopes", issuing)).passed).toBe(true);
  });
});

const refusedByOkta = (oktaError?: string) =>
  new TokenRequestError("no", { refusal: { client: "batch", oktaError, words: `400 ${oktaError}` } });

describe("the token of another app", () => {
  const denied = refusedByOkta("access_denied");
  const sources = (issuedToOtherApp?: () => Promise<string>) => ({
    sources: { issued: refuse, issuedTo: refuse, issuedToOtherApp, forge: {} as never },
    refusalOf: () => undefined,
  });
  const asked = async (
    options: Partial<MatrixOptions>,
    issued: () => Promise<string>,
    text = minimal(),
  ): Promise<Answer> => {
    reply = { status: 200, body: "" };
    const cells = await cellsAt(answering.origin, { text, options: { ...everything, ...options } });
    return sent(cells, "other-app", sources(issued));
  };
  const post = withPaths({ "/orders": { post: operation("MakeOrder") } });

  it("passes when Okta's access policies give none, and nothing is sent", async () => {
    const answer = await asked({}, () => Promise.reject(denied));
    expect(answer).toMatchObject({ actual: "no token", passed: true, refusal: "none" });
    expect(seen).toEqual([]);
  });

  it("fails when Okta gives one that is let in", async () => {
    const answer = await asked({}, async () => "other");
    expect(answer).toMatchObject({ actual: 200, passed: false, differs: "outcome" });
    expect(seen[0]?.headers.authorization).toBe("Bearer other");
  });

  it("passes when it is let in and the settings accept that", async () => {
    expect(await asked({ otherApp: "accepted" }, async () => "other")).toMatchObject({
      actual: 200,
      passed: true,
    });
  });

  it("fails without a call that would change data, and passes so when it is accepted", async () => {
    const refused = await asked({ writes: false }, async () => "other", post);
    expect(refused).toMatchObject({ actual: "a token", passed: false, refusal: "none" });
    const accepted = await asked({ writes: false, otherApp: "accepted" }, async () => "other", post);
    expect(accepted).toMatchObject({ actual: "a token", passed: true });
    expect(seen).toEqual([]);
  });

  it("is not needed at a public operation", async () => {
    const answer = await asked({}, () => Promise.reject(denied), minimal({ security: [] }));
    expect(answer).toMatchObject({ actual: 200, passed: true });
    expect(seen[0]?.headers).not.toHaveProperty("authorization");
  });

  it.each([
    ["another refusal of Okta", refusedByOkta("invalid_client")],
    ["no answer of Okta", new TokenRequestError("no answer")],
    ["a mistake of our own", new TypeError("x")],
  ])("proves nothing after %s", async (_, error) => {
    await expect(asked({}, () => Promise.reject(error))).rejects.toThrow(error);
  });

  it("is not asked for without the app's credentials", async () => {
    const cells = await cellsAt(answering.origin);
    await expect(sent(cells, "other-app", sources())).rejects.toThrow(
      "A kind that needs another app's credentials ran without them.",
    );
  });
});

describe("a run", () => {
  it("asks Okta once for each set of scopes and each app, in any order of scopes", async () => {
    const asked: string[] = [];
    const names = ["a", "bc", "ab", "c"];
    const scopes = Object.fromEntries(names.map((name) => [name, "A scope."]));
    const flows = { clientCredentials: { tokenUrl: "https://okta.example.com/token", scopes } };
    const needs = (...needed: string[]) => ({ security: [{ okta: needed }] });
    const paths = {
      "/a": { get: operation("A", needs("a", "bc")) },
      "/b": { get: operation("B", needs("bc", "a")) },
      "/c": { get: operation("C", needs("ab", "c")) },
    };
    const text = minimal({}, { paths, components: { securitySchemes: { okta: { ...scheme, flows } } } });
    const options = { ...everything, callers: [callerOf(batchClient({ scopes: names }))] };
    const cells = (await cellsAt(answering.origin, { text, options })).filter(({ kind }) =>
      ["needed-scopes", "basic-scheme", "other-app"].includes(kind.id),
    );
    const issuedTo = (app: string) => async (some: readonly string[]) =>
      `${asked.push(`${app} ${[...some].sort().join(" ")}`)}`;
    await runMatrix(cells, {
      ...quiet,
      concurrency: 4,
      sources: {
        issued: issuedTo("own"),
        issuedTo: refuse,
        issuedToOtherApp: issuedTo("other"),
        forge: {} as never,
      },
    });
    expect([cells.length, asked.sort()]).toEqual([9, ["other a bc", "other ab c", "own a bc", "own ab c"]]);
  });

  it("of no cells has no answers", async () => {
    expect(await runMatrix([], quiet)).toEqual([]);
  });

  it("keeps the cells' order, and has as many requests under way as it may", async () => {
    let underWay = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    const slow = await serve((_, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      waiting.push(() => {
        underWay -= 1;
        response.writeHead(401).end();
      });
      // The last to come is the first to be answered.
      if (waiting.length === 3) for (const release of waiting.splice(0).reverse()) release();
    });
    try {
      const [first] = (await cellsAt(slow.origin)).filter(({ kind }) => kind.id === "no-token");
      const cells = Array.from({ length: 6 }, () => ({ ...(first as Cell) }));
      const answers = await runMatrix(cells, { ...quiet, concurrency: 3 });
      expect(answers.map(({ cell }) => cells.indexOf(cell))).toEqual([0, 1, 2, 3, 4, 5]);
      expect(most).toBe(3);
    } finally {
      await slow.close();
    }
  });

  it("stops when Okta does not answer", async () => {
    const failed = new TokenRequestError("no answer");
    const options = { ...quiet, sources: { ...quiet.sources, issued: () => Promise.reject(failed) } };
    const cells = (await cellsAt(answering.origin)).filter(({ kind }) => kind.origin === "given");
    await expect(runMatrix(cells, options)).rejects.toThrow(failed);
  });
});

describe("a token that Okta refuses to a client of the stack", () => {
  const sources = (oktaError?: string) => {
    const refuses = () => Promise.reject(refusedByOkta(oktaError));
    return {
      sources: { issued: refuses, issuedTo: refuses, forge: {} as never },
      refusalOf: () => undefined,
    };
  };

  it.each(["access_denied", "invalid_client", undefined])(
    "fails every kind that needs it, and sends nothing, after %s",
    async (oktaError) => {
      const cells = (await cellsAt(answering.origin)).filter(({ kind }) =>
        ["caller", "given", "bent"].includes(kind.origin),
      );
      const answers = await runMatrix(cells, { ...quiet, ...sources(oktaError) });
      expect(new Set(answers.map(({ cell }) => cell.kind.id))).toEqual(
        new Set([
          ...["client:batch", "needed-scopes", "all-scopes", "other-scopes"],
          ...["basic-scheme", "query-string", "payload-changed"],
        ]),
      );
      for (const answer of answers)
        expect(answer).toMatchObject({
          ...{ actual: "no token", passed: false, differs: "outcome" },
          noToken: { client: "batch", words: `400 ${oktaError}` },
        });
      expect(seen).toEqual([]);
    },
  );

  it.each([
    ["access_denied", undefined, "no token"],
    ["invalid_client", "reason", "no token for invalid_client instead of no token for access_denied"],
    [undefined, "reason", "no token without an OAuth error instead of no token for access_denied"],
  ])("passes where it is due only after access_denied: %s", async (oktaError, differs, told) => {
    const person = { name: "oscar", groups: [] };
    const options = { ...everything, callers: [callerOf(shopClient(), person)] };
    const cells = await cellsAt(answering.origin, { options });
    const answer = await sent(cells, "client:shop as oscar", sources(oktaError));
    expect(answer.differs).toBe(differs);
    expect(
      differs === undefined
        ? describeActual(answer)
        : `${describeActual(answer)} instead of ${describeExpected(answer)}`,
    ).toBe(told);
  });

  it("matters at no public operation", async () => {
    reply = { status: 200, body: "" };
    const cells = await cellsAt(answering.origin, { text: minimal({ security: [] }) });
    expect(await sent(cells, "client:batch", sources("invalid_client"))).toMatchObject({
      actual: 200,
      passed: true,
    });
  });
});
