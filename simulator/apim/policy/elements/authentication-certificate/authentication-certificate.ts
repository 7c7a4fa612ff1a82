import { anyText, anyValue } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `authentication-certificate`: names the certificate that the gateway shows the backend.
 *
 * Differs from Azure: `authentication-certificate` is read, and no certificate is shown: the local cloud keeps none.
 *
 * @see https://learn.microsoft.com/azure/api-management/authentication-certificate-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound"],
  changes: "request",
  change: ({ reader }) => {
    const values = [
      reader.value("thumbprint", anyText),
      reader.value("certificate-id", anyText),
      reader.value("body", anyValue),
      reader.value("password", anyText),
    ];
    if (reader.has("thumbprint") && reader.has("certificate-id"))
      reader.refuse("Only one of 'thumbprint' and 'certificate-id' can be specified.");
    reader.sequence({});
    reader.done();
    return (_, exchange) => {
      // Worked out though nothing is shown: an expression that fails must fail either way.
      for (const value of values) value?.(exchange);
    };
  },
};
