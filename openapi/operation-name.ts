/**
 * The name that API Management gives an operation on import: `Get Sessions!` → `get-sessions`.
 *
 * Lower case, runs of other characters become one hyphen, hyphens at the ends are cut, at most 76 characters.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#operation-names
 */
export function operationName(operationId: string): string {
  return operationId
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 76);
}
