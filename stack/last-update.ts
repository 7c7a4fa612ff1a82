import * as pulumi from "@pulumi/pulumi";

/** What the stack's output `apis` says of an API. */
export interface ApiRecord {
  /** URL suffix. */
  readonly path: string;
  /** Name of the operation in API Management → method and path: `{ getsessions: "GET /sessions" }`. */
  readonly operations: Record<string, string>;
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

/** What an API was at the last update. */
export interface FormerApi {
  /** Its name, where the API was renamed. */
  readonly aliases: pulumi.Alias[];
  readonly operations: Record<string, string>;
}

/**
 * What an API was: the one of its name, else the one at its path, if that one is not in the stack any more. Nothing for a new API.
 *
 * @param apis The stack's APIs as they are to be.
 */
export function formerApi(
  last: ApiRecords,
  name: string,
  apis: ReadonlyMap<string, Pick<ApiRecord, "path">>,
): FormerApi {
  const path = apis.get(name)?.path.toLowerCase();
  const takenOver = Object.keys(last).find(
    (other) => !apis.has(other) && last[other]?.path.toLowerCase() === path,
  );
  const former = Object.hasOwn(last, name) ? name : takenOver;
  const operations = former === undefined ? undefined : last[former]?.operations;
  if (former === undefined || operations === undefined) return { aliases: [], operations: {} };
  return { aliases: former === name ? [] : [{ name: former }], operations };
}
