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
  const byKind = Map.groupBy(answers, ({ cell }) => cell.kind.id);
  const present = tokenKinds.filter(({ id }) => byKind.has(id));
  const families = Map.groupBy(present, ({ family }) => family);
  return [...families].flatMap(([family, kinds]) => {
    const columnOf = ({ id }: TokenKind) => byKind.get(id) ?? [];
    const model = kinds.find((kind) => columnOf(kind).every(({ passed }) => passed)) ?? kinds[0];
    const alike = kinds.filter((kind) => {
      if (model === undefined) return false;
      const [own, others] = [columnOf(kind), columnOf(model)];
      // A kind that not every operation has is folded where it is like the others wherever it is.
      const isWhole = kind.exists !== undefined || own.length === others.length;
      return isWhole && answersAlike(own, others, wordsOf);
    });
    const single = kinds
      .filter((kind) => !alike.includes(kind))
      .map((kind) => ({ title: kind.name, kinds: [kind] }));
    const title = alike.length === 1 ? (alike[0]?.name ?? family) : `${family} (${alike.length})`;
    return [{ title, kinds: alike }, ...single];
  });
}

function answersAlike(
  some: readonly Answer[],
  others: readonly Answer[],
  wordsOf: (answer: Answer) => string,
): boolean {
  const shown = (answers: readonly Answer[]) =>
    new Map(answers.map((answer) => [answer.cell.context, `${answer.passed} ${wordsOf(answer)}`]));
  const [own, model] = [shown(some), shown(others)];
  return own.entries().every(([operation, one]) => model.get(operation) === one);
}
