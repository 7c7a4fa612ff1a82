import { z } from "zod";
import { SimulatorError } from "../../kernel/error.ts";
import type { ResourceHandler } from "../../providers/resource.ts";
import type { AuthorizationServer } from "../entities.ts";
import { autoName, oktaHandler, validationFailed } from "../okta-handler.ts";
import type { OktaOrg } from "../org.ts";

const schema = z.strictObject({
  name: z.string().min(1).max(255).optional(),
  description: z.string().optional(),
  audiences: z.array(z.string().min(1)).length(1, "must name exactly one audience"),
  status: z.enum(["ACTIVE", "INACTIVE"]).default("ACTIVE"),
  credentialsRotationMode: z.enum(["AUTO", "MANUAL"]).default("AUTO"),
});

/**
 * `auth.Server`: an authorization server with a key of its own. It is made active, whatever the inputs say, and one that is gone
 * already is deleted.
 *
 * Assumed of Okta: authorization servers have different names.
 */
export function server(org: OktaOrg): ResourceHandler {
  return oktaHandler<z.infer<typeof schema>, AuthorizationServer>({
    type: "okta:auth/server:Server",
    idKind: "aus",
    schema,
    replaceOnChanges: [],
    keptWhenLeftOut: ["name"],
    isGoneDeleted: true,
    entities: org.servers,
    build: async (inputs, { id, name: logicalName, existing }) => {
      const { audiences, description = "", status, credentialsRotationMode } = inputs;
      const name = inputs.name ?? existing?.name ?? autoName(logicalName);
      if ([...org.servers.values()].some((other) => other.name === name && other.id !== id)) {
        throw validationFailed(
          "name",
          `An authorization server named "${name}" exists already. Choose another name, or look it up.`,
        );
      }
      const settings = { name, description, audience: audiences[0] ?? "", status, credentialsRotationMode };
      return existing === undefined
        ? await org.addServer({ id, ...settings, status: "ACTIVE" })
        : { ...existing, ...settings };
    },
    outputs: (entity) => serverOutputs(org, entity),
    beforeDelete: ({ isDefault }) => {
      if (isDefault)
        throw new SimulatorError(
          "E0000022",
          "The endpoint does not support the provided HTTP method: the authorization server default cannot be deleted.",
        );
    },
    afterDelete: ({ id }) => org.removeServer(id),
  });
}

/** What the provider tells of an authorization server; the lookup by name tells the same. */
export function serverOutputs(org: OktaOrg, entity: AuthorizationServer): Record<string, unknown> {
  const { name, description, audience, status, credentialsRotationMode, key } = entity;
  return {
    name,
    description,
    audiences: [audience],
    status,
    credentialsRotationMode,
    issuer: org.issuerOf(entity),
    issuerMode: entity.issuerMode,
    kid: key.kid,
  };
}
