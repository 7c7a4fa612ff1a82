/** How policy XML is read: as Azure takes it, with the places of the text as it was written. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeExpressions } from "../../../../expressions/raw-xml.ts";
import {
  type PolicyElement,
  readPolicyXml,
  wellFormedXml,
} from "../../../../simulator/apim/policy/xml-reader.ts";

/** The attribute `is` of the root, or its text. */
const attribute = (written: string, quote = '"') =>
  readPolicyXml(`<a is=${quote}${written}${quote} other="1" />`).attributes.is;
const text = (written: string) => readPolicyXml(`<a>${written}</a>`).text;

describe("an expression of a rawxml document", () => {
  it.each([
    ["quotes", '@(context.Variables["a"] == "b")'],
    ["a bracket in a string", '@("a)b" + ")")'],
    ["< and &", "@(1 < 2 && 3 > 2)"],
    ["a tag in a string", '@("<b>" + "</a>")'],
    ["a generic call", '@(context.Variables.GetValueOrDefault<string>("a"))'],
    ["a character", `@(a.Split('"')[0])`],
    ["the end of a CDATA section", "@(a[b[0]]>1)"],
    ["an ampersand that begins no entity", '@("a&b;&nbsp;&" + c)'],
    ["a block of several lines", '@{\n\t// don\'t }\n\treturn "a";\n}'],
    ["a named value", '@({{limit}} > 1 ? "{{a}}" : "")'],
    ["XML's comment, which is none in code", '@("<!-- a -->")'],
  ])("is read with %s, in an attribute and in a text", (_, expression) => {
    expect(attribute(expression)).toBe(expression);
    expect(attribute(expression, "'")).toBe(expression);
    expect(text(expression)).toBe(expression);
    expect(text(`Bearer ${expression}!`)).toBe(`Bearer ${expression}!`);
  });

  it.each([
    ["named entities", "@(a == &quot;b)&quot; &amp;&amp; 1 &lt; 2)", '@(a == "b)" && 1 < 2)'],
    ["numbers", "@(a == &#34;b)&#x22;)", '@(a == "b)")'],
    ["entities beside raw quotes", '@("a)" == &quot;b)&quot;)', '@("a)" == "b)")'],
    ["a doubled quote", "@(@&quot;a&quot;&quot;)&quot;)", '@(@"a"")")'],
  ])("is read with %s", (_, written, expression) => {
    expect(attribute(written)).toBe(expression);
    expect(text(written)).toBe(expression);
  });

  it("keeps its line ends in an attribute, which would be spaces outside", () => {
    expect(attribute("@{ // a\r\n\treturn 1; }")).toBe("@{ // a\n\treturn 1; }");
    expect(attribute("a\r\n\tb")).toBe("a  b");
  });

  it.each([
    ["an attribute", '<a is="@(1">text</a>', 8],
    ["a text", '<a b="<">@{ "</a>', 10],
  ])("is refused with its place when it never ends, in %s", (_, xml, column) => {
    const problem = `Policy XML is not well-formed, on line 1, column ${column}: The policy expression that begins with`;
    expect(() => readPolicyXml(xml.replace("</a>", "<"))).toThrow(problem);
  });

  it("is text when it never ends and the document is XML as it stands", () => {
    expect(text("mail@(home")).toBe("mail@(home");
    expect(() => text("mail@(home & ")).toThrow(/never ends: a bracket or a quote is missing\. Close it\.$/);
  });
});

describe("a document in the format xml", () => {
  it("is read with entities in its expressions", () => {
    expect(readPolicyXml('<a is="@(1 &lt; 2 ? &quot;a&quot; : b)" />', "xml").attributes).toEqual({
      is: '@(1 < 2 ? "a" : b)',
    });
  });

  it.each([
    ['<a is="@("a")" />', "column 11"],
    ['<a is="@(1 < 2)" />', "column 12"],
    ["<a>@(1 && 2)</a>", "column 10"],
  ])("is refused with raw ones: %s", (xml, column) => {
    expect(() => readPolicyXml(xml, "xml")).toThrow(`not well-formed, on line 1, ${column}`);
    expect(() => readPolicyXml(xml)).not.toThrow();
  });
});

