import type { Text } from "../expression.ts";
import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";
import { nonEmpty } from "../values.ts";

/** Settings of {@link authenticationBasic}. */
export interface AuthenticationBasicArgs extends PolicyArgs {
  readonly username: Text;
  /** Best a named value, `namedValue("backend-password")`, which is kept secret. */
  readonly password: Text;
}

/**
 * `authenticationBasic({ username: "gateway", password: namedValue("backend-password") })` →
 * `<authentication-basic username="gateway" password="{{backend-password}}" />`: the backend gets a name and a password in place of what
 * the caller sent as `Authorization`.
 *
 * @see https://learn.microsoft.com/azure/api-management/authentication-basic-policy
 */
export function authenticationBasic({
  username,
  password,
  id,
}: AuthenticationBasicArgs): Policy<"inbound", "authentication-basic"> {
  return makePolicy({
    name: "authentication-basic",
    sections: ["inbound"],
    onlyOnce: true,
    attributes: {
      username: nonEmpty(username, "Write the name"),
      password: nonEmpty(password, "Write the password, or the named value that holds it"),
      id,
    },
  });
}
