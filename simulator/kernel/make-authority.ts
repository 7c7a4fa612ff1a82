import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { machineClock } from "./clock.ts";

/** What an https listener and its clients need, as PEM. */
export interface LocalAuthority {
  /** The authority's own certificate, which clients trust. */
  readonly certificate: string;
  /** The listener's certificate for 127.0.0.1, ::1 and localhost. */
  readonly listenerCertificate: string;
  readonly listenerKey: string;
  /** Milliseconds since 1970. */
  readonly notAfter: number;
}

const validMilliseconds = 30 * 24 * 60 * 60 * 1000;
const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const loopback = [
  { type: "dns", value: "localhost" },
  { type: "ip", value: "127.0.0.1" },
  { type: "ip", value: "::1" },
] as const;

/**
 * Makes an authority and a listener's certificate.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10
 */
export async function makeAuthority(now = machineClock.now()): Promise<LocalAuthority> {
  x509.cryptoProvider.set(webcrypto as never);
  // A clock that is a little behind must not refuse it.
  const valid = { notBefore: new Date(now - 5 * 60 * 1000), notAfter: new Date(now + validMilliseconds) };
  const own = await webcrypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  const listener = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: "CN=Local cloud authority",
    ...valid,
    signingAlgorithm: algorithm,
    keys: own,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(own.publicKey),
      new x509.Extension("2.5.29.30", true, nameConstraints),
    ],
  });
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: "CN=Local cloud",
    issuer: authority.subject,
    ...valid,
    signingAlgorithm: algorithm,
    publicKey: listener.publicKey,
    signingKey: own.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([...loopback]),
      await x509.AuthorityKeyIdentifierExtension.create(authority),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", listener.privateKey));
  return {
    certificate: authority.toString("pem"),
    listenerCertificate: certificate.toString("pem"),
    listenerKey: x509.PemConverter.encode(key, "PRIVATE KEY"),
    notAfter: valid.notAfter.getTime(),
  };
}

/** Positive, and of 16 bytes. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x01;
  return bytes.toString("hex");
}

// `permittedSubtrees`: the name localhost, 127.0.0.0/8 and ::1/128, as DER. The library writes no masks.
const nameConstraints = der(0x30, [
  der(0xa0, [
    der(0x30, [der(0x82, [Buffer.from("localhost")])]),
    der(0x30, [der(0x87, [Buffer.from([127, 0, 0, 0, 255, 0, 0, 0])])]),
    der(0x30, [der(0x87, [Buffer.from("00000000000000000000000000000001", "hex"), Buffer.alloc(16, 255)])]),
  ]),
]);

/** A DER value of less than 128 bytes. */
function der(tag: number, parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
}
