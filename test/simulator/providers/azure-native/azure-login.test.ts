/** How the local azure-native gets its token. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clientSecretLogin } from "../../../../simulator/providers/azure-native/azure-login.ts";
import { type ScriptedAnswer, scriptedAzure } from "../../../support/scripted-azure.ts";

const credentials = {
  authority: "https://login.example",
  tenantId: "tenant",
  clientId: "client",
  clientSecret: "s3cret",
  audience: "https://azure.example",
};
const login = (...answers: readonly ScriptedAnswer[]) => {
  const scripted = scriptedAzure(...answers);
  return { token: clientSecretLogin(credentials, scripted.send), requests: scripted.requests };
};
const token = (access_token: string): ScriptedAnswer => [
  200,
  { access_token, expires_in: 3600, token_type: "Bearer" },
];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a login", () => {
  it("sends the client credentials for the audience", async () => {
    const { token: get, requests } = login(token("one"));
    expect(await get()).toBe("one");
    expect(requests).toMatchObject([
      {
        method: "POST",
        url: "https://login.example/tenant/oauth2/v2.0/token",
        body: "grant_type=client_credentials&client_id=client&client_secret=s3cret&scope=https%3A%2F%2Fazure.example%2F.default",
      },
    ]);
  });

  it("is done once for requests at the same time, and again before the token expires", async () => {
    const { token: get } = login(token("one"), token("two"));
    expect(await Promise.all([get(), get()])).toEqual(["one", "one"]);
    vi.advanceTimersByTime(3299_000);
    expect(await get()).toBe("one");
    vi.advanceTimersByTime(2_000);
    expect(await get()).toBe("two");
  });

  it("says why it failed, without the secret, and is tried again", async () => {
    const { token: get } = login(
      [401, { error: "invalid_client", error_description: "AADSTS7000215" }],
      token("one"),
    );
    await expect(get()).rejects.toThrow('Azure did not log in the client "client" (401): AADSTS7000215.');
    expect(await get()).toBe("one");
  });

  it("says so when the answer is not JSON", async () => {
    await expect(login([502, "<html>"]).token()).rejects.toThrow("(502): no reason given.");
  });
});
