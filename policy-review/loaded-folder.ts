import { type ApiDocument, parseDocument } from "../openapi/document.ts";
import { DocumentError } from "../openapi/document-error.ts";
import type { Operation } from "../openapi/operations.ts";
import type { PolicyFolder, WrittenApi, WrittenPolicy } from "../policy-folders/policy-folder.ts";
import type {
  GatewayApi,
  GatewayOperation,
  GatewayProduct,
  GatewayService,
} from "../simulator/apim/gateway-model.ts";
import type { ServedOperation } from "../simulator/apim/operation.ts";
import {
  type CheckedPolicy,
  type FragmentText,
  parsePolicyDocument,
} from "../simulator/apim/policy/document.ts";
import { PolicyFailure } from "../simulator/apim/policy/exchange.ts";
import type { PolicyScope } from "../simulator/apim/policy/place.ts";
import type { ServedSubscription } from "../simulator/apim/subscription.ts";
import type { ServedUser } from "../simulator/apim/user.ts";
import { importOpenApi } from "../simulator/arm/import/open-api-import.ts";
import { newInstancesPolicy } from "../simulator/arm/resources/policies.ts";
import { SimulatorError } from "../simulator/kernel/error.ts";
import { type DocumentProblem, problemsIn } from "./document-problems.ts";
import type { FolderNamedValues } from "./folder-named-values.ts";
import { withoutSecrets } from "./secret-texts.ts";

/** A policy document of a folder, and whether it runs here. */
export interface LoadedDocument {
  readonly scope: PolicyScope;
  /** What it is of: `API "orders"`. */
  readonly of: string;
  readonly written: WrittenPolicy;
  /** What runs; absent where it does not. */
  readonly checked?: CheckedPolicy;
  readonly problems: readonly DocumentProblem[];
}

/** An operation as it is called. */
export interface LoadedOperation {
  readonly call: Operation;
  readonly document: LoadedDocument | undefined;
}

/** An API as it is served. */
export interface LoadedApi {
  readonly name: string;
  readonly path: string;
  readonly document: ApiDocument;
  readonly policy: LoadedDocument | undefined;
  /** By ids of the served operations. */
  readonly operations: ReadonlyMap<string, LoadedOperation>;
  readonly served: GatewayApi;
  /** Names of the products that it is in, with their documents. */
  readonly products: readonly {
    readonly name: string;
    readonly document: LoadedDocument | undefined;
    /** It asks for no key. */
    readonly isOpen: boolean;
  }[];
}

/** A folder that is ready to be served. */
export interface LoadedFolder {
  readonly service: GatewayService;
  readonly global: LoadedDocument | undefined;
  readonly apis: readonly LoadedApi[];
  /** Every document, that of a fragment as well. */
  readonly documents: readonly LoadedDocument[];
  /** What is not as the folder has it, a line each. */
  readonly notes: readonly string[];
}

/** The key of every subscription of a loaded folder, by the product's name; "" opens every API. */
export function reviewKey(product: string): string {
  return `key-of-the-local-gateway${product === "" ? "" : `-${product}`}`;
}

/** Reads every document of a folder as the gateway does when a policy is saved, and puts together what it serves. */
export async function loadFolder(folder: PolicyFolder, values: FolderNamedValues): Promise<LoadedFolder> {
  const loader = new FolderLoader(folder, values);
  return loader.load();
}

class FolderLoader {
  readonly #folder: PolicyFolder;
  readonly #values: FolderNamedValues;
  readonly #documents: LoadedDocument[] = [];
  readonly #notes: string[] = [];

  constructor(folder: PolicyFolder, values: FolderNamedValues) {
    this.#folder = folder;
    this.#values = values;
  }

