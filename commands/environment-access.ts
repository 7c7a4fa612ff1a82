import type { OktaAccess } from "../proof/okta-records.ts";

/** Okta's management API by the variable that the okta provider reads too, at the org that the issuer is of; `undefined` without it. */
export function environmentAccess(issuer: string): OktaAccess | undefined {
  const { OKTA_API_TOKEN: apiToken } = process.env;
  return apiToken ? { origin: new URL(issuer).origin, apiToken } : undefined;
}
