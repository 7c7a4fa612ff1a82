import * as apimanagement from "@pulumi/azure-native/apimanagement/index.js";
import * as pulumi from "@pulumi/pulumi";

/** What {@link NamedValues} is made of. */
export interface NamedValuesArgs {
  /** Resource group of the API Management instance. */
  readonly resourceGroupName: pulumi.Input<string>;
  /** Name of the API Management instance. */
  readonly serviceName: pulumi.Input<string>;
  /** What each display name stands for. Plain keys: each is a resource. */
  readonly values: Readonly<Record<string, NamedValueArgs>>;
}

/** What a display name stands for: exactly one of the three. */
export interface NamedValueArgs {
  /** A text that everybody may read who may read the instance. */
  readonly value?: pulumi.Input<string> | undefined;
  /** A text that Azure gives back only where it is asked for it alone, and that is a secret in Pulumi's state. */
  readonly secret?: pulumi.Input<string> | undefined;
  /** Address of a Key Vault's secret without a version. The instance's identity must be allowed to read it. */
  readonly keyVaultSecret?: pulumi.Input<string> | undefined;
}

/**
 * Values by name for policies: `{{greeting}}` in a policy stands for the value with that display name.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-properties
 */
export class NamedValues extends pulumi.ComponentResource {
  constructor(name: string, args: NamedValuesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("apim-okta:index:NamedValues", name, {}, opts);
    const { resourceGroupName, serviceName } = args;
    for (const [displayName, source] of Object.entries(args.values)) {
      new apimanagement.NamedValue(
        `${name}-${displayName}`,
        { resourceGroupName, serviceName, namedValueId: displayName, displayName, ...contentOf(source) },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

type Content = Pick<apimanagement.NamedValueArgs, "value" | "secret" | "keyVault">;

function contentOf({ value, secret, keyVaultSecret }: NamedValueArgs): Content {
  if (keyVaultSecret !== undefined) return { secret: true, keyVault: { secretIdentifier: keyVaultSecret } };
  if (secret !== undefined) return { secret: true, value: pulumi.secret(secret) };
  return { secret: false, ...(value === undefined ? {} : { value }) };
}
