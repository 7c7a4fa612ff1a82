import { parseJwt } from "../../../../../expressions/jwt.ts";
import { targetOf } from "../../../../kernel/request-target.ts";
import { type Exchange, type Flow, headerOf, PolicyFailure } from "../../exchange.ts";
import type { ElementDefinition } from "../../statement.ts";
import { judgeClaims, type TokenRefusal } from "../../tokens/claims.ts";
import type { JsonWebToken } from "../../tokens/json-web-token.ts";
import type { OpenIdConfiguration } from "../../tokens/open-id-configurations.ts";
import { verifyToken } from "../../tokens/verify-token.ts";
import { readSettings, type TokenPlace, type ValidateJwtSettings } from "./settings.ts";

/**
 * `validate-jwt`: lets a request on when its token is signed, valid now, and says what the policy asks for.
 *
 * @see https://learn.microsoft.com/azure/api-management/validate-jwt-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound"],
  parse: (site) => {
    const settings = readSettings(site);
    const validator = new JwtValidator(settings);
    return {
      run: (exchange) => validator.run(exchange),
      requiredClaims: settings.claims,
    };
  },
};

class JwtValidator {
  readonly #settings: ValidateJwtSettings;

  constructor(settings: ValidateJwtSettings) {
    this.#settings = settings;
  }

  run(exchange: Exchange): Flow | Promise<Flow> {
    const text = findToken(this.#settings.source, exchange);
    if (text === undefined) throw this.#failure({ reason: "TokenNotPresent", message: "JWT not present." });
    const token = exchange.verifiedTokens.parse(text);
    if (token === undefined)
      throw this.#failure(
        { reason: "JwtInvalid", message: "the token is not a JWT. Access denied." },
        text.includes(",") ? ["more than one value"] : [],
      );

    const { keys, configurationUrls } = this.#settings;
    const { configurations } = exchange;
    return whenAll(
      configurationUrls.map((url) => configurations.get(url)),
      (known) => {
        const published = known.flatMap((configuration) => configuration?.keys ?? []);
        const isKnownKey = [...keys, ...published].some(({ id }) => id !== undefined && id === token.kid);
        if (isKnownKey || token.kid === undefined) return this.#conclude(exchange, token, known);
        return whenAll(
          configurationUrls.map((url) => configurations.refresh(url)),
          (refreshed) => this.#conclude(exchange, token, refreshed),
        );
      },
    );
  }

  #conclude(
    exchange: Exchange,
    token: JsonWebToken,
    known: readonly (OpenIdConfiguration | undefined)[],
  ): Flow {
    const settings = this.#settings;
    const found = known.filter((configuration) => configuration !== undefined);
    const keys = [...settings.keys, ...found.flatMap((configuration) => configuration.keys)];
    // Assumed of Azure: the issuers listed and those of the discovery documents count alike.
    const issuers = new Set([...settings.issuers, ...found.map(({ issuer }) => issuer)]);
    const nowSeconds = Math.floor(exchange.now() / 1000);
    const refusal =
      verifyToken(token, keys, {
        requireSigned: settings.requireSignedTokens,
        verified: exchange.verifiedTokens,
      }) ?? judgeClaims(token.claims, settings, { nowSeconds, issuers });
    if (refusal !== undefined) {
      const isKeyMissing = refusal.reason === "TokenSignatureKeyNotFound";
      const urls = isKeyMissing ? settings.configurationUrls : [];
      const problems = urls.flatMap((url) => exchange.configurations.problem(url) ?? []);
      throw this.#failure(refusal, [...shownKid(token), ...problems]);
    }
    if (settings.outputVariable !== undefined)
      exchange.variables.set(settings.outputVariable, parseJwt(token.text));
    return "next";
  }

  /** @param details For the log alone. */
  #failure({ reason, message }: TokenRefusal, details: readonly string[] = []): PolicyFailure {
    const logged = details.length === 0 ? message : `${message} (${details.join("; ")})`;
    return new PolicyFailure(
      { source: "validate-jwt", reason, message: logged },
      { statusCode: this.#settings.statusCode, message: this.#settings.message ?? message },
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
  const [, scheme, token = ""] = /^([^\s]+) +(.*)$/.exec(value) ?? [undefined, undefined, value];
  if (required !== undefined && scheme?.toLowerCase() !== required.toLowerCase()) return undefined;
  return token === "" ? undefined : token;
}
