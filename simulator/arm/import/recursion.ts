import { type DocumentPart, isObjectPart, object } from "./json.ts";
import { isReference } from "./references.ts";
import type { ImportProblem } from "./refusal.ts";
import { childrenOf, type ShapedValue } from "./shapes.ts";

/**
 * The component schemas that lie inside themselves, each circle told once. References must lead somewhere.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#unsupported-extensions
 */
export function recursionProblems(document: DocumentPart): readonly ImportProblem[] {
  const uses = schemaUses(document);
  const problems: ImportProblem[] = [];
  const finished = new Set<string>();
  const open = new Set<string>();
  for (const start of uses.keys()) {
    // A stack of our own: a chain of thousands of schemas must not end the process.
    const stack = [{ name: start, rest: usesOf(uses, start) }];
    open.add(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const used = finished.has(top.name) ? undefined : top.rest.next().value;
      if (used === undefined) {
        open.delete(top.name);
        finished.add(top.name);
        stack.pop();
      } else if (open.has(used)) {
        problems.push({
          rule: "recursion",
          place: `#/components/schemas/${top.name}`,
          got: `refers to ${used}`,
        });
      } else if (!finished.has(used)) {
        open.add(used);
        stack.push({ name: used, rest: usesOf(uses, used) });
      }
    }
  }
  return problems;
}

function usesOf(uses: ReadonlyMap<string, ReadonlySet<string>>, name: string): Iterator<string, undefined> {
  return (uses.get(name) ?? new Set<string>()).values() as Iterator<string, undefined>;
}

/** For each component schema the names of those that it refers to, at any depth. */
function schemaUses(document: DocumentPart): ReadonlyMap<string, ReadonlySet<string>> {
  const schemas = object(object(document.components).schemas);
  return new Map(Object.entries(schemas).map(([name, schema]) => [name, new Set(referencesIn(schema))]));
}

const prefix = "#/components/schemas/";

function referencesIn(schema: unknown): readonly string[] {
  const names: string[] = [];
  const waiting: ShapedValue[] = [{ shape: "schema", value: schema, place: "#" }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (isReference(next.value)) {
      if (next.value.$ref.startsWith(prefix)) names.push(next.value.$ref.slice(prefix.length));
    } else if (isObjectPart(next.value)) waiting.push(...childrenOf({ ...next, value: next.value }));
  }
  return names;
}
