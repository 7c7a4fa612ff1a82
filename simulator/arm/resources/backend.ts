import type { CheckFailure, Properties } from "../../providers/resource.ts";
import { type ArmDefinition, resourceAt } from "../arm-handler.ts";
import { armTypes } from "../arm-types.ts";
import { requiredInputs } from "../required-inputs.ts";
import { serviceId } from "./api-management-service.ts";

/**
 * `apimanagement.Backend`: an address that `set-backend-service` leads to.
 *
 * @see https://learn.microsoft.com/azure/api-management/backends
 */
export const backend: ArmDefinition = {
  type: armTypes.backend,
  model: "BackendContract",
  address: ["resourceGroupName", "serviceName", "backendId"],
  supported: ["title", "description", "url", "protocol", "tls"],
  nameInput: "backendId",
  idOf: (inputs) => `${serviceId(inputs)}/backends/${inputs.backendId}`,
  rules: (inputs) => [...requiredInputs(inputs, ["url", "protocol"]), ...backendFailures(inputs)],
  put: async (store, { inputs }) => {
    resourceAt(store, serviceId(inputs));
    return { type: "Microsoft.ApiManagement/service/backends" };
  },
};

function backendFailures({ url, protocol, tls }: Properties): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  if (url !== undefined && !(URL.canParse(String(url)) && /^https?:\/\/./.test(String(url))))
    failures.push({ property: "url", reason: `must be an http or https URL; got "${url}".` });
  if (protocol === "soap")
    failures.push({
      property: "protocol",
      reason: 'must be "http": SOAP is not simulated by the local cloud.',
    });
  const unchecked = Object.entries((tls ?? {}) as Properties).filter(([, value]) => value === false);
  for (const [name] of unchecked)
    failures.push({
      property: `tls.${name}`,
      reason: "must be true: a backend with another certificate is not simulated by the local cloud.",
    });
  return failures;
}
