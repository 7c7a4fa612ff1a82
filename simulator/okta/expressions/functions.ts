import { groupFunctions } from "./group-functions.ts";
import {
  type ExpressionValue,
  listOf,
  OktaEvaluationError,
  type TokenSubject,
  valueAsText,
} from "./values.ts";

/** A function of Okta's expression language. */
export type ExpressionFunction = (args: readonly ExpressionValue[], subject: TokenSubject) => ExpressionValue;

type TextFunction = (text: string, ...others: readonly (string | null)[]) => ExpressionValue;

// Without a text there is nothing to work on.
const ofText =
  (work: TextFunction): ExpressionFunction =>
  ([first, ...others]) => {
    const text = valueAsText(first);
    return text === null ? null : work(text, ...others.map(valueAsText));
  };

const substring = ofText((text, start, end) =>
  text.slice(Number(start), end == null ? undefined : Number(end)),
);
const substringAfter = ofText((text, mark) => {
  const at = text.indexOf(mark ?? "");
  return at < 0 ? "" : text.slice(at + (mark ?? "").length);
});
const substringBefore = ofText((text, mark) => {
  const at = text.indexOf(mark ?? "");
  return at < 0 ? text : text.slice(0, at);
});

const textFunctions: Readonly<Record<string, ExpressionFunction>> = {
  "String.append": ofText((text, suffix) => text + (suffix ?? "")),
  "String.join": ([separator, ...texts]) =>
    texts.map((one) => valueAsText(one) ?? "").join(valueAsText(separator) ?? ""),
  "String.len": ofText((text) => text.length),
  "String.removeSpaces": ofText((text) => text.replaceAll(" ", "")),
  "String.replace": ofText((text, match, replacement) =>
    text.replaceAll(match ?? "", () => replacement ?? ""),
  ),
  "String.replaceFirst": ofText((text, match, replacement) =>
    text.replace(match ?? "", () => replacement ?? ""),
  ),
  "String.startsWith": ofText((text, start) => text.startsWith(start ?? "")),
  "String.stringContains": ofText((text, part) => text.includes(part ?? "")),
  "String.stringSwitch": ofText((text, byDefault, ...pairs) => {
    const index = pairs.findIndex((key, at) => at % 2 === 0 && key !== null && text.includes(key));
    return (index < 0 ? byDefault : pairs[index + 1]) ?? null;
  }),
  "String.substring": substring,
  "String.substringAfter": substringAfter,
  "String.substringBefore": substringBefore,
  "String.toLowerCase": ofText((text) => text.toLowerCase()),
  "String.toUpperCase": ofText((text) => text.toUpperCase()),
  substring,
  substringAfter,
  substringBefore,
  toLowerCase: ofText((text) => text.toLowerCase()),
  toUpperCase: ofText((text) => text.toUpperCase()),
};

const listFunctions: Readonly<Record<string, ExpressionFunction>> = {
  "Arrays.add": ([list, value = null]) => [...listOf(list), value],
  "Arrays.clear": () => [],
  "Arrays.contains": ([list, value]) => listOf(list).some((one) => valueAsText(one) === valueAsText(value)),
  "Arrays.flatten": (values) => values.flatMap(listOf),
  "Arrays.get": ([list, position]) => elementOf(list, position),
  "Arrays.isEmpty": ([list]) => listOf(list).length === 0,
  "Arrays.remove": ([list, value]) => listOf(list).filter((one) => valueAsText(one) !== valueAsText(value)),
  "Arrays.size": ([list]) => listOf(list).length,
  "Arrays.toCsvString": ([list]) => listOf(list).map(valueAsText).join(","),
};

const conversions: Readonly<Record<string, ExpressionFunction>> = {
  "Convert.toInt": ([value]) => Math.round(numberOf(value)),
  "Convert.toNum": ([value]) => numberOf(value),
};

/** An element of a list. @throws {OktaEvaluationError} where there is none. */
export function elementOf(
  list: ExpressionValue | undefined,
  position: ExpressionValue | undefined,
): ExpressionValue {
  const element = listOf(list)[Number(position)];
  if (element === undefined) throw new OktaEvaluationError();
  return element;
}

function numberOf(value: ExpressionValue | undefined): number {
  const number = Number(valueAsText(value) ?? Number.NaN);
  if (Number.isNaN(number)) throw new OktaEvaluationError();
  return number;
}

/** Every function that the local Okta evaluates, by its name. */
export const expressionFunctions: Readonly<Record<string, ExpressionFunction>> = {
  ...textFunctions,
  ...listFunctions,
  ...conversions,
  ...groupFunctions,
};

/** Functions that Okta has beside them: their names, or what their names begin with. */
export const unsimulatedFunctions: readonly string[] = [
  ...["Time.", "Iso3166Convert.", "getManagerUser", "getManagerAppUser", "getAssistantUser"],
  ...["getAssistantAppUser", "hasDirectoryUser", "hasWorkdayUser", "findDirectoryUser", "findWorkdayUser"],
  "user.getLinkedObject",
];
