import type { Answer } from "./run.ts";
import { families, type TokenKind } from "./token-kinds.ts";

/** Kinds that the report shows together, since every operation answers them alike; or one alone. */
export interface Column {
  readonly title: string;
  readonly kinds: readonly TokenKind[];
}

/** Whether a kind is a column of the table: a client, or a person with one, or a stranger's app. */
function isColumn({ family }: TokenKind): boolean {
  return family === "clients" || family === "a stranger's app";
}

/** The kinds of answers, in the order of the families. */
function kindsOf(answers: readonly Answer[]): readonly TokenKind[] {
  const rank = ({ family }: TokenKind) => families.indexOf(family);
  return [...new Set(answers.map(({ cell }) => cell.kind))].toSorted((one, other) => rank(one) - rank(other));
}

/** The table's columns: one for each client, person with a client, and stranger's app. */
export function clientColumns(answers: readonly Answer[]): readonly Column[] {
  return kindsOf(answers)
    .filter(isColumn)
    .map((kind) => ({ title: kind.name, kinds: [kind] }));
}

/** The table's columns where those that every operation answers alike are one; its title has a line for each name. */
export function foldedClientColumns(
  answers: readonly Answer[],
  wordsOf: (answer: Answer) => string,
): readonly Column[] {
  const byKind = shownByKind(answers, wordsOf);
  const alike = Map.groupBy(clientColumns(answers), ({ kinds: [kind] }) =>
    JSON.stringify([...((kind && byKind.get(kind)) ?? new Map<object, Shown>()).values()]),
  );
  return [...alike.values()].map((columns) => ({
    title: namesOf(columns.flatMap(({ kinds }) => kinds)).join("\n"),
    kinds: columns.flatMap(({ kinds }) => kinds),
  }));
}

/** The names of columns, the people of a client together: `mobile as ada, grace`. */
function namesOf(kinds: readonly TokenKind[]): readonly string[] {
  const byClient = Map.groupBy(kinds, ({ caller, name }) =>
    caller?.person === undefined ? name : `${caller.client.name} as`,
  );
  return [...byClient].map(([name, own]) => {
    const people = own.flatMap(({ caller }) => caller?.person?.name ?? []);
    return people.length === 0 ? name : `${name} ${people.join(", ")}`;
  });
}

/**
 * Folds the kinds that are no client's: those of a family that every operation answers alike are one; each of the others is alone.
 *
 * @param wordsOf What the report says of an answer: kinds of which it says the same are told together.
 */
export function foldKinds(
  answers: readonly Answer[],
  wordsOf: (answer: Answer) => string,
): readonly Column[] {
  const byKind = shownByKind(answers, wordsOf);
  const byFamily = Map.groupBy(
    kindsOf(answers).filter((kind) => !isColumn(kind)),
    ({ family }) => family,
  );
  return [...byFamily].flatMap(([family, kinds]) => {
    const columnOf = (kind: TokenKind) => byKind.get(kind) ?? new Map<object, Shown>();
    const model =
      kinds.find((kind) =>
        columnOf(kind)
          .values()
          .every(({ passed }) => passed),
      ) ?? kinds[0];
    const alike = kinds.filter((kind) => {
      if (model === undefined) return false;
      const [own, others] = [columnOf(kind), columnOf(model)];
      // A kind that not every operation has is folded where it is like the others wherever both are.
      const isPart = kind.exists !== undefined || model.exists !== undefined || own.size === others.size;
      return isPart && own.entries().every(([operation, one]) => isSame(one, others.get(operation) ?? one));
    });
    const single = kinds
      .filter((kind) => !alike.includes(kind))
      .map((kind) => ({ title: kind.name, kinds: [kind] }));
    const title = alike.length === 1 ? (alike[0]?.name ?? family) : `${family} (${alike.length})`;
    return [{ title, kinds: alike }, ...single];
  });
}

interface Shown {
  readonly passed: boolean;
  readonly words: string;
}

/** What the report says of each operation, by kind. */
function shownByKind(
  answers: readonly Answer[],
  wordsOf: (answer: Answer) => string,
): ReadonlyMap<TokenKind, ReadonlyMap<object, Shown>> {
  const own = Map.groupBy(answers, ({ cell }) => cell.kind);
  return new Map(
    [...own].map(([kind, ofKind]) => [
      kind,
      new Map(
        ofKind.map((answer) => [answer.cell.context, { passed: answer.passed, words: wordsOf(answer) }]),
      ),
    ]),
  );
}

function isSame(one: Shown, other: Shown): boolean {
  return one.passed === other.passed && one.words === other.words;
}
