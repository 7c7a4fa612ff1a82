import "reflect-metadata";
import { createPrivateKey, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { Certificate } from "../expressions/dotnet/certificate.ts";
import type { ServedCertificate } from "../simulator/apim/served-certificate.ts";
import type { OwnIssuer } from "./own-issuer.ts";

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

/** Makes a certificate of the local gateway's own key, signed by itself. */
export async function makeOwnCertificate({ jwk }: OwnIssuer["key"]): Promise<Omit<ServedCertificate, "id">> {
  x509.cryptoProvider.set(webcrypto as never);
  const { kty, n, e } = jwk;
  const imported = (data: object, use: "sign" | "verify") =>
    webcrypto.subtle.importKey("jwk", data as webcrypto.JsonWebKey, algorithm, true, [use]);
  const keys = {
    privateKey: await imported(jwk, "sign"),
    publicKey: await imported({ kty, n, e }, "verify"),
  };
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=Certificate of the local gateway",
    signingAlgorithm: algorithm,
    keys: keys as never,
  });
  const pem = certificate.toString("pem");
  return {
    thumbprint: new Certificate(pem).thumbprint,
    certificate: pem,
    privateKey: String(
      createPrivateKey({ key: jwk, format: "jwk" }).export({ type: "pkcs8", format: "pem" }),
    ),
    chain: [],
  };
}
