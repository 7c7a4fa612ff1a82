import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64 } from "../../../expressions/dotnet/base64.ts";
import { compositeFormat } from "../../../expressions/dotnet/composite-format.ts";
import { parseDate, parseDateExactly } from "../../../expressions/dotnet/date-parse.ts";
import { DateTime } from "../../../expressions/dotnet/date-time.ts";
import { Decimal } from "../../../expressions/dotnet/decimal.ts";
import { NotSimulatedError } from "../../../expressions/dotnet/exceptions.ts";
import { Guid } from "../../../expressions/dotnet/guid.ts";
import { IpAddress } from "../../../expressions/dotnet/ip-address.ts";
import { selectTokens } from "../../../expressions/dotnet/json-path.ts";
import { parseJson } from "../../../expressions/dotnet/json-reader.ts";
import { jsonText } from "../../../expressions/dotnet/json-text.ts";
import { formatDecimal, formatDouble, formatInteger } from "../../../expressions/dotnet/number-format.ts";
import { parseDecimal, parseDouble, parseInteger } from "../../../expressions/dotnet/number-parse.ts";
import { Regex } from "../../../expressions/dotnet/regex.ts";
import { TimeSpan } from "../../../expressions/dotnet/time-span.ts";
import { Uri } from "../../../expressions/dotnet/uri.ts";
import { htmlDecode, unescapeDataString, urlDecode } from "../../../expressions/dotnet/web-text.ts";
import { parseXmlElement } from "../../../expressions/dotnet/xml-reader.ts";
import { xmlText } from "../../../expressions/dotnet/xml-text.ts";
import { DotnetException } from "../../../expressions/exception.ts";

/* Any text goes into the library from a request: it gives a result, an exception of .NET's or "not simulated", and never another error. */

/** Texts of the signs that mean something to a parser, and any other. */
function textOf(signs: string) {
  const sign = fc.constantFrom(...signs.split(" "), " ");
  const words = fc.array(
    fc.oneof({ weight: 5, arbitrary: sign }, fc.string({ unit: "binary", maxLength: 4 })),
    { maxLength: 24 },
  );
  return words.map((list) => list.join(""));
}

const sample = parseJson('{"a":[1,"2",{"b":null}],"c d":{"e":1.5}}', "JToken");
const date = DateTime.of([2020, 2, 29, 23, 59, 59, 999], "Utc");

const numberSigns = "0 # , . % ; E+0 e0 \\ ' \" N2 X8 D G17 1 9 - + ( ) \u2030 P C F99";
const dateSigns =
  "2020 01 29 - / : T Z + 10:30 Jan January Mon, AM pm GMT y yyyy M MM d dd H h m s f fff F tt K zzz ' \\ % 1 o";
const jsonSigns =
  "{ } [ ] , : \" ' a null true 1 -2.5e3 0x1F undefined NaN /*c*/ // \\u0041 \\ \n 2020-01-02T03:04:05Z new";
const pathSigns = "$ @ . .. [ ] [* ] ['c d'] [?( ) @.a == != < > && || 'x' 1 : , -1 a b ( * ?";
const regexSigns =
  "( ) [ ] a b * + ? { } {2} {2,} | ^ $ . \\ \\d \\w \\b \\Z (?: (?<n> (?i) (?= (?! \\1 - [^ \\p{L} \\x41 \\u00e9 # \n";
const uriSigns = "http https : // / ? # @ . .. % %20 %C3 [::1] a.b 80 99999 user \\ ü";
const xmlSigns =
  "< > </ /> <a > </a> <b x='1'> xmlns= xmlns:p='u' p:a & &amp; &#65; <![CDATA[ ]]> <!-- --> <?xml ?> <!DOCTYPE \" '";

const subjects: readonly (readonly [string, string, (text: string) => unknown])[] = [
  [
    "number formats",
    numberSigns,
    (text) => [
      formatDouble(-1234.5678, text),
      formatInteger(-7n, 32, text),
      formatDecimal(Decimal.fromText("-0.005"), text),
    ],
  ],
  ["integers", numberSigns, (text) => parseInteger(text, "long")],
  ["doubles", numberSigns, parseDouble],
  ["decimals", numberSigns, parseDecimal],
  [
    "composite formats",
    `{ } 0 1 : , 10 -5 ${numberSigns}`,
    (text) =>
      compositeFormat(
        text,
        2,
        (_index, format) => formatDouble(1.5, format),
        () => {},
      ),
  ],
  ["date formats", dateSigns, (text) => date.toString(text)],
  ["dates", dateSigns, parseDate],
  ["dates by a format", dateSigns, (text) => parseDateExactly("2020-01-29T10:30", text)],
  [
    "durations",
    "1 . : 10 59 24 - d h m s f ' \\ % c g G",
    (text) => [TimeSpan.parse("1.02:03:04.5").toString(text), TimeSpan.parse(text)],
  ],
  ["GUIDs", "{ } ( ) 0x , - 00112233 4455 aabb", Guid.parse],
  ["addresses", "1 255 256 . : :: ffff [ ] %1", (text) => IpAddress.parse(text).toString()],
  ["Base64", "YQ == = + / - _ AAAA \n", fromBase64],
  ["JSON", jsonSigns, (text) => jsonText(parseJson(text, "JToken"), true)],
  ["JSON paths", pathSigns, (text) => selectTokens(sample, text)],
  ["patterns", regexSigns, (text) => [...new Regex(text).matches("aab\nba-b 12 é\n")]],
  [
    "URIs",
    uriSigns,
    (text) => [
      new Uri(text, "RelativeOrAbsolute").toString(),
      Uri.resolve(new Uri("http://a.b/c"), text).segments,
    ],
  ],
  [
    "escapes",
    "%41 %C3%BC %FF % + &amp; &#65; &#x110000; &#0; &lt",
    (text) => [urlDecode(text), unescapeDataString(text), htmlDecode(text)],
  ],
  ["XML", xmlSigns, (text) => xmlText(parseXmlElement(text), true)],
];

describe("the library given any text", () => {
  it.each(subjects)("ends %s as .NET or as not simulated", (_name, signs, use) => {
    const property = fc.property(textOf(signs), (text) => {
      try {
        use(text);
      } catch (error) {
        if (!(error instanceof DotnetException) && !(error instanceof NotSimulatedError)) throw error;
      }
    });
    fc.assert(property, { numRuns: 600 });
  });

  it.each<[string, (text: string) => unknown, string]>([
    ["JSON", (text) => parseJson(text, "JToken"), "[".repeat(1_000_000)],
    ["JSON names", (text) => parseJson(text, "JToken"), `{"a":${'{"a":'.repeat(500_000)}`],
    ["XML", parseXmlElement, "<a>".repeat(300_000)],
    ["a path", (text) => selectTokens(sample, text), "[?(".repeat(100_000)],
    ["a pattern", (text) => new Regex(text), "(".repeat(9_000)],
    ["an integer", (text) => parseInteger(text, "int"), "9".repeat(1_000_000)],
    ["a decimal", parseDecimal, "9".repeat(1_000_000)],
    ["a date", parseDate, "1/".repeat(500_000)],
    ["Base64", fromBase64, "=".repeat(1_000_000)],
  ])("refuses %s without end", (_name, use, text) => {
    let caught: unknown;
    try {
      use(text);
    } catch (error) {
      caught = error;
    }
    expect(caught instanceof DotnetException || caught instanceof NotSimulatedError).toBe(true);
  });
});
