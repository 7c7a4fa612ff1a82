import type { FolderFiles, PolicyFolder, WrittenPolicy } from "./policy-folder.ts";
import { type DeclaredResource, folderOf, type PolicyTarget } from "./resource-folder.ts";
import {
  attributesIn,
  besides,
  endOfBracket,
  lineAt,
  type SourceSyntax,
  type WrittenAttribute,
  withPlaceholders,
} from "./source-text.ts";

// What stands before the dollar makes it a text of its own.
const substitution = /(\\?)\$\{([^{}]*)\}/g;

const syntax: SourceSyntax = {
  skip: (text, at) => {
    const pattern =
      text[at] === "'"
        ? /'''[\s\S]*?(?:'''+|$(?![\s\S]))|'(?:[^'\\\n]|\\.)*'?/y
        : text[at] === "/"
          ? /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))/y
          : undefined;
    if (pattern === undefined) return undefined;
    pattern.lastIndex = at;
    return pattern.exec(text) === null ? undefined : pattern.lastIndex;
  },
};

interface Resource {
  readonly symbol: string;
  /** In lower case, below `Microsoft.ApiManagement/service`: `apis/operations/policies`, "" for the instance. */
  readonly type: string;
  readonly file: BicepFile;
  readonly attributes: ReadonlyMap<string, WrittenAttribute>;
  readonly properties: ReadonlyMap<string, WrittenAttribute>;
}

interface BicepFile {
  readonly name: string;
  readonly source: string;
  /** Values of `var` and defaults of `param`. */
  readonly values: ReadonlyMap<string, WrittenAttribute>;
}

const header =
  /^[ \t]*resource[ \t]+(\w+)[ \t]+'Microsoft\.ApiManagement\/service([\w/]*)@[^'\n]*'[ \t]*(?:existing[ \t]*)?=[^{\n]*\{/gim;
const holder = /^[ \t]*(?:param[ \t]+(\w+)[^=\n]*|var[ \t]+(\w+)[ \t]*)=[ \t]*/gm;

/** Whether a Bicep file holds policies. */
export function holdsBicepPolicies(file: string, text: string): boolean {
  return (
    /\.bicep$/i.test(file) &&
    /'Microsoft\.ApiManagement\/service\/(?:[\w/]*\/)?(?:policies|policyFragments)@/i.test(text)
  );
}

/**
 * Reads the resources of API Management in Bicep files, as far as they stand there as text: texts in quotes, `'''…'''` and
 * `loadTextContent('x.xml')`, directly or by a `var` or the default of a `param`. What is put in, `${…}`, becomes a named value of its name.
 *
 * @see https://learn.microsoft.com/azure/templates/microsoft.apimanagement/service/apis/policies
 */
export function readBicep(files: FolderFiles): PolicyFolder {
  const notes: string[] = [];
  const resources = [...files].flatMap(([name, source]) =>
    /\.bicep$/i.test(name) ? resourcesIn(name, source) : [],
  );
  const context: Context = { files, notes, resources };
  return folderOf(
    "Bicep files",
    resources.flatMap((resource) => declared(resource, context) ?? []),
    notes,
  );
}

interface Context {
  readonly files: FolderFiles;
  readonly notes: string[];
  readonly resources: readonly Resource[];
}

function resourcesIn(name: string, source: string): readonly Resource[] {
  const values = new Map(
    [...source.matchAll(holder)].map((match) => {
      const index = match.index + match[0].length;
      return [match[1] ?? match[2] ?? "", { text: valueFrom(source, index), index }] as const;
    }),
  );
  const file = { name, source, values };
  return [...source.matchAll(header)].map((match) => {
    const from = match.index + match[0].length;
    const end = endOfBracket(source, from - 1, syntax) - 1;
    const attributes = attributesIn(source, from, end, syntax);
    const { text = "", index = 0 } = attributes.get("properties") ?? {};
    const properties = text.startsWith("{")
      ? attributesIn(source, index + 1, index + text.length - 1, syntax)
      : new Map<string, WrittenAttribute>();
    const [, symbol = "", type = ""] = match;
    return { symbol, type: type.replace(/^\//, "").toLowerCase(), file, attributes, properties };
  });
}

/** A text, or the rest of the line. */
function valueFrom(source: string, index: number): string {
  const end = syntax.skip(source, index) ?? source.indexOf("\n", index);
  return source.slice(index, end < 0 ? source.length : end).trim();
}

/** A value that stands there as text, by way of a `var` or `param`; `undefined` where it does not. */
function textOf(
  { values }: BicepFile,
  attribute: WrittenAttribute | undefined,
): WrittenAttribute | undefined {
  if (attribute === undefined) return undefined;
  const found = values.get(attribute.text) ?? attribute;
  const [, lines] = /^'''\n?([\s\S]*?)'''$/.exec(found.text) ?? [];
  if (lines !== undefined) return { text: lines, index: found.index + found.text.indexOf(lines) };
  const [, single] = /^'((?:[^'\\\n]|\\.)*)'$/.exec(found.text) ?? [];
  return single === undefined
    ? undefined
    : { text: withPlaceholders(unescaped(single), substitution), index: found.index };
}