  async load(): Promise<LoadedFolder> {
    const { policy, products, apis, unplaced, backends } = this.#folder;
    const global = await this.#document(policy, "global", "all APIs");
    const loadedProducts = new Map<string, LoadedDocument | undefined>();
    for (const product of products)
      loadedProducts.set(
        product.name,
        await this.#document(product.policy, "product", `product "${product.name}"`),
      );
    const loaded: LoadedApi[] = [];
    const byPath = new Map<string, string>();
    for (const api of [...apis, ...unplaced.map(apiOfItsOwn)])
      loaded.push(await this.#api(this.#atOwnPath(api, byPath), loadedProducts));
    const servedProducts = products.map(
      ({ name, displayName = name, ...product }): GatewayProduct => ({
        id: name,
        displayName,
        state: product.isPublished ? "published" : "notPublished",
        subscriptionRequired: product.subscriptionRequired,
        approvalRequired: false,
        apis: new Set(product.apis.map((api) => api.toLowerCase())),
        ...policyOf(loadedProducts.get(name)),
      }),
    );
    return {
      service: {
        name: "local-gateway",
        ...policyOf(global ?? (await this.#ofNewInstance())),
        apis: loaded.map(({ served }) => served),
        products: servedProducts,
        subscriptions: ["", ...products.map(({ name }) => name)].map(subscriptionTo),
        backends: this.#backends(backends),
      },
      global,
      apis: loaded,
      documents: this.#documents,
      notes: this.#notes,
    };
  }

  /** What stands for all APIs where the folder has nothing for them: every instance comes with it, and it alone forwards requests. */
  #ofNewInstance(): Promise<LoadedDocument> {
    this.#notes.push("No document is for all APIs; that of a new instance stands there, which forwards.");
    const written = { xml: newInstancesPolicy, format: "xml", file: "Azure's own", line: 1 } as const;
    return this.#read(written, "global", "all APIs");
  }

  /** A backend whose address stands nowhere has one that nobody is at: what stands in its place answers. */
  #backends(backends: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const texts = [...this.#documents.map(({ written }) => written), ...this.#folder.fragments.values()];
    const named = texts.flatMap(({ xml }) => [...xml.matchAll(/\bbackend-id\s*=\s*"([^"@{]+)"/g)]);
    const elsewhere = this.#folder.isWhole ? [] : named.map(([, id = ""]) => [id, ""] as const);
    return new Map(
      [...elsewhere, ...backends].map(([name, url]) => [
        name.toLowerCase(),
        URL.canParse(url) ? url : placeholderUrl(name),
      ]),
    );
  }

  async #document(
    written: WrittenPolicy | undefined,
    scope: PolicyScope,
    of: string,
  ): Promise<LoadedDocument | undefined> {
    if (written === undefined) return undefined;
    const loaded = await this.#read(written, scope, of);
    this.#documents.push(loaded);
    return loaded;
  }

  async #read(written: WrittenPolicy, scope: PolicyScope, of: string): Promise<LoadedDocument> {
    const { backends, fragments, isWhole } = this.#folder;
    const named = new Set([...backends.keys()].map((name) => name.toLowerCase()));
    try {
      const checked = await parsePolicyDocument(written.xml, {
        scope,
        sku: "Developer",
        format: written.format,
        checksConnectivity: false,
        // A file that is deployed apart may have them: only an extract has all of an instance.
        backendExists: (id) => !isWhole || named.has(id.toLowerCase()),
        namedValue: this.#values.valueOf,
        fragment: (id) => fragmentNamed(fragments, id),
      });
      return { scope, of, written, checked, problems: [] };
    } catch (error) {
      if (!(error instanceof SimulatorError)) throw error;
      return { scope, of, written, problems: this.#problems(error.message, written) };
    }
  }

  #problems(message: string, written: WrittenPolicy): readonly DocumentProblem[] {
    const { fragments, isWhole } = this.#folder;
    const hide = withoutSecrets(this.#values.secrets);
    return problemsIn(hide(message), written, fragments).map((problem) => {
      const isAbsent = /^Policy fragment with id .* could not be found\.$/.test(problem.text);
      if (isAbsent && !isWhole) return { ...problem, verdict: "absent" };
      const missing = problem.verdict === "refused" ? this.#missingAt(problem) : undefined;
      return missing === undefined
        ? problem
        : { ...problem, verdict: "absent", text: `{{${missing}}} has no value here: ${problem.text}` };
    });
  }

  /** A named value that nobody gave, at the place of a problem: Azure may take the real one. */
  #missingAt({ file, line, text, element }: DocumentProblem): string | undefined {
    const { placeholders } = this.#values;
    const at = [...this.#texts()].find((one) => one.file === file);
    const rest = at?.xml.split("\n").slice(line - at.line) ?? [];
    // The problem's element begins there; what it is about may stand in it, or in the two lines below.
    const end = rest.findIndex((one) => one.includes(`</${element}>`));
    const lines = rest.slice(0, Math.max(end + 1, 3)).join("\n");
    return [...placeholders].find(
      ([name, value]) => lines.includes(`{{${name}}}`) || text.includes(`"${value}"`),
    )?.[0];
  }

  #texts(): readonly WrittenPolicy[] {
    const { policy, apis, products, fragments, unplaced } = this.#folder;
    const all = [
      policy,
      ...apis.flatMap((api) => [api.policy, ...api.operationPolicies.values()]),
      ...products.map((product) => product.policy),
    ].filter((one) => one !== undefined);
    return [...all, ...fragments.values(), ...unplaced];
  }

  /**
   * One of two APIs at the same path would answer for the other one: "Cannot create API … with the same Path … as API … unless it's a
   * part of the same version set".
   *
   * @see https://github.com/Azure/azure-powershell/issues/11027
   */
  #atOwnPath(api: WrittenApi, known: Map<string, string>): WrittenApi {
    const path = pathOf(api);
    const other = known.get(path.toLowerCase());
    known.set(path.toLowerCase(), other ?? api.name);
    if (other === undefined) return api;
    const own = `${path}${path === "" ? "" : "/"}~${known.size + 1}`;
    known.set(own, api.name);
    this.#notes.push(
      `APIs "${other}" and "${api.name}" have the same path, "${path}", which Azure refuses in one instance; here the second is at ${own}.`,
    );
    return { ...api, path: own };
  }

  async #api(api: WrittenApi, products: ReadonlyMap<string, LoadedDocument | undefined>): Promise<LoadedApi> {
    const path = pathOf(api);
    const { document, served } = await this.#operations(api);
    const policy = await this.#document(api.policy, "api", `API "${api.name}"`);
    const operations = new Map<string, LoadedOperation>();
    const unused = new Map(api.operationPolicies);
    for (const operation of served) {
      const call = document.operations.find(({ name }) => name === operation.id);
      const key = [...unused.keys()].find((name) => isNamed(operation, call, name));
      const written = key === undefined ? undefined : unused.get(key);
      if (key !== undefined) unused.delete(key);
      if (call === undefined) continue;
      const of = `operation "${key ?? operation.id}" of API "${api.name}"`;
      operations.set(operation.id, { call, document: await this.#document(written, "operation", of) });
    }
    for (const [name, written] of unused)
      await this.#document(written, "operation", `operation "${name}" of API "${api.name}"`);
    if (unused.size > 0) this.#notes.push(uncalled(api.name, [...unused.values()]));
    const own = this.#folder.products.filter((product) =>
      product.apis.some((name) => name.toLowerCase() === api.name.toLowerCase()),
    );
    return {
      name: api.name,
      path,
      document,
      policy,
      operations,
      products: own.map(({ name, subscriptionRequired }) => ({
        ...{ name, document: products.get(name), isOpen: !subscriptionRequired },
      })),
      served: {
        id: api.name,
        displayName: api.displayName ?? api.name,
        path,
        serviceUrl:
          api.serviceUrl !== undefined && URL.canParse(api.serviceUrl)
            ? api.serviceUrl
            : placeholderUrl(api.name),
        keyNames: api.keyNames ?? azureKeyNames,
        keyIsOptional: !api.subscriptionRequired,
        ...policyOf(policy),
        operations: served.map(
          (operation): GatewayOperation => ({
            ...operation,
            ...policyOf(operations.get(operation.id)?.document),
          }),
        ),
      },
    };
  }

  /** What an API's document, or its files, say of its operations; without either, any path. */
  async #operations(
    api: WrittenApi,
  ): Promise<{ readonly document: ApiDocument; readonly served: readonly ServedOperation[] }> {
    if (api.specification !== undefined) {
      try {
        const { file: source, text } = api.specification;
        const document = await parseDocument(text, { source, security: notLookedAt });
        const { operations } = importOpenApi({
          format: "openapi+json",
          value: document.value,
          conduct: "template",
        });
        return { document, served: operations };
      } catch (error) {
        if (!(error instanceof DocumentError) && !(error instanceof SimulatorError)) throw error;
        const [, problem = ""] = error.message.split("\n");
        this.#notes.push(
          `${api.specification.file} cannot be imported, so that API "${api.name}" is served for any path: ${problem.trim() || error.message}`,
        );
      }
    }
    const written = api.operations.length > 0 ? api.operations : anyPath;
    const calls = written.map(({ name, method, urlTemplate }) => callOf(name, method, urlTemplate));
    return {
      document: documentOf(api.name, calls),
      served: written.map(({ name, ...operation }) => ({
        id: name,
        displayName: name,
        ...operation,
        responses: [],
      })),
    };
  }
}

