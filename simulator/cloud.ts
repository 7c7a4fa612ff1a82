import type { RequestListener } from "node:http";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { BackendConnections } from "./apim/gateway/backend-connections.ts";
import { createGateway, type RefusedRequest } from "./apim/gateway.ts";
import { createPortal } from "./apim/portal.ts";
import { createArm } from "./arm/arm-endpoints.ts";
import { ArmStore } from "./arm/arm-store.ts";
import { deriveGatewayModel } from "./arm/gateway-derivation.ts";
import { keptResourceProblems } from "./arm/kept-resources.ts";
import { type LocalCredentials, makeLocalCredentials } from "./arm/login/local-credentials.ts";
import { Login } from "./arm/login/login.ts";
import { tenantId } from "./arm/login/tenant.ts";
import { restorePolicies } from "./arm/policy-documents.ts";
import { findPortalClient, portalModel } from "./arm/portal-derivation.ts";
import { subscriptionId } from "./arm/resource-ids.ts";
import { ResourceManager } from "./arm/resource-manager.ts";
import { type TypeRegistry, typeRegistry } from "./arm/type-registry.ts";
import { exampleBackend } from "./backend/example-backend.ts";
import type { CloudFile, CloudSnapshot } from "./cloud-file.ts";
import { type CloudOrigins, cloudOrigins } from "./cloud-origins.ts";
import { CloudClock } from "./kernel/clock.ts";
import { SimulatorError } from "./kernel/error.ts";
import { openListeners } from "./kernel/listeners.ts";
import { keptAuthority, passingAuthority } from "./kernel/local-authority.ts";
import type { LocalAuthority } from "./kernel/make-authority.ts";
import { Outage } from "./kernel/outage.ts";
import { type LocalPeople, seedPeople } from "./okta/local-people.ts";
import { createOktaServer } from "./okta/oauth-endpoints.ts";
import { OktaOrg } from "./okta/org.ts";
import { type AzureNativeOptions, azureNative } from "./providers/azure-native/azure-native.ts";
import { oktaHandlers } from "./providers/okta/okta-handlers.ts";
import type { ProviderHandlers } from "./providers/provider-handlers.ts";
import { randomPasswordHandler } from "./providers/random/random-password.ts";
import { randomStringHandler } from "./providers/random/random-string.ts";

/** What a client of Azure Resource Manager needs. */
export interface ArmAccess {
  /** Origin of Azure Resource Manager, and of its login: `https://127.0.0.1:PORT`. */
  readonly origin: string;
  /** Certificate of the authority that the listener's is signed by, as PEM. */
  readonly certificate: string;
  /** The file with it; absent where the cloud keeps nothing. */
  readonly certificateFile?: string;
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Makes an assertion that the login takes in the place of the secret. */
  readonly federatedAssertion: () => Promise<string>;
}

