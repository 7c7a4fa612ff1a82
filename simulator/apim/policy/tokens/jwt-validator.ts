import { JwtValue } from "../../../../expressions/jwt.ts";
import { targetOf } from "../../../kernel/request-target.ts";
import { type Exchange, type Flow, headerOf, PolicyFailure } from "../exchange.ts";
import { judgeClaims, type TokenRefusal } from "./claims.ts";
import { decryptToken, isEncryptedToken } from "./decrypt-token.ts";
import type { JsonWebToken } from "./json-web-token.ts";
import type { OpenIdConfiguration } from "./open-id-configurations.ts";
import type { ForRequest, JwtSettings, TokenPlace } from "./token-settings.ts";
import { verifyToken } from "./verify-token.ts";

/** What differs between the policies that validate tokens. */
export interface ValidatorWords {
  /** Name of the policy. */
  readonly element: string;
  /** Without a token. */
  readonly absent: string;
  /** The text for whatever else is wrong. @defaultValue the text of what is wrong */
  readonly invalid?: string;
  /** The issuer of a discovery document as it is for one token. @defaultValue as the document has it */
  readonly issuerFor?: (issuer: string, token: JsonWebToken) => string;
  /** What is wrong besides, with a token that is good otherwise. */
  readonly judge?: (token: JsonWebToken, exchange: Exchange) => TokenRefusal | undefined;
}

/** Lets a request on when its token is signed, valid now, and says what the policy asks for. */
export class JwtValidator {
  readonly #settingsFor: ForRequest<JwtSettings>;
  readonly #words: ValidatorWords;

  constructor(settingsFor: ForRequest<JwtSettings>, words: ValidatorWords) {
    this.#settingsFor = settingsFor;
    this.#words = words;
  }

  /** @throws {PolicyFailure} when the token is missing, or anything is wrong with it. */
  run(exchange: Exchange): Flow | Promise<Flow> {
    const settings = this.#settingsFor(exchange);
    const text = findToken(settings.source, exchange);
    if (text === undefined) throw this.#failure(settings, { reason: "TokenNotPresent", message: "" });
    const { decryptionKeys } = settings;
    if (decryptionKeys === undefined || !isEncryptedToken(text)) return this.#check(exchange, text, settings);
    return decryptToken(text, decryptionKeys).then((inner) => {
      if (inner !== undefined) return this.#check(exchange, inner, settings);
      const message = "the token cannot be decrypted. Access denied.";
      throw this.#failure(settings, { reason: "JwtInvalid", message });
    });
  }

