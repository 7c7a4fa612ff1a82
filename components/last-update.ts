import * as pulumi from "@pulumi/pulumi";

/** What the stack's output `apis` says of an API. */
export interface ApiRecord {
  /** URL suffix. */
  readonly path: string;
  /** Name of the operation in API Management → method and path: `{ getsessions: "GET /sessions" }`. */
  readonly operations: Readonly<Record<string, string>>;
}

/** The stack's output `apis`, by the APIs' names. */
export type ApiRecords = Readonly<Record<string, ApiRecord>>;

/**
 * The APIs as the last update of this stack left them; none before the first one.
 *
 * An update has to know two things that no resource tells it: that an API was renamed, and that an operation's name stands for
 * another method or path than before.
 */
export async function readLastUpdate(): Promise<ApiRecords> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const { value } = await new pulumi.StackReference("last-update", { name }).getOutputDetails("apis");
  return (value ?? {}) as ApiRecords;
}

/** The former name of an API: one that the settings do not hold any more, at the same path. */
export function formerName(
  last: ApiRecords,
  now: { readonly name: string; readonly path: string; readonly names: readonly string[] },
): string | undefined {
  if (Object.hasOwn(last, now.name)) return undefined;
  const isAtPath = (name: string) => last[name]?.path.toLowerCase() === now.path.toLowerCase();
  return Object.keys(last).find((name) => !now.names.includes(name) && isAtPath(name));
}

/** Names that stood for another operation: `"getspeakers" was GET /speakers and becomes GET /topics`. */
export function changedMeanings(
  before: ApiRecord["operations"],
  after: ApiRecord["operations"],
): readonly string[] {
  return Object.entries(after).flatMap(([name, operation]) => {
    const earlier = before[name];
    return earlier === undefined || earlier === operation
      ? []
      : [`"${name}" was ${earlier} and becomes ${operation}`];
  });
}
