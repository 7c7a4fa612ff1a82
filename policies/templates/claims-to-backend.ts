import { choose } from "../elements/choose.ts";
import { type SetHeader, setHeader } from "../elements/set-header.ts";
import { expression } from "../expression.ts";
import type { Policy, SectionsOf } from "../policy.ts";
import { tokenClaim } from "./caller.ts";

/**
 * `claimsToBackend({ "X-User": "uid" })`: the backend gets claims of the checked token as headers. A header of that name that the caller
 * sent is removed first, so that no caller can say who he is.
 *
 * The backend gets no header where the token lacks the claim, and none on a public operation, where no token is checked: the claims of a
 * forged token never reach it. It belongs behind `base`, which stands for the check of the token.
 *
 * @param claims Header → claim.
 */
export function claimsToBackend(
  claims: Readonly<Record<string, string>>,
): readonly (SetHeader | Policy<SectionsOf<SetHeader>, "choose">)[] {
  return Object.entries(claims).flatMap(([name, claimName]) => {
    const claim = tokenClaim(claimName);
    return [
      setHeader({ name, existsAction: "delete" }),
      choose({
        when: [{ condition: expression`${claim} != ""`, statements: [setHeader({ name, values: [claim] })] }],
      }),
    ];
  });
}
