import { SimulatorError } from "../../kernel/error.ts";
import type { Properties } from "../resource.ts";
import { checkInputs, type InputFields } from "./input-fields.ts";

/**
 * The arguments of a provider function, once they are checked.
 *
 * @throws {SimulatorError} `InvalidInputs` with every reason.
 */
export function functionArguments(
  { token, fields }: { readonly token: string; readonly fields: InputFields },
  args: Properties,
): Properties {
  const failures = checkInputs(fields, args, token);
  if (failures.length > 0)
    throw new SimulatorError("InvalidInputs", failures.map(({ reason }) => reason).join("\n"));
  return args;
}
