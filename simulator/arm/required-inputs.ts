import type { CheckFailure, Properties } from "../providers/resource.ts";

/** A failure for each input that must be there and is not. */
export function requiredInputs(inputs: Properties, names: readonly string[]): readonly CheckFailure[] {
  return names
    .filter((name) => inputs[name] === undefined)
    .map((property) => ({ property, reason: "must be set; got nothing." }));
}
