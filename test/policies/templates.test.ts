/** The ready templates that ask for no checked token, run by the local gateway. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type PolicyDocument,
  policyDocument,
  policySizeLimitBytes,
  renderPolicyDocument,
} from "../../policies/document.ts";
import { backendWithIdentity } from "../../policies/templates/backend-with-identity.ts";
import { correlationId } from "../../policies/templates/correlation-id.ts";
import { limitPerCaller } from "../../policies/templates/limit-per-caller.ts";
import { ownCors } from "../../policies/templates/own-cors.ts";
import { type Exchanged, type PolicyGateway, servePolicies } from "../support/policy-gateway.ts";

let policies: PolicyGateway;
beforeAll(async () => {
  policies = await servePolicies();
});
afterAll(() => policies.close());

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
/** A token that nobody checks. */
const bearer = (claims: object) => `Bearer ${encoded({ alg: "RS256" })}.${encoded(claims)}.c2lnbmF0dXJl`;

/** The content of each section as it is written. */
function sections(document: Partial<PolicyDocument>) {
  const empty: PolicyDocument = { inbound: [], backend: [], outbound: [], onError: [] };
  const xml = renderPolicyDocument(
    policyDocument({ ...empty, ...document }),
    policySizeLimitBytes("Developer"),
  );
  const inside = (name: string) => new RegExp(`<${name}>([\\s\\S]*)</${name}>`).exec(xml)?.[1] ?? "";
  return { inbound: inside("inbound"), outbound: inside("outbound"), onError: inside("on-error") };
}

function call(
  document: Partial<PolicyDocument>,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<Exchanged> {
  return policies.call({ ...sections(document), request: { headers, method } });
}

describe("correlationId", () => {
  it("keeps the caller's id, and gives one to who has none", async () => {
    const own = await call(correlationId(), { "X-Correlation-Id": "order-42.a" });
    const given = await call(correlationId());
    expect([own.backend?.headers["x-correlation-id"], own.headers.get("X-Correlation-Id")]).toEqual([
      "order-42.a",
      "order-42.a",
    ]);
    expect(given.headers.get("X-Correlation-Id")).toMatch(/^[\da-f-]{36}$/);
    expect(given.backend?.headers["x-correlation-id"]).toBe(given.headers.get("X-Correlation-Id"));
  });

  it.each(["a b", "x".repeat(129), "<script>", "a,b"])("replaces %j, which is no id", async (sent) => {
    const { backend } = await call(correlationId(), { "X-Correlation-Id": sent });
    expect(backend?.headers["x-correlation-id"]).toMatch(/^[\da-f-]{36}$/);
  });

  it("stands in an answer that fails before, too", async () => {
    const { onError } = correlationId();
    const failing = {
      inbound: [limitPerCaller({ by: "client", calls: 1, renewalPeriodSeconds: 60 })],
      onError,
    };
    const headers = { Authorization: bearer({ cid: "failing" }) };
    await call(failing, headers);
    const answer = await call(failing, headers);
    expect([answer.status, answer.headers.get("X-Correlation-Id")]).toEqual([
      429,
      expect.stringMatching(/^[\da-f-]{36}$/),
    ]);
  });
});

describe("ownCors", () => {
  const document = { inbound: [ownCors({ origins: ["https://app.example"] })] };

  it("lets pages of its origins in, and no others", async () => {
    const own = await call(document, { Origin: "https://app.example" });
    const other = await call(document, { Origin: "https://other.example" });
    expect(own.headers.get("Access-Control-Allow-Origin")).toBe("https://app.example");
    expect(other.headers.get("Access-Control-Allow-Origin")).toBeNull();
  });
});

describe("backendWithIdentity", () => {
  it("gives the backend a token of the instance in place of the caller's", async () => {
    const document = { inbound: backendWithIdentity({ resource: "api://orders" }) };
    const { backend } = await call(document, { Authorization: bearer({ cid: "one" }) });
    const [, payload = ""] = String(backend?.headers.authorization).split(".");
    expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toMatchObject({ aud: "api://orders" });
  });

  it("leads to another backend where one is named", async () => {
    const document = {
      inbound: backendWithIdentity({
        backend: { baseUrl: `${policies.backendOrigin}/other` },
        resource: "api://orders",
      }),
    };
    expect((await call(document)).backend?.url).toBe("/other/things");
  });
});
