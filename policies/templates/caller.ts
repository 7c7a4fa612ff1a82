import { checkedTokenVariable } from "../authenticate.ts";
import { type Expression, expression } from "../expression.ts";

/** A claim by which a template tells callers apart. */
export type CallerClaim = "client" | "user";

// Okta's access tokens name the client by "cid", and the person by "uid"; "sub" is the person's login, or the client again.
// https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#access-token
const claims: Readonly<Record<CallerClaim, readonly string[]>> = {
  client: ["cid"],
  user: ["uid", "sub"],
};

// Not the token of the Authorization header: on a public operation nobody has checked that one.
const token = expression`context.Variables.GetValueOrDefault<Jwt>(${checkedTokenVariable}, null)`;

/**
 * A claim of the token that `authenticate` has checked. It is an empty text where the token lacks the claim, and where no token was
 * checked: on a public operation, and before `base`.
 */
export function tokenClaim(name: string): Expression {
  return expression`${token}?.Claims.GetValueOrDefault(${name}, "") ?? ""`;
}

/**
 * Who calls: the client or the person of the checked token, without one the IP address. The kinds have different beginnings, so that a
 * caller of one kind is never counted as one of another.
 */
export function callerKey(by: CallerClaim): Expression {
  const address = expression`"address " + context.Request.IpAddress`;
  return claims[by].toReversed().reduce<Expression>((otherwise, name) => {
    const claim = tokenClaim(name);
    return expression`${claim} != "" ? ${`${name} `} + ${claim} : ${otherwise}`;
  }, address);
}
