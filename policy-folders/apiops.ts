import { isRecord, parsedJson, recordAt, textMember } from "./json-text.ts";
import {
  emptyFolder,
  type FolderFiles,
  type PolicyFolder,
  type WrittenApi,
  type WrittenNamedValue,
  type WrittenPolicy,
  type WrittenProduct,
} from "./policy-folder.ts";

/**
 * The folders of a tree that are extracts of APIOps, by what only such a one has.
 *
 * @see https://azure.github.io/apiops/apiops/3-apimTools/apiops-2-1-tools-extractor.html
 */
export function apiOpsRoots(files: FolderFiles): readonly string[] {
  const marker =
    /^(.*?)(?:apis\/[^/]+\/apiInformation\.json|products\/[^/]+\/productInformation\.json|policy[ _]?fragments\/[^/]+\/policyFragmentInformation\.json)$/i;
  const roots = [...files.keys()].flatMap((file) => marker.exec(file)?.[1] ?? []);
  return [...new Set(roots)].sort();
}

/**
 * Reads an extract of APIOps.
 *
 * @param root Path of the extract's folder with a `/` at its end, or "".
 */
export function readApiOps(files: FolderFiles, root: string): PolicyFolder {
  const notes: string[] = [];
  const below = new Map(
    [...files].flatMap(([file, text]) =>
      file.startsWith(root) ? [[file.slice(root.length), text] as const] : [],
    ),
  );
  const source: Source = { files: below, root, notes };
  const versionSchemes = new Map(
    foldersIn(below, /^version[ _]?sets$/i).map(([name, folder]) => [
      name,
      textMember(informationIn(source, folder, "versionSet"), "versioningScheme"),
    ]),
  );
  const policy = policyAt(source, "policy.xml");
  return {
    ...emptyFolder,
    layout: "an APIOps extract",
    isWhole: true,
    ...(policy === undefined ? {} : { policy }),
    apis: foldersIn(below, /^apis$/i).map(([name, folder]) => readApi(source, name, folder, versionSchemes)),
    products: foldersIn(below, /^products$/i).map(([name, folder]) => readProduct(source, name, folder)),
    fragments: new Map(
      foldersIn(below, /^policy[ _]?fragments$/i).flatMap(([name, folder]) => {
        const fragment = policyAt(source, `${folder}/policy.xml`);
        return fragment === undefined ? [] : [[name, fragment] as const];
      }),
    ),
    namedValues: foldersIn(below, /^named[ _]?values$/i).map(([name, folder]) =>
      readNamedValue(source, name, folder),
    ),
    backends: new Map(
      foldersIn(below, /^backends$/i).map(([name, folder]) => [
        name,
        textMember(informationIn(source, folder, "backend"), "url") ?? "",
      ]),
    ),
    notes,
  };
}

interface Source {
  /** Below the extract's folder. */
  readonly files: FolderFiles;
  readonly root: string;
  readonly notes: string[];
}

/** The folders of one kind of resource: name and path. */
function foldersIn(files: FolderFiles, kind: RegExp): readonly (readonly [name: string, folder: string])[] {
  const found = new Map<string, string>();
  for (const file of files.keys()) {
    const [top = "", name, ...rest] = file.split("/");
    if (name !== undefined && rest.length > 0 && kind.test(top)) found.set(name, `${top}/${name}`);
  }
  return [...found].sort(([one], [other]) => one.localeCompare(other));
}

function policyAt({ files, root }: Source, file: string): WrittenPolicy | undefined {
  const xml = files.get(file);
  return xml === undefined ? undefined : { xml, format: "rawxml", file: root + file, line: 1 };
}

/** The properties of a resource, as its information file has them. */
function informationIn(
  { files, root, notes }: Source,
  folder: string,
  kind: string,
): Readonly<Record<string, unknown>> {
  const file = `${folder}/${kind}Information.json`;
  const text = files.get(file);
  if (text === undefined) return {};
  const value = parsedJson(text);
  if (value === undefined) notes.push(`${root}${file} is not JSON, so that nothing of it is read.`);
  return recordAt(recordAt(value, "properties"));
}

