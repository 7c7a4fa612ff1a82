import * as pulumi from "@pulumi/pulumi";

/**
 * Options of the portal's client, whose resources belonged to the component OktaAuthorization before there were other clients: an
 * update of a stack from then finds them again, and replaces nothing.
 */
export const formerPortalClient: pulumi.ComponentResourceOptions = {
  transformations: [
    ({ name, props, opts }) => {
      const parent = pulumi.createUrn("okta", "apim-okta:index:OktaAuthorization");
      const former = { name: name.startsWith("okta-group-") ? "okta-group" : name, parent };
      return { props, opts: pulumi.mergeOptions(opts, { aliases: [former] }) };
    },
  ],
};
