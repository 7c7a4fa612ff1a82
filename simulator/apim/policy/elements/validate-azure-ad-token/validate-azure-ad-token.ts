import type { ElementReader } from "../../element-reader.ts";
import type { Exchange } from "../../exchange.ts";
import { anyText, type PolicyValue } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";
import type { TokenRefusal } from "../../tokens/claims.ts";
import type { JsonWebToken } from "../../tokens/json-web-token.ts";
import { JwtValidator } from "../../tokens/jwt-validator.ts";
import { onceUnlessExpression, readClaimSettings, readCommon } from "../../tokens/token-settings.ts";

/**
 * `validate-azure-ad-token`: lets a request on when its token is one of a Microsoft Entra tenant, for one of the clients and audiences
 * that the policy names. `authentication-endpoint` says where the tenant is, so that an issuer of one's own can stand in its place.
 *
 * Assumed of Azure: tokens of both endpoints of a tenant are taken, v1.0 and v2.0; each has its issuer in the discovery document of its own.
 *
 * Assumed of Azure: without an application id and without an audience every token of the tenant is let in.
 *
 * @see https://learn.microsoft.com/azure/api-management/validate-azure-ad-token-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound"],
  parse: ({ reader }) => {
    const { settingsFor, clientIds, requiredClaims } = readSettings(reader);
    const validator = new JwtValidator(settingsFor, {
      element: "validate-azure-ad-token",
      absent: "Azure AD JWT not present",
      // Told for whatever is wrong; the log says what.
      invalid: "Invalid Azure AD JWT",
      issuerFor: issuerOfTenant,
      judge: (token) => judgeClient(token, clientIds),
    });
    return { run: (exchange) => validator.run(exchange), requiredClaims };
  },
};

function readSettings(reader: ElementReader) {
  const common = readCommon(reader, "Authorization");
  const tenant = reader.requiredValue("tenant-id", anyText);
  const endpoint = reader.value("authentication-endpoint", anyText);
  reader.notSimulated("allow-protected-forwarded-tokens", "allow-proof-of-possession-tokens");
  reader.done();
  const children = reader.anyOrder([
    "backend-application-ids",
    "client-application-ids",
    "audiences",
    "required-claims",
    "decryption-keys",
  ]);
  const named = (name: string) =>
    children.filter((child) => child.name === name).map((child) => reader.of(child));
  for (const child of [...named("backend-application-ids"), ...named("decryption-keys")])
    child.refuse("The element is not simulated. Remove it, or deploy to Azure.");
  const [clientIds] = named("client-application-ids").map((child) => {
    child.done();
    return new Set(child.texts("application-id").map((id) => id.trim().toLowerCase()));
  });
  const [audiences] = named("audiences").map((child) => {
    child.done();
    return child.values("audience", anyText);
  });
  const [claims] = named("required-claims").map(readClaimSettings);
  const values = [tenant, endpoint, ...common.values, ...(audiences ?? []), ...(claims?.values ?? [])];
  return {
    clientIds,
    requiredClaims: claims?.literals ?? [],
    settingsFor: onceUnlessExpression(values, (exchange) => ({
      ...common.make(exchange),
      requireExpirationTime: true,
      requireSignedTokens: true,
      clockSkewSeconds: 0,
      configurationUrls: configurationUrls(exchange, tenant, endpoint),
      keys: [],
      audiences: audiences && new Set(audiences.map((audience) => audience(exchange))),
      issuers: new Set<string>(),
      claims: claims?.make(exchange) ?? [],
    })),
  };
}

/** @see https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#find-your-apps-openid-configuration-document-uri */
function configurationUrls(
  exchange: Exchange,
  tenant: PolicyValue<string> | undefined,
  endpoint: PolicyValue<string> | undefined,
): readonly string[] {
  const written = (endpoint?.(exchange) ?? "https://login.microsoftonline.com").trim().replace(/\/+$/, "");
  // "Prefix https:// is optional", and a tenant may be named by a URL.
  const base = /^https?:\/\//i.test(written) ? written : `https://${written}`;
  const name = (tenant?.(exchange) ?? "").trim().replace(/^https?:\/\/([^/]*).*$/i, "$1");
  const at = `${base}/${encodeURIComponent(name)}`;
  return [`${at}/v2.0/.well-known/openid-configuration`, `${at}/.well-known/openid-configuration`];
}

/** The document of a tenant that stands for many, `organizations` and `common`, leaves the tenant open. */
function issuerOfTenant(issuer: string, { claims: { tid } }: JsonWebToken): string {
  return typeof tid === "string" && /^[\w-]+$/.test(tid) ? issuer.replace("{tenantid}", tid) : issuer;
}

/**
 * A token of v1.0 names its client as `appid`, one of v2.0 as `azp`.
 *
 * Assumed of Azure: the letter case of an application id does not count.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
function judgeClient(
  { claims: { appid, azp } }: JsonWebToken,
  clientIds: ReadonlySet<string> | undefined,
): TokenRefusal | undefined {
  const client = appid ?? azp;
  if (clientIds === undefined || (typeof client === "string" && clientIds.has(client.toLowerCase())))
    return undefined;
  const shown = typeof client === "string" ? JSON.stringify(client.slice(0, 100)) : "none";
  return {
    reason: "TokenClaimValueNotAllowed",
    message: `claim "appid" or "azp" must be one of ${[...clientIds].join(", ")}; got ${shown}. Access denied.`,
  };
}
