import { targetOf } from "../../../../kernel/request-target.ts";
import { changedQuery, targetWith } from "../../backend-target.ts";
import { readNamedChange } from "../../exists-action.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `set-query-parameter`: changes the query of the request.
 *
 * Assumed of Azure: the names of query parameters are compared letter by letter, and a changed one stands at the end.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-query-parameter-policy
 * @see https://github.com/Azure/azure-api-management-policy-toolkit/tree/main/src/Authoring : the sections that its page leaves out
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: ({ reader }) => {
    const change = readNamedChange(reader, "query parameter");
    return {
      run: (exchange) => {
        const { request } = exchange;
        const { path, query } = targetOf(request.backendTarget);
        request.backendTarget = targetWith(path, changedQuery(query, change.of(exchange)));
        return "next";
      },
    };
  },
};
