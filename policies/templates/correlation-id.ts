import { type SetHeader, setHeader } from "../elements/set-header.ts";
import { type SetVariable, setVariable } from "../elements/set-variable.ts";
import { expression } from "../expression.ts";
import { invalid } from "../values.ts";

/** The statements of {@link correlationId}, by their section. */
export interface CorrelationId {
  readonly inbound: readonly [SetVariable, SetHeader];
  readonly outbound: readonly [SetHeader];
  readonly onError: readonly [SetHeader];
}

/**
 * `correlationId()`: backend and caller get the same id of the request, the caller's own where he sent one of letters, digits, hyphens
 * and periods, else the gateway's. Each section takes its part, `inbound: [base(), ...correlationId().inbound]`.
 *
 * @param header Its name.
 */
export function correlationId(header = "X-Correlation-Id"): CorrelationId {
  if (header === "") throw invalid("correlationId", "needs the name of a header. Leave it out, or name one");
  const variable = "correlation-id";
  const sent = expression`context.Request.Headers.GetValueOrDefault(${header}, "")`;
  // What a caller writes goes into logs: nothing else than an id may get there.
  const id = expression`System.Text.RegularExpressions.Regex.IsMatch(${sent}, "^[A-Za-z0-9.-]{1,128}$") ? ${sent} : context.RequestId.ToString()`;
  // A request that fails before it has its id has none yet.
  const kept = expression`context.Variables.GetValueOrDefault<string>(${variable}, context.RequestId.ToString())`;
  const answer = setHeader({ name: header, values: [kept] });
  return {
    inbound: [setVariable({ name: variable, value: id }), setHeader({ name: header, values: [kept] })],
    outbound: [answer],
    onError: [answer],
  };
}
