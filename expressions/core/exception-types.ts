import { DotnetException } from "../exception.ts";
import type { Host, TypeDescription } from "../type-description.ts";
import { DictionaryValue } from "./dictionary.ts";

/** Each exception with the one that it derives from. */
const bases: Readonly<Record<string, string>> = {
  "System.SystemException": "Exception",
  "System.ApplicationException": "Exception",
  "System.ArgumentException": "SystemException",
  "System.ArgumentNullException": "ArgumentException",
  "System.ArgumentOutOfRangeException": "ArgumentException",
  "System.ArithmeticException": "SystemException",
  "System.DivideByZeroException": "ArithmeticException",
  "System.OverflowException": "ArithmeticException",
  "System.FormatException": "SystemException",
  "System.UriFormatException": "FormatException",
  "System.IndexOutOfRangeException": "SystemException",
  "System.InvalidCastException": "SystemException",
  "System.InvalidOperationException": "SystemException",
  "System.NotImplementedException": "SystemException",
  "System.NotSupportedException": "SystemException",
  "System.NullReferenceException": "SystemException",
  "System.TimeoutException": "SystemException",
  "System.UnauthorizedAccessException": "SystemException",
  "System.InsufficientExecutionStackException": "SystemException",
  "System.ArrayTypeMismatchException": "SystemException",
  "System.Collections.Generic.KeyNotFoundException": "SystemException",
  "System.Security.Cryptography.CryptographicException": "SystemException",
  "System.Xml.XmlException": "SystemException",
  "Newtonsoft.Json.JsonException": "Exception",
  "Newtonsoft.Json.JsonReaderException": "JsonException",
  "Newtonsoft.Json.JsonSerializationException": "JsonException",
  "Newtonsoft.Json.JsonWriterException": "JsonException",
  "Microsoft.CSharp.RuntimeBinder.RuntimeBinderException": "Exception",
};

function ancestry(name: string): readonly string[] {
  const names: string[] = [];
  for (let at: string | undefined = name; at !== undefined; ) {
    names.push(at);
    const base: string | undefined = bases[at];
    at =
      base === undefined
        ? undefined
        : (Object.keys(bases).find((one) => one.endsWith(`.${base}`)) ?? `System.${base}`);
    if (names.includes(at ?? "")) break;
  }
  return names;
}

function described(name: string, base: string | undefined): TypeDescription {
  const make = (message: string | null, inner: DotnetException | null) =>
    new DotnetException(name, message ?? `Exception of type '${name}' was thrown.`, inner);
  return {
    name,
    kind: "class",
    ...(base === undefined ? {} : { base }),
    is: (value) => value instanceof DotnetException && ancestry(value.type).includes(name),
    members: {
      "new()": () => make(null, null),
      "new(string message)": (message: string | null) => make(message, null),
      "new(string message, Exception innerException)": make,
    },
  };
}

const members = {
  "string Message": (self: DotnetException) => self.message,
  "Exception InnerException": (self: DotnetException) => self.inner,
  "Exception GetBaseException()": (self: DotnetException) => self.inner ?? self,
  "string StackTrace": () => "",
  "string Source": () => "",
  "string HelpLink": () => null,
  "int HResult": () => -2146233088,
  "IDictionary<object, object> Data": () => new DictionaryValue("object", "object"),
  "string ToString()": (self: DotnetException, host: Host): string =>
    `${self.type}: ${self.message}${self.inner === null ? "" : ` ---> ${host.text(self.inner)}`}`,
};

/** `System.Exception` and those that derive from it. */
export const exceptionTypes: readonly TypeDescription[] = [
  described("System.Exception", undefined),
  { name: "System.Exception", kind: "class", members },
  ...Object.entries(bases).map(([name, base]) => described(name, base)),
];
