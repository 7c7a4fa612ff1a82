import { formatException, required } from "./exceptions.ts";

const badCharacter =
  "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters.";
const badLength = "Invalid length for a Base-64 char array or string.";

/**
 * `Convert.FromBase64String`: white space is skipped, anything else that is no Base64 is refused; Base64url as well.
 *
 * @throws `System.FormatException` with .NET's two texts.
 * @see https://learn.microsoft.com/dotnet/api/system.convert.frombase64string
 */
export function fromBase64(text: string | null): Uint8Array {
  const digits = required(text, "s").replace(/[\t\n\r ]+/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(digits)) throw formatException(badCharacter);
  if (digits.length % 4 !== 0) throw formatException(badLength);
  return new Uint8Array(Buffer.from(digits, "base64"));
}

/** `Convert.ToBase64String`. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
