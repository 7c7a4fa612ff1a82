import { targetOf } from "../../../request-target.ts";
import { type Exchange, type Flow, headerOf, PolicyFailure } from "../exchange.ts";
import type { ElementDefinition } from "../statement.ts";
import { judgeClaims, type Refusal } from "./claims.ts";
import type { JsonWebToken } from "./json-web-token.ts";
import type { OpenIdConfiguration } from "./open-id-configurations.ts";
import { readSettings, type TokenSource, type ValidateJwtSettings } from "./settings.ts";
import { verifyToken } from "./verify-token.ts";

/**
 * `validate-jwt`: lets a request on when its token is signed, valid now, and says what the policy asks for.
 *
 * @see https://learn.microsoft.com/azure/api-management/validate-jwt-policy
 */
export const validateJwtDefinition: ElementDefinition = {
  sections: ["inbound"],
  parse: (site) => {
    const validator = new JwtValidator(readSettings(site));
    return { element: "validate-jwt", run: (exchange) => validator.run(exchange) };
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
      throw this.#failure({ reason: "JwtInvalid", message: "the token is not a JWT. Access denied." });

    const configurations = this.#settings.configurationUrls.map((url) => exchange.configurations.get(url));
    // Fresh configurations are at hand: only then does the request not wait.
    if (configurations.some((configuration) => configuration instanceof Promise)) {
      return Promise.all(configurations).then((known) => this.#judge(exchange, token, known));
    }
    return this.#judge(exchange, token, configurations as (OpenIdConfiguration | undefined)[]);
  }

  #judge(
    exchange: Exchange,
    token: JsonWebToken,
    known: readonly (OpenIdConfiguration | undefined)[],
  ): Flow | Promise<Flow> {
    const { keys, configurationUrls } = this.#settings;
    const published = known.flatMap((configuration) => configuration?.keys ?? []);
    const isKnownKey = [...keys, ...published].some(({ id }) => id !== undefined && id === token.kid);
    if (isKnownKey || token.kid === undefined || configurationUrls.length === 0)
      return this.#conclude(exchange, token, known);
    const refreshed = configurationUrls.map((url) => exchange.configurations.refresh(url));
    if (refreshed.some((configuration) => configuration instanceof Promise)) {
      return Promise.all(refreshed).then((again) => this.#conclude(exchange, token, again));
    }
    return this.#conclude(exchange, token, refreshed as (OpenIdConfiguration | undefined)[]);
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
    if (refusal !== undefined) throw this.#failure(refusal, token);
    if (settings.outputVariable !== undefined) exchange.variables.set(settings.outputVariable, token.claims);
    return "next";
  }

  #failure({ reason, message }: Refusal, token?: JsonWebToken): PolicyFailure {
    const kid = token?.kid === undefined ? "" : ` (kid ${JSON.stringify(token.kid.slice(0, 100))})`;
    return new PolicyFailure(
      { source: "validate-jwt", reason, message: message + kid },
      { statusCode: this.#settings.statusCode, message: this.#settings.message ?? message },
    );
  }
}

function findToken(source: TokenSource, { request }: Exchange): string | undefined {
  switch (source.kind) {
    case "value":
      return source.value;
    case "query":
      return new URLSearchParams(targetOf(request.target).query).get(source.name) ?? undefined;
    case "header": {
      const value = headerOf(request.headers, source.name);
      if (value === undefined) return undefined;
      return source.name.toLowerCase() === "authorization" ? withoutScheme(value, source.scheme) : value;
    }
  }
}

// Assumed of Azure: without require-scheme any scheme before the token is stripped, and schemes are compared in any letter
// case, as RFC 9110 §11.1 has them.
function withoutScheme(value: string, required: string | undefined): string | undefined {
  const [, scheme, token = ""] = /^([^\s]+) +(.*)$/.exec(value) ?? [undefined, undefined, value];
  if (required !== undefined && scheme?.toLowerCase() !== required.toLowerCase()) return undefined;
  return token === "" ? undefined : token;
}
