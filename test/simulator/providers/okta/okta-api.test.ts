/** How the okta provider's client calls an API: its header, pages and errors. The API is a fake one here. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { OktaApi } from "../../../../simulator/providers/okta/okta-api.ts";
import { serve, type TestServer } from "../../../support/serve.ts";

let server: TestServer | undefined;
afterEach(() => server?.close());

async function clientOf(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  server = await serve(answer);
  return new OktaApi({ origin: server.origin, token: "secret-token" });
}

describe("the client of Okta's management API", () => {
  it("sends its API token and JSON", async () => {
    const seen: string[] = [];
    const client = await clientOf((request, response) => {
      const { authorization, "content-type": type } = request.headers;
      seen.push(`${request.method} ${request.url} ${authorization} ${type}`);
      response.end("{}");
    });
    await client.post("/api/v1/apps", { label: "x" }, { activate: "true" });
    await client.get("/api/v1/apps/0oa1");
    expect(seen).toEqual([
      "POST /api/v1/apps?activate=true SSWS secret-token application/json",
      "GET /api/v1/apps/0oa1 SSWS secret-token undefined",
    ]);
  });

  it("follows the links to the next pages", async () => {
    const client = await clientOf((request, response) => {
      const { origin } = server ?? { origin: "" };
      const isLast = request.url?.includes("after=");
      const next = isLast ? "" : `<${origin}/api/v1/groups?q=a&after=2>; rel="next"`;
      response.setHeader("link", [`<${origin}${request.url}>; rel="self"`, ...(next ? [next] : [])]);
      response.end(JSON.stringify(isLast ? [3] : [1, 2]));
    });
    expect(await client.list("/api/v1/groups", { q: "a" })).toEqual([1, 2, 3]);
  });

  it("tells the code, summary and causes of a refusal, and never its token", async () => {
    const client = await clientOf((_, response) => {
      response.writeHead(400, { "content-type": "application/json" }).end(
        JSON.stringify({
          ...{ errorCode: "E0000001", errorSummary: "Api validation failed: name" },
          errorCauses: [{ errorSummary: "name: The field cannot be left blank" }],
        }),
      );
    });
    await expect(client.put("/api/v1/apps/0oa1", {})).rejects.toMatchObject({
      ...{ status: 400, errorCode: "E0000001", statusLine: "400 Bad Request" },
      message: "Api validation failed: name. Causes: errorSummary: name: The field cannot be left blank",
    });
  });

  it("tells the status of an answer that is not Okta's", async () => {
    const client = await clientOf((_, response) => {
      response.writeHead(502, { "content-type": "text/html" }).end("<html>");
    });
    await expect(client.delete("/api/v1/apps/0oa1")).rejects.toMatchObject({
      ...{ status: 502, errorCode: "", statusLine: "502 Bad Gateway", message: "" },
    });
  });
});
