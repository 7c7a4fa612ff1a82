/** What `--token` takes, and that no token stands in what is said of a wrong one. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandError } from "../../commands/command-error.ts";
import { readHandedTokens } from "../../commands/handed-tokens.ts";
import { batchClient, shopClient } from "../support/callers.ts";

const later = Math.floor(Date.now() / 1000) + 3600;
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const tokenOf = (claims: unknown) => `${encoded({ alg: "RS256" })}.${encoded(claims)}.c2lnbmF0dXJl`;
const good = tokenOf({ cid: "0oaShop", exp: later });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-tokens-"));
  await writeFile(path.join(folder, "ada.token"), `${good}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

const read = (option: string, environment = {}) =>
  readHandedTokens([option], [batchClient(), shopClient()], environment);

/** The message of the refusal. */
async function refusal(option: string): Promise<string> {
  const error = await read(option).catch((refused: unknown) => refused);
  if (error instanceof CommandError) return error.message;
  throw new Error("The option must be refused.", { cause: error });
}

describe("a token that is handed in", () => {
  it.each([
    ["a file", () => `ada=@${path.join(folder, "ada.token")}`],
    ["a variable", () => "ada=$ADA_TOKEN"],
    ["the option itself", () => `ada=${good}`],
  ])("is read of %s, and names its client", async (_, option) => {
    const [caller, ...others] = await read(option(), { ADA_TOKEN: good });
    expect(caller).toMatchObject({ name: "shop as ada", person: { name: "ada" }, token: good });
    expect(others).toEqual([]);
  });

  it.each([
    ["no person", good, "--token names no person. Write --token ada=@ada.token."],
    [
      "a variable that is not set",
      "ada=$ADA_TOKEN",
      "--token ada=$ADA_TOKEN names a variable that is not set. Set it to the token.",
    ],
    [
      "a file that is not there",
      `ada=@${good}`,
      'Cannot read the token file of "ada" (ENOENT). Check its path and permissions.',
    ],
    [
      "what is no token",
      "ada=s3cret.b3Q.x",
      'The token of "ada" is no JSON Web Token. Hand in the access token.',
    ],
    [
      "a token of a client that the stack does not have",
      `ada=${tokenOf({ cid: "0oaOther", exp: later })}`,
      'The token of "ada" is for a client that the stack does not have ("0oaOther"). Sign in with one of "batch", "shop", and hand the access token in.',
    ],
    [
      "a token without a client, as an ID token is",
      `ada=${tokenOf({ aud: "0oaShop", exp: later })}`,
      'The token of "ada" is for a client that the stack does not have. Sign in with one of "batch", "shop", and hand the access token in.',
    ],
    [
      "a token that has expired",
      `ada=${tokenOf({ cid: "0oaShop", exp: 1 })}`,
      'The token of "ada" has expired. Sign in again, and hand the new one in.',
    ],
  ])("is refused with %s, and does not stand in the message", async (_, option, message) => {
    expect(await refusal(option)).toBe(message);
  });
});
