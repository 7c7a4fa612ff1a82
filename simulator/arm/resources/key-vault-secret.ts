import { SimulatorError } from "../../kernel/error.ts";
import { notSimulated } from "../arm-error.ts";

/** Gives the secret that an address in a Key Vault leads to; `undefined` where the local cloud has none for it. */
export type KeyVaultSecrets = (secretIdentifier: string) => string | undefined;

/**
 * The secret that a resource's `keyVault` names.
 *
 * Differs from Azure: a Key Vault's secret has a value of the settings, and nobody asks whether the instance may read it.
 */
export function keyVaultSecret(keyVault: unknown, secrets: KeyVaultSecrets): string {
  const { secretIdentifier } = keyVault as { secretIdentifier?: string };
  if (secretIdentifier === undefined || secretIdentifier === "") {
    const message = "keyVault.secretIdentifier must be the address of a secret; got nothing.";
    throw new SimulatorError("ValidationError", message);
  }
  const secret = secrets(secretIdentifier);
  if (secret !== undefined) return secret;
  throw notSimulated(
    `the Key Vault of ${secretIdentifier}`,
    "Give the secret a value by the setting localSecrets, or deploy to Azure.",
  );
}