describe("a policy document", () => {
  it("is read with a byte order mark, a declaration, comments, instructions and CDATA sections", () => {
    const root = readPolicyXml(
      `\uFEFF<?xml version="1.0"?><!-- @( " --><?x @{ " ?>\r\n<a><!-- <b> " @( -->1<![CDATA[@("<b>&amp;)]]>2<?y "?><c/></a><!-- " -->`,
    );
    expect(root).toMatchObject({ name: "a", text: '1@("<b>&amp;)2', line: 2, column: 1 });
    expect(root.children.map(({ name }) => name)).toEqual(["c"]);
  });

  it("is read with named values and placeholders of Terraform, which are text", () => {
    expect(attribute("{{a-b}}")).toBe("{{a-b}}");
    expect(attribute(`https://$\{host}/{{path}}`)).toBe(`https://$\{host}/{{path}}`);
    expect(text(`{{a}}$\{b}%{ if c }`)).toBe(`{{a}}$\{b}%{ if c }`);
  });

  it.each([
    ["two roots", "<a /><b />", /is not well-formed, on line 1, column 6: /],
    ["nothing in it", "", /is not well-formed, on line 1, column 1: /],
    [
      "a missing end tag",
      "<a>\n  <b></a>",
      /is not well-formed, on line 2, column \d+: Missing end tag for element b\.$/,
    ],
    ["an attribute twice", '<a b="1" b="2" />', /Duplicate attribute: b\.$/],
    ["an open comment", "<a><!-- </a>", /Unclosed comment\.$/],
    ["an open tag", '<a b="1', /Unclosed attribute\.$/],
  ])("is refused with %s", (_, xml, problem) => {
    expect(() => readPolicyXml(xml)).toThrow(problem);
  });

  it("names the place of a mistake after expressions and wide characters as it was written", () => {
    expect(() => readPolicyXml('<a b="@("😀&" + "<")"\n  c="1" c="2" />')).toThrow("on line 2, column 14");
  });
});

