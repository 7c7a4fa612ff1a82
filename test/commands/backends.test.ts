/** What the proof of a local stack sends to whose backend. Its backends are sockets of this test, or names that nobody has. */
import type * as http from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { jsonReport, proofReport } from "../../commands/report.ts";
import { type LocalStack, startLocalStack } from "../support/local-stack.ts";
import { serve } from "../support/serve.ts";
import { bothGrants } from "../support/settings.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function stackWith(api: object): Promise<LocalStack> {
  const conference = { document: "apis/conference.openapi.yaml", path: "", ...api };
  const stack = await startLocalStack({
    apis: JSON.stringify({ conference }),
    clients: "{}",
    ...bothGrants,
  });
  closing.push(() => stack.cloud.close());
  return stack;
}

const plain = (_: string, text: string) => text;
const isFeedback = ({ operation }: { operation: { method: string } }) => operation.method === "POST";

describe("the proof of a stack", () => {
  it("leaves out the calls that would change data where the backend is not on this machine, and says so", async () => {
    // Nobody can have this name, so that nothing is sent: https://www.rfc-editor.org/rfc/rfc6761#section-6.4
    const { prove, provisioned } = await stackWith({ serviceUrl: "http://conference.invalid" });
    const proof = await prove();
    expect(proof.leftOut).toEqual([
      "calls of POST /session/{id}/feedback that are let in: they would change data; --writes sends them",
    ]);
    const posts = proof.answers.filter(({ cell }) => isFeedback(cell));
    expect(posts.filter(({ cell }) => cell.letsIn)).toEqual([]);
    // Those that must be refused are sent: no policy lets them on, and the gateway would keep them back.
    expect(posts.length).toBeGreaterThan(10);
    expect(proofReport(proof, plain, { stack: "local" })).toContain(
      "not sent: calls of POST /session/{id}/feedback that are let in: they would change data; --writes sends them",
    );
    expect(JSON.parse(jsonReport(provisioned, proof))).toMatchObject({
      leftOut: proof.leftOut,
      backends: [],
    });
  });

  it.each([{ mock: true }, { serviceUrl: undefined }])("sends everything to %j", async (api) => {
    const stack = await stackWith(api.mock ? api : { serviceUrl: await echo([]) });
    const proof = await stack.prove();
    expect(proof.leftOut).toEqual([]);
    expect(proof.answers.filter(({ cell }) => isFeedback(cell) && cell.letsIn).length).toBeGreaterThan(1);
  });

  it("says which backend got how many calls, as that backend counts them", async () => {
    const seen: string[] = [];
    const { prove, provisioned } = await stackWith({ serviceUrl: await echo(seen) });
    const proof = await prove();
    const posts = seen.filter((method) => method === "POST").length;
    const gets = seen.length - posts;
    expect(posts).toBeGreaterThan(1);
    const [backend] = proof.backends ?? [];
    expect(backend).toMatchObject({ onThisMachine: true, sent: { GET: gets, POST: posts }, heldBack: 0 });
    expect(proofReport(proof, plain, { stack: "local" })).toContain(
      `Backend ${backend?.origin}: ${seen.length} calls (${gets} GET, ${posts} POST)`,
    );
    expect(JSON.parse(jsonReport(provisioned, proof)).backends).toEqual([backend]);
  });

  it("says that a mock calls no backend", async () => {
    const proof = await (await stackWith({ mock: true })).prove();
    expect(proofReport(proof, plain, { stack: "local" })).toContain("No backend was called.");
  });

  it("never sends a failing call that changes data again", async () => {
    const seen: string[] = [];
    const { prove } = await stackWith({ serviceUrl: await echo(seen, 500) });
    const proof = await prove();
    const failed = proof.answers.filter(({ cell, passed }) => isFeedback(cell) && !passed);
    expect(failed.length).toBeGreaterThan(1);
    expect(seen.filter((method) => method === "POST")).toHaveLength(failed.length);
  });
});

/** A backend that answers every request with a status and a body, and keeps the methods. */
async function echo(seen: string[], status?: number): Promise<string> {
  const listener: http.RequestListener = (request, response) => {
    seen.push(request.method ?? "");
    request.resume();
    response.writeHead(status ?? (request.method === "POST" ? 201 : 200)).end("{}");
  };
  const server = await serve(listener);
  closing.push(() => server.close());
  return server.origin;
}
