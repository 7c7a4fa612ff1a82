import type { JWK } from "jose";
import { z } from "zod";
import type { Client } from "../proof/client.ts";
import type { ClaimRules } from "../proof/rights.ts";
import { clientsOf, type StackOutputs } from "./stack-outputs.ts";
import type { StackSettings } from "./stack-settings.ts";

const asked = z.record(
  z.string(),
  z.looseObject({ scopes: z.array(z.string()).optional(), groups: z.array(z.string()).optional() }),
);

/**
 * A stack's clients, with the scopes and groups that its settings give them: what a client may do is proved by what was asked for, not
 * by what the program says that it made. What the settings leave open, as much of the portal's client, is as the outputs have it.
 */
export function clientsToProve(settings: StackSettings, outputs: StackOutputs): readonly Client[] {
  const named = asked.safeParse(parsedSetting(settings, "clients")).data ?? {};
  return clientsOf(outputs).map((client) => {
    const { scopes = client.scopes, groups = client.groups } = named[client.name] ?? {};
    return { ...client, scopes, groups };
  });
}

/** How claims of access tokens are filled, by the setting `claims`. The program refuses what is none. */
export function configuredClaims(settings: StackSettings): ClaimRules {
  return (parsedSetting(settings, "claims") ?? {}) as ClaimRules;
}

/** A setting that holds a structure; `undefined` where it is missing, or a secret that was not read. */
function parsedSetting({ project, config }: StackSettings, name: string): unknown {
  const text = config[`${project}:${name}`];
  return text === undefined || text === "" ? undefined : JSON.parse(text);
}

/** The clients whose tokens can be got, and in words which cannot and why. */
export function withKeys(
  clients: readonly Client[],
  keys: ReadonlyMap<string, JWK>,
): { readonly clients: readonly Client[]; readonly notProved: readonly string[] } {
  const lacksKey = ({ name, authentication }: Client) =>
    authentication === "private_key_jwt" && !keys.has(name);
  return {
    clients: clients.filter((client) => !lacksKey(client)),
    notProved: clients
      .filter(lacksKey)
      .map(({ name }) => `client "${name}": its private key is in no output; --key ${name}=FILE gives it`),
  };
}
