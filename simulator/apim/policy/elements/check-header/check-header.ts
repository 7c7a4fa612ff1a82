import { PolicyFailure, requestHeaderOf } from "../../exchange.ts";
import { anyText, integerFrom, trueOrFalse } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `check-header`: refuses a request without a header, or with another value than the listed ones.
 *
 * Assumed of Azure: `check-header` without `failed-check-error-message` answers with the message of `context.LastError`.
 *
 * @see https://learn.microsoft.com/azure/api-management/check-header-policy
 * @see https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies#predefined-errors-for-policies
 */
export const definition: ElementDefinition = {
  sections: ["inbound"],
  parse: ({ reader }) => {
    const name = reader.requiredValue("name", anyText);
    const statusCode = reader.requiredValue("failed-check-httpcode", integerFrom({ from: 100, to: 599 }));
    const message = reader.value("failed-check-error-message", anyText);
    // Required by the page, optional by the schema that Azure's editor uses: https://github.com/microsoft/vscode-apimanagement
    const ignoresCase = reader.value("ignore-case", trueOrFalse);
    const allowed = reader.values("value", anyText, { atLeast: 0 });
    reader.done();
    return {
      run: (exchange) => {
        const wanted = name?.(exchange) ?? "";
        const found = requestHeaderOf(exchange, wanted);
        const fold = (text: string) => (ignoresCase?.(exchange) ? text.toLowerCase() : text);
        const isAllowed =
          allowed.length === 0 || allowed.some((value) => fold(value(exchange)) === fold(found ?? ""));
        if (found !== undefined && isAllowed) return "next";
        const [reason, problem] =
          found === undefined
            ? ["HeaderNotFound", `Header ${wanted} was not found in the request. Access denied.`]
            : ["HeaderValueNotAllowed", `Header ${wanted} value of ${found} is not allowed. Access denied.`];
        throw new PolicyFailure(
          { source: "check-header", reason, message: problem },
          { statusCode: statusCode?.(exchange) ?? 400, message: message?.(exchange) ?? problem },
        );
      },
    };
  },
};
