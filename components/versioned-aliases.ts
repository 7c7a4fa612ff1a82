import type * as pulumi from "@pulumi/pulumi";

const versioned = /^azure-native:\w+\/v\d{8}(?:preview)?:/;

/**
 * Drops the aliases by which azure-native's resources answer to the types of its versioned modules:
 * `azure-native:apimanagement/v20220801:Api`. For `transformations` of a component with many children: there are some twenty for each
 * resource, and half of the time and a third of the memory of a thousand operations go into them.
 *
 * Aliases that say anything else than such a type stay. Every release of azure-native gives what its unversioned modules make the same
 * unversioned type, so that a stack which was made by an older release keeps its resources.
 *
 * Not checked: that the component's resources were never made by a versioned module. Pulumi would replace those.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/options/transformations/
 */
export const withoutVersionedAliases: pulumi.ResourceTransformation = ({ props, opts }) => {
  const { aliases = [] } = opts;
  return { props, opts: { ...opts, aliases: aliases.filter((alias) => !isVersionedType(alias)) } };
};

function isVersionedType(alias: pulumi.Input<pulumi.URN | pulumi.Alias>): boolean {
  const { type, ...more } = alias as pulumi.Alias;
  return typeof type === "string" && versioned.test(type) && Object.keys(more).length === 0;
}
