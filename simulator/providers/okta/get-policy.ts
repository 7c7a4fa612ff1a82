import { SimulatorError } from "../../kernel/error.ts";
import type { FunctionHandler } from "../resource.ts";
import { callOkta } from "./api-call.ts";
import { functionArguments } from "./function-arguments.ts";
import type { OktaApi } from "./okta-api.ts";

/**
 * `policy.getPolicy`: a policy of the org by its type and its whole name; of type `ACCESS_POLICY`, an app's sign-on policy.
 *
 * @see https://github.com/okta/terraform-provider-okta/blob/v6.12.0/okta/services/idaas/data_source_okta_policy.go
 */
export function getPolicy(client: OktaApi): FunctionHandler {
  const token = "okta:policy/getPolicy:getPolicy";
  const required = { kind: "text", isRequired: true } as const;
  return {
    token,
    invoke: async (args) => {
      const given = functionArguments({ token, fields: { name: required, type: required } }, args);
      const [name, type] = [String(given.name), String(given.type)];
      const policies = await callOkta({ action: "list policies", errors: "summary" }, () =>
        client.list<{ id: string; name: string; status: string }>("/api/v1/policies", { type }),
      );
      const found = policies.find((policy) => policy.name === name);
      if (found === undefined)
        throw new SimulatorError(
          "NotFound",
          `no policies retrieved for policy type '${type}' and name '${name}'`,
        );
      return { id: found.id, name, type, status: found.status };
    },
  };
}
