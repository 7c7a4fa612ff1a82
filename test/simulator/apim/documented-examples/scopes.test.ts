/**
 * Examples of Microsoft's pages on what stands at several scopes.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-policies
 * @see https://learn.microsoft.com/azure/api-management/forward-request-policy
 * @see https://learn.microsoft.com/azure/api-management/include-fragment-policy
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CheckedPolicy } from "../../../../simulator/apim/policy/document.ts";
import { parsePolicyDocument } from "../../../../simulator/apim/policy/document.ts";
import type { PolicyScope } from "../../../../simulator/apim/policy/place.ts";
import { makeService, serveGateway, type TestGateway } from "../../../support/gateway.ts";
import { serve, type TestServer } from "../../../support/serve.ts";

let gateway: TestGateway;
let backend: TestServer;
let status: number;
let seen: string[] = [];
beforeAll(async () => {
  gateway = await serveGateway();
  backend = await serve((request, response) => {
    seen.push(String(request.headers["x-way"]));
    response.writeHead(status).end("notebook");
  });
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));

const way = (name: string) =>
  `<set-header name="X-Way" exists-action="append"><value>${name}</value></set-header>`;

/** Calls the operation under the documents of the three scopes; the global one forwards requests. */
async function call(documents: { global?: string; api?: string; operation?: string }, answer = 200) {
  const read = async (scope: PolicyScope, xml: string | undefined): Promise<{ policy?: CheckedPolicy }> =>
    xml === undefined
      ? {}
      : {
          policy: await parsePolicyDocument(`<policies>${xml}</policies>`, {
            ...{ scope, sku: "Developer" },
            fragment: () => ({ format: "rawxml", xml: `<fragment>${way("fragment")}</fragment>` }),
          }),
        };
  const everywhere = `<inbound>${way("global")}</inbound><backend><forward-request /></backend>`;
  const { policy } = await read("global", documents.global ?? everywhere);
  gateway.service = makeService({
    ...(policy === undefined ? {} : { policy }),
    api: { serviceUrl: backend.origin, ...(await read("api", documents.api)) },
    operation: await read("operation", documents.operation),
  });
  [status, seen] = [answer, []];
  const response = await fetch(`${gateway.origin}/things`);
  return { status: response.status, body: await response.text(), headers: response.headers, ways: seen };
}

describe("base", () => {
  it("inherits the parent's inbound in its place; sections that are not there are the parent's", async () => {
    const api = `<inbound>${way("before")}<base />${way("after")}</inbound>`;
    expect(await call({ api })).toMatchObject({ body: "notebook", ways: ["before,global,after"] });
  });

  it("inherits nothing in a section without it", async () => {
    expect((await call({ api: `<inbound>${way("own")}</inbound>` })).ways).toEqual(["own"]);
    expect((await call({ api: "<inbound />" })).ways).toEqual(["undefined"]);
  });

  it("leads from the operation through the API to the global document", async () => {
    const documents = {
      api: `<inbound><base />${way("api")}</inbound>`,
      operation: `<inbound><base />${way("operation")}</inbound>`,
    };
    expect((await call(documents)).ways).toEqual(["global,api,operation"]);
  });

  it("has no effect at the global scope, which has no parent", async () => {
    const global = `<inbound><base />${way("global")}</inbound><backend><forward-request /></backend>`;
    expect((await call({ global })).ways).toEqual(["global"]);
  });
});

describe("forward-request", () => {
  const api = '<inbound><base /></inbound><backend><forward-request timeout="60" /></backend>';
  const operation = (inside: string) => `<inbound><base /></inbound><backend>${inside}</backend>`;

  it("forwards at the API's level", async () => {
    expect(await call({ api })).toMatchObject({ status: 200, body: "notebook" });
  });

  it("is inherited by an operation's base", async () => {
    expect(await call({ api, operation: operation("<base />") })).toMatchObject({ body: "notebook" });
  });

  it("is not inherited by an operation without base, which answers without the backend", async () => {
    expect(await call({ api, operation: operation("") })).toMatchObject({ status: 200, body: "", ways: [] });
  });
});

describe("forward-request of an operation's own", () => {
  const operation =
    '<inbound><base /></inbound><backend><forward-request timeout="120" fail-on-error-status-code="true" /></backend>';
  const api = `<inbound><base /></inbound><on-error>${way("on-error")}<set-header name="Source"><value>@(context.LastError.Source)</value></set-header></on-error>`;

  it("goes to on-error with an answer from 400 on", async () => {
    const { status, headers } = await call({ api, operation }, 404);
    expect([status, headers.get("source")]).toEqual([404, "forward-request"]);
  });

  it("passes any other answer on", async () => {
    const { status, headers } = await call({ api, operation }, 302);
    expect([status, headers.get("source")]).toEqual([302, null]);
  });
});

describe("include-fragment", () => {
  it("inserts the fragment where it stands", async () => {
    const included = '<inbound><include-fragment fragment-id="myFragment" /><base /></inbound>';
    expect((await call({ api: included })).ways).toEqual(["fragment,global"]);
  });
});

describe("on-error", () => {
  const named = (name: string, value: string) =>
    `<set-header name="Error${name}" exists-action="override"><value>@(${value})</value></set-header>`;
  const onError = `<on-error>
    ${["Source", "Reason", "Message", "Scope", "Section", "Path", "PolicyId"].map((name) => named(name, `context.LastError.${name}`)).join("")}
    ${named("StatusCode", "context.Response.StatusCode.ToString()")}<base /></on-error>`;

  it("tells the error of an unauthorized request in headers", async () => {
    const check = '<validate-jwt id="check" header-name="Authorization" />';
    const { status: answered, headers } = await call({ api: `<inbound>${check}</inbound>${onError}` });
    expect(answered).toBe(401);
    const told = ["Source", "Reason", "Message", "Scope", "Section", "Path", "PolicyId", "StatusCode"];
    expect(told.map((name) => headers.get(`Error${name}`))).toEqual([
      ...["validate-jwt", "TokenNotPresent", "JWT not present.", "api", "inbound"],
      ...["validate-jwt[1]", "check", "401"],
    ]);
  });
});
