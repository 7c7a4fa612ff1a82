import { type ApiDocument, collectScopes, parseDocument } from "../openapi/document.ts";
import { DocumentError } from "../openapi/document-error.ts";
import { securityMissing } from "../openapi/security/read-security.ts";
import type { Client } from "../proof/client.ts";
import type { ApiToProve } from "../proof/matrix.ts";
import type { ResourceRecord } from "../simulator/engine/monitor.ts";
import { leadsToThisMachine } from "../simulator/kernel/loopback.ts";
import type { Properties } from "../simulator/providers/resource.ts";
import { CommandError } from "./command-error.ts";
import type { StackOutputs } from "./stack-outputs.ts";
import type { StackToProve } from "./stack-to-prove.ts";

const azure = "azure-native:apimanagement";

/**
 * Reads off a program's resources what is to be proved: the APIs by the documents that they import, the gateway's address, the
 * authorization server and the apps. Nothing is asked of the program itself, neither settings nor outputs.
 *
 * @param resources As they are after the update.
 * @param gatewayUrl Where the gateway is if the program looks an instance up in place of making it.
 * @throws {CommandError} when there is no API with a document, or no authorization server or app to get tokens from.
 * @throws {DocumentError} when a document cannot be proved.
 */
export async function discoverStack(
  resources: readonly ResourceRecord[],
  gatewayUrl?: string,
): Promise<StackToProve> {
  const stack = new ResourceTable(resources);
  const found = await Promise.all(stack.of(`${azure}:Api`).map((api) => discoverApi(api, stack, gatewayUrl)));
  const notProved = [...found.flatMap((one) => one.notProved), ...keysInPolicies(stack)];
  const apis = found.flatMap(({ api }) => api ?? []);
  if (apis.length === 0) {
    const why = notProved.length > 0 ? `:\n${notProved.map((line) => `  ${line}`).join("\n")}` : ".";
    throw new CommandError(
      `The program registers no apimanagement.Api that can be proved${why}\nGive an API its OpenAPI document as \`value\`, with \`security\` in it.`,
      { code: "stack" },
    );
  }
  const issuer = discoverIssuer(stack);
  const tokenEndpoint = `${issuer}/v1/token`;
  const scopes = [...collectScopes(apis.map(({ document }) => document)).keys()];
  const clients = discoverClients(stack, scopes);
  const [first] = clients;
  if (first === undefined) {
    throw new CommandError(
      'The program registers no okta.app.OAuth with the grant type "client_credentials" and a client secret. The proof gets its tokens as such an app: add one, and assign it to an access policy.',
      { code: "stack" },
    );
  }
  const outputs: StackOutputs = {
    ...{ clientId: first.clientId, clientSecret: first.clientSecret ?? "" },
    clients: Object.fromEntries(clients.map(({ name, ...client }) => [name, client])),
    ...{ issuer, tokenEndpoint },
    gatewayUrl: found.find(({ api }) => api !== undefined)?.gatewayUrl ?? "",
    apiUrls: Object.fromEntries(apis.map(({ name, url }) => [name, url])),
    scopes,
    developerPortalUrl: "",
  };
  const harmless = new Set(found.flatMap(({ api, isHarmless }) => (api && isHarmless ? [api] : [])));
  return { outputs, apis, harmless, clients, claims: {}, otherApp: "refused", notProved };
}

/** Resources by type, and policies by what they stand at. */
class ResourceTable {
  readonly #byType: ReadonlyMap<string, readonly ResourceRecord[]>;

  constructor(resources: readonly ResourceRecord[]) {
    // A program may name a version of Azure's API: `azure-native:apimanagement/v20240501:Api`.
    this.#byType = Map.groupBy(resources, ({ type }) => type.replace(/\/v\d+(?:preview)?:/, ":"));
  }

  of(type: string): readonly ResourceRecord[] {
    return this.#byType.get(type) ?? [];
  }

  /** Texts of the policies that decide over an API's calls; of every API where none is named. */
  policies(apiId?: string): readonly string[] {
    const ofApi = (record: ResourceRecord) => apiId === undefined || textOf(record, "apiId") === apiId;
    const own = [...this.of(`${azure}:ApiPolicy`), ...this.of(`${azure}:ApiOperationPolicy`)].filter(ofApi);
    const all = [...own, ...this.of(`${azure}:Policy`)].map((record) => textOf(record, "value") ?? "");
    return all.map((text) => text.replaceAll(/<!--.*?-->/gs, ""));
  }
}

