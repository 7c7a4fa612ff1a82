import type { KeyObject } from "node:crypto";
import { compactDecrypt, errors } from "jose";
import { readJsonObject } from "./strict-json.ts";

// https://learn.microsoft.com/azure/api-management/validate-jwt-policy#usage-notes
const contentEncryptionAlgorithms = ["A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512"];

// Assumed of Azure: a certificate's key decrypts tokens by RSA-OAEP, with SHA-1 or SHA-256, and a shared key decrypts them itself (`dir`).
const keyKinds: Readonly<Record<string, (key: KeyObject) => boolean>> = {
  "RSA-OAEP": ({ asymmetricKeyType }) => asymmetricKeyType === "rsa",
  "RSA-OAEP-256": ({ asymmetricKeyType }) => asymmetricKeyType === "rsa",
  dir: ({ type }) => type === "secret",
};

/** Whether a token is encrypted: five parts, where a signed one has three. @see https://www.rfc-editor.org/rfc/rfc7516#section-9 */
export function isEncryptedToken(text: string): boolean {
  return text.split(".", 6).length === 5;
}

/** The token inside an encrypted one, by the first key that fits; `undefined` where none does. */
export async function decryptToken(text: string, keys: readonly KeyObject[]): Promise<string | undefined> {
  const header = readJsonObject(Buffer.from(text.slice(0, text.indexOf(".")), "base64url"));
  const algorithm = String(header?.alg);
  const fits = Object.hasOwn(keyKinds, algorithm) ? keyKinds[algorithm] : undefined;
  if (fits === undefined) return undefined;
  const options = { keyManagementAlgorithms: [algorithm], contentEncryptionAlgorithms };
  for (const key of keys.filter(fits)) {
    const opened = await compactDecrypt(text, key, options).catch(notOpened);
    if (opened !== undefined) return Buffer.from(opened.plaintext).toString("latin1");
  }
  return undefined;
}

// The next key may open it. Anything but an error of jose's own is a mistake.
function notOpened(error: unknown): undefined {
  if (error instanceof errors.JOSEError) return undefined;
  throw error;
}
