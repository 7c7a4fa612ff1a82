import type { ElementReader } from "../../element-reader.ts";
import type { RequiredClaim } from "../../required-claim.ts";
import type { StatementSite } from "../../statement.ts";
import type { TokenRules } from "../../tokens/claims.ts";
import { keyOfModulus, keyOfSecret, type VerificationKey } from "../../tokens/signing-key.ts";
import type { PolicyElement } from "../../xml-reader.ts";

/** Where the token is looked for. */
export type TokenPlace =
  | { readonly kind: "header"; readonly name: string; readonly scheme: string | undefined }
  | { readonly kind: "query"; readonly name: string }
  | { readonly kind: "value"; readonly value: string };

/** A `validate-jwt` element as it was read. */
export interface ValidateJwtSettings extends TokenRules {
  readonly source: TokenPlace;
  readonly statusCode: number;
  /** Absent: the failure's own text. */
  readonly message: string | undefined;
  readonly requireSignedTokens: boolean;
  readonly outputVariable: string | undefined;
  readonly configurationUrls: readonly string[];
  readonly keys: readonly VerificationKey[];
  readonly issuers: ReadonlySet<string>;
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
  for (const keys of named("decryption-keys")) {
    of(keys).refuse("Encrypted tokens are not simulated. Remove the decryption keys, or deploy to Azure.");
  }
  const [audiences] = named("audiences").map((child) => texts(of(child), "audience", 1));
  return {
    ...attributes,
    configurationUrls: named("openid-config").map((child) => configurationUrl(of(child), site)),
    keys: named("issuer-signing-keys").flatMap((child) => signingKeys(of(child))),
    audiences: audiences === undefined ? undefined : new Set(audiences),
    issuers: new Set(named("issuers").flatMap((child) => texts(of(child), "issuer", 0))),
    claims: named("required-claims").flatMap((child) => requiredClaims(of(child))),
  };
}

type Attributes = Pick<
  ValidateJwtSettings,
  | "source"
  | "statusCode"
  | "message"
  | "requireExpirationTime"
  | "requireSignedTokens"
  | "clockSkewSeconds"
  | "outputVariable"
>;

function readAttributes(reader: ElementReader): Attributes {
  const source = tokenSource(reader);
  const outputVariable = reader.text("output-token-variable-name");
  if (outputVariable === "") reader.refuse("The attribute 'output-token-variable-name' must not be empty.");
  const attributes = {
    source,
    statusCode: reader.integer("failed-validation-httpcode", { from: 100, to: 599 }) ?? 401,
    message: reader.text("failed-validation-error-message"),
    requireExpirationTime: reader.boolean("require-expiration-time") ?? true,
    requireSignedTokens: reader.boolean("require-signed-tokens") ?? true,
    clockSkewSeconds: reader.integer("clock-skew", { from: 0, to: 2_147_483_647 }) ?? 0,
    outputVariable,
  };
  reader.done();
  return attributes;
}

function tokenSource(reader: ElementReader): TokenPlace {
  const header = reader.text("header-name");
  const query = reader.text("query-parameter-name");
  const value = reader.text("token-value");
  const scheme = reader.text("require-scheme");
  const { attributes } = reader.element;
  const sources = ["header-name", "query-parameter-name", "token-value"].filter((name) => attributes[name]);
  if (sources.length !== 1) {
    reader.refuse(
      "Exactly one of 'header-name', 'query-parameter-name' and 'token-value' must be specified.",
    );
  }
  if (scheme === "") reader.refuse("The attribute 'require-scheme' must not be empty.");
  if (value !== undefined) return { kind: "value", value };
  if (query !== undefined) return { kind: "query", name: query };
  return { kind: "header", name: header ?? "", scheme };
}

function configurationUrl(
  reader: ElementReader,
  { later, fetchConfiguration }: Pick<StatementSite, "later" | "fetchConfiguration">,
): string {
  const url = reader.requiredText("url");
  const checks = reader.boolean("validate-connectivity") ?? true;
  reader.notSimulated("host");
  reader.sequence({});
  reader.done();
  const { line, column } = reader.element;
  if (url === "") return url;
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
  return url;
}

function signingKeys(reader: ElementReader): VerificationKey[] {
  reader.done();
  const children = reader.sequence({
    key: Number.POSITIVE_INFINITY,
    "zumo-master-key": Number.POSITIVE_INFINITY,
  });
  return children.flatMap((child) => signingKey(reader.of(child)) ?? []);
}

function signingKey(reader: ElementReader): VerificationKey | undefined {
  if (reader.element.name === "zumo-master-key") reader.refuse("The element is not simulated. Remove it.");
  if (reader.element.name !== "key") return undefined;
  const id = reader.text("id");
  const n = reader.text("n");
  const e = reader.text("e");
  if (reader.has("certificate-id")) {
    reader.refuse(
      "Keys by 'certificate-id' are not simulated: there are no uploaded certificates. Give 'n' and 'e'.",
    );
    return undefined;
  }
  reader.done();
  const text = reader.ownText()?.trim();
  if (text === undefined) return undefined;
  if (n !== undefined && e !== undefined && text === "") return usable(reader, () => keyOfModulus(n, e, id));
  const isBase64 = text !== "" && /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0;
  if (reader.has("n") || reader.has("e") || !isBase64) {
    reader.refuse("A key must be either a Base64 text, or 'n' and 'e'.");
    return undefined;
  }
  return usable(reader, () => keyOfSecret(Buffer.from(text, "base64"), id));
}

function usable(reader: ElementReader, make: () => VerificationKey): VerificationKey | undefined {
  try {
    return make();
  } catch (error) {
    reader.refuse(`The key cannot be used: ${(error as Error).message}.`);
    return undefined;
  }
}

function texts(reader: ElementReader, name: string, atLeast: 0 | 1): readonly string[] {
  reader.done();
  return reader.texts(name, { atLeast });
}

function requiredClaims(parent: ElementReader): RequiredClaim[] {
  parent.done();
  return parent.sequence({ claim: Number.POSITIVE_INFINITY }).map((child) => {
    const reader = parent.of(child);
    const claim = {
      name: reader.requiredText("name"),
      match: reader.choice("match", ["all", "any"]) ?? "all",
      separator: reader.text("separator"),
      values: reader.texts("value", { atLeast: 0 }),
    };
    if (claim.separator === "") reader.refuse("The attribute 'separator' must not be empty.");
    reader.done();
    return claim;
  });
}
