import * as trustedorigin from "@pulumi/okta/trustedorigin/index.js";
import * as pulumi from "@pulumi/pulumi";

/** What {@link TrustedOrigins} is made of. */
export interface TrustedOriginsArgs {
  /** Origins of pages that call Okta, `https://app.example.com`. Plain: each is a resource. */
  readonly origins: string[];
  /** Beginning of their names in Okta; the origin follows. */
  readonly namePrefix: pulumi.Input<string>;
}

/**
 * Origins of browser clients, whose pages may call Okta and send people there and back. Okta has one trusted origin for an origin in the
 * whole org: clients that share an origin share it, and of two stacks only one can make it.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/TrustedOrigin/
 */
export class TrustedOrigins extends pulumi.ComponentResource {
  constructor(name: string, args: TrustedOriginsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("apim-okta:index:TrustedOrigins", name, {}, opts);
    for (const origin of new Set(args.origins)) {
      new trustedorigin.Origin(
        `${name}-${origin}`,
        {
          name: pulumi.interpolate`${args.namePrefix} ${origin}`,
          origin,
          scopes: [{ type: "CORS" }, { type: "REDIRECT" }],
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
