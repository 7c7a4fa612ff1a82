import type { IncomingMessage, ServerResponse } from "node:http";
import { type Clock, epochSeconds } from "../../kernel/clock.ts";
import { readBody } from "../../kernel/request-body.ts";
import { targetOf } from "../../kernel/request-target.ts";
import { type OktaOrg, randomText } from "../org.ts";
import { accessPolicyEndpoints } from "./access-policies.ts";
import { authorizeCall } from "./api-access.ts";
import { ManagementError, notSimulatedError } from "./api-error.ts";
import { appCredentialEndpoints } from "./app-credentials.ts";
import { appGrantEndpoints } from "./app-grants.ts";
import { appGroupEndpoints } from "./app-groups.ts";
import { appEndpoints } from "./apps.ts";
import { authorizationServerEndpoints } from "./authorization-servers.ts";
import { claimEndpoints } from "./claims.ts";
import { clientRoleEndpoints } from "./client-roles.ts";
import type { ManagementEndpoint, ManagementReply } from "./endpoint.ts";
import { groupEndpoints } from "./groups.ts";
import { organizationEndpoints } from "./organization.ts";
import { policyRuleEndpoints } from "./policy-rules.ts";
import { scopeEndpoints } from "./scopes.ts";
import { serverKeyEndpoints } from "./server-keys.ts";
import { signOnPolicyEndpoints } from "./sign-on-policies.ts";
import { trustedOriginEndpoints } from "./trusted-origins.ts";
import { userEndpoints } from "./users.ts";

/** What the management API serves, and whom it tells. */
export interface ManagementApiOptions {
  readonly org: OktaOrg;
  /** Receives one line for each refusal. */
  readonly log: (line: string) => void;
  /** Keeps a change before the client hears of it. */
  readonly onChange: () => Promise<void>;
  /** Whether the org has bought API Access Management, without which it has no authorization servers of its own. */
  readonly hasApiAccessManagement: boolean;
}

const families = [
  organizationEndpoints,
  authorizationServerEndpoints,
  scopeEndpoints,
  claimEndpoints,
  accessPolicyEndpoints,
  policyRuleEndpoints,
  serverKeyEndpoints,
  appEndpoints,
  appGroupEndpoints,
  appGrantEndpoints,
  appCredentialEndpoints,
  signOnPolicyEndpoints,
  clientRoleEndpoints,
  groupEndpoints,
  userEndpoints,
  trustedOriginEndpoints,
];

const maxBytes = 1024 * 1024;

/** Okta's management API over one org. */
export class ManagementApi {
  readonly #options: ManagementApiOptions;
  readonly #endpoints: readonly ManagementEndpoint[];

  constructor(options: ManagementApiOptions) {
    this.#options = options;
    this.#endpoints = families.flatMap((family) => family(options.org));
  }

  /** Whether a path is the management API's. */
  static owns(path: string): boolean {
    return /^\/(?:api\/v1|oauth2\/v1\/clients|\.well-known\/okta-organization)(?:\/|$)/.test(path);
  }

  /** Answers a call. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { clock } = this.#options.org;
    try {
      const reply = await this.#answer(request);
      send(response, reply, { clock });
    } catch (error) {
      if (!(error instanceof ManagementError)) throw error;
      const { path } = targetOf(request.url);
      const causes = error.causes.map((cause) => ` ${cause}`).join("");
      this.#options.log(`Okta refused ${request.method} ${path}: ${error.code}: ${error.message}${causes}`);
      send(response, { status: error.status, body: error }, { clock, headers: error.headers });
    }
  }

  async #answer(request: IncomingMessage): Promise<ManagementReply> {
    const { path, query } = targetOf(request.url);
    const { headers, method = "GET" } = request;
    const parts = path.split("/").slice(1).map(decoded);
    const here = this.#endpoints.filter((endpoint) => fits(endpoint, parts));
    const endpoint = here.find((one) => one.method === method);
    const [known] = here;
    if (known === undefined)
      throw notSimulatedError(`${method} ${path.slice(0, 200)}`, "Manage it on Okta, or leave it out.");
    const user = await this.#letIn(endpoint ?? known, { authorization: headers.authorization, method, path });
    if (endpoint === undefined) throw new ManagementError("E0000022");
    const params = paramsOf(endpoint, parts);
    const body = await readDocument(request);
    const call = { params, query: new URLSearchParams(query), headers, target: path + query, body, user };
    const reply = await endpoint.answer(call);
    if (method !== "GET") await this.#options.onChange();
    return reply;
  }

  async #letIn(
    { resource }: ManagementEndpoint,
    caller: { authorization: string | undefined; method: string; path: string },
  ) {
    const { org, hasApiAccessManagement } = this.#options;
    if (resource === undefined) return undefined;
    const user = await authorizeCall(org, { ...caller, resource });
    if (resource === "authorizationServers" && !hasApiAccessManagement) throw new ManagementError("E0000015");
    return user;
  }
}

function fits({ path }: ManagementEndpoint, parts: readonly string[]): boolean {
  return (
    path.length === parts.length &&
    path.every((name, index) => (name.startsWith("{") ? parts[index] !== "" : name === parts[index]))
  );
}

function paramsOf({ path }: ManagementEndpoint, parts: readonly string[]): Readonly<Record<string, string>> {
  const places = path.flatMap((name, index) =>
    name.startsWith("{") ? [[name.slice(1, -1), parts[index] ?? ""]] : [],
  );
  return Object.fromEntries(places);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Then it names nothing that there is.
    return part;
  }
}

async function readDocument(request: IncomingMessage): Promise<unknown> {
  const text = await readBody(request, maxBytes);
  if (text === "") return undefined;
  if (text === undefined) throw new ManagementError("E0000003");
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(request.headers["content-type"] ?? ""))
    throw new ManagementError("E0000021");
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ManagementError("E0000003");
  }
}

// Differs from Okta: calls are not counted, so that each tells of the whole limit and none is refused.
const callsPerMinute = 600;

function send(
  response: ServerResponse,
  { status, body, links = [] }: ManagementReply,
  { clock, headers }: { clock: Clock; headers?: Readonly<Record<string, string>> | undefined },
): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    ...(text === "" ? {} : { "content-type": "application/json" }),
    ...(links.length === 0 ? {} : { link: [...links] }),
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-cache, no-store",
    "x-okta-request-id": randomText(28),
    "x-rate-limit-limit": String(callsPerMinute),
    "x-rate-limit-remaining": String(callsPerMinute - 1),
    "x-rate-limit-reset": String(Math.floor(epochSeconds(clock) / 60) * 60 + 60),
  });
  response.end(text);
}
