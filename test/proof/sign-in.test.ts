/** Tokens the way that each kind of client gets them, from the local Okta. What a deployed Okta's sign-in page is, is not proved here. */
import { decodeJwt, exportJWK, generateKeyPair } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, callerOf, callerToken } from "../../proof/caller.ts";
import type { Client, Person } from "../../proof/client.ts";
import { TokenRequestError } from "../../proof/okta-client.ts";
import { walkSignIn } from "../../proof/sign-in.ts";
import { assignConference, makeClient, serveOkta, type TestOkta } from "../support/okta.ts";
import { serve } from "../support/serve.ts";

const ada: Person = {
  ...{ name: "ada", login: "ada.attendee@example.com", password: "local-okta", groups: ["Conference"] },
};
const oscar: Person = { ...ada, name: "oscar", login: "oscar.outsider@example.com", groups: [] };
const native = "com.example.conference:/callback";

let okta: TestOkta;
let issuer: { readonly issuer: string; readonly tokenEndpoint: string };
beforeAll(async () => {
  okta = await serveOkta();
  issuer = { issuer: okta.issuer, tokenEndpoint: `${okta.issuer}/v1/token` };
});
afterAll(() => okta.close());

const kinds = {
  native: {
    app: { type: "native", redirectUris: [native], tokenEndpointAuthMethod: "none", pkceRequired: true },
    client: { kind: "native", authentication: "none", redirectUris: [native] },
  },
  web: {
    app: {},
    client: {
      kind: "web",
      authentication: "client_secret_basic",
      redirectUris: ["http://127.0.0.1:8401/signin-oauth/code/callback/okta"],
    },
  },
} as const;

/** Registers a client that members of Conference may sign in with. */
async function makeCaller(
  kind: keyof typeof kinds,
  { label, person, rule = {} }: { label: string; person?: Person; rule?: Record<string, unknown> },
): Promise<Caller> {
  const { app, client: fields } = kinds[kind];
  const isNative = kind === "native";
  const grantTypes = isNative ? ["authorization_code"] : ["authorization_code", "client_credentials"];
  const made = await makeClient(okta, { label, app: { ...app, grantTypes }, rule });
  await assignConference(okta, made.id);
  const client: Client = {
    ...{ name: label, ...fields, grantTypes, scopes: ["a.read", "a.write"], groups: ["Conference"] },
    clientId: made.clientId,
    ...(isNative ? {} : { clientSecret: made.clientSecret }),
  };
  return callerOf(client, person);
}

