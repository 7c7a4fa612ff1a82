import { z } from "zod";
import type { ResourceHandler } from "../../providers/resource.ts";
import type { AccessPolicy } from "../entities.ts";
import { assertStaysBelow, autoName, oktaHandler, serverAt, validationFailed } from "../okta-handler.ts";
import type { OktaOrg } from "../org.ts";
import { renumber } from "../priorities.ts";

const schema = z.strictObject({
  authServerId: z.string(),
  name: z.string().min(1).max(255).optional(),
  description: z.string().min(1, "must be a text of 1 or more characters"),
  priority: z.int().min(1, "must be an integer of 1 or more"),
  status: z.enum(["ACTIVE", "INACTIVE"]).default("ACTIVE"),
  clientWhitelists: z.array(z.string()).min(1, "must name ALL_CLIENTS or at least one client"),
});

/**
 * `auth.ServerPolicy`: an access policy, for all clients or the named ones.
 *
 * Assumed of Okta: access policies of one authorization server have different names.
 * Assumed of Okta: an access policy names apps that are there.
 */
export function serverPolicy(org: OktaOrg): ResourceHandler {
  return oktaHandler<z.infer<typeof schema>, AccessPolicy>({
    type: "okta:auth/serverPolicy:ServerPolicy",
    idKind: "00p",
    schema,
    // The provider replaces it for nothing: https://github.com/okta/terraform-provider-okta/tree/master/okta/services/idaas
    replaceOnChanges: [],
    sets: ["clientWhitelists"],
    keptWhenLeftOut: ["name"],
    entities: org.policies,
    build: (
      { authServerId, clientWhitelists, description, priority, status, ...inputs },
      { id, name: logicalName, existing },
    ) => {
      const { id: serverId } = serverAt(org, authServerId);
      assertStaysBelow(serverId, id, existing?.serverId);
      // https://github.com/okta/terraform-provider-okta/issues/1472
      if (existing === undefined && status === "INACTIVE") {
        throw validationFailed(
          "status",
          "can not create an inactive auth server policy, only existing ones can be deactivated. Leave status out.",
        );
      }
      const name = inputs.name ?? existing?.name ?? autoName(logicalName);
      if (org.policiesOf(serverId).some((other) => other.name === name && other.id !== id)) {
        throw validationFailed(
          "name",
          `A policy named "${name}" exists already in this authorization server. Choose another name.`,
        );
      }
      const unknown = clientWhitelists.find((client) => client !== "ALL_CLIENTS" && !org.apps.has(client));
      if (unknown !== undefined)
        throw validationFailed("conditions.clients", `Invalid client id "${unknown}". Create the app first.`);
      return { id, serverId, name, description, priority, status, clients: clientWhitelists, system: false };
    },
    outputs: ({ serverId, clients, name, description, priority, status }) => ({
      ...{ name, description, priority, status },
      authServerId: serverId,
      clientWhitelists: clients,
    }),
    afterKeep: (placed) => renumber(org.policies, { siblings: org.policiesOf(placed.serverId), placed }),
    afterDelete: ({ id, serverId }) => {
      for (const rule of org.rules.values()) if (rule.policyId === id) org.rules.delete(rule.id);
      renumber(org.policies, { siblings: org.policiesOf(serverId) });
    },
  });
}
