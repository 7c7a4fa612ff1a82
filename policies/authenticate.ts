import { type ValidateJwt, validateJwt } from "./validate-jwt.ts";

/** Whose tokens an API accepts. */
export interface TokenRequirements {
  /** Okta's discovery document; it names the signing keys. */
  readonly openIdConfigUrl: string;
  readonly issuer: string;
  readonly audience: string;
}

/** Lets in the bearer of a signed, unexpired token of the right issuer for the right audience; everybody else gets 401. */
export function authenticate({ openIdConfigUrl, issuer, audience }: TokenRequirements): ValidateJwt {
  return validateJwt({
    token: { headerName: "Authorization", requireScheme: "Bearer" },
    failedValidationHttpCode: 401,
    failedValidationErrorMessage: "Unauthorized. Access token is missing or invalid.",
    requireExpirationTime: true,
    requireSignedTokens: true,
    openIdConfigs: [{ url: openIdConfigUrl }],
    // Not a required claim "aud" without values: that accepts the tokens of every audience.
    audiences: [audience],
    issuers: [issuer],
  });
}
