import type { XmlElement as ParsedElement } from "@rgrove/parse-xml";
import { checkedTokenVariable } from "./authenticate.ts";
import { everyElement } from "./placed-text.ts";

/**
 * Checks that no element writes the variable of the checked token: whoever reads it could take another one's claims for checked ones.
 *
 * Every attribute of API Management that names a variable to write ends in `variable-name`, besides that of `set-variable`.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-policies
 */
export function checkKeptVariable(
  root: ParsedElement,
  problem: (element: ParsedElement, message: string) => void,
): void {
  for (const element of everyElement(root)) {
    for (const [attribute, value] of Object.entries(element.attributes)) {
      if (!namesVariable(element.name, attribute)) continue;
      // Whether API Management tells names of variables apart by their letter case is not documented.
      if (value.trim().toLowerCase() === checkedTokenVariable)
        problem(
          element,
          `<${element.name}> writes the variable "${checkedTokenVariable}", which holds the token that our check let in. Use another name.`,
        );
      else if (value.includes("{{"))
        problem(
          element,
          `<${element.name}> writes a variable that a named value names, which could be "${checkedTokenVariable}" with the checked token. Write its name.`,
        );
    }
  }
}

function namesVariable(element: string, attribute: string): boolean {
  if (element === "set-variable") return attribute === "name";
  // It reads the response that is in the variable.
  return element !== "return-response" && attribute.endsWith("variable-name");
}
