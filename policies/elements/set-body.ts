import type { Liquid, Text } from "../expression.ts";
import { everySection, makePolicy, type Policy, type PolicyArgs, type PolicySection } from "../policy.ts";

/** Settings of {@link setBody}. */
export interface SetBodyArgs extends PolicyArgs {
  /** What a template gets of elements that are `xsi:nil`. @defaultValue Azure's: blank */
  readonly xsiNil?: "blank" | "null";
  /** Whether a template gets texts that look like dates as dates. @defaultValue Azure's: true */
  readonly parseDate?: boolean;
}

/** A `set-body` statement. */
export type SetBody = Policy<PolicySection, "set-body">;

/**
 * `setBody("gone")` → `<set-body>gone</set-body>`: the body becomes this text, letter by letter, what an expression gives, or what a
 * template makes: setBody(liquid`Hello {{body.name}}`) → `<set-body template="liquid">Hello {{body.name}}</set-body>`.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-body-policy
 */
export function setBody(body: Text | Liquid, { xsiNil, parseDate, id }: SetBodyArgs = {}): SetBody {
  const isTemplate = typeof body === "object" && body.kind === "liquid";
  return makePolicy({
    name: "set-body",
    // The page leaves on-error out, where it works: https://github.com/MicrosoftDocs/azure-docs/issues/59226
    sections: everySection,
    attributes: {
      template: isTemplate ? "liquid" : undefined,
      "xsi-nil": xsiNil,
      "parse-date": parseDate,
      id,
    },
    content: body,
  });
}
