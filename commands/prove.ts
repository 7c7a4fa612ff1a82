import type { JWK } from "jose";
import { type DocumentSettings, readDocument } from "../openapi/document.ts";
import { unshownGroups } from "../proof/caller.ts";
import type { Explain } from "../proof/failures.ts";
import { createForge } from "../proof/forge.ts";
import { answerJudge } from "../proof/judge-answers.ts";
import { refusalJudge } from "../proof/judge-refusals.ts";
import { type ApiToProve, deriveMatrix, type Matrix } from "../proof/matrix.ts";
import { requestToken } from "../proof/okta-client.ts";
import type { OktaAccess } from "../proof/okta-records.ts";
import { type Answer, type RunOptions, runMatrix } from "../proof/run.ts";
import { tooWide } from "../proof/too-wide.ts";
import type { BackendCalls } from "../simulator/apim/gateway/backend-connections.ts";
import { deriveGatewayModel } from "../simulator/arm/gateway-derivation.ts";
import type { LocalCloud } from "../simulator/cloud.ts";
import { epochSeconds } from "../simulator/kernel/clock.ts";
import { leadsToThisMachine } from "../simulator/kernel/loopback.ts";
import { evaluatePolicies } from "../simulator/okta/access-policy.ts";
import { localPeople } from "../simulator/okta/local-people.ts";
import { apiProblems } from "../stack/api-settings.ts";
import { localWord } from "../stack/local-cloud.ts";
import { callersToProve, clientTokens } from "./client-tokens.ts";
import { clientsToProve, configuredClaims, withKeys } from "./clients-to-prove.ts";
import { CommandError } from "./command-error.ts";
import { projectRoot } from "./project.ts";
import type { StackOutputs } from "./stack-outputs.ts";
import type { StackSettings } from "./stack-settings.ts";
import type { StackToProve } from "./stack-to-prove.ts";

/** The proof of one run. */
export interface Proof {
  readonly answers: readonly Answer[];
  /** Every answer is as the documents demand, and there is one: nothing sent is nothing proved. */
  readonly passed: boolean;
  readonly leftOut: readonly string[];
  /** What lets more in than it must, or nobody, a line each. @defaultValue none */
  readonly tooWide?: readonly string[];
  readonly seconds: number;
  readonly explain: Explain;
  /** What each backend got; absent where the gateway tells nobody. */
  readonly backends?: readonly BackendCalls[];
}

/** Judges the answers to a matrix. */
export function proofOf(
  { leftOut }: Matrix,
  answers: readonly Answer[],
  rest: Pick<Proof, "seconds" | "explain" | "backends" | "tooWide">,
): Proof {
  const passed = answers.length > 0 && answers.every((answer) => answer.passed);
  return { answers, passed, leftOut, ...rest };
}

/** Sends the whole matrix to the local cloud, with every kind of token: its Okta hands out its signing key. */
export async function proveLocally(
  cloud: LocalCloud,
  {
    stack,
    refusalOf,
    privateKeys = new Map(),
  }: {
    stack: StackToProve;
    refusalOf: RunOptions["refusalOf"];
    /** Of clients that authenticate with one, by their names. */
    privateKeys?: ReadonlyMap<string, JWK>;
  },
): Promise<Proof> {
  const started = performance.now();
  const { apis, harmless, outputs, claims, otherApp } = stack;
  const { clients, notProved } = withKeys(stack.clients, privateKeys);
  const people = localPeople(cloud.org);
  const callers = callersToProve(stack, clients, people);
  const { cells, leftOut } = deriveMatrix(apis, {
    signingKey: true,
    writes: cloud.connections.writes,
    isHarmless: (api) => harmless.has(api),
    ...{ otherApp, callers, claims },
  });
  const { key, audience } = cloud.org.signing(outputs.issuer);
  const forge = createForge(key, { ...outputs, audience }, epochSeconds(cloud.clock));
  const options: RunOptions = {
    sources: {
      ...clientTokens({ ...outputs, privateKeys }, callers, claims),
      issuedToOtherApp: (scopes) => requestToken({ ...outputs, ...cloud.org.strangerApp() }, scopes),
      forge,
    },
    refusalOf,
    faultsOf: answerJudge({ ...outputs, audience }),
    denialOf: refusalJudge({ issuer: outputs.issuer, callers, okta: managementAccess(cloud) }),
    concurrency: 16,
    timeoutMilliseconds: 10_000,
  };
  const answers = await runMatrix(cells, options);
  const seconds = (performance.now() - started) / 1000;
  const backends = cloud.connections.calls();
  const explain = (answer: Answer) =>
    answer.actual === "no token" || answer.cell.expected === "no token"
      ? grantingRule(cloud.org, outputs.issuer, answer)
      : policyChain(cloud, answer);
  const left = [...stack.notProved, ...notProved, ...unshownGroups(clients, people), ...leftOut];
  return proofOf({ cells, leftOut: left }, answers, {
    ...{ seconds, backends, explain },
    tooWide: tooWide(apis, { clients: stack.clients, people, claims }),
  });
}

