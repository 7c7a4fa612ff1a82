import type { ResourceRecord } from "../simulator/engine/monitor.ts";
import type { Properties } from "../simulator/providers/resource.ts";

/** A resource as `pulumi stack export --show-secrets` has it. */
export interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Properties;
  readonly outputs?: Properties;
  /** It is replaced, and its deletion is still to come. */
  readonly delete?: boolean;
}

/** The resources of an exported stack, without the providers and references, which are the engine's own. */
export function exportedResources(deployment: {
  readonly resources?: readonly ExportedResource[];
}): ResourceRecord[] {
  return (deployment.resources ?? [])
    .filter((resource) => resource.delete !== true)
    .filter(({ type }) => !type.startsWith("pulumi:providers:") && type !== "pulumi:pulumi:StackReference")
    .map(({ type, urn, id = "", inputs = {}, outputs = {} }) => ({
      type,
      name: logicalNameIn(urn),
      id,
      inputs: withOpenSecrets(inputs) as Properties,
      outputs: withOpenSecrets(outputs) as Properties,
    }));
}

/** The names of the stack's outputs that are secrets, or hold one. */
export function secretOutputNames(deployment: {
  readonly resources?: readonly ExportedResource[];
}): ReadonlySet<string> {
  const stack = deployment.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
  return new Set(
    Object.entries(stack?.outputs ?? {}).flatMap(([name, value]) => (holdsSecret(value) ? [name] : [])),
  );
}

/** The logical name in a URN: `urn:pulumi:dev::shop::okta:auth/server:Server::orders` → `orders`. */
export function logicalNameIn(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

// https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if ((value as Readonly<Record<string, unknown>>)[signatureKey] === secretSignature) return true;
  return Object.values(value).some(holdsSecret);
}

function withOpenSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withOpenSecrets);
  if (typeof value !== "object" || value === null) return value;
  const object = value as Readonly<Record<string, unknown>>;
  if (object[signatureKey] === secretSignature && typeof object.plaintext === "string")
    return withOpenSecrets(JSON.parse(object.plaintext));
  return Object.fromEntries(Object.entries(object).map(([key, inner]) => [key, withOpenSecrets(inner)]));
}