describe("a document made to hurt", () => {
  it("is refused with a document type, before an entity is looked at", () => {
    const laughs = Array.from(
      { length: 9 },
      (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`,
    );
    const xml = `<!DOCTYPE a [<!ENTITY l0 "ha">${laughs.join("")}]><a>&l9;</a>`;
    expect(() => readPolicyXml(xml)).toThrow(
      "Policy XML cannot be read, on line 1, column 1: A policy document must not have a document type.",
    );
  });

  it("is refused with 10,000 levels of elements, and read with 200", () => {
    const nested = (levels: number) => "<a>".repeat(levels) + "</a>".repeat(levels);
    expect(readPolicyXml(nested(200))).toMatchObject({ name: "a" });
    expect(() => readPolicyXml(nested(201))).toThrow(
      /on line 1, column 601: The local gateway reads at most 200 levels/,
    );
    expect(() => readPolicyXml(nested(10_000))).toThrow(/reads at most 200 levels of elements/);
  });

  it("is read with 10,000 brackets in an expression, and 240,000 characters of quotes", () => {
    const brackets = `@(${"(".repeat(10_000)}1${")".repeat(10_000)})`;
    expect(attribute(brackets)).toBe(brackets);
    const quotes = `@(${'"<"'.repeat(60_000)})`;
    expect(attribute(quotes)).toBe(quotes);
  });

  it("is refused at the first of 100,000 expressions that never end", () => {
    expect(() => readPolicyXml(`<a>${"@(".repeat(100_000)}<</a>`)).toThrow(/on line 1, column 4: /);
  });

  it("gives an element or a refusal of ours, whatever it is made of", () => {
    const pieces = [
      "<a>",
      "</a>",
      "<a",
      ' b="',
      '"',
      "'",
      ">",
      "/>",
      "@(",
      "@{",
      ")",
      "}",
      "&",
      "&quot;",
      "&#34;",
      "$",
      "@",
    ].concat([
      "<!--",
      "-->",
      "<![CDATA[",
      "]]>",
      "<?",
      "?>",
      "<!DOCTYPE",
      "\n",
      "\r",
      "//",
      "/*",
      "*/",
      "\\",
      "x",
      "😀",
      "{",
    ]);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), fc.boolean(), (parts, isRaw) => {
        let root: PolicyElement | undefined;
        try {
          root = readPolicyXml(`<a>${parts.join("")}</a>`, isRaw ? "rawxml" : "xml");
        } catch (error) {
          expect(error).toMatchObject({ name: "SimulatorError", code: "ValidationError" });
        }
        if (root !== undefined) expect(root.name).toBe("a");
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("a place", () => {
  const xml = [
    '<a one="1"',
    `   two = '@("a&amp;" + "<b>")' three="@{`,
    '  return "x&y";',
    '}">',
    '  text &lt;@("<")<!-- c --> more',
    "  <b /><![CDATA[ 1 & ]]>tail",
    "</a>",
  ].join("\r\n");
  const root = readPolicyXml(xml);
  const lines = xml.split("\r\n");
  const letterAt = ({ line, column }: { line: number; column: number }) => lines[line - 1]?.[column - 1];

  it.each([
    ["two", '"', 2],
    ["two", "+", 2],
    ["two", "<", 2],
    ["three", "x", 3],
    ["three", "y", 3],
    ["three", "}", 4],
    [undefined, "t", 5],
    [undefined, "@", 5],
    [undefined, "m", 5],
    [undefined, "1", 6],
    [undefined, "l", 6],
  ])("of a letter in %s is where it was written: %s on line %d", (name, letter, line) => {
    const value = name === undefined ? root.text : (root.attributes[name] ?? "");
    const offsets = [...value].flatMap((character, offset) => (character === letter ? [offset] : []));
    const places = offsets.map((offset) => root.placeAt(name, offset));
    expect(places.map(letterAt)).toContain(letter);
    expect(places.map((place) => place.line)).toContain(line);
  });

  it("of an element is that of its tag, after expressions too", () => {
    expect(root.children[0]).toMatchObject({ name: "b", line: 6, column: 3 });
  });

  it("is the element's for an attribute that it has not, and its end for what is past it", () => {
    expect(root.placeAt("four", 3)).toEqual({ line: 1, column: 1 });
    expect(root.placeAt("one", 99)).toEqual({ line: 1, column: 10 });
    expect(root.placeAt(undefined, 999)).toEqual({ line: 7, column: 1 });
  });
});

describe("what stands between the tags", () => {
  it.each([
    ["nothing", '<a b="/>" />', ""],
    ["a text", '<a b="@(">" + "</a>")" c = \'"\'>1 &amp; @("<")</a >', '1 &amp; @("<")'],
    ["elements and comments", "<a\n>\r\n <b>&lt;</b><!-- c --><d /></a>", "\n <b>&lt;</b><!-- c --><d />"],
    ["elements of its own name", "<a><a>1</a></a>", "<a>1</a>"],
  ])("is given as it was written: %s", (_, xml, inner) => {
    expect(readPolicyXml(xml).innerXml()).toBe(inner);
  });
});

describe("decodeExpressions", () => {
  it("writes expressions alone as they are in code", () => {
    expect(
      decodeExpressions(
        '<a b="@(&quot;c&quot; &lt; d)&lt;">&amp;@{&#xA;return &quot;&amp;lt;&quot;; }<!-- @(&lt;) --></a>',
      ),
    ).toBe('<a b="@("c" < d)&lt;">&amp;@{\nreturn "&amp;lt;"; }<!-- @(&lt;) --></a>');
  });

  it("is the reverse of the reader, whatever stands in strings", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ unit: fc.constantFrom(..."&quot;#x9 <a>\"'\n\t") }),
        (one, other) => {
          const literal = (text: string) => JSON.stringify(text.replace(/[^\t\n\x20-\ud7ff]/g, ""));
          const raw = `<a b="@(${literal(one)} + ${literal(other)})" c='@{ return ${literal(other)}; }'>@(${literal(one + other)})</a>`;
          const root = readPolicyXml(raw);
          expect(readPolicyXml(decodeExpressions(wellFormedXml(raw, "rawxml")))).toMatchObject({
            attributes: root.attributes,
            text: root.text,
          });
        },
      ),
    );
  });

  it("leaves what never ends", () => {
    expect(decodeExpressions('<a b="@(&quot;" />')).toBe('<a b="@(&quot;" />');
  });
});

describe("wellFormedXml", () => {
  it("writes entities in expressions alone", () => {
    expect(wellFormedXml('<a b="@("c" < d)">\r\n&amp;@{ return "<"; }</a>', "rawxml")).toBe(
      '<a b="@(&quot;c&quot; &lt; d)">\n&amp;@{ return &quot;&lt;&quot;; }</a>',
    );
  });
});