// Who may call an operation is what the policies say: the document is asked for its paths alone.
const notLookedAt = { scheme: "none", scopes: { any: "others" } } as const;
const azureKeyNames = { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" };

const anyPath = ["GET", "POST"].map((method) => ({
  name: `any-${method.toLowerCase()}`,
  method,
  urlTemplate: "/*",
}));

function uncalled(api: string, unused: readonly WrittenPolicy[]): string {
  const [first, ...others] = unused;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return `Nothing calls ${first?.file}${more}: API "${api}" has no operation of that name here.`;
}

function isNamed({ id, displayName }: ServedOperation, call: Operation | undefined, name: string): boolean {
  const wanted = name.toLowerCase();
  return [id, displayName, call?.operationId].some((one) => one?.toLowerCase() === wanted);
}

function fragmentNamed(fragments: ReadonlyMap<string, WrittenPolicy>, id: string): FragmentText | undefined {
  const name = [...fragments.keys()].find((one) => one.toLowerCase() === id.toLowerCase());
  return name === undefined ? undefined : fragments.get(name);
}

/** A document that does not run stops whatever would run it: to leave it out could let somebody in. */
function policyOf(document: LoadedDocument | undefined): { readonly policy?: CheckedPolicy } {
  if (document === undefined) return {};
  if (document.checked !== undefined) return { policy: document.checked };
  const { scope, of, written } = document;
  const run = (): never => {
    throw new PolicyFailure(
      { source: "policies", reason: "NotRun", message: `${written.file} does not run here.` },
      { statusCode: 501, message: `The document of ${of}, ${written.file}, does not run here.` },
    );
  };
  const sections = { inbound: [{ element: "policies", run }], backend: [], outbound: [], "on-error": [] };
  return { policy: { scope, xml: written.xml, sections, fragments: new Set() } };
}

function pathOf({ path, name }: WrittenApi): string {
  return (path ?? slug(name)).replace(/^\/+|\/+$/g, "");
}

function apiOfItsOwn(policy: WrittenPolicy): WrittenApi {
  const name = policy.file.replace(/\.(?:xml|tmpl|tpl|cshtml)$/i, "");
  return {
    name,
    path: slug(name),
    subscriptionRequired: false,
    policy,
    operationPolicies: new Map(),
    operations: [],
  };
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9./;=_-]+/g, "-")
    .replace(/^[-/]+|[-/]+$/g, "");
}

