import { assertSeconds, assertStatus, assertToken, assertUrl, invalid } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** One member of a union, without the properties of the others: TypeScript alone would let them be mixed. */
type OneOf<
  Union,
  Keys extends PropertyKey = Union extends unknown ? keyof Union : never,
> = Union extends unknown ? Union & { readonly [Key in Exclude<Keys, keyof Union>]?: never } : never;

/** Where the token is: a header, a query parameter, or a given value without its scheme. Exactly one. */
export type TokenSource = OneOf<
  | { readonly headerName: string; readonly requireScheme?: string }
  | { readonly queryParameterName: string }
  | { readonly tokenValue: string }
>;

/** Where the keys and the issuer are published. */
export interface OpenIdConfig {
  /** Discovery document, http or https. */
  readonly url: string;
  /** Fetch it when the policy is saved. @defaultValue Azure's: true */
  readonly validateConnectivity?: boolean;
}

/** A key that signs tokens: shared secret in Base64, uploaded certificate, or RSA modulus and exponent in Base64url. */
export type SigningKey = { readonly id?: string } & OneOf<
  | { readonly base64: string }
  | { readonly certificateId: string }
  | { readonly n: string; readonly e: string }
>;

/** An uploaded certificate whose private key decrypts tokens. */
export interface DecryptionKey {
  readonly id?: string;
  readonly certificateId: string;
}

/** A claim that a token must have: with values, or — named on purpose — with any value at all. */
export type ValidateJwtClaim = {
  readonly name: string;
  /** Splits the claim's text into values, `" "`; a claim that is an array already needs none. */
  readonly separator?: string;
} & OneOf<
  | {
      /** `all`: the token's claim must hold every value; `any`: at least one. */
      readonly match: "all" | "any";
      readonly values: readonly [string, ...string[]];
    }
  | {
      /** Accepts the claim whatever it says. For `aud` this lets in the tokens of every audience. */
      readonly presenceOnly: true;
    }
>;

/** Settings of {@link validateJwt}, in the order of the reference. */
export interface ValidateJwtArgs {
  readonly token: TokenSource;
  /** 200 to 599. @defaultValue Azure's: 401 */
  readonly failedValidationHttpCode?: number;
  /** @defaultValue Azure's: a text for each failure, "JWT not present." */
  readonly failedValidationErrorMessage?: string;
  /** @defaultValue Azure's: true */
  readonly requireExpirationTime?: boolean;
  /** @defaultValue Azure's: true */
  readonly requireSignedTokens?: boolean;
  /** Tolerance between the clocks, 0 or more. @defaultValue Azure's: 0, no tolerance */
  readonly clockSkewSeconds?: number;
  /** Context variable that receives the token. */
  readonly outputTokenVariableName?: string;
  /** Shown as the policy's id where a failure is traced. */
  readonly id?: string;
  readonly openIdConfigs?: readonly OpenIdConfig[];
  readonly issuerSigningKeys?: readonly [SigningKey, ...SigningKey[]];
  readonly decryptionKeys?: readonly [DecryptionKey, ...DecryptionKey[]];
  /** Any one must match. Absent, the audience is not checked. */
  readonly audiences?: readonly [string, ...string[]];
  /** Any one must match, besides the issuers of the configurations. */
  readonly issuers?: readonly [string, ...string[]];
  readonly requiredClaims?: readonly [ValidateJwtClaim, ...ValidateJwtClaim[]];
}

/** A `validate-jwt` statement. */
export interface ValidateJwt {
  readonly kind: "validate-jwt";
  readonly args: ValidateJwtArgs;
}

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
  return { kind: "validate-jwt", args };
}

/**
 * The element of {@link validateJwt}, its children in the order of Azure's schema: Azure refuses any other.
 *
 * @throws {PolicyError} `INVALID_VALUE` with the setting's place.
 */
export function validateJwtElement({ args }: ValidateJwt, path: string): XmlElement {
  const { token } = args;
  const attributes = {
    "header-name": token.headerName,
    "query-parameter-name": token.queryParameterName,
    "token-value": token.tokenValue,
    "failed-validation-httpcode": assertStatus(
      args.failedValidationHttpCode,
      `${path}/@failed-validation-httpcode`,
    ),
    "failed-validation-error-message": args.failedValidationErrorMessage,
    "require-expiration-time": args.requireExpirationTime,
    "require-scheme": token.requireScheme,
    "require-signed-tokens": args.requireSignedTokens,
    "clock-skew": assertSeconds(args.clockSkewSeconds, `${path}/@clock-skew`),
    "output-token-variable-name": args.outputTokenVariableName,
    id: args.id,
  };
  assertTokenSource(token, path);
  return element("validate-jwt", attributes, [
    ...(args.openIdConfigs ?? []).map((config) => openIdConfigElement(config, path)),
    ...list("issuer-signing-keys", args.issuerSigningKeys, signingKeyElement),
    ...list("decryption-keys", args.decryptionKeys, ({ id, certificateId }) =>
      element("key", { id, "certificate-id": certificateId }),
    ),
    ...list("audiences", args.audiences, (audience) => named("audience", audience, `${path}/audiences`)),
    ...list("issuers", args.issuers, (issuer) => named("issuer", issuer, `${path}/issuers`)),
    ...list("required-claims", args.requiredClaims, (claim) =>
      claimElement(claim, `${path}/required-claims`),
    ),
  ]);
}

function list<T>(
  name: string,
  items: readonly T[] | undefined,
  write: (item: T) => XmlElement,
): XmlElement[] {
  return items === undefined ? [] : [element(name, {}, items.map(write))];
}

function named(name: string, text: string, path: string): XmlElement {
  if (text === "") throw invalid(`${path}/${name}`, "is empty. Name the accepted value");
  return element(name, {}, text);
}

function openIdConfigElement({ url, validateConnectivity }: OpenIdConfig, path: string): XmlElement {
  assertUrl(url, `${path}/openid-config/@url`);
  return element("openid-config", { url, "validate-connectivity": validateConnectivity });
}

function signingKeyElement(key: SigningKey): XmlElement {
  if (key.base64 !== undefined) return element("key", { id: key.id }, key.base64);
  if (key.certificateId !== undefined)
    return element("key", { id: key.id, "certificate-id": key.certificateId });
  return element("key", { id: key.id, n: key.n, e: key.e });
}

function claimElement(claim: ValidateJwtClaim, path: string): XmlElement {
  if (claim.name === "")
    throw invalid(`${path}/claim/@name`, `is empty. Write the claim's name, for example "scp"`);
  // Both readings of `match` are a mere presence check when there is no value; "any" is what people write for it.
  const [match, values] = claim.presenceOnly
    ? (["any", []] as const)
    : ([claim.match, claim.values] as const);
  return element(
    "claim",
    { name: claim.name, match, separator: claim.separator },
    values.map((value) => element("value", {}, value)),
  );
}

function assertTokenSource(source: TokenSource, path: string): void {
  const { headerName, requireScheme, queryParameterName, tokenValue } = source;
  if (headerName !== undefined) assertToken(headerName, `${path}/@header-name`);
  if (requireScheme !== undefined)
    assertToken(requireScheme, `${path}/@require-scheme`, "an HTTP authentication scheme");
  if ((headerName ?? queryParameterName ?? tokenValue) !== "") return;
  const attribute = queryParameterName === "" ? "query-parameter-name" : "token-value";
  throw invalid(`${path}/@${attribute}`, "is empty. Say where the token is");
}
