import type { NeededByOperation } from "../openapi/document-lock.ts";

/** What became of who may call an API's operations, one line each: added, gone, changed. */
export function accessChanges(before: NeededByOperation, after: NeededByOperation): readonly string[] {
  const added = Object.keys(after).filter((operation) => !Object.hasOwn(before, operation));
  const gone = Object.keys(before).filter((operation) => !Object.hasOwn(after, operation));
  const changed = Object.keys(after).filter(
    (operation) => Object.hasOwn(before, operation) && before[operation] !== after[operation],
  );
  return [
    ...added.map((operation) => `+ ${operation}  needs ${after[operation]}`),
    ...gone.map((operation) => `- ${operation}  needed ${before[operation]}`),
    ...changed.map(
      (operation) => `~ ${operation}  needed ${before[operation]}, now needs ${after[operation]}`,
    ),
  ];
}
