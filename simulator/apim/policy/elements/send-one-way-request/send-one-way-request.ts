import { readOwnRequest } from "../../own-request.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `send-one-way-request`: sends a request of its own and goes on at once. Whether it arrives changes nothing; the trace tells.
 *
 * @see https://learn.microsoft.com/azure/api-management/send-one-way-request-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: (site) => {
    const build = readOwnRequest(site);
    site.reader.done();
    return {
      run: (exchange) => {
        const { trace } = exchange;
        exchange.send(build(exchange)).then(
          ({ statusCode }) => trace?.value("send-one-way-request", statusCode),
          (error: Error) => trace?.value("send-one-way-request", error.message),
        );
        return "next";
      },
    };
  },
};
