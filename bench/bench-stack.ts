import { localSecretsOf } from "../commands/local-secrets.ts";
import { peopleOf } from "../commands/people-settings.ts";
import { type Provisioned, provisionInProcess, withOrigins } from "../commands/provision.ts";
import { parseOutputs, plainOutputs, type StackOutputs } from "../commands/stack-outputs.ts";
import { readStackSettings, type StackSettings } from "../commands/stack-settings.ts";
import { requestToken } from "../proof/okta-client.ts";
import { type CloudOptions, type LocalCloud, startCloud } from "../simulator/cloud.ts";

/** A local cloud of a benchmark's own, and settings that lead to it. Nothing is provisioned in it. */
export interface BenchCloud {
  readonly cloud: LocalCloud;
  readonly settings: StackSettings;
}

/** The stack local in a local cloud of a benchmark's own. */
export interface BenchStack extends BenchCloud {
  readonly provisioned: Provisioned;
  readonly outputs: StackOutputs;
}

type Listeners = Pick<CloudOptions, "log" | "onRefused">;

/** What a benchmark provisions. */
export interface BenchApis {
  /** The setting `apis`. */
  readonly apis: Readonly<Record<string, object>>;
  /** Of the one client, a service: those of the stack local ask for scopes that other documents do not have. */
  readonly scopes: readonly string[];
}

const benchClient = "batch";

/**
 * Starts a local cloud with what the settings of the stack local need in it: its people, so that Okta has their groups, and its secrets.
 *
 * @param change What the settings name in place of the stack's own APIs and clients. @defaultValue nothing
 */
export async function startBenchCloud(
  change?: BenchApis,
  listeners: Listeners = { log: () => {} },
): Promise<BenchCloud> {
  const local = await readStackSettings("local");
  const written =
    change === undefined ? local : { ...local, config: { ...local.config, ...configOf(local, change) } };
  const people = peopleOf(written);
  const secrets = localSecretsOf(written);
  const cloud = await startCloud({ ...listeners, secrets, ...(people && { people }) });
  return { cloud, settings: withOrigins(written, cloud.origins) };
}

function configOf({ project }: StackSettings, { apis, scopes }: BenchApis): Readonly<Record<string, string>> {
  const clients = { [benchClient]: { kind: "service", scopes } };
  return { [`${project}:apis`]: JSON.stringify(apis), [`${project}:clients`]: JSON.stringify(clients) };
}

/** Like {@link startBenchCloud}, with the program run in this process: it provisions the APIs, and one client that calls them. */
export async function openBenchStack(
  { apis, scopes }: BenchApis,
  listeners?: Listeners,
): Promise<BenchStack> {
  const { cloud, settings } = await startBenchCloud({ apis, scopes }, listeners);
  try {
    const provisioned = await provisionInProcess(settings, cloud.providerHandlers);
    const outputs = parseOutputs(plainOutputs(provisioned.outputs), "the benchmark's stack");
    return { cloud, settings, provisioned, outputs };
  } catch (error) {
    await cloud.close();
    throw error;
  }
}

/** A token of the stack's client, from Okta. */
export function tokenOfClient({ outputs }: BenchStack): Promise<string> {
  const client = outputs.clients?.[benchClient];
  if (client?.clientSecret === undefined)
    throw new Error(`The stack must have a client "${benchClient}" with a secret; got none.`);
  const { clientId, clientSecret, scopes } = client;
  return requestToken({ ...outputs, clientId, clientSecret }, scopes);
}
