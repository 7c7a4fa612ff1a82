import { describe, expect, it } from "vitest";
import { compileExpression } from "../../../expressions/compile.ts";
import { valueText } from "../../../expressions/value-text.ts";
import { expressionContextOf } from "../../support/expression.ts";

/*
 * Each expression was run on .NET as well (Mono's C# compiler and .NET Framework's corlib, Newtonsoft.Json 6): the results are those it
 * gave, with the line endings of Windows.
 */

type Rows = readonly (readonly [source: string, result: string])[];

const expressions: Rows = [
  ['int.Parse("42") + 1', "43"],
  ['(1234.5678).ToString("N2")', "1,234.57"],
  ['string.Format("{0:N2} {1,5} {2}", 1234.5, "a", null)', "1,234.50     a "],
  ['$"{1234.5:N2}|{"a",5}|{true}"', "1,234.50|    a|True"],
  ["\"a,b,,c\".Split(',').Length", "4"],
  ['string.Join("|", "a,b,,c".Split(new[] { \',\' }, StringSplitOptions.RemoveEmptyEntries))', "a|b|c"],
  ['"Hello".Substring(1, 3).ToUpper()', "ELL"],
  ['"Bearer x".StartsWith("bearer", StringComparison.OrdinalIgnoreCase)', "True"],
  ['Convert.ToBase64String(Encoding.UTF8.GetBytes("user:pass"))', "dXNlcjpwYXNz"],
  ['Encoding.UTF8.GetString(Convert.FromBase64String("dXNlcjpwYXNz"))', "user:pass"],
  [
    'BitConverter.ToString(SHA256.Create().ComputeHash(Encoding.UTF8.GetBytes("abc"))).Replace("-", "").ToLower()',
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  ],
  [
    'Convert.ToBase64String(new HMACSHA256(Encoding.UTF8.GetBytes("key")).ComputeHash(Encoding.UTF8.GetBytes("msg")))',
    "LZPLwb4We8sWN6SiPL/wGnh48MUO6DOVTqUiG7G4xig=",
  ],
  ['JObject.Parse("{\\"a\\":{\\"b\\":[1,2,3]}}")["a"]["b"][1].ToString()', "2"],
  ['(string)JObject.Parse("{\\"a\\":\\"x\\"}")["a"]', "x"],
  ['(int)JObject.Parse("{\\"a\\":5}")["a"] + 1', "6"],
  ['JObject.Parse("{\\"a\\":5}").Value<int>("a") + 1', "6"],
  ['JObject.Parse("{\\"a\\":\\"5\\"}").Value<string>("a") + "!"', "5!"],
  ['JObject.Parse("{\\"a\\":5}")["missing"] == null', "True"],
  ['((string)JObject.Parse("{\\"a\\":null}")["a"]) == null', "True"],
  ['JObject.Parse("{\\"a\\":{\\"b\\":1}}").SelectToken("a.b").ToString()', "1"],
  [
    'new JObject(new JProperty("a", 1), new JProperty("b", new JArray("x", "y"))).ToString(Newtonsoft.Json.Formatting.None)',
    '{"a":1,"b":["x","y"]}',
  ],
  ['new JObject(new JProperty("a", 1)).ToString()', '{\r\n  "a": 1\r\n}'],
  ["new JArray(new[] { 1, 2, 3 }).ToString(Newtonsoft.Json.Formatting.None)", "[1,2,3]"],
  [
    'JsonConvert.SerializeObject(new { a = 1, b = "x", c = new[] { 1.5, 2 } })',
    '{"a":1,"b":"x","c":[1.5,2.0]}',
  ],
  ['JsonConvert.SerializeObject(new List<string> { "a", "b" })', '["a","b"]'],
  [
    'JsonConvert.SerializeObject(new Dictionary<string, object> { { "a", 1 }, { "b", null } })',
    '{"a":1,"b":null}',
  ],
  ['JArray.Parse("[{\\"n\\":\\"a\\"},{\\"n\\":\\"b\\"}]").Select(t => (string)t["n"]).Last()', "b"],
  ['string.Join(",", JArray.Parse("[1,2,3]").Select(t => (int)t * 2))', "2,4,6"],
  ['JArray.Parse("[\\"a\\",\\"b\\"]").Any(t => t.ToString() == "b")', "True"],
  [
    'string.Join(",", JObject.Parse("{\\"a\\":1,\\"b\\":2}").Properties().Select(p => p.Name + "=" + p.Value))',
    "a=1,b=2",
  ],
  ['JObject.Parse("{\\"a\\":1}").Property("a").Value.ToString()', "1"],
  ['JObject.Parse("{\\"a\\":1}").Descendants().Count()', "2"],
  ['JObject.Parse("{\\"a\\":1}")["a"].Type.ToString()', "Integer"],
  ['JObject.Parse("{\\"d\\":\\"2020-01-02T03:04:05Z\\"}")["d"].ToString()', "1/2/2020 3:04:05 AM"],
  ['(string)JObject.Parse("{\\"d\\":\\"2020-01-02T03:04:05Z\\"}")["d"]', "01/02/2020 03:04:05"],
  ['$"{JObject.Parse("{\\"d\\":\\"2020-01-02T13:04:05Z\\"}")["d"]}"', "1/2/2020 1:04:05 PM"],
  ['JToken.Parse("[1,2]").ToObject<int[]>().Length', "2"],
  ['JsonConvert.DeserializeObject<JObject>("{\\"a\\":1}")["a"].ToString()', "1"],
  [
    'JObject.FromObject(new { x = 1, y = new { z = "q" } }).ToString(Newtonsoft.Json.Formatting.None)',
    '{"x":1,"y":{"z":"q"}}',
  ],
  ['((JObject)JObject.Parse("{\\"a\\":{\\"b\\":1}}")["a"]).Count', "1"],
  ['new DateTime(2020, 1, 2, 3, 4, 5).ToString("yyyy-MM-ddTHH:mm:ssZ")', "2020-01-02T03:04:05Z"],
  ['new DateTime(2020, 1, 2).AddDays(30.5).ToString("o")', "2020-02-01T12:00:00.0000000"],
  ["(new DateTime(2020, 1, 2) - new DateTime(2020, 1, 1)).TotalHours", "24"],
  [
    "new DateTimeOffset(new DateTime(2020, 1, 2, 0, 0, 0, DateTimeKind.Utc)).ToUnixTimeSeconds()",
    "1577923200",
  ],
  ['DateTimeOffset.FromUnixTimeSeconds(1580000000).ToString("u")', "2020-01-26 00:53:20Z"],
  ['DateTime.Parse("2020-01-02T03:04:05Z").ToString("HH:mm")', "03:04"],
  ["TimeSpan.FromMinutes(90).ToString()", "01:30:00"],
  ["new DateTime(2020, 1, 2) > new DateTime(2020, 1, 1)", "True"],
  ["new DateTime(2020, 1, 2).DayOfWeek.ToString()", "Thursday"],
  ['Guid.Empty.ToString("N")', "00000000000000000000000000000000"],
  [
    'Guid.Parse("00112233-4455-6677-8899-aabbccddeeff").ToString("B")',
    "{00112233-4455-6677-8899-aabbccddeeff}",
  ],
  ["new Random(42).Next(100)", "66"],
  ["Math.Round(2.345m, 2)", "2.34"],
  ["1.10m + 2", "3.10"],
  ["(int)2.9 + (int)(-2.9)", "0"],
  ['Convert.ToInt32("12") / 5', "2"],
  ["Convert.ToInt32(2.5)", "2"],
  ['Convert.ToBoolean("true")', "True"],
  ['Regex.Match("public, max-age=3600", @"max-age=(?<maxAge>\\d+)").Groups["maxAge"].Value', "3600"],
  ['Regex.IsMatch("/Foo", "^/foo$", RegexOptions.IgnoreCase, TimeSpan.FromMilliseconds(500))', "True"],
  ['Regex.Replace("a1b2", @"\\d", "#")', "a#b#"],
  ['string.Join(",", Regex.Matches("a1b22", @"\\d+").Cast<Match>().Select(m => m.Value))', "1,22"],
  ['new Uri("https://a.b/c?d=e").Host', "a.b"],
  ['Uri.EscapeDataString("a b&c")', "a%20b%26c"],
  ['System.Net.WebUtility.UrlEncode("a b&c")', "a+b%26c"],
  ['XElement.Parse("<a><b x=\'1\'>t</b></a>").Element("b").Attribute("x").Value', "1"],
  ['XElement.Parse("<a><b>t</b></a>").Descendants("b").First().Value', "t"],
  [
    'new XElement("a", new XElement("b", 5), new XAttribute("x", "y")).ToString()',
    '<a x="y">\r\n  <b>5</b>\r\n</a>',
  ],
  ['XDocument.Parse("<a><b/></a>").Root.Name.LocalName', "a"],
  ['(string)XElement.Parse("<a>5</a>")', "5"],
  ['(int)XElement.Parse("<a>5</a>") + 1', "6"],
  [
    'XElement.Parse("<s:E xmlns:s=\'urn:s\'><s:B>v</s:B></s:E>").Element(((XNamespace)"urn:s") + "B").Value',
    "v",
  ],
  ["new StringBuilder().Append(\"a\").Append(5).AppendLine().Append('c', 3).ToString()", "a5\r\nccc"],
  ['"abc".Contains("b") && !"abc".Contains("x")', "True"],
  ['"abc".IndexOf(\'c\') + "abc".LastIndexOf("a")', "2"],
  ['"  x ".Trim() + "xxa".TrimStart(\'x\')', "xa"],
  ["\"a\".PadLeft(3, '0')", "00a"],
  ['string.IsNullOrEmpty("") && string.IsNullOrWhiteSpace(" ")', "True"],
  ['string.Equals("a", "A", StringComparison.OrdinalIgnoreCase)', "True"],
  ['"a".CompareTo("b")', "-1"],
  ['"abc"[1]', "b"],
  ["char.IsDigit('5')", "True"],
  ['"abc".ToCharArray().Length', "3"],
  ["new string('x', 3)", "xxx"],
  ['"a-b-c".Replace("-", "")', "abc"],
  ['"hello".GetHashCode() == "hello".GetHashCode()', "True"],
  ['byte.Parse("255")', "255"],
  ["((object)5).ToString()", "5"],
  ['5.ToString("D3")', "005"],
  ['255.ToString("X2")', "FF"],
  ["long.MaxValue", "9223372036854775807"],
  ["int.MaxValue.ToString()", "2147483647"],
  ["0.1 + 0.2", "0.3"],
  ["1.0 / 3", "0.333333333333333"],
  ["1e20", "1E+20"],
  ["100.0", "100"],
  ["1.5f", "1.5"],
  ["10L", "10"],
  ["new DateTime(2020,1,2)", "1/2/2020 12:00:00 AM"],
  ["TimeSpan.FromSeconds(5) + TimeSpan.FromMinutes(1)", "00:01:05"],
  ['JObject.Parse("{\\"a\\":1.0}")["a"].ToString()', "1"],
  ['(double)JObject.Parse("{\\"a\\":1.5}")["a"] * 2', "3"],
  ['JObject.Parse("{\\"a\\":true}").Value<bool>("a")', "True"],
  ['(bool)JObject.Parse("{\\"a\\":\\"true\\"}")["a"]', "True"],
  ['(DateTime)JObject.Parse("{\\"d\\":\\"2020-01-02T03:04:05Z\\"}")["d"]', "1/2/2020 3:04:05 AM"],
  ['new JObject { ["a"] = 1, ["b"] = "x" }.ToString(Newtonsoft.Json.Formatting.None)', '{"a":1,"b":"x"}'],
  [
    'new JObject { { "a", 1 }, { "b", new JArray() } }.ToString(Newtonsoft.Json.Formatting.None)',
    '{"a":1,"b":[]}',
  ],
  ['new JArray { 1, "a", null }.ToString(Newtonsoft.Json.Formatting.None)', '[1,"a",null]'],
  ['((JArray)JObject.Parse("{\\"a\\":[1,2]}")["a"]).Count', "2"],
  ['JArray.Parse("[3,1,2]").OrderBy(t => (int)t).First().ToString()', "1"],
  ['JArray.Parse("[{\\"a\\":1},{\\"a\\":2}]").Where(t => (int)t["a"] > 1).Count()', "1"],
  ['JArray.Parse("[{\\"a\\":1},{\\"a\\":2}]").FirstOrDefault(t => (int)t["a"] == 5) == null', "True"],
  ['JArray.Parse("[1,2]").Values<int>().Sum()', "3"],
  ['JObject.Parse("{\\"a\\":[{\\"b\\":1}]}").SelectTokens("$.a[*].b").Count()', "1"],
  ['JObject.Parse("{\\"a\\":1}").GetValue("A", StringComparison.OrdinalIgnoreCase).ToString()', "1"],
];

