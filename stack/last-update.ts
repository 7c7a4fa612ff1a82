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

/** What an API was at the last update. */
export interface FormerApi extends Pick<ApiRecord, "operations"> {
  /** Another than now where the API was renamed. */
  readonly name: string;
}

/**
 * What an API was: by its name, else by its path, where the API that stood there is not among the stack's any more.
 *
 * @param apis The stack's APIs as they are to be.
 */
export function formerApi(
  last: ApiRecords,
  name: string,
  apis: ReadonlyMap<string, Pick<ApiRecord, "path">>,
): FormerApi | undefined {
  const path = apis.get(name)?.path.toLowerCase();
  const takenOver = Object.keys(last).find(
    (other) => !apis.has(other) && last[other]?.path.toLowerCase() === path,
  );
  const former = Object.hasOwn(last, name) ? name : takenOver;
  const operations = former === undefined ? undefined : last[former]?.operations;
  return former === undefined || operations === undefined ? undefined : { name: former, operations };
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
