import type { Expression, Text } from "../expression.ts";
import type { OneOf } from "../one-of.ts";
import { makePolicy, type PlainText, type Policy, type PolicyArgs } from "../policy.ts";
import {
  acceptedText,
  type ClaimCheck,
  claimElement,
  type DecryptionKey,
  decryptionKey,
  refusalAttributes,
  type TokenOutcomeArgs,
  type TokenSource,
  tokenSourceAttributes,
  wrapped,
} from "../token-check.ts";
import { assertSeconds, assertToken, assertUrl, checked } from "../values.ts";
import { element, type XmlElement } from "../xml.ts";

/** Where the keys and the issuer are published. */
export interface OpenIdConfig {
  /** Discovery document, http or https. */
  readonly url: Text;
  /** Fetch it when the policy is saved. @defaultValue Azure's: true */
  readonly validateConnectivity?: boolean;
}

/** A key that signs tokens: shared secret in Base64, uploaded certificate, or RSA modulus and exponent in Base64url. */
export type SigningKey = { readonly id?: PlainText } & OneOf<
  | { readonly base64: PlainText }
  | { readonly certificateId: PlainText }
  | { readonly n: PlainText; readonly e: PlainText }
>;

/** What the header must have besides the token. */
export interface RequiredScheme {
  /** The text before the token: `Bearer`. */
  readonly requireScheme?: Text;
}

/** Settings of {@link validateJwt}, in the order of the reference. */
export interface ValidateJwtArgs extends TokenOutcomeArgs, PolicyArgs {
  readonly token: TokenSource<RequiredScheme>;
  /** @defaultValue Azure's: true */
  readonly requireExpirationTime?: boolean | Expression;
  /** @defaultValue Azure's: true */
  readonly requireSignedTokens?: boolean | Expression;
  /** Tolerance between the clocks, 0 or more. @defaultValue Azure's: 0, no tolerance */
  readonly clockSkewSeconds?: number | Expression;
  readonly openIdConfigs?: readonly OpenIdConfig[];
  readonly issuerSigningKeys?: readonly [SigningKey, ...SigningKey[]];
  readonly decryptionKeys?: readonly [DecryptionKey, ...DecryptionKey[]];
  /** Any one must match. Absent, the audience is not checked. */
  readonly audiences?: readonly [Text, ...Text[]];
  /** Any one must match, besides the issuers of the configurations. */
  readonly issuers?: readonly [Text, ...Text[]];
  readonly requiredClaims?: readonly [ClaimCheck, ...ClaimCheck[]];
}

/** A `validate-jwt` statement. */
export type ValidateJwt = Policy<"inbound", "validate-jwt">;

/**
 * `validateJwt({ token: { headerName: "Authorization" }, audiences: ["api://orders"] })` →
 * `<validate-jwt header-name="Authorization">…</validate-jwt>`.
 *
 * API Management then refuses tokens whose signature, lifetime, `iss`, `aud` or required claims do not fit. A setting
 * left out is not written, so that Azure's default holds.
 *
 * @see https://learn.microsoft.com/azure/api-management/validate-jwt-policy
 */
export function validateJwt(args: ValidateJwtArgs): ValidateJwt {
  return makePolicy({
    name: "validate-jwt",
    sections: ["inbound"],
    attributes: {
      ...tokenSourceAttributes(args.token),
      ...refusalAttributes(args),
      "require-expiration-time": args.requireExpirationTime,
      "require-scheme": checked(args.token.requireScheme, assertScheme),
      "require-signed-tokens": args.requireSignedTokens,
      "clock-skew": checked(args.clockSkewSeconds, assertSeconds),
      "output-token-variable-name": args.outputTokenVariableName,
      id: args.id,
    },
    // In the order of Azure's schema, which refuses any other.
    content: [
      ...(args.openIdConfigs ?? []).map(openIdConfig),
      ...wrapped("issuer-signing-keys", args.issuerSigningKeys, signingKey),
      ...wrapped("decryption-keys", args.decryptionKeys, decryptionKey),
      ...wrapped("audiences", args.audiences, acceptedText("audience")),
      ...wrapped("issuers", args.issuers, acceptedText("issuer")),
      ...wrapped("required-claims", args.requiredClaims, claimElement),
    ],
  });
}

function assertScheme(scheme: string, path: string): void {
  assertToken(scheme, path, "an HTTP authentication scheme");
}

function openIdConfig({ url, validateConnectivity }: OpenIdConfig): XmlElement {
  return element("openid-config", {
    url: checked(url, assertUrl),
    "validate-connectivity": validateConnectivity,
  });
}

function signingKey(key: SigningKey): XmlElement {
  if (key.base64 !== undefined) return element("key", { id: key.id }, key.base64);
  return element("key", { id: key.id, "certificate-id": key.certificateId, n: key.n, e: key.e });
}
