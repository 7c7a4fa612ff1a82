import { type OwnRequestArgs, ownRequestAttributes, ownRequestContent } from "../own-request.ts";
import { everySection, makePolicy, type Policy, type PolicySection } from "../policy.ts";

/**
 * `sendOneWayRequest({ url: "https://hooks.example/alerts", method: "POST", body: setBody("down") })` →
 * `<send-one-way-request>…</send-one-way-request>`: sends a request of the gateway's own, and does not wait for its answer.
 *
 * @see https://learn.microsoft.com/azure/api-management/send-one-way-request-policy
 */
export function sendOneWayRequest(args: OwnRequestArgs): Policy<PolicySection, "send-one-way-request"> {
  return makePolicy({
    name: "send-one-way-request",
    sections: everySection,
    attributes: { ...ownRequestAttributes(args), id: args.id },
    content: ownRequestContent(args),
  });
}
