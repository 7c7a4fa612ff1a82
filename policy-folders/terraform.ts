import type { FolderFiles, PolicyFolder, WrittenPolicy } from "./policy-folder.ts";
import { type DeclaredResource, folderOf, type PolicyTarget } from "./resource-folder.ts";
import {
  attributesIn,
  besides,
  endOfBracket,
  lineAt,
  placeholderName,
  type SourceSyntax,
  type WrittenAttribute,
  withPlaceholders,
} from "./source-text.ts";

// What stands before the dollar makes it a text of its own.
const substitution = /(\$?)\$\{([^{}]*)\}/g;

const syntax: SourceSyntax = {
  skip: (text, at) => {
    const rest = (pattern: RegExp) => {
      pattern.lastIndex = at;
      return pattern.exec(text) === null ? undefined : pattern.lastIndex;
    };
    switch (text[at]) {
      case '"':
        return rest(/"(?:[^"\\\n]|\\.)*"?/y);
      case "#":
        return rest(/#[^\n]*/y);
      case "/":
        return rest(/\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y);
      case "<":
        return rest(/<<-?([A-Za-z_]\w*)[^\n]*\n[\s\S]*?(?:^[ \t]*\1(?!\w)|$(?![\s\S]))/my);
      default:
        return undefined;
    }
  },
};

interface Block {
  readonly type: string;
  readonly label: string;
  readonly file: string;
  readonly source: string;
  readonly attributes: ReadonlyMap<string, WrittenAttribute>;
}

const header = /^[ \t]*resource[ \t]+"(azurerm_api_management\w*)"[ \t]+"([^"\n]+)"[ \t]*\{/gm;

/** Whether a Terraform file holds policies. */
export function holdsTerraformPolicies(file: string, text: string): boolean {
  return /\.tf$/i.test(file) && /"azurerm_api_management\w*polic(?:y|y_fragment)"/.test(text);
}

/**
 * Reads the resources of `azurerm` in Terraform files, as far as they stand there as text. What is put in when it is deployed, `${…}`,
 * becomes a named value of its name.
 *
 * @see https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/api_management_api_policy
 */
export function readTerraform(files: FolderFiles): PolicyFolder {
  const notes: string[] = [];
  const blocks = [...files].flatMap(([file, source]) => (/\.tf$/i.test(file) ? blocksOf(file, source) : []));
  const names = new Map(blocks.map((block) => [`${block.type}.${block.label}`, ownName(block)]));
  const context: Context = { files, notes, names };
  return folderOf(
    "Terraform files",
    blocks.flatMap((block) => resourceOf(block, context) ?? []),
    notes,
  );
}

interface Context {
  readonly files: FolderFiles;
  readonly notes: string[];
  /** Names of resources by their addresses. */
  readonly names: ReadonlyMap<string, string>;
}

function blocksOf(file: string, source: string): readonly Block[] {
  return [...source.matchAll(header)].map((match) => {
    const from = match.index + match[0].length;
    const end = endOfBracket(source, from - 1, syntax) - 1;
    const [, type = "", label = ""] = match;
    return { type, label, file, source, attributes: attributesIn(source, from, end, syntax) };
  });
}

function ownName(block: Block): string {
  const { attributes, label } = block;
  for (const name of ["operation_id", "product_id", "name"]) {
    const literal = literalOf(attributes.get(name)?.text);
    if (literal !== undefined && (name === "name" || block.type.endsWith(name.replace(/_id$/, ""))))
      return literal;
  }
  return label;
}

