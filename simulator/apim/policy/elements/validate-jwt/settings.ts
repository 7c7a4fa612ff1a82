import { createPrivateKey, createSecretKey, type KeyObject } from "node:crypto";
import type { ElementReader } from "../../element-reader.ts";
import { type Exchange, PolicyFailure } from "../../exchange.ts";
import { anyText, constant, integerFrom, type PolicyValue, trueOrFalse } from "../../policy-value.ts";
import type { RequiredClaim } from "../../required-claim.ts";
import type { StatementSite } from "../../statement.ts";
import {
  keyOfCertificate,
  keyOfModulus,
  keyOfSecret,
  type VerificationKey,
} from "../../tokens/signing-key.ts";
import type { JwtSettings } from "../../tokens/token-settings.ts";
import {
  type ForRequest,
  onceUnlessExpression,
  type ReadSettings,
  readClaimSettings,
  readCommon,
} from "../../tokens/token-settings.ts";
import type { PolicyElement } from "../../xml-reader.ts";

/** What a `validate-jwt` element asks for. */
export interface ValidateJwtSettings {
  readonly settingsFor: ForRequest<JwtSettings>;
  /** As they stand there, without what only a request tells. */
  readonly requiredClaims: readonly RequiredClaim[];
}

/** Reads the element; children stand in the order of Azure's schema, else it is refused. */
export function readSettings({ reader, ...site }: StatementSite): ValidateJwtSettings {
  const attributes = readAttributes(reader);
  const children = reader.sequence({
    "openid-config": Number.POSITIVE_INFINITY,
    "issuer-signing-tokens": 1,
    "issuer-signing-keys": 1,
    "decryption-keys": 1,
    audiences: 1,
    issuers: 1,
    "required-claims": 1,
  });
  const named = (name: string) => children.filter((child) => child.name === name);
  const of = (child: PolicyElement) => reader.of(child);
  for (const tokens of named("issuer-signing-tokens"))
    of(tokens).refuse("The element is not simulated. Remove it.");
  const urls = named("openid-config").flatMap((child) => configurationUrl(of(child), site) ?? []);
  const keys = named("issuer-signing-keys").flatMap((child) => signingKeys(of(child)));
  const decryptionKeys = named("decryption-keys").flatMap((child) => readDecryptionKeys(of(child)));
  const fixedKeys = keys.filter((key) => typeof key !== "function");
  const [audiences] = named("audiences").map((child) => texts(of(child), "audience", 1));
  const issuers = named("issuers").flatMap((child) => texts(of(child), "issuer", 0));
  const [claims] = named("required-claims").map((child) => readClaimSettings(of(child)));
  return {
    requiredClaims: claims?.literals ?? [],
    settingsFor: withUploadedKeys(
      { keys: keys.filter((key) => typeof key === "function"), decryptionKeys },
      onceUnlessExpression(
        [...attributes.values, ...urls, ...(audiences ?? []), ...issuers, ...(claims?.values ?? [])],
        (exchange) => ({
          ...attributes.make(exchange),
          configurationUrls: urls.map((url) => url(exchange)),
          keys: fixedKeys,
          audiences: audiences && new Set(audiences.map((audience) => audience(exchange))),
          issuers: new Set(issuers.map((issuer) => issuer(exchange))),
          claims: claims?.make(exchange) ?? [],
        }),
      ),
    ),
  };
}

/** A key that an uploaded certificate has when a request comes. */
type UploadedKey = ForRequest<VerificationKey>;

function withUploadedKeys(
  {
    keys,
    decryptionKeys,
  }: { keys: readonly UploadedKey[]; decryptionKeys: readonly ForRequest<KeyObject>[] },
  settingsFor: ForRequest<JwtSettings>,
): ForRequest<JwtSettings> {
  if (keys.length + decryptionKeys.length === 0) return settingsFor;
  return (exchange) => {
    const settings = settingsFor(exchange);
    return {
      ...settings,
      keys: [...settings.keys, ...keys.map((key) => key(exchange))],
      ...(decryptionKeys.length === 0 ? {} : { decryptionKeys: decryptionKeys.map((key) => key(exchange)) }),
    };
  };
}

function readDecryptionKeys(reader: ElementReader): readonly ForRequest<KeyObject>[] {
  reader.done();
  const children = reader.sequence({ key: Number.POSITIVE_INFINITY });
  const keys = children.filter(({ name }) => name === "key");
  if (keys.length === 0) reader.refuse("The element must hold at least one key.");
  return keys.flatMap((child) => {
    const own = reader.of(child);
    // Microsoft's page: each key is tried, until one succeeds. What its attribute id names does not matter.
    own.text("id");
    const certificateId = own.text("certificate-id");
    own.done();
    const text = own.ownText()?.trim();
    if (text === undefined) return [];
    if (certificateId !== undefined && text === "") return uploadedKey(certificateId, privateKeyOf);
    if (certificateId === undefined && isBase64(text)) {
      const key = createSecretKey(Buffer.from(text, "base64"));
      return () => key;
    }
    own.refuse("A decryption key must be a Base64 text, or 'certificate-id'.");
    return [];
  });
}

