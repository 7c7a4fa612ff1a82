import { describe, expect, it } from "vitest";
import { DateTime } from "../../../expressions/dotnet/date-time.ts";
import { castToken, valueOfToken } from "../../../expressions/dotnet/json-cast.ts";
import { defaultScalar } from "../../../expressions/dotnet/json-object.ts";
import { selectToken, selectTokens } from "../../../expressions/dotnet/json-path.ts";
import { parseJson } from "../../../expressions/dotnet/json-reader.ts";
import { jsonText, tokenText } from "../../../expressions/dotnet/json-text.ts";
import {
  deepEquals,
  JArray,
  JObject,
  JProperty,
  JValue,
  mergeJson,
} from "../../../expressions/dotnet/json-token.ts";
import { scalarText } from "../../../expressions/dotnet/scalar-text.ts";
import { NumberValue } from "../../../expressions/value.ts";

/*
 * Results are those that https://www.newtonsoft.com/json/help (ParsingLINQtoJSON, SelectToken, MergeJson, ExplicitConversions) states,
 * and the messages of Newtonsoft.Json's reader.
 */

const compact = (text: string) => jsonText(parseJson(text, "JToken"), false);
const object = (text: string) => {
  const token = parseJson(text, "JObject");
  if (token instanceof JObject) return token;
  throw new Error("no object");
};

const read: readonly [string, string][] = [
  ["{a:1.0,'b':[1,2,],}", '{"a":1.0,"b":[1,2]}'],
  ['{"a":1,"b":0,"a":2}', '{"a":2,"b":0}'],
  ["[1,,2]", "[1,undefined,2]"],
  [
    '{"n":0x1F,"o":017,"f":1e5,"big":12345678901234567890123,"neg":-5,"h":.5}',
    '{"n":31,"o":15,"f":100000.0,"big":12345678901234567890123,"neg":-5,"h":0.5}',
  ],
  [
    '{"a":NaN,"b":Infinity,"c":-Infinity,"u":undefined}',
    '{"a":"NaN","b":"Infinity","c":"-Infinity","u":undefined}',
  ],
  ['{/*c*/"a":/*d*/1//e\n}', '{"a":1}'],
  ['{"d":"2020-01-02T03:04:05Z"}', '{"d":"2020-01-02T03:04:05Z"}'],
  ['{"d":"2020-01-02T03:04:05.120+02:00"}', '{"d":"2020-01-02T01:04:05.12+00:00"}'],
  ['{"d":"2020-01-02"}', '{"d":"2020-01-02"}'],
  ['{"x":"\\u00e9\\u20ac\\u0001\\"\'/<\\u2028"}', '{"x":"é€\\u0001\\"\'/<\\u2028"}'],
  ['"x"', '"x"'],
  ["-0", "0"],
  ["[[[]],{}]", "[[[]],{}]"],
];

const refused: readonly [string, string][] = [
  ["", "Error reading JObject from JsonReader. Path '', line 0, position 0."],
  ["<html>", "Unexpected character encountered while parsing value: <. Path '', line 0, position 0."],
  [
    "[1]",
    "Error reading JObject from JsonReader. Current JsonReader item is not an object: StartArray. Path '', line 1, position 1.",
  ],
  [
    "5",
    "Error reading JObject from JsonReader. Current JsonReader item is not an object: Integer. Path '', line 1, position 1.",
  ],
  ["{", "Error reading JObject from JsonReader. Path '', line 1, position 1."],
  ['{"a":', "Unexpected end of content while loading JObject. Path 'a', line 1, position 5."],
  ['{"a":1', "Unexpected end of content while loading JObject. Path 'a', line 1, position 6."],
  ['{"a":}', "Unexpected character encountered while parsing value: }. Path 'a', line 1, position 5."],
  ['{"a":1]', "JsonToken EndArray is not valid for closing JsonType Object. Path '', line 1, position 7."],
  [
    '{"a" 1}',
    "Invalid character after parsing property name. Expected ':' but got: 1. Path '', line 1, position 5.",
  ],
  [
    '{"a":1 "b":2}',
    "After parsing a value an unexpected character was encountered: \". Path 'a', line 1, position 7.",
  ],
  ["{,}", "Invalid property identifier character: ,. Path '', line 1, position 1."],
  ['{"a":"x', "Unterminated string. Expected delimiter: \". Path 'a', line 1, position 7."],
  ['{"a":"\\q"}', "Bad JSON escape sequence: \\q. Path 'a', line 1, position 8."],
  [
    '{"a":1}}',
    "Additional text encountered after finished reading JSON content: }. Path '', line 1, position 7.",
  ],
  [
    '{"a":[1,{"b":x}]}',
    "Unexpected character encountered while parsing value: x. Path 'a[1].b', line 1, position 13.",
  ],
  [
    '{"a b":{"c":x}}',
    "Unexpected character encountered while parsing value: x. Path '['a b'].c', line 1, position 12.",
  ],
  ['{"a":12x}', "Input string '12x' is not a valid number. Path 'a', line 1, position 8."],
  ['{\n "a": tru}', "Error parsing boolean value. Path 'a', line 2, position 9."],
  ["{a!:1}", "Invalid JavaScript property identifier character: !. Path '', line 1, position 2."],
];

