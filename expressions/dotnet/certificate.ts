import {
  constants,
  createHash,
  createPrivateKey,
  privateDecrypt,
  publicEncrypt,
  sign,
  verify,
  X509Certificate,
} from "node:crypto";
import { DotnetException } from "../exception.ts";
import { DateTime } from "./date-time.ts";
import { argumentNull, NotSimulatedError } from "./exceptions.ts";
import type { HashName } from "./hash.ts";

/** The order in which .NET writes the names of a subject, and the words of OpenSSL for them. */
function distinguishedName(lines: string): string {
  return lines
    .split("\n")
    .map((line) => line.replace(/^emailAddress=/, "E=").replace(/^ST=/, "S="))
    .reverse()
    .map((line) => (/[,+="\n<>#;]/.test(line.slice(line.indexOf("=") + 1)) ? quotedName(line) : line))
    .join(", ");
}

function quotedName(line: string): string {
  const [name = "", ...rest] = line.split("=");
  return `${name}="${rest.join("=").replaceAll("\\", "").replaceAll('"', '""')}"`;
}

function simpleName(lines: string): string {
  const part = lines.split("\n").find((line) => line.startsWith("CN="));
  return (part ?? lines.split("\n").at(-1) ?? "").replace(/^[^=]*=/, "");
}

/**
 * `System.Security.Cryptography.X509Certificates.X509Certificate2`, with a private key when the gateway holds one.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.security.cryptography.x509certificates.x509certificate2
 */
export class Certificate {
  private readonly certificate: X509Certificate;
  private readonly privateKeyPem: string | undefined;

  /** @param source PEM or DER. */
  constructor(source: string | Uint8Array | null, privateKeyPem?: string) {
    if (source === null) throw argumentNull("rawData");
    this.privateKeyPem = privateKeyPem;
    try {
      this.certificate = new X509Certificate(source);
    } catch (error) {
      if (source[0] === 0x30) {
        throw new NotSimulatedError("a certificate with a private key (PKCS #12) made within an expression");
      }
      const reason = error instanceof Error ? error.message : String(error);
      throw new DotnetException(
        "System.Security.Cryptography.CryptographicException",
        `Cannot find the requested object. (${reason})`,
      );
    }
  }

  get subject(): string {
    return distinguishedName(this.certificate.subject);
  }

  get issuer(): string {
    return distinguishedName(this.certificate.issuer);
  }

  /** `GetNameInfo(X509NameType.SimpleName, …)` */
  simpleName(forIssuer: boolean): string {
    return simpleName(forIssuer ? this.certificate.issuer : this.certificate.subject);
  }

  /** The SHA-1 digest, as 40 hexadecimal digits in upper case. */
  get thumbprint(): string {
    return createHash("sha1").update(this.certificate.raw).digest("hex").toUpperCase();
  }

  /** In upper case, the highest byte first. */
  get serialNumber(): string {
    const digits = this.certificate.serialNumber.toUpperCase();
    return digits.length % 2 === 0 ? digits : `0${digits}`;
  }

  /** In local time, which is UTC. */
  get notAfter(): DateTime {
    return DateTime.fromUnix(Date.parse(this.certificate.validTo), "Local");
  }

  get notBefore(): DateTime {
    return DateTime.fromUnix(Date.parse(this.certificate.validFrom), "Local");
  }

  /** As node tells it. */
  get validTo(): string {
    return this.certificate.validTo;
  }

  get rawData(): Uint8Array {
    return new Uint8Array(this.certificate.raw);
  }

  get friendlyName(): string {
    return "";
  }

  get hasPrivateKey(): boolean {
    return this.privateKeyPem !== undefined;
  }

  /**
   * `Verify()` and API Management's own `VerifyNoRevocation()`: whether it is in its time and signed by itself.
   *
   * Differs from Azure: `X509Certificate2.Verify()` trusts no authority and reads no revocation list.
   *
   * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions
   */
  isValidAt(milliseconds: number): boolean {
    const { certificate } = this;
    const inTime =
      milliseconds >= Date.parse(certificate.validFrom) && milliseconds <= Date.parse(certificate.validTo);
    return inTime && certificate.verify(certificate.publicKey);
  }

  /** `GetRSAPrivateKey()`; `null` when there is none. */
  get rsaPrivateKey(): RsaKey | null {
    return this.privateKeyPem === undefined ? null : new RsaKey(this.certificate, this.privateKeyPem);
  }

  /** `GetRSAPublicKey()`; `null` when the key is of another kind. */
  get rsaPublicKey(): RsaKey | null {
    return this.certificate.publicKey.asymmetricKeyType === "rsa"
      ? new RsaKey(this.certificate, undefined)
      : null;
  }
}

/** The RSA key of a certificate: `System.Security.Cryptography.RSA`. */
export class RsaKey {
  private readonly certificate: X509Certificate;
  private readonly privateKeyPem: string | undefined;

  constructor(certificate: X509Certificate, privateKeyPem: string | undefined) {
    this.certificate = certificate;
    this.privateKeyPem = privateKeyPem;
  }

  private get privateKey() {
    if (this.privateKeyPem !== undefined) return createPrivateKey(this.privateKeyPem);
    throw new DotnetException("System.Security.Cryptography.CryptographicException", "Key does not exist.");
  }

  /**
   * Signs.
   *
   * @param pss Whether the padding is PSS, else PKCS #1.
   */
  signData(data: Uint8Array, hash: HashName, pss: boolean): Uint8Array {
    return new Uint8Array(sign(hash, data, { key: this.privateKey, ...paddingOf(pss) }));
  }

  /** Whether the signature is that of the data. */
  verifyData(data: Uint8Array, signature: Uint8Array, hash: HashName, pss: boolean): boolean {
    return verify(hash, data, { key: this.certificate.publicKey, ...paddingOf(pss) }, signature);
  }

  /**
   * Encrypts.
   *
   * @param oaep The digest of OAEP padding; `null` for PKCS #1.
   */
  encrypt(data: Uint8Array, oaep: HashName | null): Uint8Array {
    const key = this.certificate.publicKey;
    return new Uint8Array(publicEncrypt({ key, ...oaepOf(oaep) }, data));
  }

  /** The opposite of {@link RsaKey.encrypt}. */
  decrypt(data: Uint8Array, oaep: HashName | null): Uint8Array {
    const options = { key: this.privateKey, ...oaepOf(oaep) };
    try {
      return new Uint8Array(privateDecrypt(options, data));
    } catch {
      // .NET tells no reason either: it would help whoever guesses.
      throw new DotnetException(
        "System.Security.Cryptography.CryptographicException",
        "The parameter is incorrect.",
      );
    }
  }
}

function paddingOf(pss: boolean) {
  return pss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { padding: constants.RSA_PKCS1_PADDING };
}

function oaepOf(oaep: HashName | null) {
  return oaep === null
    ? { padding: constants.RSA_PKCS1_PADDING }
    : { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: oaep.toLowerCase() };
}