function privateKeyOf({ privateKey }: UploadedCertificate): KeyObject {
  if (privateKey === undefined) throw new Error("it has no private key");
  return createPrivateKey(privateKey);
}

type Attributes = Omit<
  JwtSettings,
  "configurationUrls" | "keys" | "decryptionKeys" | "audiences" | "issuers" | "claims"
>;

function readAttributes(reader: ElementReader): ReadSettings<Attributes> {
  const common = readCommon(reader);
  const expires = reader.value("require-expiration-time", trueOrFalse);
  const signed = reader.value("require-signed-tokens", trueOrFalse);
  const skew = reader.value("clock-skew", integerFrom({ from: 0, to: 2_147_483_647 }));
  reader.done();
  return {
    values: [...common.values, expires, signed, skew],
    make: (exchange) => ({
      ...common.make(exchange),
      requireExpirationTime: expires?.(exchange) ?? true,
      requireSignedTokens: signed?.(exchange) ?? true,
      clockSkewSeconds: skew?.(exchange) ?? 0,
    }),
  };
}

/** A URL that an expression gives is known when a request comes: nothing can be fetched for it when the policy is saved. */
function configurationUrl(
  reader: ElementReader,
  { later, fetchConfiguration }: Pick<StatementSite, "later" | "fetchConfiguration">,
): PolicyValue<string> | undefined {
  const value = reader.requiredValue("url", anyText);
  const checks = reader.boolean("validate-connectivity") ?? true;
  reader.notSimulated("host");
  reader.sequence({});
  reader.done();
  const { line, column } = reader.element;
  const url = value?.literal;
  if (url === undefined) return value;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    reader.refuse(`The attribute 'url' must be an http or https URL; got "${url}".`);
  else if (checks) {
    later(() =>
      fetchConfiguration(url).then(
        () => undefined,
        (error: Error) =>
          `Error in element 'validate-jwt' on line ${line}, column ${column}: Unable to obtain configuration from: '${url}'. ${error.message}`,
      ),
    );
  }
  return constant(url);
}

function signingKeys(reader: ElementReader): (VerificationKey | UploadedKey)[] {
  reader.done();
  const children = reader.sequence({
    key: Number.POSITIVE_INFINITY,
    "zumo-master-key": Number.POSITIVE_INFINITY,
  });
  return children.flatMap((child) => signingKey(reader.of(child)) ?? []);
}

function signingKey(reader: ElementReader): VerificationKey | UploadedKey | undefined {
  if (reader.element.name === "zumo-master-key") reader.refuse("The element is not simulated. Remove it.");
  if (reader.element.name !== "key") return undefined;
  const id = reader.text("id");
  const n = reader.text("n");
  const e = reader.text("e");
  const certificateId = reader.text("certificate-id");
  reader.done();
  const text = reader.ownText()?.trim();
  if (text === undefined) return undefined;
  if (certificateId !== undefined && n === undefined && e === undefined && text === "")
    return uploadedKey(certificateId, ({ certificate }) => keyOfCertificate(certificate, id));
  if (n !== undefined && e !== undefined && certificateId === undefined && text === "")
    return usable(reader, () => keyOfModulus(n, e, id));
  if (reader.has("n") || reader.has("e") || reader.has("certificate-id") || !isBase64(text)) {
    reader.refuse("A key must be one of a Base64 text, 'n' and 'e', and 'certificate-id'.");
    return undefined;
  }
  return usable(reader, () => keyOfSecret(Buffer.from(text, "base64"), id));
}

function isBase64(text: string): boolean {
  return text !== "" && /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0;
}

type UploadedCertificate = NonNullable<Exchange["service"]["certificates"]>[number];

/**
 * Assumed of Azure: a certificate is looked for when a request comes, and the request is answered 500 where it is not there.
 *
 * @param make Takes the key of the certificate, once.
 */
function uploadedKey<T>(certificateId: string, make: (found: UploadedCertificate) => T): ForRequest<T> {
  const known = new WeakMap<UploadedCertificate, T>();
  return ({ service: { certificates } }) => {
    const found = certificates?.find((one) => one.id.toLowerCase() === certificateId.toLowerCase());
    if (found === undefined) {
      throw missingKey(
        certificates !== undefined
          ? `There is no certificate with the id '${certificateId}'.`
          : `The certificate '${certificateId}' is not simulated here: no certificates are known.`,
      );
    }
    const made = known.get(found);
    if (made !== undefined) return made;
    try {
      const key = make(found);
      known.set(found, key);
      return key;
    } catch (error) {
      throw missingKey(`The certificate '${certificateId}' cannot be used: ${(error as Error).message}.`);
    }
  };
}

function missingKey(message: string): PolicyFailure {
  return new PolicyFailure(
    { source: "validate-jwt", reason: "CertificateNotFound", message },
    { statusCode: 500, message: "Internal server error" },
  );
}

function usable(reader: ElementReader, make: () => VerificationKey): VerificationKey | undefined {
  try {
    return make();
  } catch (error) {
    reader.refuse(`The key cannot be used: ${(error as Error).message}.`);
    return undefined;
  }
}

function texts(reader: ElementReader, name: string, atLeast: 0 | 1): readonly PolicyValue<string>[] {
  reader.done();
  return reader.values(name, anyText, { atLeast });
}