/** A property as the cloud has it, or else as the program gave it. */
function textOf({ inputs, outputs }: ResourceRecord, name: string): string | undefined {
  return [outputs[name], inputs[name]].find((value) => typeof value === "string");
}

interface DiscoveredApi {
  readonly api?: ApiToProve;
  readonly gatewayUrl?: string;
  readonly isHarmless?: boolean;
  readonly notProved: readonly string[];
}

async function discoverApi(
  record: ResourceRecord,
  stack: ResourceTable,
  otherGateway: string | undefined,
): Promise<DiscoveredApi> {
  const { inputs } = record;
  const name = textOf({ ...record, outputs: {} }, "apiId") ?? textOf(record, "name") ?? record.name;
  const without = (reason: string) => ({ notProved: [`API "${name}" is not proved: ${reason}`] });
  const reason = whyUnprovable(inputs, name);
  if (reason !== undefined) return without(reason);
  const gatewayUrl = gatewayOf(stack, inputs.serviceName) ?? otherGateway;
  if (gatewayUrl === undefined)
    return without(
      "the program makes no instance whose gateway it is at. Export the gateway's address as the output `gatewayUrl`.",
    );
  const { document, notProved: undecided } = await readImport(name, inputs);
  const notProved = [...undecided, ...addedOperations(stack, name, document)];
  if (document.operations.length === 0) return { notProved };
  const path = String(inputs.path ?? "").replace(/^\/|\/$/g, "");
  const url = `${gatewayUrl.replace(/\/$/, "")}${path === "" ? "" : `/${path}`}`;
  // The gateway keeps back by itself what would still reach somebody else.
  const isMock = stack.policies(name).some((text) => text.includes("<mock-response"));
  const backend = textOf(record, "serviceUrl") ?? document.serverUrl;
  const isHarmless = isMock || (backend !== undefined && (await leadsToThisMachine(backend)));
  return { api: { name, url, document, madeBy: "program" }, gatewayUrl, isHarmless, notProved };
}

/** The operations that the program adds to an API beside those of its document: nobody says what they must answer. */
function addedOperations(stack: ResourceTable, name: string, { operations }: ApiDocument): readonly string[] {
  const described = new Set(operations.map(({ method, path }) => `${method} ${path}`));
  return stack
    .of(`${azure}:ApiOperation`)
    .filter((record) => textOf(record, "apiId")?.toLowerCase() === name.toLowerCase())
    .map((record) => `${textOf(record, "method")?.toUpperCase()} ${textOf(record, "urlTemplate")}`)
    .filter((operation) => !described.has(operation))
    .map(
      (operation) =>
        `API "${name}": ${operation} is added by the program, and the document does not have it. Describe it there, with \`security\`.`,
    );
}

function keysInPolicies(stack: ResourceTable): readonly string[] {
  if (!stack.policies().some((text) => text.includes("<issuer-signing-keys"))) return [];
  return [
    "tokens that are signed by the keys in `issuer-signing-keys` of a policy: their private parts are not known here, so none is sent.",
  ];
}

const documentFormats = ["openapi", "openapi+json", "swagger-json"];

/** Why the proof cannot know what an API must answer; `undefined` where it can. */
function whyUnprovable(
  { value, format, isCurrent, apiVersion }: Properties,
  name: string,
): string | undefined {
  if (typeof value !== "string")
    return "it imports no document, so nobody says what it must answer. Give its OpenAPI document as `value`.";
  if (!documentFormats.includes(String(format)))
    return `its format is "${format}", and only "${documentFormats.join('", "')}" hold a document that can be read here.`;
  if (isCurrent === false || name.includes(";rev=")) return "it is a revision that is not current.";
  if (apiVersion !== undefined && apiVersion !== "")
    return "it is a version of a version set, whose calls are not simulated.";
  return undefined;
}

function gatewayOf(stack: ResourceTable, serviceName: unknown): string | undefined {
  const services = stack.of(`${azure}:ApiManagementService`);
  const service = services.find(
    (record) => record.outputs.name === serviceName || record.inputs.serviceName === serviceName,
  );
  return service && textOf(service, "gatewayUrl");
}

