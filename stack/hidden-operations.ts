import type { ApiDocument } from "../openapi/document.ts";

/**
 * Operations that nobody can call, one line for each API that hides some of another: API Management takes the API with the longest
 * path that fits a request, and looks for the operation in that one alone.
 *
 * `sub` at the path `sub` hides `GET /sub/items` of an API at the root.
 */
export function hiddenOperations(
  apis: ReadonlyMap<string, { readonly document: ApiDocument; readonly path: string }>,
): readonly string[] {
  return [...apis].flatMap(([name, api]) =>
    [...apis].flatMap(([other, { path }]) => {
      if (other === name || path.length <= api.path.length) return [];
      const hidden = api.document.operations.filter((operation) =>
        // The example is what is called; a template may hide a part of its addresses only.
        [operation.path, operation.example.path].some((below) => isBelow(`${api.path}${below}`, path)),
      );
      const [first] = hidden;
      if (first === undefined) return [];
      const more = hidden.length > 1 ? ` and ${hidden.length - 1} more operations` : "";
      return [
        `API "${other}" hides ${first.method} ${first.path}${more} of API "${name}": its path "${path}" is the beginning of theirs, and API Management takes the longest path that fits. Give one of the two APIs another path.`,
      ];
    }),
  );
}

function isBelow(address: string, path: string): boolean {
  const plain = address.toLowerCase().replace(/^\//, "").split("?")[0];
  return `${plain}/`.startsWith(`${path.toLowerCase()}/`);
}