function readApi(
  source: Source,
  name: string,
  folder: string,
  versionSchemes: ReadonlyMap<string, string | undefined>,
): WrittenApi {
  const { files, root, notes } = source;
  const properties = informationIn(source, folder, "api");
  const keyNames = recordAt(properties, "subscriptionKeyParameterNames");
  const specification = ["specification.yaml", "specification.yml", "specification.json"]
    .map((one) => `${folder}/${one}`)
    .find((file) => files.has(file));
  const other = [...files.keys()].find((file) => file.startsWith(`${folder}/specification.`));
  if (specification === undefined && other !== undefined)
    notes.push(`${root}${other} is no OpenAPI document, so that API "${name}" is served for any path.`);
  const prefix = `${folder}/operations/`;
  const operations = [...files.keys()].flatMap((file) => {
    const [operation, last, ...rest] = file.startsWith(prefix) ? file.slice(prefix.length).split("/") : [];
    const policy = last === "policy.xml" && rest.length === 0 ? policyAt(source, file) : undefined;
    return operation === undefined || policy === undefined ? [] : [[operation, policy] as const];
  });
  const policy = policyAt(source, `${folder}/policy.xml`);
  return {
    name,
    displayName: textMember(properties, "displayName"),
    path: pathOf(source, name, properties, versionSchemes),
    serviceUrl: textMember(properties, "serviceUrl"),
    subscriptionRequired: properties.subscriptionRequired !== false,
    keyNames: {
      header: textMember(keyNames, "header") ?? "Ocp-Apim-Subscription-Key",
      query: textMember(keyNames, "query") ?? "subscription-key",
    },
    ...(specification === undefined
      ? {}
      : { specification: { file: root + specification, text: files.get(specification) ?? "" } }),
    ...(policy === undefined ? {} : { policy }),
    operationPolicies: new Map(operations),
    operations: [],
  };
}

/** Where clients reach it: a version is a step of the path, a revision that is not the current one stands behind it. */
function pathOf(
  { notes }: Source,
  name: string,
  properties: Readonly<Record<string, unknown>>,
  versionSchemes: ReadonlyMap<string, string | undefined>,
): string {
  const path = textMember(properties, "path") ?? name;
  const version = textMember(properties, "apiVersion") ?? "";
  const scheme =
    versionSchemes.get((textMember(properties, "apiVersionSetId") ?? "").split("/").at(-1) ?? "") ??
    "Segment";
  const revision =
    properties.isCurrent === false ? `;rev=${textMember(properties, "apiRevision") ?? "1"}` : "";
  if (version !== "" && scheme !== "Segment")
    notes.push(
      `API "${name}" has its version in a ${scheme === "Query" ? "query parameter" : "header"}; here it is a step of the path: ${path}/${version}.`,
    );
  return `${path}${version === "" ? "" : `/${version}`}${revision}`;
}

function readProduct(source: Source, name: string, folder: string): WrittenProduct {
  const { files } = source;
  const properties = informationIn(source, folder, "product");
  const prefix = `${folder}/apis/`;
  const linked = [...files.keys()].flatMap((file) =>
    file.startsWith(prefix) ? (file.slice(prefix.length).split("/")[0] ?? []) : [],
  );
  const listed = parsedJson(files.get(`${folder}/apis.json`) ?? "[]");
  const names = Array.isArray(listed)
    ? listed.flatMap((one: unknown) => (isRecord(one) ? (textMember(one, "name") ?? []) : []))
    : [];
  const policy = policyAt(source, `${folder}/policy.xml`);
  return {
    name,
    displayName: textMember(properties, "displayName"),
    subscriptionRequired: properties.subscriptionRequired !== false,
    isPublished: properties.state !== "notPublished",
    apis: [...new Set([...linked, ...names])],
    ...(policy === undefined ? {} : { policy }),
  };
}

function readNamedValue(source: Source, name: string, folder: string): WrittenNamedValue {
  const properties = informationIn(source, folder, "namedValue");
  return {
    displayName: textMember(properties, "displayName") ?? name,
    value: textMember(properties, "value"),
    isSecret: properties.secret === true || properties.keyVault !== undefined,
  };
}