const blocks: Rows = [
  ['int n; return int.TryParse("12", out n) ? n + 1 : -1;', "13"],
  [
    'DateTimeOffset d; return DateTimeOffset.TryParse("2020-01-02T03:04:05Z", out d) ? d.ToUnixTimeSeconds() : 0;',
    "1577934245",
  ],
  ['Guid g; return Guid.TryParse("x", out g) ? "y" : g.ToString();', "00000000-0000-0000-0000-000000000000"],
  [
    'var o = JObject.Parse("{\\"a\\":1}"); o["b"] = "x"; o["c"] = 1.5; o["d"] = true; o["e"] = null; o["f"] = new JArray(1, 2); return o.ToString(Newtonsoft.Json.Formatting.None);',
    '{"a":1,"b":"x","c":1.5,"d":true,"e":null,"f":[1,2]}',
  ],
  [
    'var o = new JObject(); o.Add("a", 1); o.Add(new JProperty("b", new JObject(new JProperty("c", "d")))); o.Remove("a"); return o.ToString(Newtonsoft.Json.Formatting.None);',
    '{"b":{"c":"d"}}',
  ],
  [
    'var a = new JArray(); a.Add(1); a.Add("x"); a.Add(new JObject()); a.RemoveAt(0); return a.ToString(Newtonsoft.Json.Formatting.None);',
    '["x",{}]',
  ],
  [
    'var o = JObject.Parse("{\\"a\\":{\\"b\\":[{\\"c\\":1},{\\"c\\":2}]}}"); foreach (var t in o["a"]["b"]) { t["c"] = (int)t["c"] * 10; } return o.ToString(Newtonsoft.Json.Formatting.None);',
    '{"a":{"b":[{"c":10},{"c":20}]}}',
  ],
  [
    'var o = JObject.Parse("{\\"a\\":1,\\"b\\":2}"); foreach (var p in o.Properties().ToList()) { if (p.Name == "a") p.Remove(); } return o.ToString(Newtonsoft.Json.Formatting.None);',
    '{"b":2}',
  ],
  ['var o = JObject.Parse("{\\"a\\":1}"); o.Merge(JObject.Parse("{\\"b\\":2}")); return o.Count;', "2"],
  ['JToken t; return JObject.Parse("{\\"a\\":1}").TryGetValue("a", out t) ? t.ToString() : "no";', "1"],
  [
    'var o = JObject.Parse("{\\"a\\":{\\"b\\":1}}"); ((JObject)o["a"]).Property("b").Replace(new JProperty("z", 5)); return o.ToString(Newtonsoft.Json.Formatting.None);',
    '{"a":{"z":5}}',
  ],
  [
    'var o = JObject.Parse("{\\"a\\":1}"); o.Property("a").AddAfterSelf(new JProperty("b", 2)); o.AddFirst(new JProperty("0", 0)); return o.ToString(Newtonsoft.Json.Formatting.None);',
    '{"0":0,"a":1,"b":2}',
  ],
  [
    'var x = XElement.Parse("<a><b>1</b></a>"); x.Add(new XElement("c", "2")); x.Element("b").Remove(); x.SetAttributeValue("d", 3); return x.ToString(SaveOptions.DisableFormatting);',
    '<a d="3"><c>2</c></a>',
  ],
  [
    'XNamespace ns = "urn:x"; var x = new XElement(ns + "a", new XElement(ns + "b", 1)); return x.ToString();',
    '<a xmlns="urn:x">\r\n  <b>1</b>\r\n</a>',
  ],
  [
    'var x = XElement.Parse("<a><b>1</b><b>2</b></a>"); return string.Join(",", x.Elements("b").Select(e => e.Value));',
    "1,2",
  ],
  ['var x = XElement.Parse("<a><b>1</b></a>"); return x.Element("zz") == null ? "none" : "some";', "none"],
  [
    "var s = new StringBuilder(); for (int i = 0; i < 3; i++) { s.Append(i).Append(','); } s.Length--; return s.ToString();",
    "0,1,2",
  ],
  [
    'var s = new StringBuilder("abc"); s.Insert(1, "X").Replace("c", "d").Remove(0, 1); return s.ToString();',
    "Xbd",
  ],
  [
    'var m = Regex.Match("a=1;b=2", @"b=(\\d)"); return m.Success ? m.Groups[1].Value + m.Index + m.Length : "";',
    "243",
  ],
  ['return Regex.Replace("abc", "[ac]", m => m.Value.ToUpper());', "AbC"],
  [
    'var r = new Regex("(?<k>\\\\w)=(?<v>\\\\w)"); var l = ""; foreach (Match m in r.Matches("a=1,b=2")) { l += m.Groups["v"].Value + m.Groups["k"].Value; } return l;',
    "1a2b",
  ],
  ["var b = new byte[4]; b[0] = 255; return Convert.ToBase64String(b);", "/wAAAA=="],
  ['byte[] b = Encoding.UTF8.GetBytes("hi"); return b.Length + ":" + b[0];', "2:104"],
  ["return BitConverter.ToString(BitConverter.GetBytes(258));", "02-01-00-00"],
  [
    'using (var h = SHA256.Create()) { return Convert.ToBase64String(h.ComputeHash(Encoding.UTF8.GetBytes("x"))); }',
    "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=",
  ],
  [
    'var h = new HMACSHA512(Convert.FromBase64String("a2V5")); return BitConverter.ToString(h.ComputeHash(Encoding.ASCII.GetBytes("m"))).Substring(0, 11);',
    "A6-E7-01-B3",
  ],
  [
    'using (var md5 = MD5.Create()) { var sb = new StringBuilder(); foreach (byte b in md5.ComputeHash(Encoding.UTF8.GetBytes("a"))) sb.Append(b.ToString("x2")); return sb.ToString(); }',
    "0cc175b9c0f1b6a831c399e269772661",
  ],
  ["decimal d = 1.5m; d += 2; d *= 2.0m; return d;", "7.00"],
  ["double d = 7; return d / 2;", "3.5"],
  ["long l = int.MaxValue; l++; return l;", "2147483648"],
  ["int i = int.MaxValue; unchecked { i++; } return i;", "-2147483648"],
  ["return 7 / 2 + 7 % 4;", "6"],
  ["return (char)('a' + 1);", "b"],
  ["return 'a' + 1;", "98"],
  ["return \"x\" + 1 + 2.5 + true + 'c' + null;", "x12.5Truec"],
  ['return new DateTime(2020, 1, 31).AddMonths(1).ToString("d");', "2/29/2020"],
  [
    'var t = new DateTime(2020, 1, 1); t = t + TimeSpan.FromHours(25); return t.ToString("s");',
    "2020-01-02T01:00:00",
  ],
  [
    'return TimeZoneInfo.ConvertTimeFromUtc(new DateTime(2020, 1, 1, 12, 0, 0, DateTimeKind.Utc), TimeZoneInfo.FindSystemTimeZoneById("Europe/Rome")).ToString("s");',
    "2020-01-01T13:00:00",
  ],
  ['return IPAddress.Parse("10.0.0.1").GetAddressBytes().Length;', "4"],
  [
    'return string.Format("{0:yyyyMMdd}-{1:D4}-{2:0.0}", new DateTime(2020, 1, 2), 7, 2.25);',
    "20200102-0007-2.3",
  ],
  ['return $"{new DateTime(2020, 1, 2):yyyy}-{7:D3}";', "2020-007"],
  ['return new Uri("https://h:8443/p/q?x=1").GetLeftPart(UriPartial.Path);', "https://h:8443/p/q"],
  ['return Convert.ToInt32("7F", 16) + Convert.ToString(5, 2);', "127101"],
  ["return Math.Floor(-1.5) + Math.Ceiling(1.2) + Math.Abs(-3) + Math.Pow(2, 3);", "11"],
  ['return JToken.DeepEquals(JObject.Parse("{\\"a\\":[1]}"), JObject.Parse("{\\"a\\":[1]}"));', "True"],
  ['return JObject.Parse("{\\"a\\":[{\\"b\\":1}]}").SelectToken("$.a[0].b").Path;', "a[0].b"],
  ['return JArray.Parse("[1,2,3]").Sum(t => (int)t) + JArray.Parse("[1,2]").Count;', "8"],
  ['return (JObject.Parse("{\\"a\\":{}}")["a"] as JArray) == null;', "True"],
  [
    'return JObject.Parse("{\\"a\\":1}")["a"].Value<string>() + JObject.Parse("{\\"a\\":2}")["a"].ToObject<int>();',
    "12",
  ],
  ['return ((JValue)JObject.Parse("{\\"a\\":1}")["a"]).Value is long;', "True"],
  [
    'return JObject.Parse("{\\"a\\":\\"x\\"}")["a"].ToString() == "x" && (string)JObject.Parse("{\\"a\\":\\"x\\"}")["a"] == "x";',
    "True",
  ],
  ['return JObject.Parse("{\\"a\\":1}")["a"].Equals(new JValue(1));', "True"],
  [
    'return JsonConvert.SerializeObject("a\\"b\\n") + JsonConvert.SerializeObject(1.0) + JsonConvert.SerializeObject(null) + JsonConvert.SerializeObject(new DateTime(2020, 1, 2));',
    '"a\\"b\\n"1.0null"2020-01-02T00:00:00"',
  ],
  [
    "return JsonConvert.SerializeObject(new { d = 1.10m, g = Guid.Empty, t = TimeSpan.FromMinutes(1), b = new byte[] { 1 }, n = (string)null }, Newtonsoft.Json.Formatting.Indented);",
    '{\r\n  "d": 1.10,\r\n  "g": "00000000-0000-0000-0000-000000000000",\r\n  "t": "00:01:00",\r\n  "b": "AQ==",\r\n  "n": null\r\n}',
  ],
  ['return JsonConvert.DeserializeObject<Dictionary<string, string>>("{\\"a\\":\\"b\\"}")["a"];', "b"],
  ['return JsonConvert.DeserializeObject<List<int>>("[1,2]").Count;', "2"],
  ['return JsonConvert.DeserializeObject<string[]>("[\\"a\\"]")[0];', "a"],
  ["return \"a,b\".Split(',')[1].Trim().ToUpperInvariant().PadRight(3, '.') + \"|\";", "B..|"],
  ['return string.Concat("a", 1, \'b\') + string.Join("-", 1, "x", 2.5);', "a1b1-x-2.5"],
  [
    'return "abc".Equals("ABC", StringComparison.OrdinalIgnoreCase) + " " + string.Compare("a", "b");',
    "True -1",
  ],
  [
    'return "a/b/c".Substring("a/b/c".LastIndexOf(\'/\') + 1) + "abc".Remove(1) + "abc".Insert(1, "-");',
    "caa-bc",
  ],
  ['return "äöü".Length + "x".CompareTo("y") + "abc".IndexOf("c", StringComparison.Ordinal);', "4"],
  ['return new Random(5).Next(1, 10) + ":" + new Random(5).NextDouble().ToString("F4");', "4:0.3384"],
  [
    'return 1234567.891.ToString("#,##0.0") + " " + (-5).ToString("000;(000)") + " " + 0.256.ToString("P1");',
    "1,234,567.9 (005) 25.6 %",
  ],
];

function run(source: string, form: "expression" | "block"): string {
  return valueText(compileExpression(source, { form }).evaluate(expressionContextOf()));
}

describe("the library in expressions", () => {
  it.each(expressions)("computes %s", (source, result) => {
    expect(run(source, "expression")).toBe(result);
  });

  it.each(blocks)("computes the block %s", (source, result) => {
    expect(run(source, "block")).toBe(result);
  });
});