  #check(exchange: Exchange, text: string, settings: JwtSettings): Flow | Promise<Flow> {
    const token = exchange.verifiedTokens.parse(text);
    if (token === undefined)
      throw this.#failure(
        settings,
        { reason: "JwtInvalid", message: "the token is not a JWT. Access denied." },
        text.includes(",") ? ["more than one value"] : [],
      );

    const { keys, configurationUrls } = settings;
    const { configurations } = exchange;
    return whenAll(
      configurationUrls.map((url) => configurations.get(url)),
      (known) => {
        const published = known.flatMap((configuration) => configuration?.keys ?? []);
        const isKnownKey = [...keys, ...published].some(({ id }) => id !== undefined && id === token.kid);
        if (isKnownKey || token.kid === undefined)
          return this.#conclude(exchange, token, { settings, known });
        return whenAll(
          configurationUrls.map((url) => configurations.refresh(url)),
          (refreshed) => this.#conclude(exchange, token, { settings, known: refreshed }),
        );
      },
    );
  }

  #conclude(
    exchange: Exchange,
    token: JsonWebToken,
    { settings, known }: { settings: JwtSettings; known: readonly (OpenIdConfiguration | undefined)[] },
  ): Flow {
    const refusal = this.#judge(exchange, token, { settings, known });
    if (refusal !== undefined) {
      const isKeyMissing = refusal.reason === "TokenSignatureKeyNotFound";
      const urls = isKeyMissing ? settings.configurationUrls : [];
      const problems = urls.flatMap((url) => exchange.configurations.problem(url) ?? []);
      throw this.#failure(settings, refusal, [...shownKid(token), ...problems]);
    }
    if (settings.outputVariable !== undefined)
      exchange.variables.set(settings.outputVariable, new JwtValue(token.header, token.claims));
    return "next";
  }

  #judge(
    exchange: Exchange,
    token: JsonWebToken,
    { settings, known }: { settings: JwtSettings; known: readonly (OpenIdConfiguration | undefined)[] },
  ): TokenRefusal | undefined {
    const { issuerFor = (issuer: string) => issuer, judge } = this.#words;
    const found = known.filter((configuration) => configuration !== undefined);
    const keys = [...settings.keys, ...found.flatMap((configuration) => configuration.keys)];
    // Assumed of Azure: the issuers listed and those of the discovery documents count alike.
    const issuers = new Set([...settings.issuers, ...found.map(({ issuer }) => issuerFor(issuer, token))]);
    // A document that cannot be had must not let the tokens of every issuer in.
    const asksIssuer = settings.issuers.size > 0 || settings.configurationUrls.length > 0;
    const nowSeconds = Math.floor(exchange.now() / 1000);
    return (
      verifyToken(token, keys, {
        requireSigned: settings.requireSignedTokens,
        verified: exchange.verifiedTokens,
      }) ??
      judgeClaims(token.claims, settings, { nowSeconds, issuers: asksIssuer ? issuers : undefined }) ??
      judge?.(token, exchange)
    );
  }

  /** @param details For the log alone. */
  #failure(
    { statusCode, message: said }: JwtSettings,
    { reason, message }: TokenRefusal,
    details: readonly string[] = [],
  ): PolicyFailure {
    const { element, absent, invalid } = this.#words;
    const isAbsent = reason === "TokenNotPresent";
    const told = isAbsent ? absent : (invalid ?? message);
    const logged = isAbsent || invalid === undefined ? told : `${invalid}: ${message}`;
    const detail = details.length === 0 ? {} : { detail: `(${details.join("; ")})` };
    return new PolicyFailure(
      { source: element, reason, message: logged, ...detail },
      { statusCode, message: said ?? told },
    );
  }
}

/** Goes on at once where every value is at hand, so that most requests never wait; else once the last one is there. */
function whenAll<T, R>(
  values: readonly (T | Promise<T>)[],
  next: (values: readonly T[]) => R | Promise<R>,
): R | Promise<R> {
  if (values.some((value) => value instanceof Promise)) return Promise.all(values).then(next);
  return next(values as readonly T[]);
}

function shownKid({ kid }: JsonWebToken): readonly string[] {
  return kid === undefined ? [] : [`kid ${JSON.stringify(kid.slice(0, 100))}`];
}

function findToken(source: TokenPlace, { request }: Exchange): string | undefined {
  switch (source.kind) {
    case "value":
      return source.value;
    case "query":
      return queryValue(request.target, source.name);
    case "header": {
      const value = headerOf(request.headers, source.name);
      if (value === undefined) return undefined;
      return source.name.toLowerCase() === "authorization" ? withoutScheme(value, source.scheme) : value;
    }
  }
}

/** The parameter's value; of one that comes several times, in whatever letter case, all of them: a backend may read any. */
function queryValue(target: string, name: string): string | undefined {
  const lower = name.toLowerCase();
  const parameters = [...new URLSearchParams(targetOf(target).query)];
  const values = parameters.filter(([key]) => key.toLowerCase() === lower).map(([, value]) => value);
  return parameters.some(([key]) => key === name) ? values.join(",") : undefined;
}

// Assumed of Azure: without require-scheme any scheme before the token is stripped, and schemes are compared in any letter
// case, as RFC 9110 §11.1 has them.
function withoutScheme(value: string, required: string | undefined): string | undefined {
  const [scheme, token] = partedScheme(value);
  if (required !== undefined && scheme?.toLowerCase() !== required.toLowerCase()) return undefined;
  return token === "" ? undefined : token;
}

/** Not by one expression for both: it would walk over the whole token. */
function partedScheme(value: string): readonly [scheme: string | undefined, token: string] {
  const [space = ""] = /^\S+ +/.exec(value) ?? [];
  return space === "" ? [undefined, value] : [space.trimEnd(), value.slice(space.length)];
}
