import { z } from "zod";
import type { NamedValueArgs } from "../components/named-values.ts";
import { structure } from "./structure.ts";

const rule = "must be a text, { secret: TEXT } or { keyVaultSecret: ADDRESS }";

// https://learn.microsoft.com/rest/api/apimanagement/named-value/create-or-update
const text = z
  .string(rule)
  .refine(
    (value) => value.trim() !== "" && value.length <= 4096,
    "must have 1 to 4096 characters, not spaces alone",
  );

const address = z
  .string(rule)
  .regex(
    /^https:\/\/[^/]+\/secrets\/[^/]+\/?$/,
    "must be the address of a Key Vault secret without a version, https://VAULT.vault.azure.net/secrets/NAME",
  );

const source = z.union(
  [text, z.strictObject({ secret: text }), z.strictObject({ keyVaultSecret: address })],
  rule,
);

/** The setting `namedValues`, as Pulumi hands it over. */
export const namedValuesCheck = structure(
  z.record(
    z
      .string()
      .regex(
        /^[A-Za-z0-9\-._]{1,256}$/,
        "must be named in letters, digits and - . _, with at most 256 characters",
      ),
    source,
    "must be a map from display name to value",
  ),
);

type NamedValueSettings = z.infer<typeof source>;

/** `{ greeting: "hello" }` → `{ greeting: { value: "hello" } }`. */
export function namedValueArgs(
  values: Readonly<Record<string, NamedValueSettings>>,
): Record<string, NamedValueArgs> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? { value } : value]),
  );
}

/** The values that everybody may read, by name. */
export function plainValues(
  values: Readonly<Record<string, NamedValueSettings>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

/** The names whose secrets stand in the settings. */
export function secretNames(values: Readonly<Record<string, NamedValueSettings>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    typeof value !== "string" && "secret" in value ? [name] : [],
  );
}

/** The setting `localSecrets`, as Pulumi hands it over. */
export const localSecretsCheck = structure(
  z.record(
    address,
    z.string("must be a text"),
    "must be a map from the address of a Key Vault secret to its value",
  ),
);
