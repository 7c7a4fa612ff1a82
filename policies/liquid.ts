import type { Liquid } from "./expression.ts";
import { policyCode } from "./policy-code.ts";
import { invalid } from "./values.ts";

/**
 * A Liquid template for `setBody`: liquid`{"name": "{{body.user.name}}"}`. What it says of the body is worked out for each request.
 *
 * A value in it is a text and never code, whoever wrote it. How it is read there, as JSON or XML, is for its author to see to.
 *
 * @throws {PolicyError} `INVALID_VALUE` for a policy expression, a value that would begin or end a part of Liquid, and one inside of such
 * a part.
 * @see https://learn.microsoft.com/azure/api-management/set-body-policy#using-liquid-templates-with-set-body
 */
export function liquid({ raw }: TemplateStringsArray, ...values: readonly (string | number)[]): Liquid {
  let text = "";
  for (const [index, written] of raw.entries()) {
    text += written;
    if (index >= values.length) break;
    assertOutside(text);
    text += checkedValue(String(values[index]));
  }
  if (/@[({]/.test(text))
    throw invalid(place, "must hold no policy expression. Write it into a variable before");
  return { kind: "liquid", text, [policyCode]: true };
}

const place = "liquid";

// A brace or percent sign at its end could begin a part of Liquid together with what follows.
function checkedValue(value: string): string {
  if (!/[{}%]/.test(value) && !value.endsWith("@")) return value;
  throw invalid(
    place,
    `takes values without braces, percent signs and a last @, which Liquid or API Management could read as code; got ${JSON.stringify(value.slice(0, 100))}. Write them into the template`,
  );
}

function assertOutside(before: string): void {
  const isInside = ([begin, end]: readonly [string, string]) =>
    before.lastIndexOf(begin) > before.lastIndexOf(end);
  const [, last = ""] = /([{%@]*)$/.exec(before) ?? [];
  if (!isInside(["{{", "}}"]) && !isInside(["{%", "%}"]) && last === "") return;
  throw invalid(
    place,
    "must have its values outside of {{ }} and {% %}, and not right behind a brace. Write the template's own names there",
  );
}
