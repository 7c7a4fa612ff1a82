import type { Answer } from "./run.ts";
import { type TokenKind, tokenKinds } from "./token-kinds.ts";

/** A column of the table: the kinds of a family that every operation answers alike, or one that it does not. */
export interface Column {
  readonly title: string;
  readonly kinds: readonly TokenKind[];
}

/**
 * Folds kinds into columns.
 *
 * @param wordsOf What the table says of an answer: kinds of which it says the same share a column.
 */
export function foldKinds(
  answers: readonly Answer[],
  wordsOf: (answer: Answer) => string,
): readonly Column[] {
  const byKind = new Map(
    [...Map.groupBy(answers, ({ cell }) => cell.kind)].map(([kind, own]) => [kind, shown(own, wordsOf)]),
  );
  const families = Map.groupBy(
    tokenKinds.filter((kind) => byKind.has(kind)),
    ({ family }) => family,
  );
  return [...families].flatMap(([family, kinds]) => {
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
      // A kind that not every operation has is folded where it is like the others wherever it is.
      const isWhole = kind.exists !== undefined || own.size === others.size;
      return isWhole && own.entries().every(([operation, one]) => isSame(one, others.get(operation)));
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

/** What the table says of each operation. */
function shown(answers: readonly Answer[], wordsOf: (answer: Answer) => string): ReadonlyMap<object, Shown> {
  return new Map(
    answers.map((answer) => [answer.cell.context, { passed: answer.passed, words: wordsOf(answer) }]),
  );
}

function isSame(one: Shown, other: Shown | undefined): boolean {
  return one.passed === other?.passed && one.words === other.words;
}
