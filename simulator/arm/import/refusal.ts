import table from "../../../openapi/azure-import.json" with { type: "json" };
import { SimulatorError } from "../../kernel/error.ts";

/** Rows of the table of what Azure's import does. */
export type ImportRule = keyof typeof table.rows;

/** Something that Azure refuses in a document. */
export interface ImportProblem {
  readonly rule: ImportRule;
  /** JSON pointer: `#/paths/~1a/get`. */
  readonly place: string;
  /** What stands there, where that helps. */
  readonly got?: string;
}

const maxRules = 10;
const maxPlaces = 3;

/** Azure's refusal of a document. */
export class ImportRefusal extends SimulatorError {
  readonly problems: readonly ImportProblem[];

  constructor(problems: readonly ImportProblem[], options?: ErrorOptions) {
    super("ValidationError", messageOf(problems), options);
    this.problems = problems;
  }
}

/** Each rule once, with its first places. */
function messageOf(problems: readonly ImportProblem[]): string {
  const sentences = [...Map.groupBy(problems, ({ rule }) => rule)].map(([rule, all]) => sentence(rule, all));
  const rest = sentences.length - maxRules;
  const told = [
    "One or more fields contain incorrect values:",
    ...sentences.slice(0, maxRules),
    ...(rest > 0 ? [`${rest} more rules are broken.`] : []),
  ];
  return told.join(told.length === 2 ? " " : "\n- ");
}

/** What Azure imports, and the local cloud does not. */
export function importNotSimulated(what: string): SimulatorError {
  return new SimulatorError(
    "UnsupportedImport",
    `The local cloud does not simulate the import of ${what}. Convert the document to OpenAPI 3.0.3.`,
  );
}

function sentence(rule: ImportRule, problems: readonly ImportProblem[]): string {
  const { text, fix }: { readonly text: string; readonly fix?: string } = table.rows[rule];
  const places = problems
    .slice(0, maxPlaces)
    .map(({ place, got }) => (got === undefined ? place : `${place}: ${got}`));
  const rest = problems.length - maxPlaces;
  const all = places.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
  return `Parsing error(s): ${text} [${all}]${fix === undefined ? "" : ` ${fix}`}`;
}
