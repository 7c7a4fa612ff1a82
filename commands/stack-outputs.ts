import { z } from "zod";
import type { Client } from "../proof/client.ts";
import { CommandError } from "./command-error.ts";

const client = z.object({
  kind: z.enum(["browser", "native", "web", "service"]),
  clientId: z.string(),
  clientSecret: z.string().optional(),
  authentication: z.enum(["none", "client_secret_basic", "private_key_jwt"]),
  grantTypes: z.array(z.string()).readonly(),
  redirectUris: z.array(z.string()).readonly(),
  scopes: z.array(z.string()).readonly(),
  groups: z.array(z.string()).readonly(),
});

const shape = z.object({
  gatewayUrl: z.string(),
  apiUrls: z.record(z.string(), z.string()),
  issuer: z.string(),
  tokenEndpoint: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
  scopes: z.array(z.string()),
  developerPortalUrl: z.string(),
  /** Absent from the outputs of a stack that an older version deployed. */
  clients: z.record(z.string(), client).optional(),
});

/** Every output of a stack by name, secrets opened. */
export type PlainOutputs = Readonly<Record<string, unknown>>;

/** What the commands read from a stack's outputs. */
export type StackOutputs = z.infer<typeof shape>;

/**
 * Checks that plain outputs are those of this program.
 *
 * @param source Where they come from, for the message: `.local/outputs.json`.
 * @throws {CommandError} naming the outputs that are missing or of another type, never their values.
 */
export function parseOutputs(outputs: unknown, source: string): StackOutputs {
  const parsed = shape.safeParse(outputs);
  if (parsed.data !== undefined) return parsed.data;
  const names = parsed.error.issues.map(({ path }) => path.join(".")).join('", "');
  throw new CommandError(
    `${source} lacks outputs of this program, or has them with another type: "${names}". Deploy it again.`,
    { code: "stack" },
  );
}

/** Opens the outputs of either engine. */
export function plainOutputs(outputs: Readonly<Record<string, { readonly value: unknown }>>): PlainOutputs {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

/** The clients of a stack by name, the portal's among them. A stack of an older version has that one alone. */
export function clientsOf({ clients, clientId, clientSecret, scopes }: StackOutputs): readonly Client[] {
  if (clients !== undefined) return Object.entries(clients).map(([name, one]) => ({ name, ...one }));
  const portal: Client = {
    ...{ name: "portal", kind: "web", clientId, clientSecret, authentication: "client_secret_basic" },
    ...{ grantTypes: ["client_credentials"], redirectUris: [], scopes, groups: [] },
  };
  return [portal];
}
