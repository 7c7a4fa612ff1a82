import { composedExpression, type Expression, stringLiteral } from "./expression.ts";

/** An operation as the document has it. */
export interface OperationPlace {
  /** Upper case. */
  readonly method: string;
  /** `/session/{id}` */
  readonly path: string;
}

const method = "context.Operation.Method";
const template = "context.Operation.UrlTemplate";

/**
 * A condition that is true for these operations alone, one a line.
 *
 * By method and path, not by `context.Operation.Id`: what an import makes of an operationId is told in two ways. Documented are lower
 * case and hyphens, and `get-foo` for what an update adds; real instances keep case and underscores. And an operationId that is given
 * to another operation must not take its rights along.
 *
 * @param all Every operation of the API: of those that differ in their query alone, the whole template has to fit. Of the others, what
 * stands behind the question mark does not count: an import adds the required parameters of the query there, or does not, by a setting.
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#add-new-api-via-openapi-import
 * @see https://github.com/hashicorp/terraform-provider-azurerm/issues/15417
 */
export function isOperation(
  operations: readonly [OperationPlace, ...OperationPlace[]],
  all: readonly OperationPlace[] = operations,
): Expression {
  const named = Map.groupBy(all, withoutQuery);
  const isAlone = (one: OperationPlace) => named.get(withoutQuery(one))?.length === 1;
  const [alone, others] = [operations.filter(isAlone), operations.filter((one) => !isAlone(one))];
  const conditions = [
    ...contained(alone.map(withoutQuery), `${method} + " " + ${template}.Split("?".ToCharArray())[0]`),
    ...contained(others.map(written), `${method} + " " + ${template}`),
  ];
  return composedExpression(conditions.join(" || "));
}

function written({ method, path }: OperationPlace): string {
  return `${method} ${path}`;
}

function withoutQuery(operation: OperationPlace): string {
  return written(operation).split("?")[0] ?? "";
}

function contained(texts: readonly string[], value: string): readonly string[] {
  if (texts.length === 0) return [];
  const literals = texts.map((text) => `  ${stringLiteral(text)}`).join(",\n");
  return [`new [] {\n${literals}\n}.Contains(${value})`];
}