/** The management API of the local Okta. */
export function managementAccess({ origins, org }: LocalCloud): OktaAccess {
  return { origin: origins.okta, apiToken: org.identity.apiToken };
}

/**
 * What is proved of a stack of this repository's program, by its settings and outputs.
 *
 * @throws {CommandError} when the settings name no APIs that can be read, or the stack lacks one.
 */
export async function configuredStack(settings: StackSettings, outputs: StackOutputs): Promise<StackToProve> {
  const apis = await apisToProve(settings, outputs);
  return {
    outputs,
    apis,
    harmless: await harmlessApis(apis, settings),
    clients: clientsToProve(settings, outputs),
    claims: configuredClaims(settings),
    otherApp: otherAppOf(settings),
    notProved: [],
  };
}

/** Whether the settings say which APIs there are, as this repository's program has it; other programs say so by their resources. */
export function hasConfiguredApis({ project, config }: StackSettings): boolean {
  return config[`${project}:apis`] !== undefined;
}

/** The setting that accepts, by its name, an authorization server whose other policies let other apps of the org in. */
export const acceptingSetting = "oktaAcceptOtherClientsOf";

/** What the settings say of other apps of the org. */
export function otherAppOf({ project, config }: StackSettings): "refused" | "accepted" {
  return config[`${project}:${acceptingSetting}`] ? "accepted" : "refused";
}

/**
 * The credentials of another app of the org, from `OTHER_CLIENT_ID` and `OTHER_CLIENT_SECRET`; `undefined` where neither is set.
 *
 * @throws {CommandError} when one of the two is missing, or they are the stack's own app.
 */
export function readOtherClient(
  { OTHER_CLIENT_ID: clientId, OTHER_CLIENT_SECRET: clientSecret }: NodeJS.ProcessEnv,
  outputs: Pick<StackOutputs, "clientId">,
): { clientId: string; clientSecret: string } | undefined {
  if (!clientId && !clientSecret) return undefined;
  if (!clientId || !clientSecret)
    throw new CommandError(
      "OTHER_CLIENT_ID and OTHER_CLIENT_SECRET belong together: one of them is not set. Set both, or neither.",
    );
  if (clientId === outputs.clientId)
    throw new CommandError(
      `OTHER_CLIENT_ID "${clientId}" is the stack's own app, whose tokens are let in. Name another app of the org.`,
    );
  return { clientId, clientSecret };
}

/**
 * Reads the documents of the stack's APIs and joins them with the URLs that the stack gave them.
 *
 * @throws {CommandError} when the settings name no APIs that can be read, or the stack lacks one.
 */
export async function apisToProve(settings: StackSettings, outputs: StackOutputs): Promise<ApiToProve[]> {
  return Promise.all(
    Object.entries(configuredApis(settings)).map(async ([name, api]) => {
      const url = outputs.apiUrls[name];
      if (url === undefined) {
        throw new CommandError(
          `Stack "${settings.stack}" has no output with the address of the API "${name}" of its settings. Deploy it first.`,
          { code: "stack" },
        );
      }
      return { name, url, document: await readDocument(api, projectRoot) };
    }),
  );
}

