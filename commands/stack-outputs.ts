import { z } from "zod";
import { CommandError } from "./command-error.ts";

const shape = z.object({
  gatewayUrl: z.string(),
  apiUrls: z.record(z.string(), z.string()),
  issuer: z.string(),
  tokenEndpoint: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
  scopes: z.array(z.string()),
  developerPortalUrl: z.string(),
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
    `${source} must hold the outputs of this program; got none, or of another type, for "${names}". Deploy it again.`,
  );
}

/** Opens the outputs of either engine. */
export function plainOutputs(outputs: Readonly<Record<string, { readonly value: unknown }>>): PlainOutputs {
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}
