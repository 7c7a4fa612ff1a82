/**
 * What `npm run explain` says to refusals that people meet, each with a real token or a real answer of the local Okta. The words for a
 * deployed Okta are the same; that its answers are the local one's is not proved here.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operation } from "../../openapi/operations.ts";
import { type Caller, callerOf } from "../../proof/caller.ts";
import type { Client, Person } from "../../proof/client.ts";
import { explainCaller } from "../../proof/explain-caller.ts";
import { explanationText, isLetIn } from "../../proof/explanation.ts";
import { judgeToken } from "../../proof/judge-token.ts";
import { readTokenFacts, type TokenFacts } from "../../proof/token-facts.ts";
import { minimal, read } from "../openapi/minimal-document.ts";
import { assignConference, makeClient, serveOkta, type TestOkta } from "../support/okta.ts";
import { goodClaims, makeKey, nowSeconds, serveIssuer, signToken } from "../support/tokens.ts";

const issuer = "https://example.okta.com/oauth2/default";
const key = makeKey("k1");
const stranger = makeKey("k9");
const facts: TokenFacts = {
  ...{ issuers: [issuer], audience: "api://test", keys: [key.jwk], now: nowSeconds, machineAhead: 0 },
};
const claims = { ...goodClaims, iss: issuer, cid: "0oaClient" };
const needsWrite = { security: { kind: "token", anyOf: [["a.write"]] }, requiredClaims: [] } as const;

async function first(token: string, known: TokenFacts = facts) {
  const [fault] = await judgeToken(token, known, needsWrite);
  return fault;
}

describe("a refused token", () => {
  const idToken = { iss: issuer, aud: "0oaClient", sub: "00u1", nonce: "n", exp: nowSeconds + 60 };
  it.each([
    [
      "an unknown key",
      signToken(stranger, claims),
      ["unknown-key", "TokenSignatureKeyNotFound"],
      `No key that "${issuer}" publishes made the signature: the token names "k9", and published are "k1".`,
    ],
    [
      "the org's own authorization server",
      signToken(stranger, { ...claims, iss: "https://example.okta.com", aud: "https://example.okta.com" }),
      ["org-server", "TokenSignatureKeyNotFound"],
      "The token is of the Okta org's own authorization server, whose access tokens are for Okta's APIs alone.",
    ],
    [
      "another environment",
      signToken(stranger, { ...claims, iss: "https://test.okta.com/oauth2/aus1" }),
      ["other-environment", "TokenSignatureKeyNotFound"],
      `The token's issuer is "https://test.okta.com/oauth2/aus1", and the policies accept "${issuer}". The token is of another environment.`,
    ],
    [
      "another authorization server of the org",
      signToken(stranger, { ...claims, iss: "https://example.okta.com/oauth2/aus1" }),
      ["other-server", "TokenSignatureKeyNotFound"],
      "The token is of another authorization server of the same org.",
    ],
    [
      "an issuer with a slash at its end",
      signToken(key, { ...claims, iss: `${issuer}/` }),
      ["issuer-slash", "TokenIssuerNotAllowed"],
      "They differ by the slash at the end alone",
    ],
    [
      "another audience",
      signToken(key, { ...claims, aud: "api://other" }),
      ["audience", "TokenAudienceNotAllowed"],
      'The token is for "api://other" (claim "aud"), and the policies accept "api://test".',
    ],
    [
      "an ID token",
      signToken(key, idToken),
      ["id-token", "TokenAudienceNotAllowed"],
      'It is an ID token: it says who signed in, and is for "0oaClient", the client; APIs take access tokens, for "api://test".',
    ],
    [
      "an expired token",
      signToken(key, { ...claims, iat: nowSeconds - 600, exp: nowSeconds - 300 }),
      ["expired", "TokenExpired"],
      "The token expired at 2029-12-31T23:55:00Z, 5 minutes ago by the gateway's clock. It was good for 5 minutes.",
    ],
    [
      "a clock that is ahead",
      signToken(key, { ...claims, nbf: nowSeconds + 40 }),
      ["not-yet-valid", "JwtInvalid"],
      "The token is good from 2030-01-01T00:00:40Z on, which is in 40 seconds by the gateway's clock.",
    ],
    [
      "a missing scope",
      signToken(key, { ...claims, scp: ["a.read"] }),
      ["scope-missing", "TokenClaimValueNotAllowed"],
      'The token has the scope "a.read", and the operation needs a.write.',
    ],
    [
      "no expiry",
      signToken(key, { ...claims, exp: undefined }),
      ["no-expiry", "JwtInvalid"],
      "The token has no expiry",
    ],
    [
      "no signature",
      signToken(key, claims, { alg: "none" }),
      ["unsigned", "TokenSignatureInvalid"],
      "is not signed",
    ],
    ["an opaque token", "00Tabc", ["no-jwt", "JwtInvalid"], "it has one part in place of three"],
    [
      "an encrypted token",
      "a.b.c.d.e",
      ["no-jwt", "JwtInvalid"],
      "The token is encrypted (a JWE, in five parts)",
    ],
  ])("is explained given %s", async (_, token, [code, reason], words) => {
    const fault = await first(token);
    expect(fault).toMatchObject({ code, reason, problem: expect.stringContaining(words) });
    expect(fault?.next).toMatch(/\.$/);
    expect(`${fault?.problem}${fault?.next}`).not.toContain(token);
  });

  it("is let in when all is as the policies want it", async () => {
    expect(await first(signToken(key, claims))).toBeUndefined();
  });

  it.each([
    ["https://login.microsoftonline.com/t/v2.0", "https://sts.windows.net/t/"],
    ["https://issuer.example", "https://issuer.example/v2.0"],
  ])("is explained given the issuer %s where %s is expected", async (iss, expected) => {
    const fault = await first(signToken(key, { ...claims, iss }), { ...facts, issuers: [expected] });
    expect(fault).toMatchObject({ code: "issuer-version", reason: "TokenIssuerNotAllowed" });
    expect(fault?.problem).toContain(
      `The token's issuer is "${iss}", and the policies accept "${expected}".`,
    );
    const near = await first(signToken(key, { ...claims, iss: `${iss}x` }), {
      ...facts,
      issuers: [expected],
    });
    expect(near?.code).not.toBe("issuer-version");
  });

  it("says how far this machine's clock is off", async () => {
    const token = signToken(key, { ...claims, exp: nowSeconds - 10 });
    const fault = await first(token, { ...facts, machineAhead: -90 });
    expect(fault?.problem).toContain("This machine's clock is 1 minute 30 seconds behind the gateway's.");
    expect((await first(token, { ...facts, machineAhead: 2 }))?.problem).not.toContain(
      "This machine's clock",
    );
  });

  it("is told with the first fault first, and each cause once", async () => {
    const token = signToken(stranger, {
      ...claims,
      iss: "https://example.okta.com",
      exp: nowSeconds - 5,
      aud: "x",
    });
    const faults = await judgeToken(token, facts, needsWrite);
    expect(faults.map(({ code }) => code)).toEqual(["org-server", "expired", "audience"]);
  });

  it("tells a client's own token without the claim of a person apart", async () => {
    const groups = [{ name: "groups", match: "any", values: ["Staff"] }] as const;
    const [fault] = await judgeToken(signToken(key, claims), facts, {
      ...needsWrite,
      requiredClaims: groups,
    });
    expect(fault).toMatchObject({
      ...{ code: "claim-missing", reason: "TokenClaimNotFound" },
      problem: expect.stringContaining("Nobody signed in: the client got the token for itself"),
    });
  });
});

describe("the facts", () => {
  it("are read from discovery, keys and the gateway's clock, without a token", async () => {
    const published = await serveIssuer([key.jwk]);
    const config = await serveIssuer([key.jwk], { jwks_uri: `${published.origin}/keys` });
    const known = await readTokenFacts({
      issuer: config.origin,
      audience: "a",
      gatewayUrl: published.origin,
    });
    expect(known).toMatchObject({
      issuers: [config.origin, "https://issuer.example"],
      keys: [{ kid: "k1" }],
    });
    published.broken = true;
    const refused = readTokenFacts({ issuer: config.origin, audience: "a", gatewayUrl: config.origin });
    await expect(refused).rejects.toThrow(
      "answered 500, so no token can be judged. Check the stack's issuer.",
    );
    await published.close();
    await config.close();
  });
});

const ada: Person = {
  ...{ name: "ada", login: "ada.attendee@example.com", password: "local-okta", groups: ["Conference"] },
};
const oscar: Person = { ...ada, name: "oscar", login: "oscar.outsider@example.com", groups: [] };

describe("a client without a token", () => {
  let okta: TestOkta;
  let operation: Operation;
  beforeAll(async () => {
    okta = await serveOkta();
    const { operations } = await read(minimal());
    operation = { ...(operations[0] as Operation), security: { kind: "token", anyOf: [["a.write"]] } };
  });
  afterAll(() => okta.close());

  interface Parts {
    readonly rule?: Record<string, unknown>;
    readonly policy?: Record<string, unknown>;
    readonly client?: Partial<Client>;
    readonly person?: Person;
    readonly withoutRecords?: true;
    /** A rule of another access policy for the same client, asked after the first one. */
    readonly later?: Record<string, unknown>;
    /** The access policy names another client alone. */
    readonly isForAnotherClient?: true;
  }

  async function explained(
    label: string,
    { rule = {}, policy = {}, client = {}, person, withoutRecords, later, isForAnotherClient }: Parts,
  ) {
    const other = isForAnotherClient ? await makeClient(okta, { label: `${label}, another` }) : undefined;
    const clients = other === undefined ? {} : { clientWhitelists: [other.clientId] };
    const made = await makeClient(okta, { label, rule, policy: { ...policy, ...clients } });
    await assignConference(okta, made.id);
    if (later !== undefined)
      await makeClient(okta, {
        ...{ label: `${label}, later`, policy: { clientWhitelists: [made.clientId], priority: 99 } },
        rule: later,
      });
    const caller: Caller = callerOf(
      {
        ...{ name: label, kind: "web", clientId: made.clientId, clientSecret: made.clientSecret },
        ...{ authentication: "client_secret_basic", scopes: ["a.read"], groups: ["Conference"] },
        grantTypes: ["authorization_code", "client_credentials"],
        redirectUris: ["http://127.0.0.1:8401/signin-oauth/code/callback/okta"],
        ...client,
      },
      person,
    );
    const explanation = await explainCaller({
      ...{ caller, operation, declared: ["a.read", "a.write"] },
      issuer: { issuer: okta.issuer, tokenEndpoint: `${okta.issuer}/v1/token` },
      facts: () =>
        readTokenFacts({ issuer: okta.issuer, audience: "api://default", gatewayUrl: okta.origin }),
      okta: withoutRecords ? undefined : { origin: okta.origin, apiToken: okta.org.identity.apiToken },
    });
    return { made, explanation, text: explanationText(explanation) };
  }

  const onlyRead = { scopeWhitelists: ["a.read"] };

  it("is told in whole, with what the gateway would say to its own scopes", async () => {
    const { made, text, explanation } = await explained("batch", { rule: { ...onlyRead, name: "Reads" } });
    expect(isLetIn(explanation)).toBe(false);
    expect(text).toBe(`batch → GET /orders, which needs a.write

✗ Okta gives no token for "a.write"
  because  Rule "Reads" of access policy "batch" gives client "batch" only "a.read", and "a.write" was asked for.
  answer   access_denied: Policy evaluation succeeded, but all the requested scopes were rejected.
  next     Add it to \`scopes\` of clients.batch in the stack's settings, or call an operation that needs less.
✓ Okta gives a token for "a.read"
✗ The gateway refuses it: 403 TokenClaimValueNotAllowed
  because  The token has the scope "a.read", and the operation needs a.write.
  next     Ask for that scope too. If Okta does not give it, the client's access policy rule lacks it: add it to the client's \`scopes\` in the stack's settings.
  token    of client "${made.clientId}", scopes "a.read", good for 10 minutes more`);
  });

  it("is let in when its rule gives the scope, and says by which", async () => {
    const { text, explanation } = await explained("writer", { rule: { name: "Writes" } });
    expect(isLetIn(explanation)).toBe(true);
    expect(text).toContain(
      '✓ Okta gives a token for "a.write", by rule "Writes" of access policy "writer", for 10 minutes',
    );
    expect(text).toContain("✓ The gateway lets it in");
  });

  it.each<[string, Parts, string, string]>([
    [
      "a person who is not assigned",
      { person: oscar },
      "not-assigned",
      'it is for members of "Conference", and oscar is in no group.',
    ],
    [
      "a rule without the grant",
      { rule: { name: "Codes", grantTypeWhitelists: ["authorization_code"] } },
      "rule-grant",
      'allows the grant client_credentials: "Codes" allows "authorization_code"',
    ],
    ["an inactive policy", { policy: { status: "INACTIVE" } }, "policy-inactive", "but it is not active."],
    [
      "a policy for another client",
      { isForAnotherClient: true },
      "no-policy",
      "No access policy of the authorization server is for client",
    ],
    ["a wrong secret", { client: { clientSecret: "wrong" } }, "client-secret", "by its secret."],
    [
      "no secret where the app has one",
      { client: { clientSecret: undefined, authentication: "none" } },
      "client-authentication",
      "proved itself by none, and its app in Okta is registered for client_secret_basic.",
    ],
    [
      "a client id of another org",
      { client: { clientId: "0oaElsewhere" } },
      "unknown-client",
      "it was deleted, or is of another org.",
    ],
    [
      "a redirect URI that the app lacks",
      { person: ada, client: { redirectUris: ["http://127.0.0.1:1/other"] } },
      "redirect-uri",
      'asks to be called back at "http://127.0.0.1:1/other"',
    ],
    [
      "a rule that another one comes before",
      { rule: { ...onlyRead, name: "First" }, later: { name: "Second" } },
      "priority",
      'Rule "Second" of access policy "a rule that another one comes before, later" would give it, but comes later',
    ],
    [
      "a rule for other people",
      { person: ada, rule: { name: "Nobody", groupWhitelists: [], userWhitelists: ["00uOther"] } },
      "rule-people",
      'who is in "Conference": "Nobody" is for named people alone.',
    ],
  ])("is explained given %s", async (label, parts, code, words) => {
    const { explanation } = await explained(label, parts);
    expect(explanation.okta).toMatchObject({
      ...{ kind: "denied", denial: { code, problem: expect.stringContaining(words) } },
    });
  });

  it("says what it could not look up without an API token", async () => {
    const { text } = await explained("unseen", {
      rule: { grantTypeWhitelists: ["authorization_code"] },
      withoutRecords: true,
    });
    expect(text).toContain(
      'because  No rule of an access policy fits client "unseen" and the grant client_credentials.',
    );
    expect(text).toContain(
      "note     Assignments, access policies and rules were not looked up: there is no API token.",
    );
  });
});
