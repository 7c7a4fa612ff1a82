import { type Properties, unknownInput } from "../providers/resource.ts";

// https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
const signatureKey = "4dabf18193072939515e22adb298388d";
const signatures = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  resource: "5cf8f73096256a8f31e491e813e4eb8e",
} as const;

type Wrapped = Readonly<Record<string, unknown>>;

/** Whether a value holds something that a preview cannot know. */
export function isUnknownDeep(value: unknown): boolean {
  if (value === unknownInput) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(isUnknownDeep);
}

/** A value in the engine's wrapping of secrets. */
export function secretValue(value: unknown): object {
  return { [signatureKey]: signatures.secret, value };
}

/** Whether a value in the engine's wrappings is a secret or holds one. */
export function isSecretDeep(value: unknown): boolean {
  if (isWrapped(value, "secret") || (isWrapped(value, "output") && value.secret === true)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(isSecretDeep);
}

/** A value without the engine's wrappings, as a provider is handed it. A resource is handed over as its id, a component as its URN. */
export function openedValue(value: unknown): unknown {
  if (isWrapped(value, "secret")) return openedValue(value.value);
  if (isWrapped(value, "output")) return "value" in value ? openedValue(value.value) : unknownInput;
  if (isWrapped(value, "resource")) return value.id ?? value.urn;
  if (Array.isArray(value)) return value.map(openedValue);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, openedValue(inner)]));
}

/** Properties without the engine's wrappings. */
export function openedProperties(properties: Properties): Properties {
  return openedValue(properties) as Properties;
}

/** The URNs of the resources that a value in the engine's wrappings comes from. */
export function dependenciesOf(value: unknown): readonly string[] {
  if (!isObject(value) && !Array.isArray(value)) return [];
  const own = isWrapped(value, "output") ? ((value.dependencies ?? []) as readonly string[]) : [];
  return [...own, ...Object.values(value).flatMap(dependenciesOf)];
}

/**
 * Outputs with a secret wherever the input of the same name is or holds one: a provider is handed its inputs opened.
 *
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/provider_plugin.go
 */
export function withInputSecrets(outputs: Properties, inputs: Properties): Properties {
  const entries = Object.entries(outputs).map(([name, output]) => [name, marked(output, inputs[name])]);
  return Object.fromEntries(entries);
}

function marked(output: unknown, input: unknown): unknown {
  if (isPlainObject(output) && isPlainObject(input)) return withInputSecrets(output, input);
  return isSecretDeep(input) && !isWrapped(output, "secret") ? secretValue(output) : output;
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
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "__defaults");
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutDefaultsDeep(inner)]));
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPlainObject(value: unknown): value is Properties {
  return isObject(value) && !(signatureKey in value);
}

function isWrapped(value: unknown, kind: keyof typeof signatures): value is Wrapped {
  return isObject(value) && value[signatureKey] === signatures[kind];
}
