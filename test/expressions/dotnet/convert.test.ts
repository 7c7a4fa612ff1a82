import { describe, expect, it } from "vitest";
import { fromBase64, toBase64 } from "../../../expressions/dotnet/base64.ts";
import {
  convertToInteger,
  integerFromBase,
  integerToBase,
  toBoolean,
  toChar,
  toDate,
  toDecimal,
  toDouble,
  toText,
} from "../../../expressions/dotnet/convert.ts";
import { DateTime } from "../../../expressions/dotnet/date-time.ts";
import { Decimal } from "../../../expressions/dotnet/decimal.ts";
import { Encoding } from "../../../expressions/dotnet/encoding.ts";
import { Guid } from "../../../expressions/dotnet/guid.ts";
import { HashAlgorithm, type HashName } from "../../../expressions/dotnet/hash.ts";
import { dashedHex, roundDouble } from "../../../expressions/dotnet/math-types.ts";
import { Random } from "../../../expressions/dotnet/random.ts";
import { charOf, NumberValue, type Value } from "../../../expressions/value.ts";

/*
 * Results are those of https://learn.microsoft.com/dotnet/api/system.convert, system.guid, system.random, system.bitconverter,
 * system.math.round, system.text.encoding, RFC 4231 and RFC 1321, and of .NET Framework's corlib.
 */

const double = (value: number) => new NumberValue("double", value);
const ascii = (text: string) => Encoding.ascii.bytes(text);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("Convert", () => {
  it.each<[Value, bigint]>([
    [double(2.5), 2n],
    [double(3.5), 4n],
    [double(-2.5), -2n],
    [double(2.6), 3n],
    [Decimal.fromText("4.5"), 4n],
    [true, 1n],
    [null, 0n],
    [" 42 ", 42n],
    [charOf(97), 97n],
    [new NumberValue("long", 7n), 7n],
  ])("converts %s to the Int32 %s", (value, result) => {
    expect(convertToInteger(value, "int")).toBe(result);
  });

  it.each<[Value, string]>([
    ["x", "Input string was not in a correct format."],
    [double(3e9), "Value was either too large or too small for an Int32."],
    [double(Number.NaN), "Value was either too large or too small for an Int32."],
    [new DateTime(0n), "Invalid cast from 'DateTime' to 'Int32'."],
  ])("refuses to convert %s to an Int32", (value, message) => {
    expect(() => convertToInteger(value, "int")).toThrow(message);
  });

  it("converts to the other scalars", () => {
    expect(toBoolean("TRUE")).toBe(true);
    expect(toBoolean(double(0))).toBe(false);
    expect(() => toBoolean("yes")).toThrow("String was not recognized as a valid Boolean.");
    expect(toDouble("1.5e3")).toBe(1500);
    expect(toDecimal("1.50").toString()).toBe("1.50");
    expect(toDecimal(double(0.1)).toString()).toBe("0.1");
    expect(toDate("2020-01-02", new DateTime(0n)).toString("s")).toBe("2020-01-02T00:00:00");
    expect(toDate(null, new DateTime(0n)).ticks).toBe(0n);
    expect(toChar("a")).toBe(97);
    expect(() => toChar("ab")).toThrow("String must be exactly one character long.");
    expect(toText(null)).toBe("");
    expect(toText(double(1.5))).toBe("1.5");
  });

  it.each([
    ["ff", 16, 255n],
    ["0xFF", 16, 255n],
    ["ffffffff", 16, -1n],
    ["1010", 2, 10n],
    ["17", 8, 15n],
    ["-5", 10, -5n],
  ])("reads %s in base %s", (text, base, result) => {
    expect(integerFromBase(text, base, "int")).toBe(result);
  });

  it.each([
    ["zz", 16, "Could not find any recognizable digits."],
    ["1z", 16, "Additional non-parsable characters are at the end of the string."],
    ["1ffffffff", 16, "Value was either too large or too small for an Int32."],
    ["-5", 16, "String cannot contain a minus sign if the base is not 10."],
    ["5", 3, "Invalid Base."],
  ])("refuses %s in base %s", (text, base, message) => {
    expect(() => integerFromBase(text, base, "int")).toThrow(message);
  });

  it("writes in another base, a negative number as its bits", () => {
    expect(integerToBase(255n, 16, 32)).toBe("ff");
    expect(integerToBase(-1n, 2, 32)).toBe("1".repeat(32));
  });

  it("reads Base64 with white space in it", () => {
    expect(Buffer.from(fromBase64(" YW\r\nJj ")).toString()).toBe("abc");
    expect(toBase64(ascii("ab"))).toBe("YWI=");
  });

  it.each([
    ["YQ", "Invalid length for a Base-64 char array or string."],
    ["YWJj_w==", "The input is not a valid Base-64 string as it contains a non-base 64 character"],
    ["YQ==YQ==", "The input is not a valid Base-64 string"],
  ])("refuses the Base64 %s", (text, message) => {
    expect(() => fromBase64(text)).toThrow(message);
  });
});

describe("Encoding", () => {
  it.each([
    [Encoding.utf8, "aü€", "61c3bce282ac"],
    [Encoding.ascii, "aü€", "613f3f"],
    [Encoding.unicode, "aü", "6100fc00"],
    [Encoding.bigEndianUnicode, "aü", "006100fc"],
    [Encoding.latin1, "aü€", "61fc3f"],
  ])("writes the bytes of %j", (encoding, text, bytes) => {
    expect(hex(encoding.bytes(text))).toBe(bytes);
  });

  it("replaces what is no text", () => {
    expect(Encoding.utf8.text(Uint8Array.of(0x41, 0xc8))).toBe("A\ufffd");
    expect(Encoding.ascii.text(Uint8Array.of(0x41, 0xc8))).toBe("A?");
    expect(Encoding.bigEndianUnicode.text(Uint8Array.of(0, 0x41))).toBe("A");
  });

  it("finds an encoding by its name, and refuses another", () => {
    expect(Encoding.byName("UTF-8")).toBe(Encoding.utf8);
    expect(() => Encoding.byName("klingon")).toThrow("'klingon' is not a supported encoding name.");
  });
});

