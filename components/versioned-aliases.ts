import * as pulumi from "@pulumi/pulumi";

const versioned = /^azure-native:\w+\/v\d{8}(?:preview)?:/;

/**
 * A component's options with which its children drop the aliases that azure-native gives each resource, one for each versioned
 * module: `azure-native:apimanagement/v20220801:Api`. There are some twenty for each resource, and half of the time and a third of the
 * memory of a thousand operations go into them.
 *
 * Aliases that say anything else than such a type stay. Every release of azure-native gives what its unversioned modules make the same
 * unversioned type, so that a stack which was made by an older release keeps its resources.
 *
 * Not checked: that the component's resources were never made by a versioned module. Pulumi would replace those.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/options/transformations/
 */
export function withoutVersionedAliases(
  opts: pulumi.ComponentResourceOptions = {},
): pulumi.ComponentResourceOptions {
  return pulumi.mergeOptions({ transformations: [dropVersionedAliases] }, opts);
}

/** Drops the versioned types among one resource's aliases. */
export const dropVersionedAliases: pulumi.ResourceTransformation = ({ props, opts }) => {
  const { aliases = [] } = opts;
  return { props, opts: { ...opts, aliases: aliases.filter((alias) => !isVersionedType(alias)) } };
};

function isVersionedType(alias: pulumi.Input<pulumi.URN | pulumi.Alias>): boolean {
  const { type, ...more } = alias as pulumi.Alias;
  return typeof type === "string" && versioned.test(type) && Object.keys(more).length === 0;
}
