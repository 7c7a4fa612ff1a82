import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { DotnetException } from "../exception.ts";
import { argumentNull, NotSimulatedError } from "./exceptions.ts";

/** A kind of algorithm, with its lengths in bytes, the longest key first. */
interface Kind {
  readonly node: (bits: number) => string;
  readonly keys: readonly [number, ...number[]];
  readonly block: number;
}

const aes: Kind = { node: (bits) => `aes-${bits}`, keys: [32, 24, 16], block: 16 };
const tripleDes: Kind = { node: () => "des-ede3", keys: [24], block: 8 };

const kinds: ReadonlyMap<string, Kind> = new Map([
  ["aes", aes],
  ["rijndael", aes],
  ["tripledes", tripleDes],
  ["3des", tripleDes],
]);

/** The values of `CipherMode`. */
export const cipherModes = { CBC: 1, ECB: 2, OFB: 3, CFB: 4, CTS: 5 } as const;

/** The values of `PaddingMode`. */
export const paddingModes = { None: 1, PKCS7: 2, Zeros: 3, ANSIX923: 4, ISO10126: 5 } as const;

/**
 * `System.Security.Cryptography.SymmetricAlgorithm`: AES and TripleDES, in CBC or ECB, with PKCS #7 padding or none.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.security.cryptography.symmetricalgorithm
 */
export class SymmetricAlgorithm {
  readonly #kind: Kind;
  #key: Uint8Array | undefined;
  #iv: Uint8Array | undefined;
  #keyBytes: number;
  #mode: number = cipherModes.CBC;
  #padding: number = paddingModes.PKCS7;

  private constructor(kind: Kind) {
    this.#kind = kind;
    this.#keyBytes = kind.keys[0];
  }

  /** The algorithm of a name of .NET's; `undefined` when it has none. */
  static byName(name: string): SymmetricAlgorithm | undefined {
    const simple = name.replace(/^System\.Security\.Cryptography\./, "").toLowerCase();
    const kind = kinds.get(simple);
    return kind && new SymmetricAlgorithm(kind);
  }

  /** The key; a random one where none was set. */
  get key(): Uint8Array {
    this.#key ??= new Uint8Array(randomBytes(this.#keyBytes));
    return this.#key;
  }

  set key(key: Uint8Array | null) {
    if (key === null) throw argumentNull("value");
    this.keySize = key.length * 8;
    this.#key = key.slice();
  }

  /** The initialization vector; a random one where none was set. */
  get iv(): Uint8Array {
    this.#iv ??= new Uint8Array(randomBytes(this.#kind.block));
    return this.#iv;
  }

  set iv(iv: Uint8Array | null) {
    if (iv === null) throw argumentNull("value");
    if (iv.length !== this.#kind.block)
      throw cryptographic(
        "Specified initialization vector (IV) does not match the block size for this algorithm.",
      );
    this.#iv = iv.slice();
  }

  /** Length of the key in bits. Setting it forgets the key. */
  get keySize(): number {
    return this.#keyBytes * 8;
  }

  set keySize(bits: number) {
    if (!this.#kind.keys.includes(bits / 8))
      throw cryptographic("Specified key is not a valid size for this algorithm.");
    this.#keyBytes = bits / 8;
    this.#key = undefined;
  }

  /** Length of a block in bits. */
  get blockSize(): number {
    return this.#kind.block * 8;
  }

  /** `CipherMode`. */
  get mode(): number {
    return this.#mode;
  }

  set mode(mode: number) {
    if (mode !== cipherModes.CBC && mode !== cipherModes.ECB)
      throw new NotSimulatedError("a cipher mode other than CipherMode.CBC and CipherMode.ECB");
    this.#mode = mode;
  }

  /** `PaddingMode`. */
  get padding(): number {
    return this.#padding;
  }

  set padding(padding: number) {
    if (padding !== paddingModes.PKCS7 && padding !== paddingModes.None)
      throw new NotSimulatedError("a padding other than PaddingMode.PKCS7 and PaddingMode.None");
    this.#padding = padding;
  }

  /** API Management's own `Encrypt`. */
  encrypt(input: Uint8Array): Uint8Array {
    this.#assertBlocks(input, "encrypt");
    const cipher = createCipheriv(...this.#parameters());
    cipher.setAutoPadding(this.#padding === paddingModes.PKCS7);
    return new Uint8Array(Buffer.concat([cipher.update(input), cipher.final()]));
  }

  /** API Management's own `Decrypt`. */
  decrypt(input: Uint8Array): Uint8Array {
    this.#assertBlocks(input, "decrypt");
    const decipher = createDecipheriv(...this.#parameters());
    decipher.setAutoPadding(this.#padding === paddingModes.PKCS7);
    try {
      return new Uint8Array(Buffer.concat([decipher.update(input), decipher.final()]));
    } catch {
      // Whatever OpenSSL says of it, .NET has one text for a text that was not encrypted so.
      throw cryptographic("Padding is invalid and cannot be removed.");
    }
  }

  #parameters(): [name: string, key: Uint8Array, iv: Uint8Array | null] {
    const isCbc = this.#mode === cipherModes.CBC;
    // OpenSSL's name of TripleDES in ECB has no mode.
    const suffix = isCbc ? "-cbc" : this.#kind === tripleDes ? "" : "-ecb";
    return [`${this.#kind.node(this.keySize)}${suffix}`, this.key, isCbc ? this.iv : null];
  }

  #assertBlocks(input: Uint8Array, what: string): void {
    if (this.#padding === paddingModes.None && input.length % this.#kind.block !== 0)
      throw cryptographic(`Length of the data to ${what} is invalid.`);
  }
}

/** `CryptographicException`. */
export function cryptographic(message: string): DotnetException {
  return new DotnetException("System.Security.Cryptography.CryptographicException", message);
}
