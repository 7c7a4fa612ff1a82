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

/** What else a provider may look at. */
interface LastUpdate {
  /** The outputs of the last update, for a handler that compares with them. */
  readonly state?: Properties;
  /** Names of inputs whose changes the program ignores: the engine has put the old inputs in the place of the new ones. */
  readonly ignored?: readonly string[];
}

/** The inputs that a resource's provider sees changed. What the provider filled in by itself is no difference. */
export function differencesOf(
  handler: ResourceHandler,
  before: Properties,
  after: Properties,
  { state = {}, ignored = [] }: LastUpdate = {},
): Differences {
  const [olds, news] = [withoutDefaults(before), withoutDefaults(after)];
  // What nobody gives an input for may have been changed in the service.
  const compared = handler.comparesState ? Object.keys(state) : [];
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news), ...compared])];
  const oldOf = (name: string) => (handler.comparesState && name in state ? state[name] : olds[name]);
  const isSame = (name: string) =>
    isDeepStrictEqual(oldOf(name), news[name]) || handler.isSame?.(name, oldOf(name), news[name]);
  // A state may differ from the old inputs and the new ones alike.
  const isIgnored = (name: string) => handler.comparesState && ignored.includes(name);
  const changed = names.filter((name) => !isIgnored(name) && !isSame(name));
  return { changed, replaces: changed.filter((name) => handler.replaceOnChanges.includes(name)) };
}
