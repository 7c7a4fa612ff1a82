const stackType = "pulumi:pulumi:Stack";

/** What a URN is made of. */
export interface UrnParts {
  readonly project: string;
  readonly stack: string;
  /** URN of the parent; empty for the stack itself. */
  readonly parent: string;
  /** Full type token. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
}

/**
 * A resource's URN: `urn:pulumi:<stack>::<project>::<types of the parents and its own>::<name>`.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/resources/names/#urns
 */
export function urnFor({ project, stack, parent, type, name }: UrnParts): string {
  const parentTypes = typesOf(parent);
  const types = ["", stackType].includes(parentTypes) ? type : `${parentTypes}$${type}`;
  return `urn:pulumi:${stack}::${project}::${types}::${name}`;
}

/** The logical name at the end of a URN. */
export function nameInUrn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The full type token of a URN, without its parents' types. */
export function typeInUrn(urn: string): string {
  return typesOf(urn).split("$").at(-1) ?? "";
}

function typesOf(urn: string): string {
  return urn.split("::")[2] ?? "";
}