const store = object(
  '{"Stores":["Lambton Quay","Willis Street"],"Manufacturers":[{"Name":"Acme Co","Products":[{"Name":"Anvil","Price":50}]},{"Name":"Contoso","Products":[{"Name":"Elbow Grease","Price":99.95},{"Name":"Headlight Fluid","Price":4}]}]}',
);

const paths: readonly [string, string][] = [
  ["Manufacturers[0].Name", '"Acme Co"'],
  ["$.Manufacturers[?(@.Name == 'Acme Co')]", '{"Name":"Acme Co","Products":[{"Name":"Anvil","Price":50}]}'],
  ["$..Products[?(@.Price >= 50)].Name", '"Anvil" "Elbow Grease"'],
  ["Stores[*]", '"Lambton Quay" "Willis Street"'],
  ["Stores[-1:]", '"Willis Street"'],
  ["Stores[0,1]", '"Lambton Quay" "Willis Street"'],
  ["['Manufacturers'][1]['Name']", '"Contoso"'],
  ["$..Products[?(@.Price < 50 || @.Name == 'Anvil')].Price", "50 4"],
  ["$..Products[?(@.Price > 50 && @.Name != 'Anvil')].Price", "99.95"],
  ["Missing.Name", ""],
  ["Stores[7]", ""],
];

describe("JSON from text", () => {
  it.each(read)("reads %s", (text, result) => {
    expect(compact(text)).toBe(result);
  });

  it.each(refused)("refuses %j", (text, message) => {
    expect(() => parseJson(text, "JObject")).toThrow(message);
  });

  it("reads 64 levels and refuses 65", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(compact(nested(64))).toBe(nested(64));
    expect(() => compact(nested(65))).toThrow("The reader's MaxDepth of 64 has been exceeded.");
  });
});

describe("JSON as text", () => {
  it("indents by two spaces, each line ended as on Windows", () => {
    expect(tokenText(object('{"a":{"b":[1,{}]},"c":[]}'))).toBe(
      ["{", '  "a": {', '    "b": [', "      1,", "      {}", "    ]", "  },", '  "c": []', "}"].join("\r\n"),
    );
  });

  it("writes the value alone of a JValue", () => {
    expect([new JValue("x"), new JValue(null), new JValue(true)].map((token) => tokenText(token))).toEqual([
      "x",
      "",
      "True",
    ]);
    expect(tokenText(object('{"d":"2020-01-02T03:04:05Z"}').get("d") ?? new JValue(null))).toBe(
      "1/2/2020 3:04:05 AM",
    );
  });

  it("refuses to write what is nested without end", () => {
    let array = new JArray();
    for (let depth = 0; depth < 600; depth++) {
      const outer = new JArray();
      outer.append(array);
      array = outer;
    }
    expect(() => jsonText(array, false)).toThrow(
      "does not simulate JSON that is nested more than 500 levels deep",
    );
  });
});

describe("JSON tokens", () => {
  it("copies a token that has a parent, and takes one that has none", () => {
    const [first, second] = [object('{"a":{"b":1}}'), new JObject()];
    second.set("copy", first.get("a"));
    expect(second.get("copy")).not.toBe(first.get("a"));
    const free = new JValue(1);
    second.set("free", free);
    expect(second.get("free")).toBe(free);
  });

  it("refuses a second property of one name, and a value in an object", () => {
    const target = object('{"a":1}');
    expect(() => target.add(new JProperty("a", 2))).toThrow(
      "Can not add property a to Newtonsoft.Json.Linq.JObject. Property with the same name already exists on object.",
    );
    expect(() => target.add(new JValue(2))).toThrow(
      "Can not add Newtonsoft.Json.Linq.JValue to Newtonsoft.Json.Linq.JObject.",
    );
  });

  it("adds first, beside and removes", () => {
    const target = object('{"b":1}');
    target.insert(0, new JProperty("a", 0));
    target.property("a")?.addBeside(new JProperty("ab", 5), 1);
    target.removeProperty("b");
    expect(jsonText(target, false)).toBe('{"a":0,"ab":5}');
  });

  it("tells its path, its place and its root", () => {
    const value = selectToken(store, "Manufacturers[1].Products[0].Price");
    expect(value?.path).toBe("Manufacturers[1].Products[0].Price");
    expect(value?.root).toBe(store);
    expect(object('{"a b":{"c":1}}').get("a b")?.children()[0]?.path).toBe("['a b'].c");
  });

  it("refuses keys of the wrong kind", () => {
    expect(() => object("{}").item(1)).toThrow(
      "Accessed JObject values with invalid key value: 1. Object property name expected.",
    );
    expect(() => new JArray([1]).item("x")).toThrow(
      'Accessed JArray values with invalid key value: "x". Int32 array index expected.',
    );
    expect(() => new JValue(1).item("x")).toThrow(
      "Cannot access child value on Newtonsoft.Json.Linq.JValue.",
    );
    expect(() => new JArray([1]).item(1)).toThrow("Index is equal to or greater than Count.");
  });

  it("refuses to remove what has no parent", () => {
    expect(() => new JValue(1).remove()).toThrow("The parent is missing.");
  });

  it.each([
    ["Concat", '{"a":[1,2,2,3],"b":1,"c":2}'],
    ["Union", '{"a":[1,2,3],"b":1,"c":2}'],
    ["Replace", '{"a":[2,3],"b":1,"c":2}'],
    ["Merge", '{"a":[2,3],"b":1,"c":2}'],
  ] as const)("merges arrays by %s", (arrays, result) => {
    const target = object('{"a":[1,2],"b":1}');
    mergeJson(target, object('{"a":[2,3],"b":null,"c":2}'), arrays);
    expect(jsonText(target, false)).toBe(result);
  });

  it("compares by content, properties in any order", () => {
    expect(deepEquals(object('{"a":1,"b":[2]}'), object('{"b":[2],"a":1}'))).toBe(true);
    expect(deepEquals(object('{"a":1}'), object('{"a":"1"}'))).toBe(false);
  });
});

