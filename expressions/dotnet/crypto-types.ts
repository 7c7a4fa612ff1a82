import type { Host, Implementation, TypeDescription } from "../type-description.ts";
import { Certificate, RsaKey } from "./certificate.ts";
import type { DateTime } from "./date-time.ts";
import { argumentException, NotSimulatedError, required } from "./exceptions.ts";
import { HashAlgorithm, type HashName, hashNames } from "./hash.ts";

type Members = Readonly<Record<string, Implementation>>;

const space = "System.Security.Cryptography";

/** `System.Security.Cryptography.HashAlgorithmName`. */
export class HashAlgorithmName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  /** The digest itself; throws an `ArgumentException` for a name that is none. */
  get hash(): HashName {
    const found = hashNames.find((each) => each === this.name.toUpperCase());
    if (found === undefined)
      throw argumentException(`'${this.name}' is not a known hash algorithm.`, "hashAlgorithm");
    return found;
  }
}

/** A padding of RSA: PKCS #1, PSS, or OAEP with a digest. */
export class RsaPadding {
  readonly name: string;
  readonly oaep: HashName | null;
  readonly use: "signature" | "encryption";

  constructor(use: "signature" | "encryption", name: string, oaep: HashName | null = null) {
    this.use = use;
    this.name = name;
    this.oaep = oaep;
  }
}

function compute(self: HashAlgorithm, bytes: Uint8Array | null, host: Host): Uint8Array {
  host.spend((bytes?.length ?? 0) / 64);
  return self.compute(bytes);
}

const algorithmDescription: TypeDescription = {
  name: `${space}.HashAlgorithm`,
  kind: "class",
  interfaces: ["IDisposable"],
  is: (value) => value instanceof HashAlgorithm,
  members: {
    "static HashAlgorithm Create(string hashName)": (name: string) => HashAlgorithm.byName(name),
    "byte[] ComputeHash(byte[] buffer)": compute,
    "byte[] ComputeHash(byte[] buffer, int offset, int count)": (
      self: HashAlgorithm,
      bytes: Uint8Array | null,
      offset: number,
      count: number,
      host: Host,
    ) => compute(self, required(bytes, "buffer").subarray(offset, offset + count), host),
    "byte[] Hash": (self: HashAlgorithm) => self.last,
    "int HashSize": (self: HashAlgorithm) => self.hashSize,
    "void Clear()": () => {},
    "void Dispose()": () => {},
  },
};

function plainDescriptions(name: HashName): readonly TypeDescription[] {
  const is = (value: unknown) => value instanceof HashAlgorithm && value.key === null && value.name === name;
  const base = "HashAlgorithm";
  const managed: TypeDescription = {
    name: `${space}.${name}Managed`,
    kind: "class",
    base: name,
    members: { "new()": () => new HashAlgorithm(name) },
  };
  const described: TypeDescription = {
    name: `${space}.${name}`,
    kind: "class",
    base,
    is,
    members: {
      [`static ${name} Create()`]: () => new HashAlgorithm(name),
      "static byte[] HashData(byte[] source)": (bytes: Uint8Array | null, host: Host) =>
        compute(new HashAlgorithm(name), bytes, host),
    },
  };
  return name === "MD5" ? [described] : [described, managed];
}

function hmacDescription(name: HashName): TypeDescription {
  return {
    name: `${space}.HMAC${name}`,
    kind: "class",
    base: "HMAC",
    is: (value) => value instanceof HashAlgorithm && value.key !== null && value.name === name,
    members: {
      "new()": () => HashAlgorithm.hmac(name),
      "new(byte[] key)": (key: Uint8Array | null) => HashAlgorithm.hmac(name, key),
      "static byte[] HashData(byte[] key, byte[] source)": (
        key: Uint8Array | null,
        source: Uint8Array | null,
        host: Host,
      ) => compute(HashAlgorithm.hmac(name, key), source, host),
    },
  };
}

