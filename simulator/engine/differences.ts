import { isDeepStrictEqual } from "node:util";
import type { Properties, ResourceHandler } from "../providers/resource.ts";
import { withoutDefaults } from "./engine-values.ts";

/** How the inputs of a resource differ from those of its last update. */
export interface Differences {
  /** Names of the inputs that differ. */
  readonly changed: readonly string[];
  /** Those of `changed` that replace the resource. */
  readonly replaces: readonly string[];
}

/** The inputs that a resource's provider sees changed. What the provider filled in by itself is no difference. */
export function differencesOf(handler: ResourceHandler, before: Properties, after: Properties): Differences {
  const [olds, news] = [withoutDefaults(before), withoutDefaults(after)];
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  const isSame = (name: string) =>
    isDeepStrictEqual(olds[name], news[name]) || handler.isSame?.(name, olds[name], news[name]);
  const changed = names.filter((name) => !isSame(name));
  return { changed, replaces: changed.filter((name) => handler.replaceOnChanges.includes(name)) };
}
