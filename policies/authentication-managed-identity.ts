import type { Text } from "./expression.ts";
import { invalid } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link authenticationManagedIdentity}. */
export interface AuthenticationManagedIdentityArgs {
  /** Application ID URI of the API that the token is for: `https://storage.azure.com`. */
  readonly resource: Text;
  /** Client ID of a user-assigned identity. @defaultValue the instance's system-assigned identity */
  readonly clientId?: Text;
  /** Variable that gets the token, in place of the header `Authorization`. */
  readonly outputTokenVariableName?: string;
  /** Go on where no token can be had. @defaultValue Azure's: false */
  readonly ignoreError?: boolean;
}

/** An `authentication-managed-identity` statement. */
export interface AuthenticationManagedIdentity {
  readonly kind: "authentication-managed-identity";
  readonly args: AuthenticationManagedIdentityArgs;
}

/**
 * `authenticationManagedIdentity({ resource: "https://storage.azure.com" })` → `<authentication-managed-identity resource="…" />`: the
 * backend gets a token of the instance's identity in place of the caller's.
 *
 * @see https://learn.microsoft.com/azure/api-management/authentication-managed-identity-policy
 */
export function authenticationManagedIdentity(
  args: AuthenticationManagedIdentityArgs,
): AuthenticationManagedIdentity {
  return { kind: "authentication-managed-identity", args };
}

/** The element of {@link authenticationManagedIdentity}. @throws {PolicyError} `INVALID_VALUE` for an empty resource. */
export function authenticationManagedIdentityElement(
  { args }: AuthenticationManagedIdentity,
  path: string,
): XmlElement {
  if (args.resource === "")
    throw invalid(`${path}/@resource`, "is empty. Name the API that the token is for");
  return element("authentication-managed-identity", {
    resource: args.resource,
    "client-id": args.clientId,
    "output-token-variable-name": args.outputTokenVariableName,
    "ignore-error": args.ignoreError,
  });
}
