import { isIPv4, isIPv6 } from "node:net";
import type { OutCell, TypeDescription } from "../type-description.ts";
import { formatException, required } from "./exceptions.ts";
import { tryInto } from "./number-types.ts";

/** The 16 bytes of an IPv6 address, whose end may be written as an IPv4 address. */
function bytesOfIPv6(text: string): Uint8Array {
  const plain = text.replace(/%.*$/, "").replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_whole, ...numbers) => {
    const [a = 0, b = 0, c = 0, d = 0] = numbers.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [front = "", back] = plain.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const [first, last] = [groups(front), groups(back ?? "")];
  const gap = back === undefined ? 0 : 8 - first.length - last.length;
  const all = [...first, ...Array.from({ length: gap }, () => "0"), ...last].map((group) =>
    Number.parseInt(group, 16),
  );
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

/**
 * `System.Net.IPAddress`, as its bytes.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.net.ipaddress
 */
export class IpAddress {
  readonly bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** @throws `System.FormatException` when the text is no address. */
  static parse(text: string | null): IpAddress {
    const address = required(text, "ipString").replace(/^\[(.*)\]$/, "$1");
    if (isIPv4(address)) return new IpAddress(Uint8Array.from(address.split("."), Number));
    if (isIPv6(address)) return new IpAddress(bytesOfIPv6(address));
    throw formatException("An invalid IP address was specified.");
  }

  get isIPv6(): boolean {
    return this.bytes.length === 16;
  }

  /** Whether it is an IPv4 address that is written as one of IPv6. */
  get isMapped(): boolean {
    const front = this.bytes.subarray(0, 12);
    return this.isIPv6 && front.every((byte, index) => byte === (index < 10 ? 0 : 0xff));
  }

  /** `MapToIPv4()`: the last four bytes. */
  get asIPv4(): IpAddress {
    return this.isIPv6 ? new IpAddress(this.bytes.slice(12)) : this;
  }

  get isLoopback(): boolean {
    if (!this.isIPv6) return this.bytes[0] === 127;
    return this.bytes.every((byte, index) => byte === (index === 15 ? 1 : 0));
  }

  /** Its text, an IPv6 address in its shortest form. */
  toString(): string {
    if (!this.isIPv6) return this.bytes.join(".");
    if (this.isMapped) return `::ffff:${this.asIPv4.toString()}`;
    const groups = Array.from({ length: 8 }, (_, index) => {
      return (((this.bytes[index * 2] ?? 0) << 8) | (this.bytes[index * 2 + 1] ?? 0)).toString(16);
    });
    return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
  }
}

const addressDescription: TypeDescription = {
  name: "System.Net.IPAddress",
  kind: "class",
  is: (value) => value instanceof IpAddress,
  identity: (self: IpAddress) => self.bytes.join("."),
  members: {
    "static IPAddress Parse(string ipString)": IpAddress.parse,
    "static bool TryParse(string ipString, out IPAddress address)": (
      text: string | null,
      cell: OutCell<IpAddress | null>,
    ) => tryInto<IpAddress | null>(cell, null, () => IpAddress.parse(text)),
    "static bool IsLoopback(IPAddress address)": (address: IpAddress) => address.isLoopback,
    "static IPAddress Loopback": () => IpAddress.parse("127.0.0.1"),
    "byte[] GetAddressBytes()": (self: IpAddress) => self.bytes.slice(),
    "bool IsIPv4MappedToIPv6": (self: IpAddress) => self.isMapped,
    "IPAddress MapToIPv4()": (self: IpAddress) => self.asIPv4,
    "string ToString()": (self: IpAddress) => self.toString(),
  },
};

/** `IPAddress`. */
export const addressTypes: readonly TypeDescription[] = [addressDescription];