describe("SelectTokens", () => {
  it.each(paths)("selects %s", (path, result) => {
    expect(
      selectTokens(store, path)
        .map((token) => jsonText(token, false))
        .join(" "),
    ).toBe(result);
  });

  it.each([
    ["s[", "Path ended with open indexer."],
    ["s[x]", "Unexpected character while parsing path indexer: x"],
    ["s.", "Unexpected end while parsing path."],
    ["s]", "Unexpected character while parsing path: ]"],
    ["s[?(@.a =~ /b/)]", "Regular expressions in a path are not simulated"],
  ])("refuses the path %s", (path, message) => {
    expect(() => selectTokens(store, path)).toThrow(message);
  });

  it("refuses several matches where one is asked for, and none when told to", () => {
    expect(() => selectToken(store, "Stores[*]")).toThrow("Path returned multiple tokens.");
    expect(() => selectToken(store, "Missing", true)).toThrow(
      "Property 'Missing' does not exist on JObject.",
    );
    expect(selectToken(store, "Missing")).toBeNull();
  });
});

describe("conversions of tokens", () => {
  const now = new DateTime(0n);
  const cast = (json: string, type: string, nullable = false) =>
    castToken(parseJson(json, "JToken"), type, nullable, now);

  it.each([
    ["5", "string", "5"],
    ["1.0", "string", "1"],
    ["true", "string", "True"],
    ['"5"', "int", "5"],
    ["5.5", "int", "6"],
    ["true", "int", "1"],
    ['"2020-01-02T03:04:05Z"', "string", "01/02/2020 03:04:05"],
    ['"1.50"', "decimal", "1.50"],
    ['"tRuE"', "bool", "True"],
    ['"00112233-4455-6677-8899-aabbccddeeff"', "Guid", "00112233-4455-6677-8899-aabbccddeeff"],
    ['"01:00:00"', "TimeSpan", "01:00:00"],
    ["1580000000", "long", "1580000000"],
  ])("casts %s to %s", (json, type, text) => {
    expect(scalarText(cast(json, type))).toBe(text);
  });

  it.each([
    ["{}", "string", "Can not convert Object to String."],
    ["[1]", "int", "Can not convert Array to Int32."],
    ["null", "int", "Can not convert Null to Int32."],
    ["5", "DateTime", "Can not convert Integer to DateTime."],
    ['"x"', "int", "Input string was not in a correct format."],
    ["3000000000", "int", "Value was either too large or too small for an Int32."],
  ])("refuses to cast %s to %s", (json, type, message) => {
    expect(() => cast(json, type)).toThrow(message);
  });

  it("casts null to null where the type takes it", () => {
    expect(cast("null", "string")).toBeNull();
    expect(cast("null", "int", true)).toBeNull();
    expect(castToken(null, "string", false, now)).toBeNull();
    expect(() => castToken(null, "int", false, now)).toThrow(
      "Value cannot be null.\r\nParameter name: value",
    );
  });

  it("gives the default of a type for Value<T> of what is not there", () => {
    expect(valueOfToken(null, "int", defaultScalar, now)).toBe(0);
    expect(valueOfToken(null, "string", defaultScalar, now)).toBeNull();
    expect(valueOfToken(new JValue("5"), "int", defaultScalar, now)).toBe(5);
    expect(valueOfToken(new JValue(new NumberValue("long", 5n)), "string", defaultScalar, now)).toBe("5");
    expect(() => valueOfToken(new JObject(), "string", defaultScalar, now)).toThrow(
      "Cannot cast Newtonsoft.Json.Linq.JObject to Newtonsoft.Json.Linq.JToken.",
    );
  });
});
