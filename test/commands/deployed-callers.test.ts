/** Who asks a deployed stack's Okta for tokens. */
import { expect, it } from "vitest";
import { deployedAudience, deployedCallers } from "../../commands/deployed-callers.ts";
import { type Caller, callerOf } from "../../proof/caller.ts";
import { TokenRequestError } from "../../proof/okta-client.ts";
import { batch, batchClient, shopClient } from "../support/callers.ts";

const token = `e30.${Buffer.from(JSON.stringify({ aud: "api://orders" })).toString("base64url")}.x`;
const refused = new TokenRequestError("refused", { refusal: { words: "401 invalid_client" } });
const other = callerOf(batchClient({ name: "other" }));
const refusing = (name: string, error: Error) => async (caller: Caller) => {
  if (caller.name === name) throw error;
  return token;
};

it("leaves people out, and says whose tokens can be handed in", () => {
  const { callers, notProved } = deployedCallers([batchClient(), shopClient()], []);
  expect(callers.map(({ name }) => name)).toEqual(["batch"]);
  expect(notProved).toEqual([
    'people with client "shop": they sign in with a browser; --token PERSON=@FILE takes a token of one',
  ]);
});

it("reads the audience of the first token that Okta gives", async () => {
  expect(await deployedAudience([batch, other], refusing("batch", refused))).toBe("api://orders");
});

it("has no audience where Okta refuses every client, or does not answer", async () => {
  const silent = new TokenRequestError("no answer");
  await expect(deployedAudience([batch], refusing("batch", refused))).rejects.toThrow(refused);
  await expect(deployedAudience([batch, other], refusing("batch", silent))).rejects.toThrow(silent);
  await expect(deployedAudience([], async () => token)).rejects.toThrow(
    "No client of the stack gets a token without a person who signs in.",
  );
});
