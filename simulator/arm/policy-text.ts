import { parseXml, type XmlComment, type XmlElement, type XmlNode, type XmlText } from "@rgrove/parse-xml";

/**
 * A policy document as API Management answers it: indented by two spaces, lines ended by `\r\n`, empty elements closed by ` />`, `<`,
 * `>` and `&` of texts and attributes written as entities. A text stays as it is, with its white space.
 *
 * @see https://github.com/Azure/azure-rest-api-specs/blob/main/specification/apimanagement/resource-manager/Microsoft.ApiManagement/stable/2024-05-01/examples/ApiManagementCreateApiPolicyNonXmlEncoded.json
 */
export function policyText(xml: string): string {
  const { children } = parseXml(xml, { preserveComments: true });
  return children.map((node) => nodeText(node, "")).join("\r\n");
}

function nodeText(node: XmlNode, indent: string): string {
  if (node.type === "comment") return `${indent}<!--${lineEnds((node as XmlComment).content)}-->`;
  if (node.type !== "element") return "";
  const { name, attributes, children } = node as XmlElement;
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attributeText(value)}"`);
  const start = `${indent}<${name}${written.join("")}`;
  const inside = children.filter((child) => child.type !== "text" || textOf(child).trim() !== "");
  if (inside.length === 0) return `${start} />`;
  // With a text among the children, white space belongs to the text.
  if (inside.some(({ type }) => type === "text"))
    return `${start}>${children.map((child) => inlineText(child)).join("")}</${name}>`;
  const lines = inside.map((child) => nodeText(child, `${indent}  `));
  return [`${start}>`, ...lines, `${indent}</${name}>`].join("\r\n");
}

function inlineText(node: XmlNode): string {
  return node.type === "text" ? lineEnds(escaped(textOf(node))) : nodeText(node, "");
}

function textOf(node: XmlNode): string {
  return (node as XmlText).text;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function attributeText(value: string): string {
  return escaped(value)
    .replaceAll('"', "&quot;")
    .replace(/[\t\n\r]/g, (character) => `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`);
}

function lineEnds(text: string): string {
  return text.replace(/\r?\n/g, "\r\n");
}
