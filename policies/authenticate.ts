import { type ValidateJwt, type ValidateJwtArgs, validateJwt } from "./elements/validate-jwt.ts";

/** Whose tokens an API accepts. */
export interface TokenRequirements {
  /** Okta's discovery document; it names the signing keys. */
  readonly openIdConfigUrl: string;
  readonly issuer: string;
  readonly audience: string;
}

/** The settings that decide which tokens are good; where they are asked twice, once for 401 and once for 403, they must agree. */
export function acceptedTokens({ openIdConfigUrl, issuer, audience }: TokenRequirements): ValidateJwtArgs {
  return {
    token: { headerName: "Authorization", requireScheme: "Bearer" },
    requireExpirationTime: true,
    requireSignedTokens: true,
    openIdConfigs: [{ url: openIdConfigUrl }],
    // Not a required claim "aud" without values: that accepts the tokens of every audience.
    audiences: [audience],
    issuers: [issuer],
  };
}

/**
 * Name of the context variable that holds a call's token once {@link authenticate} has checked it, a `Jwt`. There is none where nobody
 * checked, on public operations. Policies of one's own may read it; a document that writes it is refused.
 */
export const checkedTokenVariable = "apim-okta-token";

/**
 * Lets in the bearer of a signed, unexpired token of the right issuer for the right audience; everybody else gets 401. The token is then
 * in the variable {@link checkedTokenVariable}.
 */
export function authenticate(requirements: TokenRequirements): ValidateJwt {
  return validateJwt({
    ...acceptedTokens(requirements),
    failedValidationHttpCode: 401,
    failedValidationErrorMessage: "Unauthorized. Access token is missing or invalid.",
    outputTokenVariableName: checkedTokenVariable,
  });
}
