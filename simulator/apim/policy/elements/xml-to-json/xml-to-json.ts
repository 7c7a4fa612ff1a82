import { parseXml, type XmlDocument, XmlElement, XmlText } from "@rgrove/parse-xml";
import { ConversionError, readConversion } from "../../body-conversion.ts";
import { oneOf, trueOrFalse } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

type Json = string | null | { readonly [name: string]: Json } | readonly Json[];

/**
 * `xml-to-json`: makes JSON of a body that is XML.
 *
 * Assumed of Azure: JSON of the kind `direct` has `$` in the place of the colon of a name, `@` before the name of an attribute, and the
 * fields of the XML declaration beside the root; this is what it was seen to write.
 *
 * Assumed of Azure: `xml-to-json` writes text beside attributes or elements as `#text`, an element without content as null or as an empty
 * text, as Newtonsoft.Json does; comments and processing instructions are left out.
 *
 * @see https://learn.microsoft.com/azure/api-management/xml-to-json-policy
 * @see https://github.com/Azure/azure-api-management-policy-toolkit/tree/main/src/Authoring : the sections that its page leaves out
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  change: ({ reader, message }) => {
    const kind = reader.requiredValue("kind", oneOf(["direct", "javascript-friendly"]));
    if (kind?.literal === "javascript-friendly") reader.refuse(notSimulated);
    const alwaysArrays = reader.value("always-array-child-elements", trueOrFalse);
    reader.notSimulated("preserve-whitespace-nodes", "empty-values", "trim-values");
    return readConversion(reader, message, {
      from: "xml",
      to: "json",
      convert: (text, exchange) => {
        if (kind?.(exchange) === "javascript-friendly") throw new ConversionError(notSimulated);
        return toJson(text, alwaysArrays?.(exchange) ?? false);
      },
    });
  },
};

const notSimulated =
  "The kind 'javascript-friendly' is not simulated: what it writes is not documented. Use 'direct', or deploy to Azure.";

function toJson(text: string, alwaysArrays: boolean): string {
  const { root } = read(text);
  if (root === null) throw new ConversionError("it has no root element.");
  const declaration = /^\s*<\?xml\s([^?]*)\?>/.exec(text)?.[1] ?? "";
  const fields = [...declaration.matchAll(/([a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  return JSON.stringify(
    objectOf([
      ...fields.map(([, name = "", double, single]) => [name, double ?? single ?? ""] as const),
      [nameOf(root.name), jsonOf(root, { text, alwaysArrays })],
    ]),
  );
}

function read(text: string): XmlDocument {
  try {
    return parseXml(text, { includeOffsets: true });
  } catch (error) {
    throw new ConversionError((error as Error).message.split("\n")[0] ?? "it is no XML.");
  }
}

function nameOf(name: string): string {
  return name.replace(":", "$");
}

interface Conversion {
  readonly text: string;
  readonly alwaysArrays: boolean;
}

function jsonOf(element: XmlElement, conversion: Conversion): Json {
  const attributes = Object.entries(element.attributes).map(
    ([name, value]) => [`@${nameOf(name)}`, value] as const,
  );
  const elements = element.children.filter((child) => child instanceof XmlElement);
  const texts = element.children.filter((child) => child instanceof XmlText).map((child) => child.text);
  const text = texts.join("");
  if (attributes.length === 0 && elements.length === 0) {
    if (text !== "") return text;
    return conversion.text.slice(element.end - 2, element.end) === "/>" ? null : "";
  }
  const groups = Map.groupBy(elements, ({ name }) => nameOf(name));
  return objectOf([
    ...attributes,
    ...(text.trim() === "" ? [] : [["#text", text] as const]),
    ...[...groups].map(([name, group]) => {
      const values = group.map((one) => jsonOf(one, conversion));
      const [first = null] = values;
      return [name, values.length > 1 || conversion.alwaysArrays ? values : first] as const;
    }),
  ]);
}

/** An object in which `__proto__` is a name as any other. */
function objectOf(entries: readonly (readonly [name: string, value: Json])[]): Json {
  return Object.fromEntries(entries);
}
