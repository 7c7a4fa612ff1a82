import type { ArmType } from "../arm-type.ts";

/**
 * Where diagnostics would go.
 *
 * Differs from Azure: loggers and diagnostics are kept, and the gateway sends nothing to them.
 */
export const logger: ArmType = {
  type: "Microsoft.ApiManagement/service/loggers",
  nameParameter: "loggerId",
  model: "LoggerContract",
  required: ["loggerType"],
  writeOnly: ["credentials"],
};
