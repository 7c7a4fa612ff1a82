import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import forge from "node-forge";

/** What a PKCS #12 file (`.pfx`) holds, as PEM. */
export interface Pkcs12Content {
  readonly certificate: string;
  /** In PKCS #8; absent where the file has none. */
  readonly privateKey?: string;
  /** The file's other certificates, those that signed it. */
  readonly chain: readonly string[];
}

/** A text that is no PKCS #12, or whose password is another one. */
export class Pkcs12Error extends Error {
  override readonly name = "Pkcs12Error";
}

/**
 * Reads a PKCS #12 file. By node-forge: node's own `tls` takes such a file and gives nothing back of it, and the Web Crypto API that
 * other libraries are built on lacks the ciphers of files that Windows and Azure's Key Vault write.
 *
 * @param password Empty where the file has none.
 * @throws {Pkcs12Error}
 * @see https://www.rfc-editor.org/rfc/rfc7292
 */
export function readPkcs12(bytes: Uint8Array, password: string): Pkcs12Content {
  const file = openFile(bytes, password);
  const bags = file.safeContents.flatMap(({ safeBags }) => safeBags);
  const keys = bags.filter(({ type }) => keyBags.includes(type)).map(keyOf);
  const certificates = bags.filter(({ type }) => type === forge.pki.oids.certBag).map(certificateOf);
  const [key] = keys;
  const own = key === undefined ? certificates[0] : certificates.find((one) => one.checkPrivateKey(key));
  if (own === undefined) throw new Pkcs12Error("it holds no certificate of its own key");
  return {
    certificate: own.toString(),
    ...(key === undefined ? {} : { privateKey: String(key.export({ type: "pkcs8", format: "pem" })) }),
    chain: certificates.filter((one) => one !== own).map(String),
  };
}

const keyBags: readonly string[] = [forge.pki.oids.keyBag, forge.pki.oids.pkcs8ShroudedKeyBag].map(String);

function openFile(bytes: Uint8Array, password: string): forge.pkcs12.Pkcs12Pfx {
  const binary = forge.util.createBuffer(Buffer.from(bytes).toString("latin1"));
  let parsed: forge.asn1.Asn1;
  try {
    parsed = forge.asn1.fromDer(binary, true);
  } catch {
    throw new Pkcs12Error("it is no PKCS #12");
  }
  try {
    return forge.pkcs12.pkcs12FromAsn1(parsed, true, password);
  } catch (error) {
    const { message } = error as Error;
    if (!/password|decrypt/i.test(message)) throw new Pkcs12Error(message);
    // forge writes such a password in one way where the format asks for two.
    const isAscii = /^[\0-\x7f]*$/.test(password);
    throw new Pkcs12Error(
      isAscii ? "the password is another one" : "a password with letters outside ASCII is not simulated",
    );
  }
}

function keyOf({ key, asn1 }: forge.pkcs12.Bag): KeyObject {
  const info = key ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(key)) : asn1;
  return createPrivateKey({ key: derOf(info), format: "der", type: "pkcs8" });
}

/** forge writes a certificate that it understands anew; what was signed, and by what, it leaves alone. */
function certificateOf({ cert, asn1 }: forge.pkcs12.Bag): X509Certificate {
  if (!cert) return new X509Certificate(derOf(asn1));
  const { tbsCertificate, signature } = cert as forge.pki.Certificate & {
    readonly tbsCertificate: forge.asn1.Asn1;
  };
  const parts = tbsCertificate.value as forge.asn1.Asn1[];
  // https://www.rfc-editor.org/rfc/rfc5280#section-4.1.1.2 : the algorithm stands there twice, behind the serial number.
  const algorithm = parts[parts[0]?.tagClass === forge.asn1.Class.CONTEXT_SPECIFIC ? 2 : 1];
  const { UNIVERSAL } = forge.asn1.Class;
  const { SEQUENCE, BITSTRING } = forge.asn1.Type;
  const bits = forge.asn1.create(UNIVERSAL, BITSTRING, false, `\0${String(signature)}`);
  const whole = [tbsCertificate, ...(algorithm === undefined ? [] : [algorithm]), bits];
  return new X509Certificate(derOf(forge.asn1.create(UNIVERSAL, SEQUENCE, true, whole)));
}

function derOf(value: forge.asn1.Asn1): Buffer {
  return Buffer.from(forge.asn1.toDer(value).getBytes(), "latin1");
}
