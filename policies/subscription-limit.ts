import type { OneOf } from "./one-of.ts";
import type { PlainText } from "./policy.ts";
import { nonEmpty } from "./values.ts";
import { type Attributes, element, type XmlElement } from "./xml.ts";

/** Which API or operation a limit is for: by its id, or by its display name. */
export type LimitedName = OneOf<{ readonly id: PlainText } | { readonly name: PlainText }>;

/** A limit for an operation, beside that of the policy itself. */
export type OperationLimit<Limit> = LimitedName & Limit;

/** A limit for an API, beside that of the policy itself, and perhaps for operations of it. */
export type ApiLimit<Limit> = LimitedName &
  Limit & { readonly operations?: readonly OperationLimit<Limit>[] };

/** The `api` children of a limit. @param write The attributes of one limit. */
export function apiLimits<Limit>(
  apis: readonly ApiLimit<Limit>[] = [],
  write: (limit: Limit) => Attributes,
): readonly XmlElement[] {
  return apis.map((api) =>
    element("api", { ...nameAttributes(api), ...write(api) }, operationLimits(api.operations, write)),
  );
}

/** The `operation` children of a limit. */
export function operationLimits<Limit>(
  operations: readonly OperationLimit<Limit>[] = [],
  write: (limit: Limit) => Attributes,
): readonly XmlElement[] {
  return operations.map((operation) =>
    element("operation", { ...nameAttributes(operation), ...write(operation) }),
  );
}

function nameAttributes({ id, name }: LimitedName): Attributes {
  return {
    name: nonEmpty(name, "Write its display name"),
    id: nonEmpty(id, "Write its name in API Management"),
  };
}
