import type { ElementReader } from "./element-reader.ts";
import type { Exchange } from "./exchange.ts";
import type { PolicyElement } from "./xml-reader.ts";

/** A limit of `rate-limit` or `quota`: of the element itself, or of one API or operation inside it. */
export interface SubscriptionLimit<T> {
  readonly settings: T;
  /** Tells the counters of one element apart. */
  readonly name: string;
  /** Whether it counts the request at hand. */
  readonly applies: (exchange: Exchange) => boolean;
}

/**
 * Reads the limits of an element: its own, those of the APIs inside it, and those of the operations inside these.
 *
 * @param read Reads the attributes of one limit.
 * @param nested Whether operations may stand in the element itself.
 */
export function readSubscriptionLimits<T>(
  reader: ElementReader,
  read: (one: ElementReader) => T,
  { operations }: { operations: boolean },
): readonly SubscriptionLimit<T>[] {
  const own = { settings: read(reader), name: "", applies: () => true };
  const children = reader.anyNumber(operations ? ["api", "operation"] : ["api"]);
  reader.done();
  return [
    own,
    ...children.flatMap((child) =>
      child.name === "api" ? apiLimits(reader, child, read) : [operationLimit(reader, child, read, own)],
    ),
  ];
}

function apiLimits<T>(
  parent: ElementReader,
  child: PolicyElement,
  read: (one: ElementReader) => T,
): readonly SubscriptionLimit<T>[] {
  const reader = parent.of(child);
  const isNamed = readName(reader);
  const limit = {
    settings: read(reader),
    name: reader.path,
    applies: ({ api }: Exchange) => api !== undefined && isNamed(api.id, api.displayName),
  };
  const operations = reader.anyNumber(["operation"]);
  reader.done();
  return [limit, ...operations.map((operation) => operationLimit(reader, operation, read, limit))];
}

function operationLimit<T>(
  parent: ElementReader,
  child: PolicyElement,
  read: (one: ElementReader) => T,
  within: Pick<SubscriptionLimit<T>, "applies">,
): SubscriptionLimit<T> {
  const reader = parent.of(child);
  const isNamed = readName(reader);
  const settings = read(reader);
  reader.sequence({});
  reader.done();
  return {
    settings,
    name: reader.path,
    applies: (exchange) =>
      within.applies(exchange) &&
      exchange.operation !== undefined &&
      isNamed(exchange.operation.id, exchange.operation.displayName),
  };
}

/** "If both are provided, id will be used and name will be ignored." */
function readName(reader: ElementReader): (id: string, displayName: string | undefined) => boolean {
  const name = reader.text("name");
  const wanted = reader.text("id");
  if (!reader.has("name") && !reader.has("id")) reader.refuse("Either 'name' or 'id' must be present.");
  return (id, displayName) =>
    wanted === undefined
      ? name !== undefined && name === (displayName ?? id)
      : id.toLowerCase() === wanted.toLowerCase();
}
