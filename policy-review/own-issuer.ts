import { createHmac, generateKeyPairSync } from "node:crypto";
import { createForge, type Forge, type IssuerKey, type TokenIdentity } from "../proof/forge.ts";
import {
  fetchConfiguration,
  type OpenIdConfiguration,
} from "../simulator/apim/policy/tokens/open-id-configurations.ts";
import { keyOfJwk } from "../simulator/apim/policy/tokens/signing-key.ts";

/** Stands for every issuer that policies name: each discovery document gives a key of ours, so that tokens can be made. */
export interface OwnIssuer {
  readonly key: IssuerKey;
  /** Address of the issuer whose own documents are fetched. */
  readonly real?: string;
  /** The configuration in the place of what is at an address. */
  readonly fetchConfiguration: (url: string) => Promise<OpenIdConfiguration>;
}

/**
 * Makes it, with a new key.
 *
 * @param real Address of an issuer whose own documents are fetched. @defaultValue none
 */
export function ownIssuer(real?: string): OwnIssuer {
  const kid = "key-of-the-local-gateway";
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = privateKey.export({ format: "jwk" });
  const { kty, n, e } = jwk;
  const published = keyOfJwk({ kty, n, e, kid, use: "sig" });
  if (published === undefined) throw new Error("An RSA key must verify signatures.");
  return {
    key: { kid, jwk },
    ...(real === undefined ? {} : { real }),
    fetchConfiguration: async (url) =>
      real !== undefined && url.startsWith(real)
        ? fetchConfiguration(url)
        : { issuer: issuerAt(url), keys: [published], badKeys: [] },
  };
}

/**
 * Fetches an issuer's discovery document and keys once, to see that it answers.
 *
 * @throws {Error} which says what it answered at each of its two addresses.
 */
export async function assertAnswers(issuer: string): Promise<void> {
  const base = issuer.replace(/\/$/, "");
  const documents = ["openid-configuration", "oauth-authorization-server"];
  const asked = await Promise.allSettled(
    documents.map((name) => fetchConfiguration(`${base}/.well-known/${name}`)),
  );
  const reasons = asked.flatMap((one) => (one.status === "rejected" ? [(one.reason as Error).message] : []));
  if (reasons.length === documents.length) throw new Error(reasons.join(" "));
}

/**
 * The issuer that a discovery document's address stands for.
 *
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationRequest
 * @see https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-issuer
 */
export function issuerAt(url: string): string {
  const issuer = url.replace(
    /\/\.well-known\/(?:openid-configuration|oauth-authorization-server)(?:[/?#].*)?$/,
    "",
  );
  const [, tenant] = /^https:\/\/login\.(?:microsoftonline\.com|windows\.net)\/([^/]+)$/.exec(issuer) ?? [];
  return tenant === undefined ? issuer : `https://sts.windows.net/${tenant}/`;
}

/** What tokens of a forge say besides, and the shared secret that signs them where the policies name one. */
export interface TokenFeatures {
  readonly claims: Readonly<Record<string, unknown>>;
  readonly secret?: Buffer | undefined;
}

/** A forge whose good tokens an operation's checks take. */
export function forgeFor(
  issuer: OwnIssuer,
  identity: TokenIdentity,
  { claims, secret }: TokenFeatures,
): Forge {
  const forge = createForge(issuer.key, identity, Math.floor(Date.now() / 1000));
  const more =
    <Args extends unknown[]>(make: (own: Readonly<Record<string, unknown>>, ...rest: Args) => string) =>
    (own: Readonly<Record<string, unknown>>, ...rest: Args) =>
      make({ ...claims, ...own }, ...rest);
  return {
    ...forge,
    token:
      secret === undefined ? more(forge.token) : more((own) => signedBySecret(forge.unsigned(own), secret)),
    signedByStranger: more(forge.signedByStranger),
    unsigned: more(forge.unsigned),
    keyedWithPublicKey: more(forge.keyedWithPublicKey),
  };
}

function signedBySecret(unsigned: string, secret: Buffer): string {
  const [, payload = ""] = unsigned.split(".");
  const header = Buffer.from(JSON.stringify({ alg: "HS256", typ: "JWT" })).toString("base64url");
  const content = `${header}.${payload}`;
  return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
}
