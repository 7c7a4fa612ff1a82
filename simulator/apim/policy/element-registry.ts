import { readdir } from "node:fs/promises";
import * as path from "node:path";
import type { ElementDefinition } from "./statement.ts";

/**
 * The policy elements that the local gateway executes, besides `base`: one folder of `elements/` each. Any other one is refused when a
 * policy is saved.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-policies
 */
export type ElementRegistry = ReadonlyMap<string, ElementDefinition>;

/** What each element's file exports. */
interface ElementModule {
  readonly definition: ElementDefinition;
}

const folder = path.join(import.meta.dirname, "elements");
// A built package has the folders too, with .js files.
const extension = path.extname(import.meta.filename);
let loaded: Promise<ElementRegistry> | undefined;

/** Loads the registry, once in a process: whoever starts the gateway without a policy need not wait for it. */
export function loadElements(): Promise<ElementRegistry> {
  loaded ??= readElements();
  return loaded;
}

async function readElements(): Promise<ElementRegistry> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const load = async (name: string) => {
    const { definition } = (await import(`./elements/${name}/${name}${extension}`)) as ElementModule;
    return [name, definition] as const;
  };
  return new Map(await Promise.all(names.toSorted().map(load)));
}
