import { targetOf } from "../../../../kernel/request-target.ts";
import { headerOf, withoutHeader } from "../../exchange.ts";
import { anyText } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `jsonp`: makes of a JSON answer the call of a function that the query names.
 *
 * Assumed of Azure: `jsonp` changes only an answer whose Content-Type is JSON, and gives it the one of JavaScript.
 *
 * @see https://learn.microsoft.com/azure/api-management/jsonp-policy
 */
export const definition: ElementDefinition = {
  sections: ["outbound"],
  onlyOnce: true,
  changes: "response",
  change: ({ reader }) => {
    const parameter = reader.requiredValue("callback-parameter-name", anyText);
    reader.needBodies({ requestBody: false, responseBody: true });
    reader.sequence({});
    reader.done();
    return (changed, exchange) => {
      const { body } = changed;
      const query = new URLSearchParams(targetOf(exchange.request.target).query);
      const callback = query.get(parameter?.(exchange) ?? "");
      const isJson = /[/+]json\b/i.test(headerOf(changed.headers, "content-type") ?? "");
      if (!callback || !isJson || (typeof body !== "string" && !Buffer.isBuffer(body))) return;
      changed.body = `${callback}(${body.toString()});`;
      changed.headers = [
        ...withoutHeader(changed.headers, "content-type"),
        "Content-Type",
        "application/javascript",
      ];
    };
  },
};