const keyMember: Members = {
  "byte[] Key { get; set; }": {
    get: (self: HashAlgorithm) => self.key,
    set: (self: HashAlgorithm, key: Uint8Array | null) => {
      self.key = required(key, "value");
    },
  },
};

const hashDescriptions: readonly TypeDescription[] = [
  algorithmDescription,
  { name: `${space}.KeyedHashAlgorithm`, kind: "class", base: "HashAlgorithm", members: keyMember },
  { name: `${space}.HMAC`, kind: "class", base: "KeyedHashAlgorithm" },
  ...hashNames.flatMap(plainDescriptions),
  ...hashNames.map(hmacDescription),
];

const hashNameDescription: TypeDescription = {
  name: `${space}.HashAlgorithmName`,
  kind: "struct",
  is: (value) => value instanceof HashAlgorithmName,
  identity: (self: HashAlgorithmName) => self.name,
  members: {
    "new(string name)": (name: string) => new HashAlgorithmName(name),
    "string Name": (self: HashAlgorithmName) => self.name,
    "string ToString()": (self: HashAlgorithmName) => self.name,
    ...Object.fromEntries(
      hashNames.map((name) => [`static HashAlgorithmName ${name}`, () => new HashAlgorithmName(name)]),
    ),
  },
};

const paddingDescriptions: readonly TypeDescription[] = [
  {
    name: `${space}.RSASignaturePadding`,
    kind: "class",
    is: (value) => value instanceof RsaPadding && value.use === "signature",
    members: {
      "static RSASignaturePadding Pkcs1": () => new RsaPadding("signature", "Pkcs1"),
      "static RSASignaturePadding Pss": () => new RsaPadding("signature", "Pss"),
      "string ToString()": (self: RsaPadding) => self.name,
    },
  },
  {
    name: `${space}.RSAEncryptionPadding`,
    kind: "class",
    is: (value) => value instanceof RsaPadding && value.use === "encryption",
    members: {
      "static RSAEncryptionPadding Pkcs1": () => new RsaPadding("encryption", "Pkcs1"),
      ...Object.fromEntries(
        hashNames
          .filter((name) => name !== "MD5")
          .map((name) => [
            `static RSAEncryptionPadding Oaep${name}`,
            () => new RsaPadding("encryption", `Oaep${name}`, name),
          ]),
      ),
      "string ToString()": (self: RsaPadding) => self.name,
    },
  },
];

const rsaDescription: TypeDescription = {
  name: `${space}.RSA`,
  kind: "class",
  base: "AsymmetricAlgorithm",
  is: (value) => value instanceof RsaKey,
  members: {
    "byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)": (
      self: RsaKey,
      data: Uint8Array | null,
      hash: HashAlgorithmName,
      padding: RsaPadding,
    ) => self.signData(required(data, "data"), hash.hash, padding.name === "Pss"),
    "bool VerifyData(byte[] data, byte[] signature, HashAlgorithmName hashAlgorithm, RSASignaturePadding padding)":
      (
        self: RsaKey,
        data: Uint8Array | null,
        signature: Uint8Array | null,
        hash: HashAlgorithmName,
        padding: RsaPadding,
      ) =>
        self.verifyData(
          required(data, "data"),
          required(signature, "signature"),
          hash.hash,
          padding.name === "Pss",
        ),
    "byte[] Encrypt(byte[] data, RSAEncryptionPadding padding)": (
      self: RsaKey,
      data: Uint8Array | null,
      padding: RsaPadding,
    ) => self.encrypt(required(data, "data"), padding.oaep),
    "byte[] Decrypt(byte[] data, RSAEncryptionPadding padding)": (
      self: RsaKey,
      data: Uint8Array | null,
      padding: RsaPadding,
    ) => self.decrypt(required(data, "data"), padding.oaep),
    "void Dispose()": () => {},
  },
};

