/** Bytes that no client of ours would send: each is answered or its connection ends, and the local Okta goes on. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { serveOkta, type TestOkta } from "../../support/okta.ts";
import { rawRequest, sendRaw } from "../../support/raw-http.ts";

let okta: TestOkta;
let host: string;
const printed = vi.spyOn(console, "error");
beforeAll(async () => {
  okta = await serveOkta();
  host = new URL(okta.origin).host;
});
beforeEach(() => {
  printed.mockClear();
});
afterAll(() => okta.close());

const at = "/oauth2/default";
const formType = "Content-Type: application/x-www-form-urlencoded";
const isAlive = async () =>
  (await fetch(`${okta.issuer}/.well-known/openid-configuration`)).status === 200 &&
  printed.mock.calls.length === 0;
/** The status of the answer, 0 for none. */
const send = async (head: readonly string[], body = "") => {
  const [, status = "0"] =
    /^HTTP\/1\.1 (\d+) /.exec(await sendRaw(okta.origin, rawRequest([...head, "Connection: close"], body))) ??
    [];
  return Number(status);
};

describe("the local Okta goes on after", () => {
  it.each<[string, string, number]>([
    ["an empty path", "GET // HTTP/1.1", 404],
    ["an asterisk", "OPTIONS * HTTP/1.1", 404],
    ["another scheme", "GET ftp://x/oauth2/default/v1/keys HTTP/1.1", 404],
    ["a whole URL without a path", "GET http://x HTTP/1.1", 404],
    ["an IPv6 address that is none", `GET http://[/${at}/v1/keys HTTP/1.1`, 404],
    ["a broken escape in a server's name", "GET /oauth2/%zz/v1/keys HTTP/1.1", 404],
    ["a broken escape in a sign-in", `GET ${at}/sign-in/%zz HTTP/1.1`, 400],
    ["a broken escape in an authorization", `GET ${at}/v1/authorize/%zz HTTP/1.1`, 400],
    ["invalid UTF-8 in an authorization", `GET ${at}/v1/authorize/%ff%c0 HTTP/1.1`, 400],
    ["a NUL in a query", `GET ${at}/v1/authorize?client_id=%00&state=%00 HTTP/1.1`, 400],
    ["half a surrogate pair in a query", `GET ${at}/v1/authorize?client_id=%ED%A0%80 HTTP/1.1`, 400],
    ["a line break in a state", `GET ${at}/v1/authorize?state=%0d%0aX:y HTTP/1.1`, 400],
    ["the name of an object's own property", `GET ${at}/v1/authorize?client_id=__proto__ HTTP/1.1`, 400],
    ["a prototype as a server", "GET /oauth2/__proto__/v1/keys HTTP/1.1", 404],
    ["a method that the endpoint does not take", `PUT ${at}/v1/token HTTP/1.1`, 400],
    ["another such method", `DELETE ${at}/v1/authorize HTTP/1.1`, 400],
    ["a method that nobody takes", `TRACE ${at}/v1/keys HTTP/1.1`, 404],
    ["a tunnel", `CONNECT ${at} HTTP/1.1`, 0],
    ["a protocol of its own", "GET / HTTP/9.9", 400],
    ["no method", "\0\xff\xfe", 400],
  ])("%s", async (_, line, status) => {
    expect([await send([line, `Host: ${host}`]), await isAlive()]).toEqual([status, true]);
  });

  it.each<[string, readonly string[], number]>([
    ["no host", [], 400],
    ["two hosts", ["Host: 127.0.0.1", "Host: x"], 421],
    ["a cookie that is none", ["Cookie: =;;%zz; session_default=%ff; _session.sig"], 400],
    ["cookies without end", [`Cookie: ${"a=b; ".repeat(5000)}`], 431],
    ["an Accept that is none", ['Accept: ;q="x,,/'], 400],
    ["an upgrade", ["Upgrade: websocket", "Sec-WebSocket-Key: x"], 400],
    ["two lengths", ["Content-Length: 1", "Content-Length: 2"], 400],
    ["a length beside chunks", ["Content-Length: 3", "Transfer-Encoding: chunked"], 400],
  ])("%s", async (name, headers, status) => {
    const own = name.includes("host") ? headers : [`Host: ${host}`, ...headers];
    expect([await send([`GET ${at}/v1/authorize/x HTTP/1.1`, ...own]), await isAlive()]).toEqual([
      status,
      true,
    ]);
  });

  it.each<[string, readonly string[], string, number]>([
    ["a form of another type", ["Content-Type: text/plain", "Content-Length: 3"], "a=b", 400],
    ["no type", ["Content-Length: 3"], "a=b", 400],
    ["a form that is too long", [formType, "Content-Length: 60000"], "a".repeat(60_000), 400],
    ["a form without a length", [formType, "Transfer-Encoding: chunked"], "3\r\na=b\r\n0\r\n\r\n", 401],
    ["a chunk that is none", [formType, "Transfer-Encoding: chunked"], "zz\r\na=b\r\n", 400],
    ["a form that breaks off", [formType, "Content-Length: 100"], "grant_type=client", 400],
    ["chunks that break off", [formType, "Transfer-Encoding: chunked"], "ffff\r\ngrant", 400],
    ["invalid UTF-8", [formType, "Content-Length: 4"], "a=\xff\xfe", 401],
    ["a zipped form", [formType, "Content-Encoding: gzip", "Content-Length: 3"], "\x1f\x8b\x08", 401],
    ["an origin that is none", [formType, "Origin: \x80\xff", "Content-Length: 3"], "a=b", 401],
    ["credentials that are none", [formType, "Authorization: Basic \xe9", "Content-Length: 3"], "a=b", 401],
    ["credentials without a colon", [formType, "Authorization: Basic eA==", "Content-Length: 3"], "a=b", 401],
    [
      "credentials with broken escapes",
      [formType, "Authorization: Basic JTolenoK", "Content-Length: 3"],
      "a=b",
      401,
    ],
  ])("%s", async (_, headers, body, status) => {
    const head = [`POST ${at}/v1/token HTTP/1.1`, `Host: ${host}`, ...headers];
    expect([await send(head, body), await isAlive()]).toEqual([status, true]);
  });

  it("bytes after the last request, of which the library would print an error", async () => {
    const head = [`GET ${at}/v1/authorize/x HTTP/1.1`, `Host: ${host}`];
    expect([await send(head, "more"), await isAlive()]).toEqual([400, true]);
  });
});
