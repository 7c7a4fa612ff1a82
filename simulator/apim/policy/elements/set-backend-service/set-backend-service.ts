import type { BackendChoice } from "../../exchange.ts";
import { holdsExpression } from "../../policy-expression.ts";
import { anyText, mapped, type PolicyValue, type ValueKind } from "../../policy-value.ts";
import type { ElementDefinition, StatementSite } from "../../statement.ts";

/**
 * `set-backend-service`: where `forward-request` sends the request, in place of the API's own address.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-backend-service-policy
 * @see https://github.com/Azure/azure-api-management-policy-toolkit/tree/main/src/Authoring : the sections that its page leaves out
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: (site) => {
    const choice = parseChoice(site);
    return {
      ...(choice?.literal === undefined ? {} : { backend: choice.literal }),
      run: (exchange) => {
        const chosen = choice?.(exchange);
        if (chosen === undefined) return "next";
        // Microsoft's page, "Usage notes": what a backend-id of an outer scope set, only another backend-id overrides.
        if (exchange.backend?.id === undefined || chosen.id !== undefined) exchange.backend = chosen;
        return "next";
      },
    };
  },
};

function parseChoice({ reader, backendExists }: StatementSite): PolicyValue<BackendChoice> | undefined {
  reader.notSimulated(...notSimulated);
  const written = reader.element.attributes["base-url"];
  // No source tells what Azure makes of it when the policy is saved.
  const isCallable = written === undefined || holdsExpression(written) || httpUrl.read(written) !== undefined;
  if (!isCallable)
    reader.refuse(
      `The local gateway does not simulate the backend "${written}": it calls http and https URLs alone. Name such a URL.`,
    );
  const id = reader.value("backend-id", anyText);
  const url = reader.value("base-url", isCallable ? httpUrl : anyText);
  reader.sequence({});
  reader.done();
  if (reader.has("backend-id") && reader.has("base-url"))
    reader.refuse("The local gateway does not simulate 'base-url' beside 'backend-id'. Remove one of them.");
  if (!reader.has("backend-id") && !reader.has("base-url"))
    reader.refuse("Either 'base-url' or 'backend-id' must be present.");
  // Azure's words: https://github.com/Azure/apiops/issues/56
  if (id?.literal !== undefined && !backendExists(id.literal))
    reader.refuse(`Backend with id '${id.literal}' could not be found.`);
  if (id !== undefined) return mapped(id, (text) => ({ id: text }));
  return url && mapped(url, (text) => ({ url: text }));
}

/** Assumed of Azure: a call fails where an expression in `base-url` gives no http or https URL. */
const httpUrl: ValueKind<string> = {
  must: "an http or https URL",
  read: (text) => (/^https?:\/\/./.test(text) && URL.canParse(text) ? text : undefined),
};

const notSimulated = [
  "dapr-app-id",
  "dapr-method",
  "dapr-namespace",
  "sf-resolve-condition",
  "sf-service-instance-name",
  "sf-partition-key",
  "sf-listener-name",
  "sf-replica-type",
];