/** The document that an API imports; without the operations of which it does not say who may call them. */
async function readImport(
  name: string,
  { value, translateRequiredQueryParametersConduct }: Properties,
): Promise<{ readonly document: ApiDocument; readonly notProved: readonly string[] }> {
  const options = {
    source: `API ${name}`,
    requiredQuery: translateRequiredQueryParametersConduct === "query" ? "query" : undefined,
  } as const;
  try {
    return { document: await parseDocument(String(value), options), notProved: [] };
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    if (error.findings.some(({ rule }) => rule !== securityMissing)) throw error;
    const undecided = error.findings.map(({ place }) => operationAt(place));
    // As if they were public, to read the rest.
    const document = await parseDocument(String(value), { ...options, security: { public: undecided } });
    const operations = document.operations.filter(
      ({ method, path }) => !undecided.includes(`${method} ${path}`),
    );
    const shown = undecided.slice(0, 5).join(", ") + (undecided.length > 5 ? ", …" : "");
    return {
      document: { ...document, operations },
      notProved: [
        `API "${name}": its document does not say who may call ${shown}. Name the scopes there, as \`security\` of the operation or of the whole document.`,
      ],
    };
  }
}

/** `paths./orders.get` → `GET /orders`. */
function operationAt(place: string): string {
  const path = place.slice("paths.".length, place.lastIndexOf("."));
  return `${place.slice(place.lastIndexOf(".") + 1).toUpperCase()} ${path}`;
}

/** The authorization server that the policies name, else the one that the program makes. */
function discoverIssuer(stack: ResourceTable): string {
  const issuers = stack.of("okta:auth/server:Server").flatMap((record) => textOf(record, "issuer") ?? []);
  const text = stack.policies().join("\n");
  const named = [
    ...text.matchAll(
      /\burl\s*=\s*["']([^"']+?)\/\.well-known\/(?:openid-configuration|oauth-authorization-server)/g,
    ),
  ].flatMap(([, issuer]) => issuer ?? []);
  // Also where the program makes a single one: tokens of a second one that the policies name would be let in unproved.
  const candidates = named.length > 0 ? [...new Set(named)] : issuers;
  const [issuer, ...others] = candidates;
  if (issuer === undefined) {
    throw new CommandError(
      "The program registers no okta.auth.Server, and no policy names one's discovery document in its `openid-config`. Add one of the two: without it there is nobody to get tokens from.",
      { code: "stack" },
    );
  }
  if (others.length > 0) {
    throw new CommandError(
      `The policies name several authorization servers: "${candidates.join('", "')}". Prove a stack for each of them.`,
      { code: "stack" },
    );
  }
  return issuer;
}

/** The apps that get tokens for themselves, by the names of their resources, with the scopes that the program's rules let them have. */
function discoverClients(stack: ResourceTable, declared: readonly string[]): readonly Client[] {
  const apps = stack.of("okta:app/oAuth:OAuth");
  const named = Map.groupBy(apps, ({ name }) => name);
  return apps.flatMap((record): Client[] => {
    const { grantTypes, type, tokenEndpointAuthMethod: method } = record.inputs;
    const [clientId, clientSecret] = [textOf(record, "clientId"), textOf(record, "clientSecret")];
    const authentication = method === "private_key_jwt" ? method : "client_secret_basic";
    const isClient = Array.isArray(grantTypes) && grantTypes.includes("client_credentials");
    if (!isClient || clientId === undefined) return [];
    if (clientSecret === undefined && authentication === "client_secret_basic") return [];
    return [
      {
        name: named.get(record.name)?.length === 1 ? record.name : `${record.name} ${clientId}`,
        kind: type === "service" ? "service" : "web",
        ...{ clientId, clientSecret, authentication, grantTypes: ["client_credentials"] },
        ...{ redirectUris: [], groups: [], scopes: scopesOf(stack, clientId, declared) },
      },
    ];
  });
}

/** The scopes that a client may have for itself: those of the first rule that fits; all where the program makes no rule for it. */
function scopesOf(stack: ResourceTable, clientId: string, declared: readonly string[]): readonly string[] {
  const policies = stack
    .of("okta:auth/serverPolicy:ServerPolicy")
    .filter(({ inputs }) =>
      ["ALL_CLIENTS", clientId].some((one) => listOf(inputs.clientWhitelists).includes(one)),
    )
    .toSorted(byPriority);
  const rules = policies.flatMap((policy) =>
    stack
      .of("okta:auth/serverPolicyRule:ServerPolicyRule")
      .filter(({ inputs, outputs }) => [inputs.policyId, outputs.policyId].includes(policy.id))
      .filter(({ inputs }) => listOf(inputs.grantTypeWhitelists).includes("client_credentials"))
      .toSorted(byPriority),
  );
  const [rule] = rules;
  const granted = rule === undefined ? ["*"] : listOf(rule.inputs.scopeWhitelists);
  return granted.includes("*") ? declared : declared.filter((scope) => granted.includes(scope));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function byPriority(one: ResourceRecord, other: ResourceRecord): number {
  return Number(one.inputs.priority) - Number(other.inputs.priority);
}