/** A running local Azure and Okta. */
export interface LocalCloud {
  readonly origins: CloudOrigins;
  readonly azure: ArmAccess;
  /** The providers' side: what a Pulumi engine calls. */
  readonly providerHandlers: ProviderHandlers;
  readonly org: OktaOrg;
  /** What everything in the local cloud reads the time from. */
  readonly clock: CloudClock;
  /**
   * Okta's outage, which begins and ends as a person wants.
   *
   * Differs from Okta: in an outage every connection is reset at once; there, requests may also wait, or be answered by a status of 5xx.
   */
  readonly oktaOutage: Outage;
  readonly store: ArmStore;
  /** The gateway's connections to the APIs' backends. */
  readonly connections: BackendConnections;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/** How a local cloud is started. */
export interface CloudOptions {
  /** First of the four ports. @defaultValue 0: those that the kept state was made with, else any that are free */
  readonly port?: number;
  /** Receives one line for each refused request; it never holds a token or a secret. */
  readonly log: (line: string) => void;
  /** Receives what the gateway refuses in parts, before the client has its answer. */
  readonly onRefused?: (refusal: RefusedRequest) => void;
  /** How long each change takes once it has happened, for watching progress. @defaultValue 0 */
  readonly latencyMilliseconds?: number;
  /** Also send POST, PUT, PATCH and DELETE to backends that are not on this machine. @defaultValue false */
  readonly writes?: boolean;
  /** Hosts beyond this machine that a policy's own requests may go to. @defaultValue none */
  readonly reach?: readonly string[];
  /** Whether the Okta org may have authorization servers of its own, a product that Okta sells apart. @defaultValue true */
  readonly hasApiAccessManagement?: boolean;
  /** Who is in the Okta org, each person in which groups. @defaultValue Ada in the group Conference, and Oscar in no group */
  readonly people?: LocalPeople;
  /** What the Key Vaults that named values refer to hold, by the addresses of the secrets. @defaultValue nothing */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Keeps the cloud's state between runs; absent, it begins empty and is forgotten. */
  readonly file?: CloudFile;
  /** What everything in the local cloud reads the time from. @defaultValue one that goes with the machine's */
  readonly clock?: CloudClock;
}

/**
 * Starts the local cloud: as its file has it, else with no API Management instance and an Okta org as a new one is.
 *
 * @throws {SimulatorError} `PortTaken` when one of the ports is in use, `PortChanged` when the kept state was made with other
 * ports; then nothing keeps listening.
 */
export async function startCloud({
  port = 0,
  log,
  onRefused,
  file,
  latencyMilliseconds = 0,
  writes = false,
  reach = [],
  hasApiAccessManagement = true,
  people,
  secrets = {},
  clock = new CloudClock(),
}: CloudOptions): Promise<LocalCloud> {
  const snapshot = await file?.read();
  const authority = file === undefined ? await passingAuthority() : await keptAuthority(file.folder);
  const plans = listenerPlans(port, snapshot, authority);
  const { origins: all, serve, close } = await openListeners(plans);
  try {
    const { resourceManager: armOrigin, ...origins } = all;
    const types = typeRegistry(origins, clock, (address) =>
      Object.hasOwn(secrets, address) ? secrets[address] : undefined,
    );
    const { org, store, credentials } = await restore({ origins, types, file, snapshot, people, clock });
    const save = async () => {
      await file?.write({ origins, azure: store.toJSON(), okta: org.toJSON(), login: credentials });
    };
    if (people !== undefined && seedPeople(org, people)) await save();
    const settle = async () => {
      await save();
      if (latencyMilliseconds > 0) await setTimeout(latencyMilliseconds);
    };
    const manager = new ResourceManager({ store, types, save, latencyMilliseconds });
    const login = new Login(credentials, armOrigin, clock);
    const connections = new BackendConnections({ writes, reach });
    const service = () => store.derived(deriveGatewayModel);
    const portal = {
      model: () => portalModel(store),
      client: (name: string) => findPortalClient(store, name),
    };
    const oktaOutage = new Outage();
    const at = (listener: RequestListener) => dated(listener, clock);
    serve({
      gateway: at(createGateway({ service, log, onRefused, connections, clock })),
      developerPortal: at(createPortal({ ...portal, log, clock })),
      okta: oktaOutage.around(at(createOktaServer({ org, log, onChange: settle, hasApiAccessManagement }))),
      backend: at(exampleBackend({ service, origin: origins.backend })),
      resourceManager: at(createArm({ manager, origin: armOrigin, login, log })),
    });
    const okta = oktaHandlers({ origin: origins.okta, token: org.identity.apiToken });
    const azure = armAccess(armOrigin, { authority, credentials, login });
    const client = azureNative({ ...azureLogin(azure), subscriptionId, clock });
    const handlers = handlersOf(client.providerHandlers, okta);
    const closeAll = async () => {
      client.close();
      await close();
    };
    return {
      origins,
      azure,
      org,
      clock,
      oktaOutage,
      store,
      providerHandlers: handlers,
      connections,
      close: closeAll,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A clock that was moved shows in answers' `Date`; node writes the machine's time there. */
function dated(listener: RequestListener, clock: CloudClock): RequestListener {
  return (request, response) => {
    if (clock.aheadMilliseconds > 0) response.setHeader("date", new Date(clock.now()).toUTCString());
    listener(request, response);
  };
}

function armAccess(
  origin: string,
  {
    authority,
    credentials: { clientId, clientSecret },
    login,
  }: {
    authority: LocalAuthority & { readonly file?: string };
    credentials: LocalCredentials;
    login: Login;
  },
): ArmAccess {
  return {
    origin,
    certificate: authority.certificate,
    ...(authority.file === undefined ? {} : { certificateFile: authority.file }),
    tenantId,
    subscriptionId,
    clientId,
    clientSecret,
    federatedAssertion: () => login.federatedAssertion(),
  };
}

/** How a client of the local Azure connects to it, as the local cloud's own service principal. */
export function azureLogin({
  origin,
  certificate,
  tenantId,
  clientId,
  clientSecret,
}: ArmAccess): Omit<AzureNativeOptions, "subscriptionId"> {
  return {
    origin,
    certificateAuthority: certificate,
    credentials: { tenantId, clientId, clientSecret, authority: origin, audience: origin },
  };
}

function handlersOf(azure: ProviderHandlers, okta: ProviderHandlers): ProviderHandlers {
  return {
    resources: [...azure.resources, ...okta.resources, randomStringHandler, randomPasswordHandler],
    functions: [...azure.functions, ...okta.functions],
  };
}

const listenerNames: Readonly<Record<keyof CloudOrigins, string>> = {
  gateway: "gateway",
  developerPortal: "developer portal",
  okta: "Okta",
  backend: "backend",
};

/** The ports that are asked for. Ids and addresses in a kept state hold its origins, so it must have them again. */
function listenerPlans(
  port: number,
  snapshot: CloudSnapshot | undefined,
  { listenerCertificate, listenerKey }: LocalAuthority,
) {
  const wanted = port === 0 ? snapshot?.origins : cloudOrigins(port);
  if (wanted !== undefined && snapshot !== undefined && !isDeepStrictEqual(wanted, snapshot.origins)) {
    throw new SimulatorError(
      "PortChanged",
      `The local cloud's state was made with other ports: its gateway at ${snapshot.origins.gateway}, not at ${wanted.gateway}. Choose --port ${new URL(snapshot.origins.gateway).port || 80}, or empty the state with \`npm run local -- --reset\`.`,
    );
  }
  const plan = (part: keyof CloudOrigins) => ({
    name: listenerNames[part],
    ...(wanted === undefined ? {} : { port: Number(new URL(wanted[part]).port || 80) }),
  });
  return {
    gateway: plan("gateway"),
    developerPortal: plan("developerPortal"),
    okta: plan("okta"),
    backend: plan("backend"),
    resourceManager: {
      name: "Azure Resource Manager",
      tls: { cert: listenerCertificate, key: listenerKey },
    },
  };
}

async function restore({
  origins,
  types,
  file,
  snapshot,
  people,
  clock,
}: {
  origins: CloudOrigins;
  types: TypeRegistry;
  file: CloudFile | undefined;
  snapshot: CloudSnapshot | undefined;
  people: LocalPeople | undefined;
  clock: CloudClock;
}): Promise<{ org: OktaOrg; store: ArmStore; credentials: LocalCredentials }> {
  const store = new ArmStore(clock);
  if (snapshot === undefined) {
    const [org, credentials] = await Promise.all([
      OktaOrg.create(origins.okta, { hasPeople: people === undefined, clock }),
      makeLocalCredentials(),
    ]);
    return { org, store, credentials };
  }
  if (snapshot.okta.origin !== origins.okta)
    throw file?.damaged([`okta.origin: "${snapshot.okta.origin}" is not origins.okta`]);
  const problems = keptResourceProblems(snapshot.azure, types);
  if (problems.length > 0) throw file?.damaged(problems);
  try {
    store.restore(snapshot.azure);
    await restorePolicies(store);
    store.derived(deriveGatewayModel);
  } catch (error) {
    throw file?.damaged([(error as Error).message], error);
  }
  return { org: OktaOrg.restore(snapshot.okta, clock), store, credentials: snapshot.login };
}
