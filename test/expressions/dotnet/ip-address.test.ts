import { describe, expect, it } from "vitest";
import { IpAddress } from "../../../expressions/dotnet/ip-address.ts";

/* Results are those of https://learn.microsoft.com/dotnet/api/system.net.ipaddress. */

describe("IPAddress", () => {
  it.each([
    ["192.168.1.10", "192.168.1.10", [192, 168, 1, 10]],
    ["::1", "::1", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1", [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ["::ffff:10.0.0.1", "::ffff:10.0.0.1", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1]],
  ])("reads %s", (text, written, bytes) => {
    const address = IpAddress.parse(text);
    expect(address.toString()).toBe(written);
    expect([...address.bytes]).toEqual(bytes);
  });

  it.each(["", "1.2.3.256", "x", "1::2::3"])("refuses %j", (text) => {
    expect(() => IpAddress.parse(text)).toThrow("An invalid IP address was specified.");
  });

  it("knows the loopback and a mapped address", () => {
    expect([IpAddress.parse("127.3.2.1").isLoopback, IpAddress.parse("::1").isLoopback]).toEqual([
      true,
      true,
    ]);
    expect(IpAddress.parse("::2").isLoopback).toBe(false);
    expect(IpAddress.parse("::ffff:10.0.0.1").asIPv4.toString()).toBe("10.0.0.1");
    expect(IpAddress.parse("2001:db8::1").isMapped).toBe(false);
  });
});