function unescaped(text: string): string {
  return text.replace(
    /\\(n|r|t|'|\\)/g,
    (_, letter: string) => ({ n: "\n", r: "\r", t: "\t" })[letter] ?? letter,
  );
}

/** The names of a resource and those above it, from the widest: `['orders', 'getorder', 'policy']`. */
function namesOf(resource: Resource, { resources }: Context): readonly string[] {
  const own = (textOf(resource.file, resource.attributes.get("name"))?.text ?? resource.symbol).split("/");
  const parent = resource.attributes.get("parent")?.text;
  const depth = resource.type === "" ? 1 : resource.type.split("/").length;
  const above = resources.find(({ symbol, file }) => symbol === parent && file === resource.file);
  const all =
    above === undefined || above.type === "" ? own : [...namesOf(above, { resources } as Context), ...own];
  return all.length > depth ? all.slice(all.length - depth) : all;
}

function declared(resource: Resource, context: Context): DeclaredResource | undefined {
  const { type } = resource;
  const names = namesOf(resource, context);
  const target = targetOf(type, names);
  if (target === undefined && type !== "policyfragments") return others(resource, names, context);
  const policy = policyIn(resource, context);
  if (policy === undefined) return undefined;
  const [name = ""] = names;
  return target === undefined ? { kind: "fragment", name, policy } : { kind: "policy", policy, at: target };
}

/** What is no policy. */
function others(
  resource: Resource,
  [first = "", second = ""]: readonly string[],
  context: Context,
): DeclaredResource | undefined {
  const { type, properties, file } = resource;
  const literal = (name: string) => textOf(file, properties.get(name))?.text;
  const isTrue = (name: string) => properties.get(name)?.text !== "false";
  const displayName = literal("displayName");
  switch (type) {
    case "namedvalues": {
      const isSecret = properties.get("secret")?.text === "true";
      const value = { displayName: displayName ?? first, value: literal("value"), isSecret };
      return { kind: "namedValue", value };
    }
    case "backends":
      return { kind: "backend", name: first, url: literal("url") ?? "" };
    case "apis": {
      const subscriptionRequired = isTrue("subscriptionRequired");
      const addresses = { path: literal("path"), serviceUrl: literal("serviceUrl") };
      const own = { name: first, displayName, subscriptionRequired, ...addresses };
      return { kind: "api", api: { ...own, ...specificationOf(resource, context) } };
    }
    case "apis/operations": {
      const method = (literal("method") ?? "GET").toUpperCase();
      const operation = { name: second, method, urlTemplate: literal("urlTemplate") ?? "/*" };
      return { kind: "operation", api: first, operation };
    }
    case "products": {
      const isPublished = literal("state") !== "notPublished";
      const subscriptionRequired = isTrue("subscriptionRequired");
      return { kind: "product", product: { name: first, displayName, subscriptionRequired, isPublished } };
    }
    case "products/apis":
      return { kind: "productApi", product: first, api: second };
    default:
      return undefined;
  }
}

function targetOf(type: string, [first = "", second = ""]: readonly string[]): PolicyTarget | undefined {
  switch (type) {
    case "policies":
      return { scope: "global" };
    case "products/policies":
      return { scope: "product", product: first };
    case "apis/policies":
      return { scope: "api", api: first };
    case "apis/operations/policies":
      return { scope: "operation", api: first, operation: second };
    default:
      return undefined;
  }
}

/** The file that `loadTextContent` reads, by way of a `var` or `param`. */
function loadedFile(
  { values, name }: BicepFile,
  attribute: WrittenAttribute | undefined,
): string | undefined {
  const text = values.get(attribute?.text ?? "")?.text ?? attribute?.text ?? "";
  const [, loaded] = /loadTextContent\(\s*'([^']+)'/.exec(text) ?? [];
  return loaded === undefined ? undefined : besides(name, loaded);
}

function policyIn(resource: Resource, { files, notes }: Context): WrittenPolicy | undefined {
  const { file, properties, symbol } = resource;
  const value = properties.get("value");
  const format = /rawxml/i.test(textOf(file, properties.get("format"))?.text ?? "") ? "rawxml" : "xml";
  const text = textOf(file, value);
  if (text !== undefined && text.text.trim() !== "")
    return { xml: text.text, format, file: file.name, line: lineAt(file.source, text.index) };
  const loaded = loadedFile(file, value);
  const xml = loaded === undefined ? undefined : files.get(loaded);
  if (loaded !== undefined && xml !== undefined) return { xml, format, file: loaded, line: 1 };
  const place = `${file.name}:${value === undefined ? 1 : lineAt(file.source, value.index)}`;
  notes.push(
    loaded === undefined
      ? `${place}: the policy "${symbol}" does not stand there as text.`
      : `${place}: "${loaded}", which holds the policy "${symbol}", is not in the folder.`,
  );
  return undefined;
}

function specificationOf({ file, properties }: Resource, { files }: Context) {
  const value = properties.get("value");
  const loaded = loadedFile(file, value);
  const text = loaded === undefined ? undefined : files.get(loaded);
  return loaded === undefined || text === undefined ? {} : { specification: { file: loaded, text } };
}
