import type { SetHeader } from "../set-header.ts";
import { setHeader } from "../set-header.ts";
import { tokenClaim } from "./caller.ts";

/**
 * `claimsToBackend({ "X-User": "uid" })`: the backend gets claims of the checked token as headers. A header of that name that the caller
 * sent is removed first, so that nobody says who he is by himself; without the claim the backend gets an empty one.
 *
 * It belongs behind `base`, which stands for the check of the token. Where an operation is public, nobody has checked one: do not use it
 * for an API with public operations whose backend trusts the header.
 *
 * @param claims Header → claim.
 */
export function claimsToBackend(claims: Readonly<Record<string, string>>): readonly SetHeader[] {
  return Object.entries(claims).flatMap(([name, claim]) => [
    setHeader({ name, existsAction: "delete" }),
    setHeader({ name, values: [tokenClaim(claim)] }),
  ]);
}
