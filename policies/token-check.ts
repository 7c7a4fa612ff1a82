import type { Expression, Text } from "./expression.ts";
import type { OneOf } from "./one-of.ts";
import type { PlainText } from "./policy.ts";
import { assertStatus, assertToken, checked, nonEmpty } from "./values.ts";
import { type Attributes, element, type XmlElement } from "./xml.ts";

/** Where the token is: a header, a query parameter, or a given value without its scheme. Exactly one. */
export type TokenSource<Header = unknown> = OneOf<
  | ({ readonly headerName: Text } & Header)
  | { readonly queryParameterName: Text }
  | { readonly tokenValue: Text }
>;

/** What a failed check of a token answers, and where a good token is kept. */
export interface TokenOutcomeArgs {
  /** 200 to 599. @defaultValue Azure's: 401 */
  readonly failedValidationHttpCode?: number | Expression;
  /** @defaultValue Azure's: a text for each failure, "JWT not present." */
  readonly failedValidationErrorMessage?: Text;
  /** Context variable that receives the token. */
  readonly outputTokenVariableName?: PlainText;
}

/** A claim that a token must have: with values, or — named on purpose — with any value at all. */
export type ClaimCheck = {
  readonly name: Text;
  /** Splits the claim's text into values, `" "`; a claim that is an array already needs none. */
  readonly separator?: Text;
} & OneOf<
  | {
      /** `all`: the token's claim must hold every value; `any`: at least one. */
      readonly match: "all" | "any" | Expression;
      readonly values: readonly [Text, ...Text[]];
    }
  | {
      /** Accepts the claim whatever it says. For `aud` this lets in the tokens of every audience. */
      readonly presenceOnly: true;
    }
>;

/** An uploaded certificate whose private key decrypts tokens. */
export interface DecryptionKey {
  readonly id?: PlainText;
  readonly certificateId: PlainText;
}

/** The attributes of {@link TokenSource}. */
export function tokenSourceAttributes(source: Partial<TokenSource>): Attributes {
  const step = "Say where the token is";
  return {
    "header-name": checked(source.headerName, assertToken),
    "query-parameter-name": nonEmpty(source.queryParameterName, step),
    "token-value": nonEmpty(source.tokenValue, step),
  };
}

/** The attributes of {@link TokenOutcomeArgs} that say what a refused caller gets. */
export function refusalAttributes(args: TokenOutcomeArgs): Attributes {
  return {
    "failed-validation-httpcode": checked(args.failedValidationHttpCode, assertStatus),
    "failed-validation-error-message": args.failedValidationErrorMessage,
  };
}

/** An element around others of one kind, if there are any: `<audiences><audience>…</audience></audiences>`. */
export function wrapped<T>(
  name: string,
  items: readonly T[] | undefined,
  write: (item: T) => XmlElement,
): readonly XmlElement[] {
  return items === undefined ? [] : [element(name, {}, items.map(write))];
}

/** One of the texts that a token may have. */
export function acceptedText(name: string): (text: Text) => XmlElement {
  return (text) => element(name, {}, nonEmpty(text, "Name the accepted value"));
}

/** The element of {@link DecryptionKey}. */
export function decryptionKey({ id, certificateId }: DecryptionKey): XmlElement {
  return element("key", { id, "certificate-id": certificateId });
}

/** The element of {@link ClaimCheck}. */
export function claimElement(claim: ClaimCheck): XmlElement {
  // Both readings of `match` are a mere presence check when there is no value; "any" is what people write for it.
  const [match, values] = claim.presenceOnly
    ? (["any", []] as const)
    : ([claim.match, claim.values] as const);
  return element(
    "claim",
    {
      name: nonEmpty(claim.name, `Write the claim's name, for example "scp"`),
      match,
      separator: claim.separator,
    },
    values.map((value) => element("value", {}, value)),
  );
}
