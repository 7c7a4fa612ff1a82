import { z } from "zod";
import { neededText } from "../openapi/security/security.ts";
import type { Answer } from "../proof/run.ts";
import { clientKindName, tokenKinds } from "../proof/token-kinds.ts";

const recordedOperation = z.strictObject({
  api: z.string(),
  /** `GET /orders`. */
  operation: z.string(),
  /** `orders.read + orders.write`. */
  needs: z.string(),
  /** What came of each kind that was sent, by its id; null where nothing answered. */
  answers: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
});

/** What a start remembers for the next one. */
export const startRecordShape = z.strictObject({
  /** Of the record's shape, and of what its answers mean. */
  version: z.literal(1),
  operations: z.array(recordedOperation),
});

/** What a start remembers for the next one: each operation with the scopes that it needs and its answers. */
export type StartRecord = z.infer<typeof startRecordShape>;
type RecordedOperation = z.infer<typeof recordedOperation>;

/** One thing that is otherwise than at the last start. */
export type StartChange = { readonly api: string; readonly operation: string } & (
  | { readonly kind: "new" | "gone"; readonly needs: string }
  | { readonly kind: "scopes"; readonly before: string; readonly after: string }
  | {
      readonly kind: "answers";
      /** Names of the kinds of token, or of the family where all of them changed. */
      readonly tokens: readonly string[];
      readonly before: number | string | null;
      readonly after: number | string | null;
    }
);

/** Makes the record of a matrix that was sent. */
export function startRecord(answers: readonly Answer[]): StartRecord {
  const operations = Map.groupBy(answers, ({ cell }) => cell.context);
  return { version: 1, operations: [...operations.values()].flatMap(recordedAnswers) };
}

function recordedAnswers(own: readonly Answer[]): readonly RecordedOperation[] {
  const [cell] = own.map((answer) => answer.cell);
  if (cell === undefined) return [];
  const { method, path, security, requiredClaims } = cell.operation;
  const answers = Object.fromEntries(own.map(({ cell: { kind }, actual }) => [kind.id, actual ?? null]));
  return [
    {
      api: cell.api.name,
      operation: `${method} ${path}`,
      needs: neededText(security, requiredClaims),
      answers,
    },
  ];
}

/** What is otherwise than it was: operations that came or went, scopes, and answers to what was sent both times. */
export function startChanges(before: StartRecord, after: StartRecord): readonly StartChange[] {
  const keyOf = ({ api, operation }: RecordedOperation) => JSON.stringify([api, operation]);
  const byKey = ({ operations }: StartRecord) => new Map(operations.map((one) => [keyOf(one), one]));
  const [old, now] = [byKey(before), byKey(after)];
  const gone = [...old].flatMap(([key, one]) => (now.has(key) ? [] : [cameOrWent("gone", one)]));
  const others = [...now].flatMap(([key, one]) => {
    const former = old.get(key);
    return former === undefined ? [cameOrWent("new", one)] : operationChanges(former, one);
  });
  return [...others, ...gone];
}

function cameOrWent(kind: "new" | "gone", { api, operation, needs }: RecordedOperation): StartChange {
  return { kind, api, operation, needs };
}

function operationChanges(before: RecordedOperation, after: RecordedOperation): readonly StartChange[] {
  const { api, operation } = after;
  const scopes: StartChange[] =
    before.needs === after.needs
      ? []
      : [{ kind: "scopes", api, operation, before: before.needs, after: after.needs }];
  const sentTwice = Object.keys(after.answers).filter((id) => Object.hasOwn(before.answers, id));
  const changed = sentTwice
    .map((id) => ({ id, before: before.answers[id] ?? null, after: after.answers[id] ?? null }))
    .filter((one) => one.before !== one.after);
  const alike = Map.groupBy(changed, (one) => JSON.stringify([one.before, one.after]));
  const answers = [...alike.values()].flatMap(([first, ...others]): StartChange[] => {
    if (first === undefined) return [];
    const tokens = names(
      [first, ...others].map(({ id }) => id),
      sentTwice,
    );
    return [{ kind: "answers", api, operation, tokens, before: first.before, after: first.after }];
  });
  return [...scopes, ...answers];
}

/** Names of kinds; of a family in place of all its kinds that were sent, but for those of the stack's clients. */
function names(ids: readonly string[], sent: readonly string[]): readonly string[] {
  const clients = ids.flatMap((id) => clientKindName(id) ?? []);
  const families = Map.groupBy(
    tokenKinds.filter(({ id }) => sent.includes(id)),
    ({ family }) => family,
  );
  const others = [...families].flatMap(([family, kinds]) => {
    const own = kinds.filter(({ id }) => ids.includes(id));
    return own.length === kinds.length ? [family] : own.map(({ name }) => name);
  });
  return [...clients, ...others];
}

/** A change in a line: `POST /orders now needs orders.read instead of orders.write`. */
export function describeStartChange(change: StartChange, severalApis: boolean): string {
  const subject = `${severalApis ? `${change.api}: ` : ""}${change.operation}`;
  switch (change.kind) {
    case "new":
      return `${subject} is new, and needs ${change.needs}`;
    case "gone":
      return `${subject} is gone; it needed ${change.needs}`;
    case "scopes":
      return `${subject} now needs ${change.after} instead of ${change.before}`;
    case "answers":
      return `${subject} with ${change.tokens.map((name) => `"${name}"`).join(", ")}: ${change.before ?? "no answer"} → ${change.after ?? "no answer"}`;
  }
}
