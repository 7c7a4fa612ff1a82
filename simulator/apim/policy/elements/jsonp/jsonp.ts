import { targetOf } from "../../../../kernel/request-target.ts";
import { headerOf, PolicyFailure, withoutHeader } from "../../exchange.ts";
import { anyText } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `jsonp`: makes of a JSON answer the call of a function that the query names.
 *
 * Assumed of Azure: `jsonp` changes only an answer whose Content-Type is JSON, and gives it the one of JavaScript.
 *
 * Assumed of Azure: a callback of `jsonp` that is no JavaScript identifier is answered with 400; its reason and text are documented.
 *
 * @see https://learn.microsoft.com/azure/api-management/jsonp-policy
 * @see https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies#predefined-errors-for-policies
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
      const name = parameter?.(exchange) ?? "";
      const callback = query.get(name);
      // Whatever else the query says would be run by the page that asks.
      if (callback && !isIdentifier.test(callback)) throw invalidCallback(name);
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

// https://tc39.es/ecma262/#prod-IdentifierName, without escapes.
const isIdentifier = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

function invalidCallback(name: string): PolicyFailure {
  const message = `Value of callback parameter ${name} is not a valid JavaScript identifier.`;
  return new PolicyFailure(
    { source: "jsonp", reason: "CallbackParameterInvalid", message },
    { statusCode: 400, message },
  );
}
