import {
  emptyFolder,
  type FolderFiles,
  type PolicyFolder,
  type WrittenApi,
  type WrittenPolicy,
} from "./policy-folder.ts";
import { withPlaceholders } from "./source-text.ts";

// Not what C# puts into a text, `$"{…}"`.
const substitution = /(\$?)\$\{([A-Za-z][\w.-]*)\}/g;

/** An OpenAPI document that is given beside a folder of XML. */
export interface GivenDocument {
  /** Name of its API. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
  /** Ids of its operations, as the document writes them. */
  readonly operations: readonly string[];
}

/** What a policy document is, by its first element. */
function policyKind(xml: string): "policies" | "fragment" | undefined {
  const rest = xml
    .replace(/^\uFEFF/, "")
    .replace(/^(?:\s|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>[]*(?:\[[\s\S]*?\])?[^>]*>)*/, "");
  const [, name] = /^<(policies|fragment)[\s/>]/.exec(rest) ?? [];
  return name === "policies" || name === "fragment" ? name : undefined;
}

interface Placed {
  policy?: WrittenPolicy;
  readonly apis: Map<string, { policy?: WrittenPolicy; readonly operations: Map<string, WrittenPolicy> }>;
  readonly products: Map<string, WrittenPolicy>;
  readonly fragments: Map<string, WrittenPolicy>;
  readonly unplaced: WrittenPolicy[];
}

/**
 * Reads a folder of XML files. Names say where a document stands:
 *
 * - `global.xml`, `globalServicePolicy.xml` and `policy.xml` in the folder itself: global
 * - `NAME.xml`, `NAME/api.xml`, `NAME/policy.xml` and `NAME-apiPolicy.xml`: the API NAME
 * - `NAME/OPERATION.xml`, `NAME/operations/OPERATION.xml`, `NAME/operations/OPERATION/policy.xml`, `NAME-OPERATION-operationPolicy.xml`, and `OPERATION.xml` where one API has it: the operation
 * - `NAME-productPolicy.xml`, `products/NAME.xml`, `products/NAME/policy.xml`: the product
 * - a document whose element is `fragment`: the fragment of the file's name
 *
 * @param documents The OpenAPI documents that are given; what names none of their APIs has no place.
 */
export function readPlainXml(files: FolderFiles, documents: readonly GivenDocument[]): PolicyFolder {
  const placed: Placed = { apis: new Map(), products: new Map(), fragments: new Map(), unplaced: [] };
  const known = new Map(documents.map((document) => [document.name.toLowerCase(), document]));
  // What names an API by itself comes first: then a name with hyphens can be told from those of its operations.
  const inOrder = [...files].toSorted(([one], [other]) => rank(one) - rank(other));
  const isDeployedByTerraform = inOrder.some(([file]) => /\.tf$/i.test(file));
  for (const [file, text] of inOrder) {
    if (!/\.(?:xml|xml\.tpl|tmpl|cshtml)$/i.test(file)) continue;
    // A template whose call nobody read is a template still.
    const isTemplate = isDeployedByTerraform || /\.(?:tpl|tmpl)(?:\.xml)?$/i.test(file);
    const xml = isTemplate ? withPlaceholders(text, substitution) : text;
    const kind = policyKind(xml);
    if (kind !== undefined) place({ xml, format: "rawxml", file, line: 1 }, kind, { placed, known });
  }
  // One document for one API needs no name.
  const [only, ...others] = placed.unplaced;
  const [document, ...more] = documents;
  if (
    only !== undefined &&
    document !== undefined &&
    others.length + more.length === 0 &&
    placed.apis.size === 0
  ) {
    apiOf(placed, document.name).policy = only;
    placed.unplaced.length = 0;
  }
  const names = new Set([...documents.map(({ name }) => name), ...placed.apis.keys()]);
  return {
    ...emptyFolder,
    layout: "a folder of XML",
    ...(placed.policy === undefined ? {} : { policy: placed.policy }),
    apis: [...names].map((name) => apiNamed(name, placed, known.get(name.toLowerCase()))),
    products: [...placed.products].map(([name, policy]) => ({
      ...{ name, policy, subscriptionRequired: true, isPublished: true },
      apis: [...names],
    })),
    fragments: placed.fragments,
    unplaced: placed.unplaced,
  };
}

