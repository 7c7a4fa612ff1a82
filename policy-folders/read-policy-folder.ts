import { apiOpsRoots, readApiOps } from "./apiops.ts";
import { holdsBicepPolicies, readBicep } from "./bicep.ts";
import { type GivenDocument, readPlainXml } from "./plain-xml.ts";
import type { FolderFiles, PolicyFolder } from "./policy-folder.ts";
import { withPlaceholders } from "./source-text.ts";
import { holdsTerraformPolicies, readTerraform } from "./terraform.ts";

/** A folder that holds several instances: which of them is meant, nobody said. */
export class SeveralInstances extends Error {
  override readonly name = "SeveralInstances";
  /** Paths of their folders in it. */
  readonly roots: readonly string[];

  constructor(roots: readonly string[]) {
    super(`The folder holds ${roots.length} extracts: ${roots.join(", ")}.`);
    this.roots = roots;
  }
}

/**
 * Reads a folder of policies in whatever layout it has: an APIOps extract; else the policies of its Terraform and Bicep files, and the
 * XML files that those do not name.
 *
 * @param documents OpenAPI documents that are given beside it.
 * @throws {SeveralInstances} where it holds more than one extract.
 */
export function readPolicyFolder(written: FolderFiles, documents: readonly GivenDocument[]): PolicyFolder {
  const files = withoutTokens(written);
  const roots = apiOpsRoots(files);
  const [root] = roots;
  if (roots.length > 1) throw new SeveralInstances(roots);
  if (root !== undefined) return withDocuments(readApiOps(files, root), documents);
  const isDeployed = (holds: typeof holdsTerraformPolicies) =>
    [...files].some(([file, text]) => holds(file, text));
  const parts = [
    ...(isDeployed(holdsTerraformPolicies) ? [readTerraform(files)] : []),
    ...(isDeployed(holdsBicepPolicies) ? [readBicep(files)] : []),
  ];
  const used = new Set(parts.flatMap(filesOf));
  const others = new Map([...files].filter(([file]) => !used.has(file)));
  const taken = new Set(parts.flatMap(({ apis }) => apis.map(({ name }) => name.toLowerCase())));
  const plain = readPlainXml(
    others,
    documents.filter(({ name }) => !taken.has(name.toLowerCase())),
  );
  return withDocuments([...parts, plain].reduce(joined), documents);
}

// Of the task Replace Tokens, by its default: https://github.com/qetza/replacetokens-task#readme
const deploymentToken = /()#\{\s*([\w.-]+)\s*\}#/g;

/** What a pipeline puts in before it deploys, `#{tenant}#`, is a named value here. */
function withoutTokens(files: FolderFiles): FolderFiles {
  const holdsPolicies = /\.(?:xml|tpl|tmpl|cshtml|bicep|tf)$/i;
  return new Map(
    [...files].map(([file, text]) => [
      file,
      holdsPolicies.test(file) ? withPlaceholders(text, deploymentToken) : text,
    ]),
  );
}

function joined(one: PolicyFolder, other: PolicyFolder): PolicyFolder {
  const isMore =
    other.apis.length + other.unplaced.length + other.fragments.size > 0 || other.policy !== undefined;
  const policy = one.policy ?? other.policy;
  return {
    isWhole: false,
    layout: isMore ? `${one.layout} and ${other.layout}` : one.layout,
    ...(policy === undefined ? {} : { policy }),
    apis: [...one.apis, ...other.apis],
    products: [...one.products, ...other.products],
    fragments: new Map([...other.fragments, ...one.fragments]),
    namedValues: [...one.namedValues, ...other.namedValues],
    backends: new Map([...other.backends, ...one.backends]),
    unplaced: [...one.unplaced, ...other.unplaced],
    notes: [...one.notes, ...other.notes],
  };
}

/** Files of the documents that a part has. */
function filesOf({ policy, apis, products, fragments }: PolicyFolder): readonly string[] {
  const all = [
    policy,
    ...apis.flatMap((api) => [api.policy, ...api.operationPolicies.values()]),
    ...products.map((product) => product.policy),
    ...fragments.values(),
  ];
  return all.flatMap((one) => one?.file ?? []);
}

/** A document that is given for an API counts before the folder's own, and makes the API where there is none. */
function withDocuments(folder: PolicyFolder, documents: readonly GivenDocument[]): PolicyFolder {
  const given = (name: string) =>
    documents.find((document) => document.name.toLowerCase() === name.toLowerCase());
  const apis = folder.apis.map((api) => {
    const document = given(api.name);
    return document === undefined
      ? api
      : { ...api, specification: { file: document.file, text: document.text } };
  });
  const missing = documents.filter(
    ({ name }) => !apis.some((api) => api.name.toLowerCase() === name.toLowerCase()),
  );
  return {
    ...folder,
    apis: [
      ...apis,
      ...missing.map(({ name, file, text }) => ({
        ...{ name, subscriptionRequired: false, specification: { file, text } },
        operationPolicies: new Map(),
        operations: [],
      })),
    ],
  };
}
