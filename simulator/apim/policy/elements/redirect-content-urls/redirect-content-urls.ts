import type { Exchange } from "../../exchange.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `redirect-content-urls`: puts the gateway's address in the place of the backend's in the answer's body; in `inbound` the other way round
 * in the request's.
 *
 * Assumed of Azure: the backend's address is the one that a call goes to with the API's service URL, and it stands for the gateway's with
 * the API's path.
 *
 * @see https://learn.microsoft.com/azure/api-management/redirect-content-urls-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "outbound"],
  onlyOnce: true,
  change: ({ reader, message }) => {
    reader.needBodies({ requestBody: message === "request", responseBody: message === "response" });
    reader.sequence({});
    reader.done();
    return (changed, exchange) => {
      const { body } = changed;
      const backend = exchange.backendUrl()?.replace(/\/+$/, "");
      if (backend === undefined || (typeof body !== "string" && !Buffer.isBuffer(body))) return;
      const gateway = gatewayUrl(exchange);
      const [from, to] = message === "request" ? [gateway, backend] : [backend, gateway];
      // An address that only begins alike is another one: http://shop.example stands in http://shop.example.org.
      const letters = from.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
      const whole = new RegExp(`${letters}(?![\\w.:-])`, "g");
      changed.body = body.toString().replace(whole, () => to);
    };
  },
};

function gatewayUrl({ client, api }: Exchange): string {
  return `http://${client.host}/${api?.path ?? ""}`.replace(/\/+$/, "");
}
