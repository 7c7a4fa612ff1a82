import { DotnetException } from "../exception.ts";

// Assumed of Azure: the gateway formats and parses in the culture en-US, whatever its region. Records that Microsoft publishes of a
// gateway in Sweden Central hold what `DateTime.UtcNow.ToString()` gave there: "5/6/2024 4:51:09 AM".
// https://github.com/Azure-Samples/ai-hub-gateway-solution-accelerator/blob/main/guides/apim-configuration.md

// Assumed of Azure: the managed gateway runs on .NET Framework, whose types the documentation of policy expressions names, so messages
// and formats are those of .NET Framework ("Value cannot be null.\r\nParameter name: s"), and lines end with "\r\n".

/** The line ending of the machine that the gateway runs on: `Environment.NewLine`. */
export const newLine = "\r\n";

/** A call that .NET answers and this library does not, found at run time because it depends on the values. */
export class NotSimulatedError extends Error {
  /** @param what The member or construct, such as `a look-ahead in a regular expression`. */
  constructor(what: string) {
    super(`The local gateway does not simulate ${what}.`);
  }
}

/** `System.FormatException`. */
export function formatException(message = "Input string was not in a correct format."): DotnetException {
  return new DotnetException("System.FormatException", message);
}

/** `System.OverflowException`: `overflow("an Int32")` → "Value was either too large or too small for an Int32." */
export function overflow(type: string): DotnetException {
  return new DotnetException(
    "System.OverflowException",
    `Value was either too large or too small for ${type}.`,
  );
}

/** `System.ArgumentNullException` for a parameter. */
export function argumentNull(parameter: string): DotnetException {
  return new DotnetException(
    "System.ArgumentNullException",
    `Value cannot be null.${newLine}Parameter name: ${parameter}`,
  );
}

/** `System.ArgumentException`, with the name of the parameter when .NET names it. */
export function argumentException(message: string, parameter?: string): DotnetException {
  const text = parameter === undefined ? message : `${message}${newLine}Parameter name: ${parameter}`;
  return new DotnetException("System.ArgumentException", text);
}

/** `System.ArgumentOutOfRangeException` for a parameter. */
export function argumentOutOfRange(
  parameter: string,
  message = "Specified argument was out of the range of valid values.",
): DotnetException {
  return new DotnetException(
    "System.ArgumentOutOfRangeException",
    `${message}${newLine}Parameter name: ${parameter}`,
  );
}

/** `System.InvalidCastException`. */
export function invalidCast(message = "Specified cast is not valid."): DotnetException {
  return new DotnetException("System.InvalidCastException", message);
}

/** `System.InvalidOperationException`. */
export function invalidOperation(message: string): DotnetException {
  return new DotnetException("System.InvalidOperationException", message);
}

/** `System.DivideByZeroException`. */
export function divideByZero(): DotnetException {
  return new DotnetException("System.DivideByZeroException", "Attempted to divide by zero.");
}

/** The value, or an `ArgumentNullException` for the parameter when it is `null`. */
export function required<T>(value: T | null, parameter: string): T {
  if (value === null) throw argumentNull(parameter);
  return value;
}
