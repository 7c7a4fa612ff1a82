import { ConversionError, readConversion } from "../../body-conversion.ts";
import type { Exchange } from "../../exchange.ts";
import { anyText } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/** How names are read, for one request. */
interface XmlNames {
  readonly separator: string;
  /** Properties that begin with it declare namespaces. */
  readonly namespacePrefix: string | undefined;
  /** The property whose own properties are attributes. */
  readonly attributeBlock: string | undefined;
}

/**
 * `json-to-xml`: makes XML of a body that is JSON.
 *
 * Assumed of Azure: JSON without a single property to be the root gets the root `Document`, `true` becomes `True`, null an element with
 * `xsi:nil`, an empty list an empty element; this is what it was seen to write.
 *
 * Assumed of Azure: `json-to-xml` writes a date as it stands in the JSON, with `parse-date` as well.
 *
 * Assumed of Azure: the namespace separator counts only between a declared prefix and a name.
 *
 * @see https://learn.microsoft.com/azure/api-management/json-to-xml-policy
 * @see https://github.com/Azure/azure-api-management-policy-toolkit/tree/main/src/Authoring : the sections that its page leaves out
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  change: ({ reader, message }) => {
    reader.boolean("parse-date");
    const separator = reader.value("namespace-separator", anyText);
    const namespacePrefix = reader.value("namespace-prefix", anyText);
    const attributeBlock = reader.value("attribute-block-name", anyText);
    reader.notSimulated(
      "attribute-prefix",
      "namespace-block-name",
      "invalid-character-replacement",
      "null-values",
      "trim-values",
      "empty-values",
    );
    const namesFor = (exchange: Exchange): XmlNames => ({
      separator: separator?.(exchange) ?? "_",
      namespacePrefix: namespacePrefix?.(exchange),
      attributeBlock: attributeBlock?.(exchange),
    });
    return readConversion(reader, message, {
      from: "json",
      to: "xml",
      convert: (text, exchange) => toXml(readJson(text), namesFor(exchange)),
    });
  },
};

/** A number as it is written: a long integer would lose digits. */
class WrittenNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function readJson(text: string): unknown {
  try {
    const revive = (_: string, value: unknown, { source }: { source?: string } = {}) =>
      typeof value === "number" && source !== undefined && /^-?\d+$/.test(source)
        ? new WrittenNumber(source)
        : value;
    return JSON.parse(text, revive as (key: string, value: unknown) => unknown);
  } catch (error) {
    throw new ConversionError(`${(error as Error).message}.`);
  }
}

function toXml(value: unknown, names: XmlNames): string {
  if (!isObject(value)) throw new ConversionError("only an object has a root element.");
  const entries = Object.entries(value);
  const [only] = entries;
  const isRoot = entries.length === 1 && only !== undefined && !Array.isArray(only[1]);
  return isRoot
    ? element(only[0], only[1], { names, prefixes: new Set() })
    : element("Document", value, { names, prefixes: new Set() });
}

interface Place {
  readonly names: XmlNames;
  /** Declared here or above. */
  readonly prefixes: ReadonlySet<string>;
}

const nil = ' xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

function element(name: string, value: unknown, { names, prefixes }: Place): string {
  const entries = isObject(value) ? Object.entries(value) : [];
  const declared = entries.flatMap(([key]) => declaredPrefix(key, names) ?? []);
  const place = { names, prefixes: new Set([...prefixes, ...declared]) };
  const tag = xmlName(name, place);
  if (value === null) return `<${tag}${nil} />`;
  if (!isObject(value)) {
    const text = escaped(textOf(value));
    return text === "" ? `<${tag} />` : `<${tag}>${text}</${tag}>`;
  }
  const attributes = entries.flatMap(([key, one]) => attributesOf(key, one, place));
  const children = entries
    .filter(([key]) => !isAttribute(key, names))
    .flatMap(([key, one]) => childrenOf(key, one, place));
  const open = [tag, ...attributes].join(" ");
  return children.length === 0 ? `<${open} />` : `<${open}>${children.join("")}</${tag}>`;
}

function childrenOf(name: string, value: unknown, place: Place): readonly string[] {
  if (!Array.isArray(value)) return [element(name, value, place)];
  if (value.length === 0) return [element(name, "", place)];
  return value.flatMap((item: unknown) => childrenOf(name, item, place));
}

function isAttribute(key: string, names: XmlNames): boolean {
  return key === names.attributeBlock || declaredPrefix(key, names) !== undefined;
}

/** The prefix that a property declares: empty for the namespace of names without one. */
function declaredPrefix(key: string, { namespacePrefix, separator }: XmlNames): string | undefined {
  if (!namespacePrefix) return undefined;
  if (key === namespacePrefix) return "";
  const start = namespacePrefix + separator;
  return key.startsWith(start) ? key.slice(start.length) : undefined;
}

function attributesOf(key: string, value: unknown, place: Place): readonly string[] {
  const prefix = declaredPrefix(key, place.names);
  if (prefix !== undefined)
    return [`${prefix === "" ? "xmlns" : `xmlns:${encodedName(prefix)}`}="${escaped(textOf(value))}"`];
  if (key !== place.names.attributeBlock || !isObject(value)) return [];
  return Object.entries(value).map(([name, one]) => `${xmlName(name, place)}="${escaped(textOf(one))}"`);
}

function xmlName(name: string, { names: { separator }, prefixes }: Place): string {
  const at = separator === "" ? -1 : name.indexOf(separator);
  const prefix = name.slice(0, Math.max(0, at));
  if (at <= 0 || !prefixes.has(prefix)) return encodedName(name);
  return `${encodedName(prefix)}:${encodedName(name.slice(at + separator.length))}`;
}

/** As .NET's `XmlConvert.EncodeLocalName` does. @see https://learn.microsoft.com/dotnet/api/system.xml.xmlconvert.encodelocalname */
function encodedName(name: string): string {
  if (name === "") throw new ConversionError("an element must have a name.");
  const encode = (letter: string) =>
    `_x${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}_`;
  return name.replace(/^[^\p{L}_]/u, encode).replace(/[^\p{L}\p{N}\p{M}._-]/gu, encode);
}

/** As .NET writes a value. */
function textOf(value: unknown): string {
  if (value instanceof WrittenNumber) return value.text;
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof WrittenNumber)
  );
}
