import { createCipheriv, createDecipheriv } from "node:crypto";
import { argumentNull } from "../dotnet/exceptions.ts";
import { DotnetException } from "../exception.ts";
import type { Host, TypeDescription } from "../type-description.ts";

function cryptographic(message: string): DotnetException {
  return new DotnetException("System.Security.Cryptography.CryptographicException", message);
}

/** A symmetric algorithm by .NET's name, with the lengths of keys and blocks in bytes. */
interface Algorithm {
  readonly node: (bits: number) => string;
  readonly keys: readonly number[];
  readonly block: number;
}

const aes: Algorithm = { node: (bits) => `aes-${bits}-cbc`, keys: [16, 24, 32], block: 16 };
const tripleDes: Algorithm = { node: () => "des-ede3-cbc", keys: [24], block: 8 };

const algorithms: ReadonlyMap<string, Algorithm> = new Map([
  ["aes", aes],
  ["rijndael", aes],
  ["tripledes", tripleDes],
  ["3des", tripleDes],
]);

function cipherName(name: string | null, key: Uint8Array | null, iv: Uint8Array | null): string {
  if (name === null) throw argumentNull("alg");
  if (key === null || iv === null) throw argumentNull(key === null ? "key" : "iv");
  const simple = name.replace(/^System\.Security\.Cryptography\./, "").toLowerCase();
  const algorithm = algorithms.get(simple);
  if (algorithm === undefined) throw cryptographic(`'${name}' is not a symmetric algorithm.`);
  if (!algorithm.keys.includes(key.length))
    throw cryptographic("Specified key is not a valid size for this algorithm.");
  if (iv.length !== algorithm.block)
    throw cryptographic(
      "Specified initialization vector (IV) does not match the block size for this algorithm.",
    );
  return algorithm.node(key.length * 8);
}

function encrypt(
  input: Uint8Array | null,
  name: string | null,
  key: Uint8Array,
  iv: Uint8Array,
  host: Host,
): Uint8Array {
  if (input === null) throw argumentNull("input");
  const cipher = createCipheriv(cipherName(name, key, iv), key, iv);
  host.allocate(input.length);
  return new Uint8Array(Buffer.concat([cipher.update(input), cipher.final()]));
}

function decrypt(
  input: Uint8Array | null,
  name: string | null,
  key: Uint8Array,
  iv: Uint8Array,
  host: Host,
): Uint8Array {
  if (input === null) throw argumentNull("input");
  const decipher = createDecipheriv(cipherName(name, key, iv), key, iv);
  host.allocate(input.length);
  try {
    return new Uint8Array(Buffer.concat([decipher.update(input), decipher.final()]));
  } catch {
    // Whatever OpenSSL says of it, .NET has one text for a text that was not encrypted so.
    throw cryptographic("Padding is invalid and cannot be removed.");
  }
}

/** API Management's own `Encrypt` and `Decrypt`, in CBC with PKCS #7 padding, which are .NET's defaults. */
export const cipherTypes: readonly TypeDescription[] = [
  {
    name: "Microsoft.Azure.ApiManagement.CipherExtensions",
    kind: "static",
    members: {
      "static byte[] Encrypt(this byte[] input, string alg, byte[] key, byte[] iv)": encrypt,
      "static byte[] Decrypt(this byte[] input, string alg, byte[] key, byte[] iv)": decrypt,
    },
  },
];
