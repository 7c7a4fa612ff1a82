import { createHash, createHmac, randomBytes } from "node:crypto";
import { argumentNull, NotSimulatedError } from "./exceptions.ts";

/** The digests that .NET and Node.js both have, by the name that .NET gives them. */
export type HashName = "MD5" | "SHA1" | "SHA256" | "SHA384" | "SHA512";

/** The names of all of them. */
export const hashNames: readonly HashName[] = ["MD5", "SHA1", "SHA256", "SHA384", "SHA512"];

const sizes: Readonly<Record<HashName, number>> = {
  MD5: 128,
  SHA1: 160,
  SHA256: 256,
  SHA384: 384,
  SHA512: 512,
};

/**
 * A hash, or an HMAC when it has a key: `System.Security.Cryptography.HashAlgorithm`.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.security.cryptography.hashalgorithm.computehash
 */
export class HashAlgorithm {
  readonly name: HashName;
  key: Uint8Array | null;
  /** The last digest: the property `Hash`. */
  last: Uint8Array | null = null;

  /** @param key Of an HMAC. */
  constructor(name: HashName, key: Uint8Array | null = null) {
    this.name = name;
    this.key = key;
  }

  /** An HMAC; without a key a random one, as long as a block. */
  static hmac(name: HashName, key?: Uint8Array | null): HashAlgorithm {
    if (key === null) throw argumentNull("key");
    const block = name === "SHA384" || name === "SHA512" ? 128 : 64;
    return new HashAlgorithm(name, key ?? new Uint8Array(randomBytes(block)));
  }

  /** `SHA256.Create()` and `HashAlgorithm.Create("SHA256")`. */
  static byName(name: string): HashAlgorithm {
    const plain = name.replace("System.Security.Cryptography.", "").replaceAll("-", "").toUpperCase();
    const found = hashNames.find((each) => each === plain);
    const keyed = hashNames.find((each) => `HMAC${each}` === plain);
    if (keyed !== undefined) return HashAlgorithm.hmac(keyed);
    if (found === undefined) throw new NotSimulatedError(`the hash algorithm "${name}"`);
    return new HashAlgorithm(found);
  }

  /** In bits. */
  get hashSize(): number {
    return sizes[this.name];
  }

  /** `ComputeHash(buffer)`. */
  compute(bytes: Uint8Array | null): Uint8Array {
    if (bytes === null) throw argumentNull("buffer");
    const algorithm = this.name.toLowerCase();
    const hash = this.key === null ? createHash(algorithm) : createHmac(algorithm, this.key);
    this.last = new Uint8Array(hash.update(bytes).digest());
    return this.last;
  }
}
