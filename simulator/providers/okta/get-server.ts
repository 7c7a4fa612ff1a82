import { SimulatorError } from "../../kernel/error.ts";
import type { FunctionHandler } from "../resource.ts";
import { callOkta } from "./api-call.ts";
import { type AuthorizationServerBody, serverOutputs } from "./auth-server.ts";
import { functionArguments } from "./function-arguments.ts";
import type { OktaApi } from "./okta-api.ts";

/**
 * `auth.getServer`: an authorization server by its whole name.
 *
 * @see https://github.com/okta/terraform-provider-okta/blob/v6.12.0/okta/services/idaas/data_source_okta_auth_server.go
 */
export function getAuthServer(client: OktaApi): FunctionHandler {
  const token = "okta:auth/getServer:getServer";
  return {
    token,
    invoke: async (args) => {
      const { name } = functionArguments(
        { token, fields: { name: { kind: "text", isRequired: true } } },
        args,
      );
      const q = String(name);
      const servers = await callOkta({ action: `find auth server '${q}'`, errors: "summary" }, () =>
        client.list<AuthorizationServerBody>("/api/v1/authorizationServers", { q, limit: "200" }),
      );
      const found = servers.find((server) => server.name === q);
      if (found === undefined)
        throw new SimulatorError("NotFound", `authorization server with name '${q}' does not exist`);
      return { id: found.id, ...serverOutputs(found) };
    },
  };
}
