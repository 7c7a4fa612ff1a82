/**
 * The judgement of tokens against the local gateway's own: every kind of token of the proof, and tokens that Okta's own key signs over
 * whatever claims. Both must give the same reason. Whether Azure gives it too is not proved here.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configuredStack } from "../../commands/prove.ts";
import { readStackSettings } from "../../commands/stack-settings.ts";
import { callerOf } from "../../proof/caller.ts";
import { createForge, type Forge } from "../../proof/forge.ts";
import { bearerToken, judgeToken, tokenNotPresent } from "../../proof/judge-token.ts";
import { type ApiToProve, deriveMatrix } from "../../proof/matrix.ts";
import { requestToken } from "../../proof/okta-client.ts";
import { readTokenFacts, type TokenFacts } from "../../proof/token-facts.ts";
import { batchClient } from "../support/callers.ts";
import { type LocalStack, startLocalStack } from "../support/local-stack.ts";

let stack: LocalStack;
let api: ApiToProve;
let facts: TokenFacts;
let forge: Forge;
beforeAll(async () => {
  const { config } = await readStackSettings("local");
  const [[name, conference] = []] = Object.entries(JSON.parse(config["apim-okta:apis"] ?? "{}"));
  const requiredClaims = { GetSession: [{ name: "groups", match: "any", values: ["Staff", "Speakers"] }] };
  const apis = { [String(name)]: { ...(conference as object), requiredClaims } };
  stack = await startLocalStack({ apis: JSON.stringify(apis) });
  const { apis: proved } = await configuredStack(stack.settings, stack.outputs);
  api = proved[0] as ApiToProve;
  const { key, audience } = stack.cloud.org.signing(stack.outputs.issuer);
  forge = createForge(key, { ...stack.outputs, audience }, Math.floor(Date.now() / 1000));
  facts = await readTokenFacts({ ...stack.outputs, audience });
});
afterAll(() => stack.cloud.close());

/** Why the gateway refuses a call, as its log has it; `undefined` when it lets it in. */
async function gatewayReason(
  path: string,
  { headers, method = "GET" }: { headers: Readonly<Record<string, string>>; method?: string },
): Promise<string | undefined> {
  stack.log.length = 0;
  const response = await fetch(api.url + path, { method, headers });
  await response.arrayBuffer();
  if (response.status < 400) return undefined;
  const reason = /\b(Token\w+|JwtInvalid)\b/.exec(stack.log.join("\n"))?.[1];
  return `${response.status} ${reason}`;
}

describe("the judgement of a token", () => {
  it("is the gateway's for every kind of token", async () => {
    const { cells } = deriveMatrix([api], {
      ...{ signingKey: true, writes: true, otherApp: "refused" },
      callers: [callerOf(batchClient({ scopes: ["conference.read", "conference.write"] }))],
    });
    const issued = (scopes: readonly string[]) =>
      requestToken({ ...stack.outputs, ...stack.outputs.clients?.["partner-batch"] }, scopes);
    const sources = { issued, issuedTo: (_: unknown, scopes: readonly string[]) => issued(scopes), forge };
    const seen = new Set<string>();
    for (const { kind, context, operation } of cells.filter(({ kind }) => kind.origin !== "other app")) {
      if (operation.method !== "GET") continue;
      const { headers = {}, query = {} } = await kind.credentials(sources, context);
      const path = operation.example.path + (query.access_token ? `?access_token=${query.access_token}` : "");
      const token = bearerToken(headers.authorization);
      const faults = token === undefined ? [tokenNotPresent] : await judgeToken(token, facts, operation);
      const isPublic = operation.security.kind === "public";
      const judged = isPublic ? undefined : faults.map(({ status, reason }) => `${status} ${reason}`)[0];
      const answered = await gatewayReason(path, { headers: { ...operation.example.headers, ...headers } });
      expect({ kind: kind.id, operation: operation.path, answered }).toEqual({
        ...{ kind: kind.id, operation: operation.path, answered: judged },
      });
      seen.add(kind.id);
    }
    expect(seen.size).toBeGreaterThan(15);
  });

  it("is the gateway's for whatever claims Okta's key signs", async () => {
    const around = (value: string) =>
      fc.constantFrom(value, `${value}/`, `${value}/v2.0`, "elsewhere", 7, null);
    const seconds = fc.constantFrom(-7200, -1, 3600).map((ahead) => forge.now + ahead);
    const groups = fc.constantFrom("Staff", "Speakers", "Attendees", "staff");
    const scopes = fc.constantFrom("conference.read", "conference.write", "Conference.Read");
    const claims = fc.record(
      {
        iss: around(stack.outputs.issuer),
        aud: fc.oneof(around(facts.audience ?? ""), fc.constant([facts.audience, "b"])),
        exp: fc.oneof(seconds, fc.constantFrom("soon", undefined)),
        nbf: seconds,
        iat: fc.oneof(seconds, fc.constant("now")),
        scp: fc.oneof(fc.array(scopes), scopes, fc.constant(undefined), fc.constant(null)),
        groups: fc.oneof(fc.array(groups), groups, fc.constant({ Staff: true })),
        sub: fc.constantFrom("ada", 7),
      },
      { requiredKeys: ["scp"] },
    );
    const header = fc.record(
      { kid: fc.constantFrom("another", undefined), alg: fc.constantFrom("ES256", "RS384", "none", "HS256") },
      { requiredKeys: [] },
    );
    const operations = api.document.operations.filter(({ method }) => method === "GET");
    await fc.assert(
      fc.asyncProperty(claims, header, fc.constantFrom(...operations), async (claims, header, operation) => {
        const token = forge.token(claims, header);
        const [fault] = await judgeToken(token, facts, operation);
        const headers = { ...operation.example.headers, authorization: `Bearer ${token}` };
        const answered = await gatewayReason(operation.example.path, { headers });
        expect(answered).toBe(fault && `${fault.status} ${fault.reason}`);
      }),
      { numRuns: 400 },
    );
  });
});
