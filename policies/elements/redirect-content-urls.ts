import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";

/**
 * `redirectContentUrls()` → `<redirect-content-urls />`: puts the gateway's address in the place of the backend's in the answer's body; in
 * `inbound` the other way round in the request's.
 *
 * @see https://learn.microsoft.com/azure/api-management/redirect-content-urls-policy
 */
export function redirectContentUrls({
  id,
}: PolicyArgs = {}): Policy<"inbound" | "outbound", "redirect-content-urls"> {
  return makePolicy({
    name: "redirect-content-urls",
    sections: ["inbound", "outbound"],
    onlyOnce: true,
    attributes: { id },
  });
}
