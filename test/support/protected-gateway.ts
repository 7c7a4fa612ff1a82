import {
  type PolicyDocument,
  policyDocument,
  policySizeLimitBytes,
  renderPolicyDocument,
} from "../../policies/document.ts";
import { type OwnPolicy, readOwnPolicy } from "../../policies/own-policy.ts";
import type { OwnPolicyLevel } from "../../policies/own-sections.ts";
import { type OperationToProtect, ownOperationPolicy, protectApi } from "../../policies/protect-api.ts";
import { parsePolicyDocument } from "../../simulator/apim/policy/document.ts";
import type { PolicyScope } from "../../simulator/apim/policy/place.ts";
import { policy, serveGateway, type TestGateway } from "./gateway.ts";
import { serve } from "./serve.ts";
import { goodClaims, makeKey, serveIssuer, signToken } from "./tokens.ts";

/** Documents of one's own, as XML. */
export interface OwnDocuments {
  readonly api?: string;
  /** By path, where they have one. */
  readonly operations?: Readonly<Record<string, string>>;
}

/** What a caller got, and the headers that the backend got for it; `undefined` where it was not called. */
export interface Told {
  readonly status: number;
  readonly body: string;
  readonly backend: Readonly<Record<string, unknown>> | undefined;
}

/** A gateway with the API `GET /open`, public, and `GET /closed`, which asks for the scope `a.read`. */
export interface ProtectedGateway {
  readonly gateway: TestGateway;
  /** Puts the checks with these documents behind them in force. @param operations Others than the two. */
  use(own: OwnDocuments, operations?: readonly OperationToProtect[]): Promise<void>;
  /** A token that the issuer signed; claims besides those of a good one. */
  token(claims?: object): string;
  /** A token of the same kind that somebody else signed. */
  forged(claims?: object): string;
  /** Sends `GET`. */
  call(path: string, headers?: Record<string, string>): Promise<Told>;
  /** Stops all of it. */
  close(): Promise<unknown>;
}

const operation = (path: string, security: OperationToProtect["security"]) => ({
  ...{ method: "GET", path, successStatus: 200, security },
});
const openAndClosed: readonly OperationToProtect[] = [
  operation("/open", { kind: "public" }),
  operation("/closed", { kind: "token", anyOf: [["a.read"]] }),
];

const render = (document: PolicyDocument) =>
  renderPolicyDocument(document, policySizeLimitBytes("Developer"));

/** A typed document as the settings' reader makes it: its text. */
export function documentText(sections: Partial<PolicyDocument>): string {
  return render(policyDocument(sections));
}

function taken(text: string, level: OwnPolicyLevel): OwnPolicy {
  const { policy: own, problems } = readOwnPolicy(text, level);
  if (own === undefined) throw new Error(`The document was refused: ${JSON.stringify(problems)}`);
  return own;
}

/** Starts it; close it after the tests. */
export async function serveProtected(): Promise<ProtectedGateway> {
  const [key, other] = [makeKey("k1"), makeKey("k1")];
  const seen: Told["backend"][] = [];
  const [issuer, gateway, backend] = [
    await serveIssuer([key.jwk]),
    await serveGateway(),
    await serve((request, response) => {
      seen.push(request.headers);
      response.end("from the backend");
    }),
  ];
  const facts = {
    openIdConfigUrl: issuer.configUrl,
    issuer: goodClaims.iss,
    audience: goodClaims.aud,
    consoleOrigins: [],
    backendId: "shop",
  };
  const read = (document: PolicyDocument, scope: PolicyScope) =>
    parsePolicyDocument(render(document), { scope, sku: "Developer", backendExists: () => true });
  return {
    gateway,
    use: async (own, operations = openAndClosed) => {
      const withOwn = operations.map((one) => ({
        ...one,
        hasOwnPolicy: own.operations?.[one.path] !== undefined,
      }));
      const ofApi = own.api === undefined ? undefined : taken(own.api, "api");
      gateway.service = {
        name: "apim",
        policy: await policy(""),
        backends: new Map([["shop", backend.origin]]),
        apis: [
          {
            ...{ id: "shop", path: "", serviceUrl: "https://leads-nowhere.invalid" },
            policy: await read(protectApi(withOwn, ofApi)(facts), "api"),
            operations: await Promise.all(
              withOwn.map(async (one) => {
                const text = own.operations?.[one.path];
                const served = { id: one.path, method: one.method, urlTemplate: one.path, responses: [] };
                if (text === undefined) return served;
                const document = ownOperationPolicy(taken(text, "operation"), one)(facts);
                return { ...served, policy: await read(document, "operation") };
              }),
            ),
          },
        ],
      };
    },
    token: (claims = {}) => signToken(key, { ...goodClaims, ...claims }),
    forged: (claims = {}) => signToken(other, { ...goodClaims, ...claims }),
    call: async (path, headers = {}) => {
      seen.length = 0;
      const response = await fetch(`${gateway.origin}${path}`, { headers });
      return { status: response.status, body: await response.text(), backend: seen[0] };
    },
    close: () => Promise.all([issuer.close(), backend.close(), gateway.close()]),
  };
}
