import { type Properties, unknownInput } from "../providers/resource.ts";

// https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Whether a value holds something that a preview cannot know. */
export function isUnknownDeep(value: unknown): boolean {
  if (value === unknownInput) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(isUnknownDeep);
}

/** A value in the engine's wrapping of secrets. */
export function secretValue(value: unknown): object {
  return { [signatureKey]: secretSignature, value };
}

/**
 * Inputs without the lists of what a provider filled in: a handler need not know them, and they are no difference.
 *
 * `{ a: 1, __defaults: ["a"] }` → `{ a: 1 }`
 */
export function withoutDefaults(inputs: Properties): Properties {
  return withoutDefaultsDeep(inputs) as Properties;
}

function withoutDefaultsDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaultsDeep);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "__defaults");
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutDefaultsDeep(inner)]));
}