interface Placing {
  readonly placed: Placed;
  readonly known: ReadonlyMap<string, GivenDocument>;
}

function place(policy: WrittenPolicy, kind: "policies" | "fragment", placing: Placing): void {
  const { placed } = placing;
  const steps = policy.file.split("/");
  const base = (steps.at(-1) ?? "")
    .replace(/\.(?:policy|fragment)?\.?(?:xml|xml\.tpl|tmpl|cshtml)$/i, "")
    .replace(/\.xml$/i, "");
  const folders = steps.slice(0, -1);
  if (kind === "fragment") {
    const name = base === "policy" ? (folders.at(-1) ?? base) : base;
    placed.fragments.set(name, policy);
    return;
  }
  if (/^(?:global|globalServicePolicy)$/i.test(base) || (base === "policy" && folders.length === 0)) {
    placed.policy = policy;
    return;
  }
  const product = /^(.+)-productPolicy$/i.exec(base)?.[1] ?? productFolder(folders, base);
  if (product !== undefined) placed.products.set(product, policy);
  else if (!placeInApi(policy, base, folders, placing)) placed.unplaced.push(policy);
}

function productFolder(folders: readonly string[], base: string): string | undefined {
  if (folders.at(-1)?.toLowerCase() === "products") return base;
  return folders.at(-2)?.toLowerCase() === "products" && base === "policy" ? folders.at(-1) : undefined;
}

const apiFile = /^(?:api|policy|apiPolicy|api-policy)$/i;

function placeInApi(
  policy: WrittenPolicy,
  base: string,
  folders: readonly string[],
  { placed, known }: Placing,
): boolean {
  const api = (name: string | undefined) => (name === undefined ? undefined : known.get(name.toLowerCase()));
  const extracted = /^(.+)-apiPolicy$/i.exec(base)?.[1];
  if (extracted !== undefined) {
    apiOf(placed, api(extracted)?.name ?? extracted).policy = policy;
    return true;
  }
  const ofOperation = /^(.+)-operationPolicy$/i.exec(base)?.[1];
  if (ofOperation !== undefined) return placeExtracted(policy, ofOperation, { placed, known });
  const own = api(base) ?? (apiFile.test(base) ? api(folders.at(-1)) : undefined);
  if (own !== undefined) {
    apiOf(placed, own.name).policy = policy;
    return true;
  }
  const name = base === "policy" ? (folders.at(-1) ?? base) : base;
  const hasOperation = ({ operations }: GivenDocument) =>
    operations.some((id) => id.toLowerCase() === name.toLowerCase());
  const inFolder = folders.map(api).find((one) => one !== undefined);
  const owners =
    inFolder === undefined ? [...known.values()].filter(hasOperation) : [inFolder].filter(hasOperation);
  const [owner, ...others] = owners;
  if (owner === undefined || others.length > 0) return false;
  apiOf(placed, owner.name).operations.set(name, policy);
  return true;
}

/** `API-OPERATION-operationPolicy`: the longest API that is known, else the part before the first hyphen. */
function placeExtracted(policy: WrittenPolicy, joined: string, { placed, known }: Placing): boolean {
  const names = [...[...known.values()].map(({ name }) => name), ...placed.apis.keys()];
  const [name = joined.split("-", 1)[0] ?? joined] = names
    .filter((one) => joined.toLowerCase().startsWith(`${one.toLowerCase()}-`))
    .toSorted((one, other) => other.length - one.length);
  apiOf(placed, name).operations.set(joined.slice(name.length + 1), policy);
  return true;
}

function apiOf({ apis }: Placed, name: string) {
  const found = apis.get(name) ?? { operations: new Map<string, WrittenPolicy>() };
  apis.set(name, found);
  return found;
}

function apiNamed(name: string, { apis }: Placed, document: GivenDocument | undefined): WrittenApi {
  const { policy, operations } = apis.get(name) ?? { operations: new Map<string, WrittenPolicy>() };
  return {
    name,
    subscriptionRequired: false,
    ...(document === undefined ? {} : { specification: { file: document.file, text: document.text } }),
    ...(policy === undefined ? {} : { policy }),
    operationPolicies: operations,
    operations: [],
  };
}

function rank(file: string): number {
  return /-operationPolicy\.xml$/i.test(file) ? 1 : 0;
}
