import { describe, expect, it } from "vitest";
import { XAttribute, XElement, XName, XNamespace, XText } from "../../../expressions/dotnet/xml-node.ts";
import { parseXmlDocument, parseXmlElement } from "../../../expressions/dotnet/xml-reader.ts";
import { xmlText } from "../../../expressions/dotnet/xml-text.ts";

/* Results are those of https://learn.microsoft.com/dotnet/standard/linq (create, query and serialize XML trees) and of .NET Framework. */

const compact = (text: string) => xmlText(parseXmlElement(text), false);
const name = (text: string) => XName.parse(text);

describe("XElement", () => {
  it.each([
    ["<a><b/></a>", "<a><b /></a>"],
    ["<a></a>", "<a></a>"],
    ["<a x='1' y=\"&quot;\"/>", '<a x="1" y="&quot;" />'],
    ["<a>&lt;&amp;&#65;<![CDATA[<x>]]></a>", "<a>&lt;&amp;A<![CDATA[<x>]]></a>"],
    ["<a> <b/> </a>", "<a><b /></a>"],
    ["<a> x <b/></a>", "<a> x <b /></a>"],
    ["<?xml version='1.0'?><a><!--c--></a>", "<a><!--c--></a>"],
    ['<p:a xmlns:p="urn:p"><p:b/></p:a>', '<p:a xmlns:p="urn:p"><p:b /></p:a>'],
    ['<a xmlns="urn:d"><b/></a>', '<a xmlns="urn:d"><b /></a>'],
  ])("reads and writes %s", (text, result) => {
    expect(compact(text)).toBe(result);
  });

  it("indents by two spaces unless an element holds text", () => {
    expect(xmlText(parseXmlElement("<a><b><c>1</c></b><d/></a>"), true)).toBe(
      ["<a>", "  <b>", "    <c>1</c>", "  </b>", "  <d />", "</a>"].join("\r\n"),
    );
  });

  it("keeps white space when it is told to", () => {
    expect(xmlText(parseXmlElement("<a> <b/> </a>", true), false)).toBe("<a> <b /> </a>");
  });

  it("finds elements and attributes by their expanded names", () => {
    const root = parseXmlElement('<s:E xmlns:s="urn:s"><s:B id="7"><x xmlns="urn:x">v</x></s:B></s:E>');
    expect(root.elements(name("{urn:s}B"))[0]?.attribute(name("id"))?.value).toBe("7");
    expect(root.descendants(name("{urn:x}x"))[0]?.text).toBe("v");
    expect(root.elements(name("B"))).toEqual([]);
    expect(root.name.toString()).toBe("{urn:s}E");
    expect([root.namespaceOf("s"), root.prefixOf("urn:s")]).toEqual(["urn:s", "s"]);
  });

  it("builds a tree, declaring the namespaces that it needs", () => {
    const element = new XElement(name("{urn:a}root"), [
      new XElement(name("{urn:a}child"), "text"),
      new XAttribute(name("id"), "1"),
    ]);
    expect(xmlText(element, false)).toBe('<root id="1" xmlns="urn:a"><child>text</child></root>');
    const plain = new XElement(name("a"), [new XElement(name("n"), 5), true]);
    expect(xmlText(plain, false)).toBe("<a><n>5</n>true</a>");
  });

  it("copies what has a parent, and refuses an attribute twice", () => {
    const child = new XElement(name("c"));
    const first = new XElement(name("a"), child);
    const second = new XElement(name("b"), child);
    expect([first.nodes[0] === child, second.nodes[0] === child]).toEqual([true, false]);
    expect(
      () => new XElement(name("a"), [new XAttribute(name("x"), "1"), new XAttribute(name("x"), "2")]),
    ).toThrow("Duplicate attribute.");
  });

  it("changes values, attributes and nodes", () => {
    const root = parseXmlElement("<a><b>1</b><c/></a>");
    root.setElement(name("b"), 2);
    root.setElement(name("c"), null);
    root.setAttribute(name("x"), true);
    root.elements(name("b"))[0]?.addBeside(new XText("n", "comment"), 1);
    expect(xmlText(root, false)).toBe('<a x="true"><b>2</b><!--n--></a>');
    root.elements(name("b"))[0]?.replaceWith(new XElement(name("z")));
    root.setAttribute(name("x"), null);
    expect(xmlText(root, false)).toBe("<a><z /><!--n--></a>");
    expect(() => root.remove()).toThrow("The parent is missing.");
  });

  it("joins the texts of all that is below", () => {
    expect(parseXmlElement("<a>1<b>2<![CDATA[3]]></b><!--4--></a>").text).toBe("123");
  });

  it.each([
    ["", "Root element is missing."],
    ["x", "Data at the root level is invalid."],
    ["<a>", "Line 1, position"],
    ["<p:a/>", "'p' is an undeclared prefix."],
    ["<a>&bomb;</a>", "Line 1, position"],
  ])("refuses %j", (text, message) => {
    expect(() => parseXmlElement(text)).toThrow(message);
  });

  it("refuses a name that is none", () => {
    expect(() => name("a b")).toThrow(
      "The ' ' character, hexadecimal value 0x20, cannot be included in a name.",
    );
    expect(() => name("")).toThrow("Invalid name.");
  });

  it("expands no entity of a document type", () => {
    const bomb = '<!DOCTYPE a [<!ENTITY x "yyyyyyyy"><!ENTITY z "&x;&x;&x;">]><a>&z;</a>';
    expect(() => parseXmlElement(bomb)).toThrow("Line 1, position");
  });

  it("refuses a depth that would end the stack", () => {
    const deep = (depth: number) => "<a>".repeat(depth) + "</a>".repeat(depth);
    expect(() => parseXmlElement(deep(20_000))).toThrow("does not simulate XML that is nested");
    expect(parseXmlElement(deep(400)).descendants()).toHaveLength(399);
  });
});

describe("XDocument", () => {
  it("has a root and a declaration, and is written without it", () => {
    const document = parseXmlDocument('<?xml version="1.0" encoding="utf-8"?><!--c--><a/>');
    expect([document.root?.name.local, document.declaration]).toEqual([
      "a",
      'version="1.0" encoding="utf-8"',
    ]);
    expect(xmlText(document, true)).toBe("<!--c-->\r\n<a />");
  });
});

describe("XNamespace", () => {
  it("makes names", () => {
    expect(new XName("a", XNamespace.xml.uri).toString()).toBe("{http://www.w3.org/XML/1998/namespace}a");
    expect(() => new XNamespace(null)).toThrow("Parameter name: namespaceName");
  });
});
