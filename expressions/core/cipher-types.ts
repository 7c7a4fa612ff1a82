import type { Certificate } from "../dotnet/certificate.ts";
import { argumentNull } from "../dotnet/exceptions.ts";
import {
  cipherModes,
  cryptographic,
  paddingModes,
  SymmetricAlgorithm,
} from "../dotnet/symmetric-algorithm.ts";
import type { Host, TypeDescription } from "../type-description.ts";

type Bytes = Uint8Array | null;
type Cipher = (input: Uint8Array, algorithm: SymmetricAlgorithm) => Uint8Array;

const space = "System.Security.Cryptography";

function named(name: string | null): SymmetricAlgorithm {
  if (name === null) throw argumentNull("alg");
  const algorithm = SymmetricAlgorithm.byName(name);
  if (algorithm === undefined) throw cryptographic(`'${name}' is not a symmetric algorithm.`);
  return algorithm;
}

function keyed(algorithm: SymmetricAlgorithm, key: Bytes, iv: Bytes): SymmetricAlgorithm {
  if (key === null || iv === null) throw argumentNull(key === null ? "key" : "iv");
  algorithm.key = key;
  algorithm.iv = iv;
  return algorithm;
}

function run(cipher: Cipher, input: Bytes, algorithm: SymmetricAlgorithm | null, host: Host): Uint8Array {
  if (input === null || algorithm === null) throw argumentNull(input === null ? "input" : "alg");
  host.allocate(input.length);
  return cipher(input, algorithm);
}

const encrypt: Cipher = (input, algorithm) => algorithm.encrypt(input);
const decrypt: Cipher = (input, algorithm) => algorithm.decrypt(input);

function overloads(method: string, cipher: Cipher): NonNullable<TypeDescription["members"]> {
  const begin = `static byte[] ${method}(this byte[] input`;
  return {
    [`${begin}, string alg, byte[] key, byte[] iv)`]: (
      input: Bytes,
      name: string | null,
      key: Bytes,
      iv: Bytes,
      host: Host,
    ) => run(cipher, input, keyed(named(name), key, iv), host),
    [`${begin}, SymmetricAlgorithm alg)`]: (input: Bytes, algorithm: SymmetricAlgorithm | null, host: Host) =>
      run(cipher, input, algorithm, host),
    [`${begin}, SymmetricAlgorithm alg, byte[] key, byte[] iv)`]: (
      input: Bytes,
      algorithm: SymmetricAlgorithm | null,
      key: Bytes,
      iv: Bytes,
      host: Host,
    ) => run(cipher, input, algorithm && keyed(algorithm, key, iv), host),
  };
}

/**
 * API Management's own `Encrypt`, `Decrypt` and `VerifyNoRevocation`, and the algorithms that they take. By name they are in CBC with PKCS #7 padding,
 * which are .NET's defaults.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions
 */
export const cipherTypes: readonly TypeDescription[] = [
  {
    name: "Microsoft.Azure.ApiManagement.CipherExtensions",
    kind: "static",
    members: { ...overloads("Encrypt", encrypt), ...overloads("Decrypt", decrypt) },
  },
  {
    name: "Microsoft.Azure.ApiManagement.CertificateExtensions",
    kind: "static",
    members: {
      "static bool VerifyNoRevocation(this X509Certificate2 input)": (self: Certificate, host: Host) =>
        self.isValidAt(host.now()),
    },
  },
  {
    name: `${space}.SymmetricAlgorithm`,
    kind: "class",
    interfaces: ["IDisposable"],
    is: (value) => value instanceof SymmetricAlgorithm,
    members: {
      "static SymmetricAlgorithm Create()": () => named("Rijndael"),
      "static SymmetricAlgorithm Create(string algName)": (name: string | null) => {
        if (name === null) throw argumentNull("name");
        return SymmetricAlgorithm.byName(name) ?? null;
      },
      "byte[] Key { get; set; }": {
        get: (self: SymmetricAlgorithm) => self.key,
        set: (self: SymmetricAlgorithm, key: Bytes) => {
          self.key = key;
        },
      },
      "byte[] IV { get; set; }": {
        get: (self: SymmetricAlgorithm) => self.iv,
        set: (self: SymmetricAlgorithm, iv: Bytes) => {
          self.iv = iv;
        },
      },
      "int KeySize { get; set; }": {
        get: (self: SymmetricAlgorithm) => self.keySize,
        set: (self: SymmetricAlgorithm, bits: number) => {
          self.keySize = bits;
        },
      },
      "int BlockSize": (self: SymmetricAlgorithm) => self.blockSize,
      "CipherMode Mode { get; set; }": {
        get: (self: SymmetricAlgorithm) => self.mode,
        set: (self: SymmetricAlgorithm, mode: number) => {
          self.mode = mode;
        },
      },
      "PaddingMode Padding { get; set; }": {
        get: (self: SymmetricAlgorithm) => self.padding,
        set: (self: SymmetricAlgorithm, padding: number) => {
          self.padding = padding;
        },
      },
    },
  },
  { name: `${space}.CipherMode`, kind: "enum", values: cipherModes },
  { name: `${space}.PaddingMode`, kind: "enum", values: paddingModes },
];
