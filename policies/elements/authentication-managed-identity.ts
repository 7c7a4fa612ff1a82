import type { Text } from "../expression.ts";
import { makePolicy, type PlainText, type Policy, type PolicyArgs } from "../policy.ts";
import { nonEmpty } from "../values.ts";

/** Settings of {@link authenticationManagedIdentity}. */
export interface AuthenticationManagedIdentityArgs extends PolicyArgs {
  /** Application ID URI of the API that the token is for: `https://storage.azure.com`. */
  readonly resource: Text;
  /** Client ID of a user-assigned identity. @defaultValue the instance's system-assigned identity */
  readonly clientId?: PlainText;
  /** Variable that gets the token, in place of the header `Authorization`. */
  readonly outputTokenVariableName?: PlainText;
  /** Go on where no token can be had. @defaultValue Azure's: false */
  readonly ignoreError?: boolean;
}

/** An `authentication-managed-identity` statement. */
export type AuthenticationManagedIdentity = Policy<"inbound", "authentication-managed-identity">;

/**
 * `authenticationManagedIdentity({ resource: "https://storage.azure.com" })` → `<authentication-managed-identity resource="…" />`: the
 * backend gets a token of the instance's identity in place of the caller's.
 *
 * @see https://learn.microsoft.com/azure/api-management/authentication-managed-identity-policy
 */
export function authenticationManagedIdentity(
  args: AuthenticationManagedIdentityArgs,
): AuthenticationManagedIdentity {
  return makePolicy({
    name: "authentication-managed-identity",
    sections: ["inbound"],
    attributes: {
      resource: nonEmpty(args.resource, "Name the API that the token is for"),
      "client-id": args.clientId,
      "output-token-variable-name": args.outputTokenVariableName,
      "ignore-error": args.ignoreError,
      id: args.id,
    },
  });
}
