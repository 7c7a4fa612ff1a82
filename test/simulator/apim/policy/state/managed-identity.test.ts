import { createPublicKey, createVerify } from "node:crypto";
import { expect, it } from "vitest";
import { identityKey, ManagedIdentity } from "../../../../../simulator/apim/policy/state/managed-identity.ts";

const clock = { now: () => Date.UTC(2026, 0, 1) };

it("signs by one key, when a gateway that forgets makes an identity for each request", () => {
  const tokens = [1, 2].map(() =>
    new ManagedIdentity(clock).tokenFor({ resource: "https://storage.azure.com", clientId: undefined }),
  );
  const verified = tokens.map((token) => {
    const [header, payload, signature = ""] = token.split(".");
    return createVerify("sha256")
      .update(`${header}.${payload}`)
      .verify(createPublicKey(identityKey()), signature, "base64url");
  });
  expect({ verified, different: new Set(tokens).size }).toEqual({ verified: [true, true], different: 2 });
});
