import type { WrittenPolicy } from "../policy-folders/policy-folder.ts";

/** Why a document, or a part of it, does not run here. */
export interface DocumentProblem {
  /**
   * `refused`: Azure refuses the document. `not simulated`: Azure takes it, and the local gateway does not execute it. `absent`: it names
   * a fragment or backend that the folder does not hold, and the instance may.
   */
  readonly verdict: "refused" | "not simulated" | "absent";
  /** The element; absent where the whole text cannot be read. */
  readonly element?: string;
  readonly file: string;
  /** Of the file, from 1. */
  readonly line: number;
  readonly text: string;
}

// What the local gateway says of what is its own limit: CONTRIBUTING.md has the two kinds of texts apart.
const ownLimit = /not simulated|local gateway|Deploy to Azure|deploy to Azure/;

/**
 * The problems that the gateway told of a document when it was saved, one line each, by their places in the file.
 *
 * @param fragments Those that it may include: a problem of one is told at its own place.
 */
export function problemsIn(
  message: string,
  written: WrittenPolicy,
  fragments: ReadonlyMap<string, WrittenPolicy> = new Map(),
): readonly DocumentProblem[] {
  const { file, line: first } = written;
  return message.split("\n").flatMap((told): readonly DocumentProblem[] => {
    const [, id = "", inside = ""] = /: Policy fragment '([^']*)': (Error in element .*)$/s.exec(told) ?? [];
    const [, fragment] = [...fragments].find(([name]) => name.toLowerCase() === id.toLowerCase()) ?? [];
    if (fragment !== undefined) return problemsIn(inside, fragment);
    const verdict = ownLimit.test(told) ? "not simulated" : "refused";
    const [, element = "", line = "1", text = told] =
      /^Error in element '([^']*)' on line (\d+), column \d+: (.*)$/s.exec(told) ?? [];
    if (element !== "")
      return [{ verdict, element, file, line: Number(line) + first - 1, text: shortened(text) }];
    const [, at = "1"] = /on line (\d+)/.exec(told) ?? [];
    return [{ verdict, file, line: Number(at) + first - 1, text: told }];
  });
}

/** What a person could do is told once, not for each element. */
function shortened(text: string): string {
  return text.replace(/ docs\/policies\.md lists what it executes; deploy to Azure for the others\.$/, "");
}
