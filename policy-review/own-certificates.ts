import type { ServedCertificate } from "../simulator/apim/served-certificate.ts";
import type { OwnIssuer } from "./own-issuer.ts";

/**
 * Stands for every uploaded certificate that policies name: it has the local gateway's own key, so that tokens can be made for
 * `validate-jwt`, and policies can sign.
 *
 * @param texts The documents and fragments.
 * @returns One for each name, by id where `certificate-id` names it and by thumbprint where an expression does.
 */
export async function ownCertificates(
  texts: readonly string[],
  issuer: OwnIssuer,
): Promise<readonly ServedCertificate[]> {
  const namesIn = (pattern: RegExp) => [
    ...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name = ""]) => name))),
  ];
  const ids = namesIn(/\bcertificate-id\s*=\s*["']([^"'@{]+)["']/g);
  const thumbprints = [
    ...namesIn(/\bDeployment\.Certificates\[(?:"|&quot;)([^"&]+)(?:"|&quot;)\]/g),
    ...namesIn(/<authentication-certificate\b[^>]*\bthumbprint\s*=\s*["']([^"'@{]+)["']/g),
  ];
  if (ids.length + thumbprints.length === 0) return [];
  // Most folders name none, and the library takes its time to load.
  const { makeOwnCertificate } = await import("./make-own-certificate.ts");
  const own = await makeOwnCertificate(issuer.key);
  const byId = ids.map((id) => ({ ...own, id }));
  return [...byId, ...thumbprints.map((thumbprint) => ({ ...own, id: thumbprint, thumbprint }))];
}
