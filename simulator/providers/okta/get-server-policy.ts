import { SimulatorError } from "../../kernel/error.ts";
import type { FunctionHandler } from "../resource.ts";
import { callOkta } from "./api-call.ts";
import { functionArguments } from "./function-arguments.ts";
import type { OktaApi } from "./okta-api.ts";
import type { AccessPolicyBody } from "./server-policy.ts";

/**
 * `auth.getServerPolicy`: an access policy of an authorization server by its whole name.
 *
 * @see https://github.com/okta/terraform-provider-okta/blob/v6.12.0/okta/services/idaas/data_source_okta_auth_server_policy.go
 */
export function getAuthServerPolicy(client: OktaApi): FunctionHandler {
  const token = "okta:auth/getServerPolicy:getServerPolicy";
  const required = { kind: "text", isRequired: true } as const;
  return {
    token,
    invoke: async (args) => {
      const given = functionArguments({ token, fields: { authServerId: required, name: required } }, args);
      const [authServerId, wanted] = [String(given.authServerId), String(given.name)];
      const policies = await callOkta({ action: "list auth server policies", errors: "summary" }, () =>
        client.list<AccessPolicyBody>(`/api/v1/authorizationServers/${authServerId}/policies`),
      );
      const found = policies.find((policy) => policy.name === wanted);
      if (found === undefined)
        throw new SimulatorError("NotFound", `auth server policy with name '${wanted}' does not exist`);
      const { id, name, description, priority, conditions } = found;
      return {
        ...{ id, authServerId, name, description, priority },
        assignedClients: conditions.clients.include ?? [],
      };
    },
  };
}
