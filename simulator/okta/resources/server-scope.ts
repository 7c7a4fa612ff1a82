import { z } from "zod";
import type { ResourceHandler } from "../../providers/resource.ts";
import type { Scope } from "../entities.ts";
import { assertStaysBelow, autoName, oktaHandler, serverAt, validationFailed } from "../okta-handler.ts";
import type { OktaOrg } from "../org.ts";

const schema = z.strictObject({
  authServerId: z.string(),
  // https://www.rfc-editor.org/rfc/rfc6749#section-3.3
  name: z
    .string()
    .regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, "must be a scope name without white space and quotes")
    .optional(),
  displayName: z.string().optional(),
  description: z.string().optional(),
  consent: z.enum(["IMPLICIT", "REQUIRED", "FLEXIBLE"]).default("IMPLICIT"),
  metadataPublish: z.enum(["ALL_CLIENTS", "NO_CLIENTS"]).default("ALL_CLIENTS"),
  default: z.boolean().default(false),
});

/**
 * `auth.ServerScope`: a scope of an authorization server.
 *
 * Assumed of Okta: scopes of one authorization server have different names.
 * Assumed of Okta: its own scopes are not deleted.
 */
export function serverScope(org: OktaOrg): ResourceHandler {
  return oktaHandler<z.infer<typeof schema>, Scope>({
    type: "okta:auth/serverScope:ServerScope",
    idKind: "scp",
    isUndated: true,
    schema,
    // The provider replaces it for nothing: https://github.com/okta/terraform-provider-okta/tree/master/okta/services/idaas
    replaceOnChanges: [],
    keptWhenLeftOut: ["name"],
    isGoneDeleted: true,
    entities: org.scopes,
    build: (inputs, { id, name: logicalName, existing }) => {
      const { id: serverId } = serverAt(org, inputs.authServerId);
      assertStaysBelow(serverId, id, existing?.serverId);
      const name = inputs.name ?? existing?.name ?? autoName(logicalName);
      if (org.scopesOf(serverId).some((other) => other.name === name && other.id !== id)) {
        throw validationFailed(
          "name",
          `A scope named "${name}" exists already in this authorization server. Remove it there, or use an authorization server of the stack's own.`,
        );
      }
      const { consent, metadataPublish, default: isDefault, displayName = "", description = "" } = inputs;
      return {
        id,
        serverId,
        name,
        displayName,
        description,
        consent,
        metadataPublish,
        default: isDefault,
        optional: existing?.optional ?? false,
        system: false,
      };
    },
    outputs: ({ serverId, system, optional: _optional, id: _, ...scope }) => ({
      ...scope,
      authServerId: serverId,
      system,
    }),
    beforeDelete: ({ name, system }) => {
      if (system) throw validationFailed("scope", `The system scope "${name}" cannot be deleted.`);
    },
  });
}