function placeholderUrl(name: string): string {
  return `https://${
    slug(name)
      .replace(/[^a-z0-9-]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 60) || "backend"
  }.invalid`;
}

/** The owner of each subscription, so that policies find somebody in `context.User`. */
const owner: ServedUser = {
  ...{ id: "local-user", email: "user@local.example", firstName: "Local", lastName: "User", note: null },
  ...{ isBlocked: false, registrationDate: Date.parse("2026-01-01T00:00:00Z") },
  groups: [{ id: "developers", name: "Developers" }],
  identities: [{ provider: "Basic", id: "user@local.example" }],
};

function subscriptionTo(product: string): ServedSubscription {
  const primaryKey = reviewKey(product);
  return {
    id: product === "" ? "local-gateway" : product,
    displayName: product === "" ? "All APIs" : product,
    state: "active",
    owner,
    scope: product === "" ? { kind: "all" } : { kind: "product", product: product.toLowerCase() },
    primaryKey,
    secondaryKey: `${primaryKey}-2`,
    createdDate: "2026-01-01T00:00:00Z",
  };
}

function callOf(name: string, method: string, urlTemplate: string): Operation {
  const path = urlTemplate.replace(/\{[^}]*\}/g, "1").replace(/\*/g, "");
  return {
    operationId: name,
    name,
    method,
    path: urlTemplate,
    tags: [],
    security: { kind: "public" },
    requiredClaims: [],
    expectedStatus: { from: 200, to: 299 },
    successStatus: 200,
    successHasBody: false,
    example: { path: path.startsWith("/") ? path : `/${path}`, headers: {} },
  };
}

function documentOf(title: string, operations: readonly Operation[]): ApiDocument {
  return { title, source: title, content: {}, value: "", scopes: new Map(), operations, findings: [] };
}
