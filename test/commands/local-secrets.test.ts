/** What the Key Vaults of the local cloud hold, by the settings. */

import { afterEach, describe, expect, it } from "vitest";
import { localSecretsOf } from "../../commands/local-secrets.ts";
import type { LocalStack } from "../support/local-stack.ts";
import { startLocalStack } from "../support/local-stack.ts";

const address = "https://contoso.vault.azure.net/secrets/greeting";
const settings = (localSecrets: object) => ({
  ...{ project: "apim-okta", stack: "local" },
  config: { "apim-okta:localSecrets": JSON.stringify(localSecrets) },
});
let stack: LocalStack | undefined;
afterEach(() => stack?.cloud.close());

describe("the setting localSecrets", () => {
  it("gives values to addresses, and none where it is not there", () => {
    expect(localSecretsOf(settings({ [address]: "hello" }))).toEqual({ [address]: "hello" });
    expect(localSecretsOf({ ...settings({}), config: {} })).toEqual({});
  });

  it.each<[string, object, string]>([
    ["that is no text", { [address]: { a: "s3cret" } }, "must be a text"],
    ["for what is no address", { greeting: "s3cret" }, "must be the address of a Key Vault secret"],
  ])("is refused with a value %s, which is not shown", (_, values, rule) => {
    const read = () => localSecretsOf(settings(values));
    expect(read).toThrow(rule);
    expect(read).not.toThrow("s3cret");
  });

  it("is what a named value of a Key Vault stands for in the local cloud", async () => {
    stack = await startLocalStack({
      namedValues: JSON.stringify({ greeting: { keyVaultSecret: address } }),
      localSecrets: JSON.stringify({ [address]: "hello" }),
    });
    const [named] = stack.cloud.store.all("Microsoft.ApiManagement/service/namedValues");
    expect(named?.hidden.secret).toBe("hello");
  });
});
