import { SimulatorError } from "../../kernel/error.ts";
import type { ArmType } from "../arm-type.ts";
import { serviceIdOf } from "../resource-ids.ts";

const service = "Microsoft.ApiManagement/service";

/** What the instance, or one API, would log; see the logger. */
export const diagnostics: readonly ArmType[] = [`${service}/diagnostics`, `${service}/apis/diagnostics`].map(
  (type) => ({
    type,
    nameParameter: "diagnosticId",
    model: "DiagnosticContract",
    required: ["loggerId"],
    put: async ({ store, id, body }) => {
      const name = String(body.properties.loggerId).split("/").at(-1);
      if (store.get(`${serviceIdOf(id)}/loggers/${name}`) === undefined) {
        throw new SimulatorError(
          "ValidationError",
          `Logger not found: there is no logger "${name}". Create it before the diagnostic that refers to it.`,
        );
      }
      return { body };
    },
  }),
);
