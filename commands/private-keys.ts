import { readFile } from "node:fs/promises";
import { exportJWK, importPKCS8, type JWK } from "jose";
import { CommandError } from "./command-error.ts";
import type { CommandOption } from "./command-line.ts";

/** `--key` of the commands that get tokens. */
export const keyOption = {
  type: "string",
  value: "NAME=FILE",
  multiple: true,
  default: [],
  help: "The private key of a client that authenticates with one, as JWK or PKCS#8 PEM; may be given more than once.",
} as const satisfies CommandOption;

/**
 * Reads the private keys that `--key NAME=FILE` names.
 *
 * @throws {CommandError} for another form, a file that cannot be read, and one that holds no private key; never with its text.
 */
export async function readPrivateKeys(options: readonly string[]): Promise<ReadonlyMap<string, JWK>> {
  return new Map(await Promise.all(options.map(readPrivateKey)));
}

async function readPrivateKey(option: string): Promise<readonly [client: string, key: JWK]> {
  const [, client, file] = /^([^=]+)=(.+)$/s.exec(option) ?? [];
  if (client === undefined || file === undefined)
    // The whole may be a key, as may be what stands for a file.
    throw new CommandError(
      "--key names no client and file. Write --key partner-batch=partner-batch.key.json.",
      { code: "command-line" },
    );
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    throw new CommandError(
      `Cannot read the key file of client "${client}" (${cause.code}). Check its path and permissions.`,
      { code: "file" },
    );
  });
  return [client, await parseKey(text, file)];
}

async function parseKey(text: string, file: string): Promise<JWK> {
  try {
    if (text.includes("-----BEGIN")) return await pemKey(text);
    const key: unknown = JSON.parse(text);
    if (typeof key === "object" && key !== null && "kty" in key && "d" in key) return key as JWK;
  } catch {
    // The parser's own words would quote the file.
  }
  throw new CommandError(
    `"${file}" holds no private key. Give a JWK with its private part, or a PKCS#8 PEM file ("BEGIN PRIVATE KEY").`,
    { code: "file" },
  );
}

async function pemKey(text: string): Promise<JWK> {
  // The algorithm decides over nothing but what the key may be used for; an elliptic key is of one curve.
  const attempts = ["RS256", "ES256", "ES384", "ES512"].map((algorithm) =>
    importPKCS8(text, algorithm, { extractable: true }),
  );
  return exportJWK(await Promise.any(attempts));
}
