import { randomUUID } from "node:crypto";
import { formatException, required } from "./exceptions.ts";

const shapes: readonly RegExp[] = [
  /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/i,
  /^\{([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}$/i,
  /^\(([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\)$/i,
  /^([0-9a-f]{32})$/i,
];

const hexShape =
  /^\{0x([0-9a-f]{1,8}),0x([0-9a-f]{1,4}),0x([0-9a-f]{1,4}),\{((?:0x[0-9a-f]{1,2},?){8})\}\}$/i;

/**
 * `System.Guid`, kept as its 32 hexadecimal digits.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.guid
 */
export class Guid {
  /** 32 digits in lower case. */
  readonly digits: string;

  private constructor(digits: string) {
    this.digits = digits.toLowerCase();
  }

  static readonly empty = new Guid("0".repeat(32));

  /** `Guid.NewGuid()`. */
  static random(): Guid {
    return new Guid(randomUUID().replaceAll("-", ""));
  }

  /** `new Guid(byte[])`: the first three groups have their lowest byte first. */
  static fromBytes(bytes: Uint8Array): Guid {
    const hex = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((index) =>
      (bytes[index] ?? 0).toString(16).padStart(2, "0"),
    );
    return new Guid(hex.join(""));
  }

  /** Reads any of the five formats; `undefined` when the text is none of them. */
  static tryParse(text: string): Guid | undefined {
    const trimmed = text.trim();
    if (trimmed.length > 80) return undefined;
    for (const shape of shapes) {
      const match = shape.exec(trimmed);
      if (match !== null) return new Guid(match.slice(1).join(""));
    }
    const hex = hexShape.exec(trimmed.replace(/\s/g, ""));
    if (hex === null) return undefined;
    const [, first = "", second = "", third = "", rest = ""] = hex;
    const bytes = rest.split(",").map((byte) => byte.slice(2).padStart(2, "0"));
    return new Guid(
      first.padStart(8, "0") + second.padStart(4, "0") + third.padStart(4, "0") + bytes.join(""),
    );
  }

  /** @throws `System.FormatException` when the text is no GUID. */
  static parse(text: string | null): Guid {
    const guid = Guid.tryParse(required(text, "input"));
    if (guid !== undefined) return guid;
    throw formatException(
      "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).",
    );
  }

  /** Its 16 bytes, the first three groups with their lowest byte first. */
  toBytes(): Uint8Array {
    const byte = (index: number) => Number.parseInt(this.digits.slice(index * 2, index * 2 + 2), 16);
    return Uint8Array.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15], byte);
  }

  /** `GetHashCode()` of .NET Framework, which policies use as the seed of a random number. */
  hashCode(): number {
    const bytes = this.toBytes();
    const view = new DataView(bytes.buffer);
    const second = view.getInt16(4, true);
    const third = view.getInt16(6, true) & 0xffff;
    return view.getInt32(0, true) ^ ((second << 16) | third) ^ (((bytes[10] ?? 0) << 24) | (bytes[15] ?? 0));
  }

  /** `ToString(format)`: `D` (also without one), `N`, `B`, `P` or `X`. */
  toString(format: string | null = null): string {
    const { digits } = this;
    const cut = [
      digits.slice(0, 8),
      digits.slice(8, 12),
      digits.slice(12, 16),
      digits.slice(16, 20),
      digits.slice(20),
    ];
    switch ((format ?? "").toUpperCase()) {
      case "":
      case "D":
        return cut.join("-");
      case "N":
        return digits;
      case "B":
        return `{${cut.join("-")}}`;
      case "P":
        return `(${cut.join("-")})`;
      case "X": {
        const bytes = (digits.slice(16).match(/../g) ?? []).map((byte) => `0x${byte}`);
        return `{0x${cut[0]},0x${cut[1]},0x${cut[2]},{${bytes.join(",")}}}`;
      }
      default:
        throw formatException(
          'Format String can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".',
        );
    }
  }
}
