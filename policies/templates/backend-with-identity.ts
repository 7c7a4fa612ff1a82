import {
  type AuthenticationManagedIdentity,
  authenticationManagedIdentity,
} from "../elements/authentication-managed-identity.ts";
import {
  type SetBackendService,
  type SetBackendServiceArgs,
  setBackendService,
} from "../elements/set-backend-service.ts";

/** Settings of {@link backendWithIdentity}: the backend, where it is not the API's own, and what its tokens are for. */
export interface BackendWithIdentityArgs {
  /** Another backend than the API's. @defaultValue the API's */
  readonly backend?: SetBackendServiceArgs;
  /** Application ID URI of the backend: `api://orders-backend`. */
  readonly resource: string;
  /** Client ID of a user-assigned identity of the instance. @defaultValue its system-assigned identity */
  readonly clientId?: string;
}

/**
 * `backendWithIdentity({ resource: "api://orders-backend" })`: the backend gets a token of the instance's managed identity in place of the
 * caller's, so that it takes calls of the gateway alone. What it has to know of the caller, `claimsToBackend` tells, before this.
 *
 * @see https://learn.microsoft.com/azure/api-management/authentication-managed-identity-policy
 */
export function backendWithIdentity({
  backend,
  resource,
  clientId,
}: BackendWithIdentityArgs): readonly (SetBackendService | AuthenticationManagedIdentity)[] {
  return [
    ...(backend === undefined ? [] : [setBackendService(backend)]),
    authenticationManagedIdentity({ resource, ...(clientId === undefined ? {} : { clientId }) }),
  ];
}
