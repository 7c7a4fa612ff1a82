import type { ElementReader } from "../../element-reader.ts";
import type { BackendChoice } from "../../exchange.ts";
import type { ElementDefinition, StatementSite } from "../../statement.ts";

/**
 * `set-backend-service`: where `forward-request` sends the request, in place of the API's own address.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-backend-service-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend"],
  parse: (site) => {
    const choice = parseChoice(site);
    return {
      backend: choice,
      run: (exchange) => {
        // Microsoft's page, "Usage notes": what a backend-id of an outer scope set, only another backend-id overrides.
        if (exchange.backend?.id === undefined || choice.id !== undefined) exchange.backend = choice;
        return "next";
      },
    };
  },
};

function parseChoice({ reader, backendExists }: StatementSite): BackendChoice {
  const id = reader.text("backend-id");
  const baseUrl = reader.text("base-url");
  reader.notSimulated(...notSimulated);
  reader.sequence({});
  reader.done();
  if (id !== undefined && baseUrl !== undefined)
    reader.refuse("The local gateway does not simulate 'base-url' beside 'backend-id'. Remove one of them.");
  if (id !== undefined) {
    // Azure's words: https://github.com/Azure/apiops/issues/56
    if (!backendExists(id)) reader.refuse(`Backend with id '${id}' could not be found.`);
    return { id };
  }
  return { url: readBaseUrl(baseUrl, reader) };
}

/** Assumed of Azure: `base-url` of set-backend-service must be a URL of http, https or a WebSocket. */
function readBaseUrl(baseUrl: string | undefined, reader: ElementReader): string {
  const isWritten = reader.has("base-url") || reader.has("backend-id");
  if (!isWritten) reader.refuse("Either 'base-url' or 'backend-id' must be present.");
  else if (baseUrl !== undefined && /^wss?:\/\/./.test(baseUrl))
    reader.refuse(`The local gateway does not simulate a WebSocket as backend; got "${baseUrl}".`);
  else if (baseUrl !== undefined && (!/^https?:\/\/./.test(baseUrl) || !URL.canParse(baseUrl)))
    reader.refuse(`The attribute 'base-url' must be an http or https URL; got "${baseUrl}".`);
  return baseUrl ?? "";
}

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