/** An entry of the setting `apis`, as its file has it. */
export interface ConfiguredApi extends DocumentSettings {
  readonly path?: string;
  readonly serviceUrl?: string;
  readonly mock?: boolean;
}

type ConfiguredApis = Readonly<Record<string, ConfiguredApi>>;

/**
 * The setting `apis`, as its file has it.
 *
 * @throws {CommandError} when it is missing, encrypted or no map of APIs.
 */
export function configuredApis(settings: StackSettings): ConfiguredApis {
  const key = `${settings.project}:apis`;
  const text = settings.config[key];
  if (text === undefined) {
    throw new CommandError(
      `"${key}" of stack "${settings.stack}" is missing or encrypted. Its documents have to be read: set it without --secret.`,
      { code: "settings" },
    );
  }
  const apis = parsedObject(text);
  if (apis === undefined)
    throw new CommandError(
      `"${key}" of stack "${settings.stack}" is no map from API name to its settings${text === "" ? "" : `, but ${text}`}. Correct it in Pulumi.${settings.stack}.yaml.`,
      { code: "settings" },
    );
  const [problem] = Object.entries(apis).flatMap(([name, entry]) =>
    apiProblems(entry).map(
      ({ field, rule, got }) => `"${[key, name, field].filter(Boolean).join(".")}" ${rule}; got ${got}.`,
    ),
  );
  if (problem !== undefined)
    throw new CommandError(`${problem} Correct it in Pulumi.${settings.stack}.yaml.`, { code: "settings" });
  return apis as ConfiguredApis;
}

function parsedObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    // A text that is no JSON is no map either; the caller says so.
    return undefined;
  }
}

/** The APIs that are mocks, or whose backend is on this machine. The gateway keeps calls back by itself where this is mistaken. */
async function harmlessApis(
  apis: readonly ApiToProve[],
  settings: StackSettings,
): Promise<ReadonlySet<ApiToProve>> {
  const configured = configuredApis(settings);
  const found = apis.map(async (api) => {
    const { mock = false, serviceUrl = api.document.serverUrl } = configured[api.name] ?? {};
    return mock ||
      serviceUrl === localWord ||
      (serviceUrl !== undefined && (await leadsToThisMachine(serviceUrl)))
      ? [api]
      : [];
  });
  return new Set((await Promise.all(found)).flat());
}

/** By which rule somebody got a token. */
function grantingRule(org: LocalCloud["org"], issuer: string, { cell, actual }: Answer): string[] {
  const server = [...org.servers.values()].find((one) => org.issuerOf(one) === issuer);
  const { client, person } = cell.kind.caller ?? { client: org.strangerApp() };
  const app = org.apps.get(client.clientId);
  const user = org.users.values().find(({ login }) => login === person?.login);
  if (server === undefined || app === undefined || actual === "no token") return [];
  const scopes = cell.kind.scopes(cell.context);
  const grantType = user === undefined ? "client_credentials" : "authorization_code";
  const rule = evaluatePolicies(org, { server, app, grantType, scopes, ...(user && { user }) });
  const policy = org.policies.get(rule.policyId);
  return [
    `rule     "${rule.name}" of access policy "${policy?.name}" of authorization server "${server.name}"`,
  ];
}

function policyChain(cloud: LocalCloud, { cell: { api, operation } }: Answer): string[] {
  const service = cloud.store.derived(deriveGatewayModel);
  const imported = service?.apis.find(({ id }) => id === api.name);
  const found = imported?.operations.find(({ id }) => id === operation.name);
  const chain = [
    ["global", service?.policy],
    [api.name, imported?.policy],
    // Most have no document of their own.
    ...(found?.policy === undefined ? [] : [[operation.name, found.policy] as const]),
  ] as const;
  return [
    `policies ${chain.map(([scope, policy]) => (policy === undefined ? `${scope} (none)` : scope)).join(" → ")}`,
  ];
}
