import { type Expression, expression } from "../expression.ts";

/** A claim by which a template tells callers apart. */
export type CallerClaim = "client" | "user";

// Okta's access tokens name the client by "cid", and the person by "uid"; "sub" is the person's login, or the client again.
// https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#access-token
const claims: Readonly<Record<CallerClaim, readonly string[]>> = {
  client: ["cid"],
  user: ["uid", "sub"],
};

// The checks before have validated the token; where an operation is public, there may be none, or anyone's.
const token = expression`context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt()`;

/** A claim of the request's token; an empty text without a token, or where it lacks the claim. */
export function tokenClaim(name: string): Expression {
  return expression`${token}?.Claims.GetValueOrDefault(${name}, "") ?? ""`;
}

/**
 * Who calls: the client or the person of the token, without one the IP address. The kinds have different beginnings, so that a caller
 * of one kind is never counted as one of another.
 */
export function callerKey(by: CallerClaim): Expression {
  const address = expression`"address " + context.Request.IpAddress`;
  return claims[by].toReversed().reduce<Expression>((otherwise, name) => {
    const claim = tokenClaim(name);
    return expression`${claim} != "" ? ${`${name} `} + ${claim} : ${otherwise}`;
  }, address);
}
