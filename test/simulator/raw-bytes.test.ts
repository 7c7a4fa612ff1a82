/** Bytes that no client would send, to every server of the local cloud: each keeps answering the next one. */
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createPortal } from "../../simulator/apim/portal.ts";
import { createArm } from "../../simulator/arm/arm-endpoints.ts";
import { makeLocalCredentials } from "../../simulator/arm/login/local-credentials.ts";
import { Login } from "../../simulator/arm/login/login.ts";
import { exampleBackend } from "../../simulator/backend/example-backend.ts";
import { testManager } from "../support/arm.ts";
import { makeService, policy, serveGateway } from "../support/gateway.ts";
import { serveOkta } from "../support/okta.ts";
import { exchangeRaw, RawClient } from "../support/raw.ts";
import { serve, type TestServer } from "../support/serve.ts";

const servers: Record<string, TestServer> = {};
beforeAll(async () => {
  servers.backend = await serve(
    exampleBackend({
      origin: "http://127.0.0.1:8403",
      service: () => makeService({ operation: { urlTemplate: "/topics" } }),
    }),
  );
  servers.gateway = await serveGateway({
    policy: await policy(""),
    api: { serviceUrl: servers.backend.origin },
    operation: { urlTemplate: "/topics" },
  });
  servers.okta = await serveOkta();
  servers.portal = await servePortal();
  servers.resourceManager = await serveArm();
});

async function serveArm(): Promise<TestServer> {
  const origin = "https://127.0.0.1:1";
  const login = new Login(await makeLocalCredentials(), origin);
  return serve(createArm({ manager: testManager(), origin, login, log: () => {} }));
}

afterAll(() => Promise.all(Object.values(servers).map((server) => server.close())));

async function servePortal(): Promise<TestServer> {
  const shown = { serviceName: "apim", gatewayUrl: "http://127.0.0.1:1", publisherName: "P", apis: [] };
  const state = { origin: "" };
  const model = () => ({ ...shown, origin: state.origin });
  const server = await serve(createPortal({ model, client: () => undefined, log: () => {} }));
  state.origin = server.origin;
  return server;
}

const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);
beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", note);
  process.on("uncaughtException", note);
});
afterEach(() => {
  process.off("unhandledRejection", note);
  process.off("uncaughtException", note);
  expect(unhandled).toEqual([]);
});

/** Paths that lead into the code behind each server's endpoints. */
const paths: Record<string, readonly string[]> = {
  gateway: ["/topics"],
  backend: ["/topics"],
  okta: [
    "/oauth2/default/v1/token",
    "/oauth2/default/v1/authorize",
    "/oauth2/default/sign-in/x",
    "/login/signout",
    "/oauth2/default/v1/keys",
  ],
  portal: [
    "/apis",
    "/apis/x/operations/y",
    "/assets/portal.css",
    "/signin-oauth/code/callback/x",
    "/signin-oauth/token",
    "/signin-oauth/credentials/x",
  ],
  resourceManager: [
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/x?api-version=2024-03-01",
    "/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token",
    "/metadata/endpoints",
  ],
};

const close = "Connection: close\r\n";
const form = "Content-Type: application/x-www-form-urlencoded\r\n";

/** Whole requests with odd parts. */
function requests(host: string, path: string): readonly string[] {
  const head = (method: string, target: string, headers = "") =>
    `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n${close}${headers}\r\n`;
  const post = (headers: string, body: string) => `${head("POST", path, headers)}${body}`;
  const odd = [
    "\x80\xff",
    "%",
    "%00",
    "%0d%0aX: 1",
    "%c0%ae",
    "\x7f",
    "a".repeat(8000),
    "__proto__",
    "%F0%9F%92%A9",
  ];
  return [
    ...odd.flatMap((text) => [
      head(
        "GET",
        `${path}?state=${text}&client_id=${text}&redirect_uri=${text}&scope=${text}&response_type=${text}`,
      ),
      head("GET", `${path}/${text}`),
      head("GET", path, `Cookie: ${text}; portal-oauth-state.${text}=${text}; _session=${text}\r\n`),
      head("GET", path, `Origin: ${text}\r\nAuthorization: ${text}\r\nAccept: ${text}\r\n`),
      post(
        `${form}Authorization: Basic ${text}\r\nContent-Length: ${text.length * 2 + 1}\r\n`,
        `${text}=${text}`,
      ),
    ]),
    ...["OPTIONS", "HEAD", "PUT", "DELETE", "TRACE", "M-SEARCH", "QUERY"].map((method) => head(method, path)),
    head("CONNECT", host),
    head("OPTIONS", "*"),
    head("GET", path, "Upgrade: websocket\r\nConnection: Upgrade\r\n"),
    post("Expect: 100-continue\r\nContent-Length: 1\r\n", "x"),
    head("GET", path, "Expect: the-unexpected\r\n"),
    post("Content-Type: multipart/form-data\r\nTransfer-Encoding: chunked\r\n", "zz\r\n"),
    `GET ${path} HTTP/1.0\r\n\r\n`,
    `GET ${path} HTTP/1.1\r\n${close}\r\n`,
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${"X: 1\r\n".repeat(20_000)}\r\n`,
    `GET http://[ HTTP/1.1\r\nHost: ${host}\r\n${close}\r\n`,
    `GET ${path}\r\n\r\n`,
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  ];
}

describe.each(
  Object.entries({
    gateway: "/topics",
    backend: "/topics",
    okta: "/oauth2/default/v1/keys",
    portal: "/apis",
  }),
)("the %s", (name, known) => {
  const origin = () => servers[name]?.origin ?? "";
  const expectAlive = async () => expect((await fetch(origin() + known)).status).toBe(200);

  it("answers after every odd request", async () => {
    const { host } = new URL(origin());
    for (const path of paths[name] ?? []) {
      for (const request of requests(host, path)) {
        const answer = await exchangeRaw(origin(), request);
        expect([request.slice(0, 200), answer.slice(0, 12)]).toEqual([
          request.slice(0, 200),
          expect.stringMatching(/^(?:HTTP\/1\.1 [2-5]|HTTP\/1\.1 100|$)/),
        ]);
      }
    }
    await expectAlive();
  });

  it("answers after random bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        const client = await RawClient.connect(origin());
        client.write(Buffer.from(bytes).toString("latin1"));
        client.write("\r\n\r\n");
        client.close();
      }),
      { numRuns: 50 },
    );
    await expectAlive();
  });

  it("answers after clients that broke off", async () => {
    const { host } = new URL(origin());
    for (const path of paths[name] ?? []) {
      const request = `POST ${path} HTTP/1.1\r\nHost: ${host}\r\n${form}Content-Length: 10\r\n\r\nhalf`;
      for (const end of [20, request.length - 4, request.length]) {
        const client = await RawClient.connect(origin());
        client.write(request.slice(0, end));
        await expectAlive();
        client.reset();
      }
    }
    await expectAlive();
  });
});