/** A text in quotes without anything put in. */
function literalOf(text: string | undefined): string | undefined {
  const [, literal] = /^"((?:[^"\\$%]|\\.)*)"$/.exec(text ?? "") ?? [];
  return literal?.replace(/\\(["\\])/g, "$1");
}

/** What an attribute names: a literal, or the name of the resource that it refers to. */
function nameIn(block: Block, attribute: string, { names }: Context): string {
  const text = block.attributes.get(attribute)?.text ?? "";
  const [, address] = /(azurerm_api_management\w*\.[\w-]+)/.exec(text) ?? [];
  return (
    literalOf(text) ??
    (address === undefined ? undefined : (names.get(address) ?? address.split(".")[1])) ??
    placeholderName(text)
  );
}

const policyTypes: Readonly<Record<string, (block: Block, context: Context) => PolicyTarget>> = {
  azurerm_api_management_policy: () => ({ scope: "global" }),
  azurerm_api_management_product_policy: (block, context) => ({
    scope: "product",
    product: nameIn(block, "product_id", context),
  }),
  azurerm_api_management_api_policy: (block, context) => ({
    scope: "api",
    api: nameIn(block, "api_name", context),
  }),
  azurerm_api_management_api_operation_policy: (block, context) => ({
    scope: "operation",
    api: nameIn(block, "api_name", context),
    operation: nameIn(block, "operation_id", context),
  }),
};

function resourceOf(block: Block, context: Context): DeclaredResource | undefined {
  const { type, attributes } = block;
  const text = (name: string) => attributes.get(name)?.text;
  const literal = (name: string) => literalOf(text(name));
  const target = policyTypes[type]?.(block, context);
  if (target !== undefined) {
    const policy = policyIn(block, "xml_content", context);
    return policy && { kind: "policy", policy, at: target };
  }
  switch (type) {
    case "azurerm_api_management_policy_fragment": {
      const policy = policyIn(block, "value", context);
      return policy && { kind: "fragment", name: ownName(block), policy };
    }
    case "azurerm_api_management_named_value":
      return {
        kind: "namedValue",
        value: {
          displayName: literal("display_name") ?? ownName(block),
          value: literal("value"),
          isSecret: text("secret") === "true",
        },
      };
    case "azurerm_api_management_backend":
      return { kind: "backend", name: ownName(block), url: literal("url") ?? "" };
    case "azurerm_api_management_api":
      return { kind: "api", api: apiOf(block, context) };
    case "azurerm_api_management_api_operation":
      return {
        kind: "operation",
        api: nameIn(block, "api_name", context),
        operation: {
          name: ownName(block),
          method: (literal("method") ?? "GET").toUpperCase(),
          urlTemplate: literal("url_template") ?? "/*",
        },
      };
    case "azurerm_api_management_product":
      return {
        kind: "product",
        product: {
          name: ownName(block),
          displayName: literal("display_name"),
          subscriptionRequired: text("subscription_required") !== "false",
          isPublished: text("published") !== "false",
        },
      };
    case "azurerm_api_management_product_api":
      return {
        kind: "productApi",
        product: nameIn(block, "product_id", context),
        api: nameIn(block, "api_name", context),
      };
    default:
      return undefined;
  }
}

function apiOf(block: Block, context: Context) {
  const { attributes } = block;
  const literal = (name: string) => literalOf(attributes.get(name)?.text);
  const imported = /content_value\s*=\s*(?:file|templatefile)\(\s*"([^"]+)"/.exec(
    attributes.get("import")?.text ?? "",
  )?.[1];
  const file = imported === undefined ? undefined : fileOf(block.file, imported);
  const text = file === undefined ? undefined : context.files.get(file);
  if (file !== undefined && text === undefined)
    context.notes.push(
      `${block.file}: "${file}", the document of API "${ownName(block)}", is not in the folder.`,
    );
  return {
    name: ownName(block),
    displayName: literal("display_name"),
    path: literal("path"),
    serviceUrl: literal("service_url"),
    subscriptionRequired: attributes.get("subscription_required")?.text !== "false",
    ...(file === undefined || text === undefined ? {} : { specification: { file, text } }),
  };
}

/** The provider sends every document as `rawxml`. */
function policyIn(block: Block, attribute: string, { files, notes }: Context): WrittenPolicy | undefined {
  const written = block.attributes.get(attribute);
  const { file, source } = block;
  if (written === undefined) return undefined;
  const line = lineAt(source, written.index);
  const { text } = written;
  const [, heredoc] = /^<<-?[A-Za-z_]\w*[^\n]*\n([\s\S]*?)\n?[ \t]*[A-Za-z_]\w*$/.exec(text) ?? [];
  if (heredoc !== undefined)
    return { xml: withPlaceholders(heredoc, substitution), format: "rawxml", file, line: line + 1 };
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(text)?.[1];
  if (quoted !== undefined)
    return { xml: withPlaceholders(unescaped(quoted), substitution), format: "rawxml", file, line };
  const [, kind, name] = /^(file|templatefile)\(\s*"([^"]+)"/.exec(text) ?? [];
  const path = name === undefined ? undefined : fileOf(file, name);
  const xml = path === undefined ? undefined : files.get(path);
  if (path !== undefined && xml !== undefined)
    return {
      xml: kind === "templatefile" ? withPlaceholders(xml, substitution) : xml,
      format: "rawxml",
      file: path,
      line: 1,
    };
  notes.push(
    path === undefined
      ? `${file}:${line}: the policy of ${block.type} "${block.label}" does not stand there as text: ${shortened(text)}`
      : `${file}:${line}: "${path}", which holds the policy of ${block.type} "${block.label}", is not in the folder.`,
  );
  return undefined;
}

function shortened(text: string): string {
  const [line = ""] = text.split("\n", 1);
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

function fileOf(file: string, name: string): string {
  return besides(file, name.replace(/^\$\{path\.(?:module|root|cwd)\}\//, "./"));
}

function unescaped(text: string): string {
  return text.replace(/\\(n|t|"|\\)/g, (_, letter: string) => ({ n: "\n", t: "\t" })[letter] ?? letter);
}
