import { SimulatorError } from "../../kernel/error.ts";
import type { FunctionHandler } from "../resource.ts";
import { callOkta } from "./api-call.ts";
import { functionArguments } from "./function-arguments.ts";
import type { OAuthAppBody } from "./oauth-body.ts";
import type { OktaApi } from "./okta-api.ts";

/**
 * `getAppSignonPolicy`: the sign-on policy that an app is under.
 *
 * @see https://github.com/okta/terraform-provider-okta/blob/v6.12.0/okta/services/idaas/data_source_okta_app_signon_policy.go
 */
export function getAppSignOnPolicy(client: OktaApi): FunctionHandler {
  const token = "okta:index/getAppSignonPolicy:getAppSignonPolicy";
  return {
    token,
    invoke: async (args) => {
      const given = functionArguments({ token, fields: { appId: { kind: "text", isRequired: true } } }, args);
      const appId = String(given.appId);
      const app = await get<OAuthAppBody>(client, "get app by ID", `/api/v1/apps/${appId}`);
      const href = app._links?.accessPolicy?.href;
      if (href === undefined)
        throw new SimulatorError(
          "NotFound",
          "app does not support sign-on policy or this feature is not available",
        );
      const path = `/api/v1/policies/${href.split("/").at(-1)}`;
      const { id, name } = await get<{ id: string; name: string }>(client, "get policy by ID", path);
      return { id, appId, name };
    },
  };
}

// The provider says "failed get app by ID", without "to".
async function get<Body>(client: OktaApi, action: string, path: string): Promise<Body> {
  return callOkta({ action, errors: "summary", isTerse: true }, () => client.get<Body>(path));
}
