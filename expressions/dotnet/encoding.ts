import { argumentException, argumentNull } from "./exceptions.ts";

/** The encodings that are simulated, by the name that `WebName` gives. */
export type EncodingName = "utf-8" | "us-ascii" | "utf-16" | "utf-16BE" | "iso-8859-1";

function swapped(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length);
  for (let index = 0; index + 1 < bytes.length; index += 2) {
    copy[index] = bytes[index + 1] ?? 0;
    copy[index + 1] = bytes[index] ?? 0;
  }
  return copy;
}

/** One byte for each code unit up to a limit, `?` for any other. */
function singleBytes(text: string, limit: number): Uint8Array {
  return Uint8Array.from({ length: text.length }, (_, index) => {
    const unit = text.charCodeAt(index);
    return unit < limit ? unit : 0x3f;
  });
}

/**
 * `System.Text.Encoding`: UTF-8, ASCII, UTF-16 (`Unicode`) and Latin 1.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.text.encoding
 */
export class Encoding {
  readonly name: EncodingName;

  constructor(name: EncodingName) {
    this.name = name;
  }

  static readonly utf8 = new Encoding("utf-8");
  static readonly ascii = new Encoding("us-ascii");
  static readonly unicode = new Encoding("utf-16");
  static readonly bigEndianUnicode = new Encoding("utf-16BE");
  static readonly latin1 = new Encoding("iso-8859-1");

  /** `Encoding.GetEncoding(name)`. */
  static byName(name: string | null): Encoding {
    if (name === null) throw argumentNull("name");
    switch (name.toLowerCase()) {
      case "utf-8":
      case "utf8":
        return Encoding.utf8;
      case "us-ascii":
      case "ascii":
        return Encoding.ascii;
      case "utf-16":
      case "unicode":
      case "utf-16le":
        return Encoding.unicode;
      case "utf-16be":
        return Encoding.bigEndianUnicode;
      case "iso-8859-1":
      case "latin1":
        return Encoding.latin1;
      default:
        throw argumentException(
          `'${name}' is not a supported encoding name. For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method.`,
          "name",
        );
    }
  }

  /** `GetBytes`; half a surrogate pair becomes U+FFFD. */
  bytes(text: string): Uint8Array {
    switch (this.name) {
      case "us-ascii":
        return singleBytes(text, 0x80);
      case "iso-8859-1":
        return singleBytes(text, 0x100);
      case "utf-16":
        return new Uint8Array(Buffer.from(text.toWellFormed(), "utf16le"));
      case "utf-16BE":
        return swapped(Buffer.from(text.toWellFormed(), "utf16le"));
      default:
        return new TextEncoder().encode(text);
    }
  }

  /** `GetString`: what is no text of the encoding becomes U+FFFD (in ASCII `?`); a byte order mark stays. */
  text(bytes: Uint8Array): string {
    switch (this.name) {
      case "us-ascii":
        return Buffer.from(bytes)
          .toString("latin1")
          .replace(/[\u0080-\u00ff]/g, "?");
      case "iso-8859-1":
        return Buffer.from(bytes).toString("latin1");
      case "utf-16":
        return new TextDecoder("utf-16le", { ignoreBOM: true }).decode(bytes);
      case "utf-16BE":
        return new TextDecoder("utf-16le", { ignoreBOM: true }).decode(swapped(bytes));
      default:
        return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    }
  }
}