describe("Guid", () => {
  const text = "00112233-4455-6677-8899-aabbccddeeff";
  const guid = Guid.parse(text);

  it.each([
    ["D", text],
    ["N", "00112233445566778899aabbccddeeff"],
    ["B", `{${text}}`],
    ["P", `(${text})`],
    ["X", "{0x00112233,0x4455,0x6677,{0x88,0x99,0xaa,0xbb,0xcc,0xdd,0xee,0xff}}"],
  ])("writes and reads the format %s", (format, result) => {
    expect(guid.toString(format)).toBe(result);
    expect(Guid.parse(result).toString()).toBe(text);
  });

  it("refuses another format and another text", () => {
    expect(() => guid.toString("q")).toThrow("Format String can be only");
    expect(() => Guid.parse("x")).toThrow("Guid should contain 32 digits with 4 dashes");
    expect(() => Guid.parse(`{${text}`)).toThrow("Guid should contain 32 digits with 4 dashes");
  });

  it("has the bytes and the hash code of .NET", () => {
    expect(dashedHex(guid.toBytes())).toBe("33-22-11-00-55-44-77-66-88-99-AA-BB-CC-DD-EE-FF");
    expect(Guid.fromBytes(guid.toBytes()).toString()).toBe(text);
    expect(guid.hashCode()).toBe(-297515845);
  });

  it("makes another one each time", () => {
    expect(Guid.random().digits).not.toBe(Guid.random().digits);
    expect(Guid.empty.toString()).toBe("00000000-0000-0000-0000-000000000000");
  });
});

describe("Random", () => {
  it("gives the numbers that .NET gives for a seed", () => {
    expect(new Random(42).next()).toBe(1434747710);
    expect(new Random(0).next()).toBe(1559595546);
    expect(new Random(-5).nextBelow(100)).toBe(33);
    expect(new Random(-2147483648).nextBetween(5, 10)).toBe(8);
    expect(new Random(123).nextBetween(-2147483648, 2147483647)).toBe(2114319874);
    expect(new Random(7).nextDouble()).toBe(0.38322046929189024);
  });

  it("keeps to .NET's sequence after the table has turned", () => {
    const random = new Random(99);
    for (let count = 0; count < 300; count++) random.next();
    expect(random.next()).toBe(780327148);
  });

  it("fills bytes", () => {
    const bytes = new Uint8Array(6);
    new Random(7).fill(bytes);
    expect(dashedHex(bytes)).toBe("4B-63-04-F6-95-62");
  });

  it("refuses limits in the wrong order", () => {
    expect(() => new Random(1).nextBetween(2, 1)).toThrow("'minValue' cannot be greater than maxValue.");
    expect(() => new Random(1).nextBelow(-1)).toThrow("'maxValue' must be greater than zero.");
    expect(new Random(1).nextBelow(0)).toBe(0);
  });
});

describe("Math.Round", () => {
  it.each([
    [2.5, 0, 0, 2],
    [3.5, 0, 0, 4],
    [2.5, 0, 1, 3],
    [-2.5, 0, 1, -3],
    [3.45, 1, 0, 3.4],
    [3.47, 1, 0, 3.5],
    [2.125, 2, 1, 2.13],
  ])("rounds %s to %s digits in mode %s", (value, digits, mode, result) => {
    expect(roundDouble(value, digits, mode)).toBe(result);
  });

  it("refuses more than 15 digits", () => {
    expect(() => roundDouble(1, 16, 0)).toThrow("Rounding digits must be between 0 and 15, inclusive.");
  });
});

describe("hashes", () => {
  it.each<[HashName, string]>([
    ["MD5", "900150983cd24fb0d6963f7d28e17f72"],
    ["SHA1", "a9993e364706816aba3e25717850c26c9cd0d89d"],
    ["SHA256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  ])("computes %s of abc", (name, digest) => {
    expect(hex(new HashAlgorithm(name).compute(ascii("abc")))).toBe(digest);
  });

  it("computes an HMAC (RFC 4231, test case 2)", () => {
    const hmac = HashAlgorithm.hmac("SHA256", ascii("Jefe"));
    expect(hex(hmac.compute(ascii("what do ya want for nothing?")))).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
    expect([hmac.hashSize, hex(hmac.last ?? new Uint8Array())]).toEqual([
      256,
      hex(hmac.compute(ascii("what do ya want for nothing?"))),
    ]);
  });

  it("finds an algorithm by its name, and says which one it does not simulate", () => {
    expect(HashAlgorithm.byName("SHA-256").name).toBe("SHA256");
    expect(HashAlgorithm.byName("HMACSHA1").key).toHaveLength(64);
    expect(() => HashAlgorithm.byName("RIPEMD160")).toThrow(
      'does not simulate the hash algorithm "RIPEMD160"',
    );
  });

  it("refuses a key or a buffer that is null", () => {
    expect(() => HashAlgorithm.hmac("SHA256", null)).toThrow("Value cannot be null.\r\nParameter name: key");
    expect(() => new HashAlgorithm("SHA1").compute(null)).toThrow(
      "Value cannot be null.\r\nParameter name: buffer",
    );
  });
});