describe("a caller's token", () => {
  it.each(["native", "web"] as const)("comes from a sign-in with a client of kind %s", async (kind) => {
    const caller = await makeCaller(kind, { label: `signs in, ${kind}`, person: ada });
    const claims = decodeJwt(await callerToken(issuer, caller, ["a.read"]));
    expect(caller.name).toBe(`signs in, ${kind} as ada`);
    expect(claims).toMatchObject({ sub: ada.login, cid: caller.client.clientId, scp: ["a.read"] });
  });

  it("comes by client credentials where nobody signs in", async () => {
    const caller = await makeCaller("web", { label: "itself" });
    const claims = decodeJwt(await callerToken(issuer, caller, ["a.read", "a.write"]));
    expect(claims).toMatchObject({ sub: caller.client.clientId, scp: ["a.read", "a.write"] });
  });

  it.each(["RS256", "ES256", "ES384", "ES512"])(
    "comes by the private key of a client that has one, and needs that key: %s",
    async (algorithm) => {
      const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
      // The provider takes no curve of a key.
      const { crv: _, ...publicJwk } = await exportJWK(publicKey);
      const jwks = [{ ...publicJwk, kid: "k1" }];
      const made = await makeClient(okta, {
        label: `has a key, ${algorithm}`,
        app: {
          ...{
            type: "service",
            grantTypes: ["client_credentials"],
            redirectUris: [],
            responseTypes: ["token"],
          },
          ...{ tokenEndpointAuthMethod: "private_key_jwt", jwks },
        },
      });
      const caller = callerOf({
        ...{ name: "batch", kind: "service", clientId: made.clientId, authentication: "private_key_jwt" },
        ...{ grantTypes: ["client_credentials"], redirectUris: [], scopes: ["a.read"], groups: [] },
      });
      const key = { ...(await exportJWK(privateKey)), kid: "k1" };
      const token = await callerToken({ ...issuer, privateKeys: new Map([["batch", key]]) }, caller, [
        "a.read",
      ]);
      expect(decodeJwt(token).cid).toBe(made.clientId);
      await expect(callerToken(issuer, caller, ["a.read"])).rejects.toThrow(
        'Client "batch" authenticates with a private key, which is in no output of the stack. Give it as --key batch=FILE.',
      );
      const other = await exportJWK((await generateKeyPair(algorithm, { extractable: true })).privateKey);
      const wrong = callerToken({ ...issuer, privateKeys: new Map([["batch", other]]) }, caller, ["a.read"]);
      await expect(wrong).rejects.toMatchObject({ oktaError: "invalid_client" });
    },
  );

  it.each([
    [oscar, "User is not assigned to the client application"],
    [ada, "Some of the requested scopes were denied by the policy. Denied scopes: [a.write]"],
  ])("is refused in Okta's words to %o", async (person, words) => {
    const rule = { scopeWhitelists: ["a.read"] };
    const caller = await makeCaller("native", { label: `refuses ${person.name}`, person, rule });
    const refused = callerToken(issuer, caller, ["a.read", "a.write"]);
    await expect(refused).rejects.toThrow(words);
    const again = callerToken(issuer, caller, ["a.read", "a.write"]);
    await expect(again).rejects.toMatchObject({
      oktaError: "access_denied",
      oktaDescription: expect.stringContaining(words),
    });
  });

  it("is no decision of Okta's policies where the password is wrong", async () => {
    const caller = await makeCaller("native", { label: "mistypes", person: { ...ada, password: "wrong" } });
    const refused = callerToken(issuer, caller, ["a.read"]).catch((error: unknown) => error);
    expect(await refused).toBeInstanceOf(TokenRequestError);
    expect(await refused).toMatchObject({
      oktaError: undefined,
      message: expect.stringContaining('refused the sign-in (401, "Unable to sign in")'),
    });
  });

  it("tells what Okta's page says of a client that it does not know", async () => {
    const caller = await makeCaller("native", { label: "unknown", person: ada });
    const unknown = { ...caller, client: { ...caller.client, clientId: "0oaNobody" } };
    await expect(callerToken(issuer, unknown, ["a.read"])).rejects.toThrow(
      `400, "Invalid value for 'client_id' parameter."`,
    );
  });

  it("needs a person, or none, as the client's grants have it", async () => {
    const { client } = await makeCaller("native", { label: "people only" });
    const service = { ...client, name: "batch", grantTypes: ["client_credentials"] };
    await expect(callerToken(issuer, callerOf(client), ["a.read"])).rejects.toThrow(
      'Client "people only" gets tokens only as a person who signs in.',
    );
    await expect(callerToken(issuer, callerOf(service, ada), ["a.read"])).rejects.toThrow(
      'Nobody signs in with client "batch"',
    );
  });
});

describe("a sign-in", () => {
  it("takes the password to Okta alone", async () => {
    const seen: string[] = [];
    const elsewhere = await serve((_, response) => {
      seen.push("visited");
      response.end('<form><input name="username"><input name="password"></form>');
    });
    const okta = await serve((_, response) => response.writeHead(302, { location: elsewhere.origin }).end());
    const start = new URL(`${okta.origin}/v1/authorize`);
    const sent = { username: "ada", password: "secret", redirectUri: "https://app.example/callback" };
    const refused = await walkSignIn(start, sent).catch((error: unknown) => error);
    await Promise.all([elsewhere.close(), okta.close()]);
    expect(refused).toMatchObject({ message: expect.stringContaining("which is neither Okta nor") });
    expect(seen).toEqual([]);
  });

  it("ends where Okta's page needs a browser", async () => {
    const okta = await serve((_, response) => response.end('<div id="okta-sign-in"></div>'));
    const client = { clientId: "0oa", redirectUris: [native], grantTypes: ["authorization_code"] };
    const caller = callerOf(
      { ...client, name: "app", kind: "native", authentication: "none", scopes: [], groups: [] },
      ada,
    );
    const refused = await callerToken(
      { issuer: okta.origin, tokenEndpoint: `${okta.origin}/v1/token` },
      caller,
      ["a.read"],
    ).catch((error: unknown) => error);
    await okta.close();
    expect(refused).toMatchObject({
      message: expect.stringContaining("its sign-in page has no form for a name and a password (200)"),
    });
  });
});
