import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../resource.ts";
import { isObject, toInputs, toOutputs } from "./azure-shape.ts";
import type { ResourceDefinition } from "./definition.ts";

/**
 * The inputs after a refresh: as they were, but for what has changed between the outputs before and after. What Azure spells in
 * another way than the program, or fills in by itself, is no change.
 *
 * @see https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/provider/diff.go (applyDiff)
 */
export function refreshedInputs(
  { body }: ResourceDefinition,
  {
    inputs,
    before,
    after,
  }: { readonly inputs: Properties; readonly before: Properties; readonly after: Properties },
): Properties {
  return withChanges(inputs, toInputs(body, before), toInputs(body, after));
}

function withChanges(inputs: Properties, before: Properties, after: Properties): Properties {
  const result = { ...inputs };
  for (const name of Object.keys(before)) if (!(name in after)) delete result[name];
  for (const [name, value] of Object.entries(after)) {
    if (name in before && isDeepStrictEqual(before[name], value)) continue;
    result[name] = name in inputs && name in before ? withChange(inputs[name], before[name], value) : value;
  }
  return result;
}

function withChange(input: unknown, before: unknown, after: unknown): unknown {
  if (isObject(input) && isObject(before) && isObject(after)) return withChanges(input, before, after);
  if (Array.isArray(input) && Array.isArray(before) && Array.isArray(after)) {
    return after.map((item, index) => {
      const isNew = index >= input.length || index >= before.length;
      return isNew ? item : withChange(input[index], before[index], item);
    });
  }
  return after;
}

/** The inputs of a resource that is imported: its address, and what Azure has but for empty lists and objects. */
export function importedInputs(
  { body }: ResourceDefinition,
  { address, answer }: { readonly address: Properties; readonly answer: Properties },
): Properties {
  const own = withoutEmpty(toInputs(body, toOutputs(body, answer)));
  return { ...address, ...(isObject(own) ? own : {}) };
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(withoutEmpty).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, withoutEmpty(inner)] as const);
  const kept = entries.filter(([, inner]) => inner !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