const certificates = `${space}.X509Certificates`;

const certificateDescriptions: readonly TypeDescription[] = [
  {
    name: `${certificates}.X509Certificate`,
    kind: "class",
    members: {
      "string Subject": (self: Certificate) => self.subject,
      "string Issuer": (self: Certificate) => self.issuer,
      "string GetSerialNumberString()": (self: Certificate) => self.serialNumber,
      "string GetCertHashString()": (self: Certificate) => self.thumbprint,
      "byte[] GetCertHash()": (self: Certificate) => new Uint8Array(Buffer.from(self.thumbprint, "hex")),
      "byte[] GetRawCertData()": (self: Certificate) => self.rawData,
      "string GetExpirationDateString()": (self: Certificate) => self.notAfter.toString("G"),
      "string GetEffectiveDateString()": (self: Certificate) => self.notBefore.toString("G"),
    },
  },
  {
    name: `${certificates}.X509Certificate2`,
    kind: "class",
    base: "X509Certificate",
    is: (value) => value instanceof Certificate,
    identity: (self: Certificate) => self.thumbprint,
    members: {
      "new(byte[] rawData)": (bytes: Uint8Array | null) => new Certificate(bytes),
      "new(byte[] rawData, string password)": (bytes: Uint8Array | null) => new Certificate(bytes),
      "string Thumbprint": (self: Certificate) => self.thumbprint,
      "string SerialNumber": (self: Certificate) => self.serialNumber,
      "string FriendlyName": (self: Certificate) => self.friendlyName,
      "DateTime NotAfter": (self: Certificate): DateTime => self.notAfter,
      "DateTime NotBefore": (self: Certificate): DateTime => self.notBefore,
      "bool HasPrivateKey": (self: Certificate) => self.hasPrivateKey,
      "byte[] RawData": (self: Certificate) => self.rawData,
      "X500DistinguishedName SubjectName": (self: Certificate) => new DistinguishedName(self.subject),
      "X500DistinguishedName IssuerName": (self: Certificate) => new DistinguishedName(self.issuer),
      "string GetNameInfo(X509NameType nameType, bool forIssuer)": (
        self: Certificate,
        kind: number,
        forIssuer: boolean,
      ) => {
        if (kind !== 0)
          throw new NotSimulatedError("GetNameInfo with a type other than X509NameType.SimpleName");
        return self.simpleName(forIssuer);
      },
      "bool Verify()": (self: Certificate, host: Host) => self.isValidAt(host.now()),
    },
  },
  {
    name: `${certificates}.RSACertificateExtensions`,
    kind: "static",
    members: {
      "static RSA GetRSAPrivateKey(this X509Certificate2 certificate)": (self: Certificate) =>
        self.rsaPrivateKey,
      "static RSA GetRSAPublicKey(this X509Certificate2 certificate)": (self: Certificate) =>
        self.rsaPublicKey,
    },
  },
];

/** `X500DistinguishedName`, of which policies may read the `Name`. */
export class DistinguishedName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Hashes, HMACs, RSA and certificates. */
export const cryptoTypes: readonly TypeDescription[] = [
  { name: "System.IDisposable", kind: "interface", members: { "void Dispose()": () => {} } },
  ...hashDescriptions,
  hashNameDescription,
  { name: `${space}.AsymmetricAlgorithm`, kind: "class", interfaces: ["IDisposable"] },
  ...paddingDescriptions,
  rsaDescription,
  ...certificateDescriptions,
  {
    name: `${certificates}.X500DistinguishedName`,
    kind: "class",
    is: (value) => value instanceof DistinguishedName,
    members: { "string Name": (self: DistinguishedName) => self.name },
  },
  {
    name: `${certificates}.X509NameType`,
    kind: "enum",
    values: { SimpleName: 0, EmailName: 1, UpnName: 2, DnsName: 3, DnsFromAlternativeName: 4, UrlName: 5 },
  },
];
