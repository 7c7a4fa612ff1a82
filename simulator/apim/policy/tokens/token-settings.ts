import type { KeyObject } from "node:crypto";
import type { ElementReader } from "../element-reader.ts";
import type { Exchange } from "../exchange.ts";
import { anyText, integerFrom, oneOf, type PolicyValue } from "../policy-value.ts";
import type { RequiredClaim } from "../required-claim.ts";
import type { TokenRules } from "./claims.ts";
import type { VerificationKey } from "./signing-key.ts";

/** Where the token is looked for. */
export type TokenPlace =
  | { readonly kind: "header"; readonly name: string; readonly scheme: string | undefined }
  | { readonly kind: "query"; readonly name: string }
  | { readonly kind: "value"; readonly value: string };

/** What a policy asks of the token of one request, and what it answers without a good one. */
export interface JwtSettings extends TokenRules {
  readonly source: TokenPlace;
  readonly statusCode: number;
  /** Absent: the failure's own text. */
  readonly message: string | undefined;
  readonly requireSignedTokens: boolean;
  readonly outputVariable: string | undefined;
  readonly configurationUrls: readonly string[];
  readonly keys: readonly VerificationKey[];
  /** Private keys that may decrypt an encrypted token. @defaultValue none */
  readonly decryptionKeys?: readonly KeyObject[];
  /** Besides those of the discovery documents. */
  readonly issuers: ReadonlySet<string>;
}

/** What an element asks of tokens: the same for every request, or worked out for each. */
export type ForRequest<T> = (exchange: Exchange) => T;

/** Works settings out once where none of the values that they are made of is an expression. */
export function onceUnlessExpression<T>(
  values: readonly (PolicyValue<unknown> | undefined)[],
  make: ForRequest<T>,
): ForRequest<T> {
  if (values.some((value) => value !== undefined && value.literal === undefined)) return make;
  let known: T | undefined;
  return (exchange) => (known ??= make(exchange));
}

/** Values of an element, and what they are for one request. */
export interface ReadSettings<T> {
  readonly values: readonly (PolicyValue<unknown> | undefined)[];
  readonly make: ForRequest<T>;
}

type Common = Pick<JwtSettings, "source" | "statusCode" | "message" | "outputVariable">;

/**
 * Reads the attributes that `validate-jwt` and `validate-azure-ad-token` have in common.
 *
 * Assumed of Azure: an empty `require-scheme` or `separator` counts as none.
 *
 * @param standard The header that holds the token where the policy names no place.
 */
export function readCommon(reader: ElementReader, standard?: string): ReadSettings<Common> {
  const header = reader.value("header-name", anyText);
  const query = reader.value("query-parameter-name", anyText);
  const value = reader.value("token-value", anyText);
  const scheme = reader.value("require-scheme", anyText);
  const statusCode = reader.value("failed-validation-httpcode", integerFrom({ from: 100, to: 599 }));
  const message = reader.value("failed-validation-error-message", anyText);
  const outputVariable = reader.text("output-token-variable-name");
  // Of at least one letter by its schema: https://github.com/microsoft/vscode-apimanagement/tree/main/resources/policySchemas
  if (reader.element.attributes["output-token-variable-name"] === "")
    reader.refuse("The attribute 'output-token-variable-name' must not be empty.");
  const { attributes } = reader.element;
  const places = ["header-name", "query-parameter-name", "token-value"].filter((name) => attributes[name]);
  if (places.length !== 1 && (places.length > 0 || standard === undefined))
    reader.refuse(
      "Exactly one of 'header-name', 'query-parameter-name' and 'token-value' must be specified.",
    );
  const sourceFor = (exchange: Exchange): TokenPlace => {
    if (value !== undefined) return { kind: "value", value: value(exchange) };
    if (query !== undefined) return { kind: "query", name: query(exchange) };
    return {
      kind: "header",
      name: header?.(exchange) ?? standard ?? "",
      scheme: scheme?.(exchange) || undefined,
    };
  };
  return {
    values: [header, query, value, scheme, statusCode, message],
    make: (exchange) => ({
      source: sourceFor(exchange),
      statusCode: statusCode?.(exchange) ?? 401,
      message: message?.(exchange),
      outputVariable,
    }),
  };
}

/** Reads `required-claims`, each part of which may be an expression. */
export function readClaimSettings(parent: ElementReader): ReadSettings<readonly RequiredClaim[]> & {
  /** As they stand there, without what only a request tells. */
  readonly literals: readonly RequiredClaim[];
} {
  parent.done();
  const claims = parent
    .sequence({ claim: Number.POSITIVE_INFINITY })
    .filter((child) => child.name === "claim")
    .map((child) => readClaim(parent.of(child)));
  return {
    values: claims.flatMap(({ name, match, separator, values }) => [name, match, separator, ...values]),
    make: (exchange) =>
      claims.map(({ name, match, separator, values }) => ({
        name: name?.(exchange) ?? "",
        match: match?.(exchange) ?? "all",
        separator: separator?.(exchange) || undefined,
        values: values.map((value) => value(exchange)),
      })),
    literals: claims.flatMap(({ name, match, separator, values }) => {
      const literals = values.flatMap(({ literal }) => literal ?? []);
      return name?.literal === undefined
        ? []
        : {
            name: name.literal,
            match: match?.literal ?? "all",
            separator: separator?.literal || undefined,
            values: literals.length === values.length ? literals : [],
          };
    }),
  };
}

function readClaim(reader: ElementReader) {
  const claim = {
    name: reader.requiredValue("name", anyText),
    match: reader.value("match", oneOf(["all", "any"] as const)),
    separator: reader.value("separator", anyText),
    values: reader.values("value", anyText, { atLeast: 0 }),
  };
  reader.done();
  return claim;
}
