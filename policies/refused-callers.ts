import type { XmlElement as ParsedElement } from "@rgrove/parse-xml";
import { type FragmentTexts, knownFragment } from "./own-fragments.ts";
import { elementsIn } from "./placed-text.ts";

type Problem = (element: ParsedElement, message: string) => void;

/** Where one looks: what was gone through to get there. */
interface Place {
  readonly fragments: FragmentTexts;
  readonly problem: Problem;
  /** Whether a condition decides that what stands here runs. */
  readonly isConditional: boolean;
  /** The `include-fragment` of the document, inside a fragment. */
  readonly at?: ParsedElement;
  /** Fragments that were entered, the last one at the end. */
  readonly entered: readonly string[];
}

/**
 * Checks what stands in `on-error`. API Management runs it as well when a check of the token refuses a caller: what is fetched there
 * could be answered in the refusal's place, and a success there would hide the refusal.
 *
 * An answer whose status only the request decides, by an expression or by a condition around it, is taken: the proof sends calls that
 * are refused, and shows what they get.
 */
export function checkRefusedCallers(
  onError: ParsedElement,
  fragments: FragmentTexts,
  problem: Problem,
): void {
  checkStatements(onError, { fragments, problem, isConditional: false, entered: [] });
}

function checkStatements(parent: ParsedElement, place: Place): void {
  for (const statement of elementsIn(parent)) {
    const sentence = refusalOf(statement, place);
    if (sentence !== undefined)
      place.problem(place.at ?? statement, `${named(statement, place)} ${sentence}`);
    if (statement.name === "include-fragment") checkFragment(statement, place);
    else if (statement.name !== "return-response") checkStatements(statement, inside(statement, place));
  }
}

function inside({ name, attributes: { condition = "" } }: ParsedElement, place: Place): Place {
  const decides = name === "otherwise" || (name === "when" && !alwaysTrue.test(condition));
  return decides ? { ...place, isConditional: true } : place;
}

const alwaysTrue = /^\s*(?:true|@\(\s*true\s*\))\s*$/i;

function named({ name }: ParsedElement, { entered }: Place): string {
  const fragment = entered.at(-1);
  return fragment === undefined ? `<${name}>` : `<${name}> of the fragment "${fragment}"`;
}

const alsoRuns = "stands in <on-error>, which also runs when a check of the token refuses a caller";

/** What is wrong with a statement, after its name; `undefined` where nothing is. */
function refusalOf(statement: ParsedElement, { isConditional }: Place): string | undefined {
  const fetching = fetches[statement.name];
  if (fetching !== undefined) return `${alsoRuns}: ${fetching}`;
  if (isConditional || !isSuccess(statement)) return undefined;
  return `${alsoRuns}, and answers it as a success. Answer \`@(context.Response.StatusCode)\`, or put it into a <when> that asks for another failure, for example \`context.LastError.Source == "forward-request"\`.`;
}

const ofAnother = "which he could get instead. Do this in another section.";
const fetches: Readonly<Record<string, string | undefined>> = {
  "send-request": "he could get its answer instead. Use <send-one-way-request>, or call in another section.",
  "invoke-dapr-binding": `it fetches an answer, ${ofAnother}`,
  "cache-lookup-value": `it reads what was kept of other calls, ${ofAnother}`,
};

function isSuccess(statement: ParsedElement): boolean {
  const status = statusOf(statement)?.trim();
  return status !== undefined && /^2\d\d$/.test(status);
}

/** The status that a statement answers with, as it is written; `undefined` where it sets none. */
function statusOf(statement: ParsedElement): string | undefined {
  const { name, attributes } = statement;
  if (name === "set-status") return attributes.code;
  if (name === "mock-response") return attributes["status-code"] ?? "200";
  if (name !== "return-response") return undefined;
  const status = elementsIn(statement).find((one) => one.name === "set-status");
  if (status !== undefined) return status.attributes.code;
  return attributes["response-variable-name"] === undefined ? "200" : undefined;
}

function checkFragment(include: ParsedElement, place: Place): void {
  const { "fragment-id": id = "" } = include.attributes;
  const at = place.at ?? include;
  const root = knownFragment(id, place.fragments);
  if (root !== undefined) checkStatements(root, { ...place, at, entered: [...place.entered, id] });
  else
    place.problem(
      at,
      `The fragment "${id}" ${alsoRuns}, but this project does not know its text: it could answer him as a success. Name its file in the setting policyFragments, or write its policies here.`,
    );
}
