/** What `--key` takes, and that no key stands in what is said of a wrong one. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandError } from "../../commands/command-error.ts";
import { readPrivateKeys } from "../../commands/private-keys.ts";
import type { Proof } from "../../commands/prove.ts";
import { startLocalStack } from "../support/local-stack.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-keys-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  const place = path.join(folder, name);
  await writeFile(place, text);
  return place;
}

/** The message of the refusal. */
async function refusal(option: string): Promise<string> {
  const error = await readPrivateKeys([option]).catch((refused: unknown) => refused);
  if (error instanceof CommandError) return error.message;
  throw new Error("The option must be refused.", { cause: error });
}

describe("a private key", () => {
  it.each([
    ["RS256", "RSA"],
    ["ES256", "EC"],
    ["ES384", "EC"],
    ["ES512", "EC"],
  ])("is read as JWK and as PKCS#8 PEM: %s", async (algorithm, kty) => {
    const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
    const jwk = await exportJWK(privateKey);
    const asJwk = await file(`${algorithm}.json`, JSON.stringify({ ...jwk, kid: "k1" }));
    const asPem = await file(`${algorithm}.pem`, await exportPKCS8(privateKey));
    const keys = await readPrivateKeys([`batch=${asJwk}`, `job=${asPem}`]);
    expect(keys.get("batch")).toEqual({ ...jwk, kid: "k1" });
    expect(keys.get("job")).toMatchObject({ kty, d: jwk.d });
  });

  it("is refused without a client's name and a file", async () => {
    expect(await refusal('{"kty":"RSA","d":"s3cret"}')).toBe(
      "--key names no client and file. Write --key partner-batch=partner-batch.key.json.",
    );
  });

  it("is refused where the file cannot be read", async () => {
    expect(await refusal('batch={"kty":"RSA","d":"s3cret"}')).toBe(
      'Cannot read the key file of client "batch" (ENOENT). Check its path and permissions.',
    );
  });

  it.each<[string, () => Promise<string>]>([
    ["a public JWK", async () => JSON.stringify({ kty: "RSA", n: "s3cret", e: "AQAB" })],
    [
      "a public PEM",
      async () => exportSPKI((await generateKeyPair("RS256", { extractable: true })).publicKey),
    ],
    ["PEM that is broken", async () => "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----\n"],
    ["JSON that is broken", async () => '{"kty":"RSA","d":"s3cret"'],
    ["no object", async () => "null"],
  ])("is refused where the file holds %s, without its text", async (name, text) => {
    const place = await file(`${name}.key`, await text());
    expect(await refusal(`batch=${place}`)).toBe(
      `"${place}" holds no private key. Give a JWK with its private part, or a PKCS#8 PEM file ("BEGIN PRIVATE KEY").`,
    );
  });
});

describe("a client that authenticates with a private key", () => {
  it("is proved where its key is given, also when the clock was moved, and left out with the option's name where it is not", async () => {
    const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: "k1" };
    const batch = { kind: "service", authentication: "private_key_jwt", scopes: ["conference.read"] };
    const clients = JSON.stringify({ batch: { ...batch, publicKeys: [jwk] } });
    const stack = await startLocalStack({ clients });
    try {
      const own = ({ answers }: Proof) => answers.filter(({ cell }) => cell.kind.id === "client:batch");
      const without = await stack.prove();
      expect(own(without)).toEqual([]);
      expect(without.leftOut).toContain(
        'client "batch": its private key is in no output; --key batch=FILE gives it',
      );
      const key = { ...(await exportJWK(privateKey)), kid: "k1" };
      const given = await file("given.json", JSON.stringify(key));
      const proof = await stack.prove(await readPrivateKeys([`batch=${given}`]));
      expect(proof.passed).toBe(true);
      expect(own(proof).map(({ actual }) => actual)).toEqual(
        own(proof).map(({ cell }) => (cell.operation.method === "POST" ? 403 : 200)),
      );
      expect(own(proof)).toHaveLength(12);

      // An assertion by this machine's time has expired there.
      stack.cloud.clock.advance(3_600_000);
      const later = await stack.prove(await readPrivateKeys([`batch=${given}`]));
      expect([later.passed, own(later).length]).toEqual([true, 12]);
    } finally {
      await stack.cloud.close();
    }
  });
});
