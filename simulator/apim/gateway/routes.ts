import { targetOf } from "../../kernel/request-target.ts";
import type { GatewayApi, GatewayOperation, GatewayProduct, GatewayService } from "../gateway-model.ts";
import { type EffectivePolicies, effectivePolicies } from "./effective-policies.ts";
import { matchedParameters } from "./matched-parameters.ts";
import { readPath } from "./request-path.ts";
import { SubscriptionKeys } from "./subscription-keys.ts";
import { RouteIndex, wildcard } from "./template-index.ts";

/** An operation with what the gateway needs to serve it, worked out once. */
export interface Route {
  readonly api: GatewayApi;
  readonly operation: GatewayOperation;
  /** For a request in the context of no product. */
  readonly policies: EffectivePolicies;
  /** For one in the context of a product that has the API and a document of its own, by the product's id. */
  readonly inProduct: ReadonlyMap<string, EffectivePolicies>;
}

/** What a request's method and path lead to. */
export interface RouteMatch {
  readonly route: Route;
  /** Path and query below the API's own path, as they came. */
  readonly rest: string;
  /** What stands in the place of the parameters of the operation's template, decoded. */
  readonly parameters: () => ReadonlyMap<string, string>;
}

interface ApiRoutes {
  readonly api: GatewayApi;
  /** `/conference` in lower case, or "". */
  readonly prefix: string;
  /** How many segments the prefix has. */
  readonly depth: number;
  readonly templates: readonly TemplateRoute[];
  readonly byMethod: ReadonlyMap<string, RouteIndex<TemplateRoute>>;
}

interface TemplateRoute {
  readonly route: Route;
  /** Path of the template, as paths are compared. */
  readonly path: string;
  readonly pattern: RegExp;
  readonly requiredQuery: readonly RequiredQuery[];
}

/** A query parameter that a template has: `q={q}` for any value, `action=delete` for one. */
interface RequiredQuery {
  readonly name: string;
  /** Absent: any value. */
  readonly value?: string;
}

/** All routes of a service. */
export class Routes {
  readonly #apis: readonly ApiRoutes[];
  /** Policies of the global scope alone, for what matches nothing. */
  readonly global: EffectivePolicies;
  readonly keys: SubscriptionKeys;

  constructor(service: GatewayService) {
    this.keys = new SubscriptionKeys(service);
    this.global = effectivePolicies([{ scope: "global", document: service.policy }]);
    this.#apis = service.apis
      .map((api) => apiRoutes(service, api))
      // The longest path that fits wins.
      .sort((a, b) => b.prefix.length - a.prefix.length);
  }

  /** Finds the operation for a method and a raw request target. Assumed of Azure: paths match in any letter case. */
  match(method: string, target: string): RouteMatch | undefined {
    const { path: written, query } = targetOf(target);
    const path = readPath(written);
    // A fragment has no place in a request: who reads it cuts the query short.
    if (path === undefined || query.includes("#")) return undefined;
    const found = this.#apiAt(path.text);
    const rest = path.text.slice(found?.prefix.length) || "/";
    const fitting = found?.byMethod
      .get(method)
      ?.candidates(rest)
      .find((template) => template.pattern.test(rest) && missingIn(query, template).length === 0);
    if (found === undefined || fitting === undefined) return undefined;
    const segments = path.written.slice(found.depth);
    return {
      route: fitting.route,
      rest: `/${segments.join("/")}${query}`,
      parameters: () => matchedParameters(fitting.route.operation.urlTemplate, { segments, query }),
    };
  }

  /** Why {@link match} finds nothing: the templates that come closest, and what keeps them from fitting. For the log alone. */
  explainMiss(method: string, target: string): string {
    const { path: written, query } = targetOf(target);
    const path = readPath(written)?.text;
    if (path === undefined || query.includes("#")) return "The path could be read in more than one way.";
    const found = this.#apiAt(path);
    if (found === undefined)
      return `No API has this path, but ${listed(this.#apis.map(({ prefix }) => prefix || "/"))}.`;
    const rest = path.slice(found.prefix.length) || "/";
    const fitting = found.templates.filter(({ pattern }) => pattern.test(rest));
    const api = `API "${found.api.id}"`;
    if (fitting.length === 0)
      return `${rest} fits no template of ${api}: ${listed(closest(found.templates, rest))}.`;
    const ofMethod = fitting.filter(({ route }) => route.operation.method === method);
    if (ofMethod.length === 0)
      return `${api} has this path for another method: ${listed(fitting.map(nameOf))}.`;
    const missing = ofMethod.map(
      (template) => `${listed(missingIn(query, template))} of ${nameOf(template)}`,
    );
    return `${api} requires a query parameter: ${listed(missing)}.`;
  }

  #apiAt(path: string): ApiRoutes | undefined {
    return this.#apis.find(({ prefix }) => prefix === "" || path === prefix || path.startsWith(`${prefix}/`));
  }
}

function nameOf({ route: { operation } }: TemplateRoute): string {
  return `${operation.method} ${operation.urlTemplate}`;
}

/** Up to three, and how many more there are. */
function listed(names: readonly string[]): string {
  const rest = names.length - 3;
  return names.slice(0, 3).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** Names of the templates, those first that fit the most segments from the left. */
function closest(templates: readonly TemplateRoute[], path: string): readonly string[] {
  const segments = path.split("/");
  const fits = ({ route }: TemplateRoute) => {
    const own = (route.operation.urlTemplate.split("?")[0] ?? "").toLowerCase().split("/");
    const wrong = own.findIndex((segment, at) => segment !== segments[at] && !/[{*]/.test(segment));
    return wrong < 0 ? own.length : wrong;
  };
  return templates.toSorted((a, b) => fits(b) - fits(a)).map(nameOf);
}

/** The query parameters that the template requires and the request lacks. */
function missingIn(query: string, { requiredQuery }: TemplateRoute): readonly string[] {
  if (requiredQuery.length === 0) return [];
  const parameters = new URLSearchParams(query);
  return requiredQuery
    .filter(({ name, value }) => !parameters.has(name, value))
    .map(({ name, value }) => (value === undefined ? name : `${name}=${value}`));
}

function requiredQueryOf(query: string): readonly RequiredQuery[] {
  return [...new URLSearchParams(query)].map(([name, value]) =>
    /^\{.*\}$/.test(value) ? { name } : { name, value },
  );
}

function apiRoutes(service: GatewayService, api: GatewayApi): ApiRoutes {
  const products = (service.products ?? []).filter(
    (product) => product.policy !== undefined && product.apis.has(api.id.toLowerCase()),
  );
  const templates = api.operations.map((operation): TemplateRoute => {
    const [path = "/", query = ""] = operation.urlTemplate.split("?");
    const policiesOf = (product?: GatewayProduct) =>
      effectivePolicies([
        { scope: "global", document: service.policy },
        { scope: "product", document: product?.policy },
        { scope: "api", document: api.policy },
        { scope: "operation", document: operation.policy },
      ]);
    const inProduct = new Map(products.map((product) => [product.id, policiesOf(product)]));
    const compared = literal(path);
    return {
      route: { api, operation, policies: policiesOf(), inProduct },
      path: compared,
      pattern: templatePattern(compared),
      requiredQuery: requiredQueryOf(query),
    };
  });
  const ordered = templates.toSorted(moreSpecificFirst);
  const methods = Map.groupBy(ordered, ({ route }) => route.operation.method);
  return {
    api,
    prefix: api.path === "" ? "" : literal(`/${api.path}`),
    depth: api.path === "" ? 0 : api.path.split("/").length,
    templates: [...methods.values()].flat(),
    byMethod: new Map(
      [...methods].map(([method, ofMethod]) => [method, new RouteIndex(ofMethod, ({ path }) => path)]),
    ),
  };
}

/**
 * Literal segments win over parameters, `/session/new` before `/session/{id}`; these over wildcards, the longest first; and what asks
 * for more of the query over what asks for less.
 */
function moreSpecificFirst(one: TemplateRoute, other: TemplateRoute): number {
  return (
    wildcardRank(one) - wildcardRank(other) ||
    parameterCount(one) - parameterCount(other) ||
    other.requiredQuery.length - one.requiredQuery.length
  );
}

/** 0 without a wildcard, else the smaller the more there is before it. */
function wildcardRank({ path }: TemplateRoute): number {
  return wildcard.test(path) ? 1 / path.split("/").length : 0;
}

function parameterCount({ path }: TemplateRoute): number {
  return path.split("{").length;
}

/**
 * Assumed of Azure: a wildcard fits every rest of a path, an empty one as well, and not the path without its slash.
 *
 * @see https://learn.microsoft.com/azure/api-management/add-api-manually#add-and-test-a-wildcard-operation
 */
function templatePattern(path: string): RegExp {
  const isOpen = wildcard.test(path);
  const escaped = path
    .replace(wildcard, "/")
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replace(/\{[^}]*\}/g, "[^/]+");
  return new RegExp(`^${escaped}${isOpen ? ".*" : ""}$`, "s");
}

/** As paths are compared: a template may be written with escapes or without. */
function literal(path: string): string {
  try {
    return decodeURIComponent(path).toLowerCase();
  } catch {
    // A percent sign that begins no escape stands for itself.
    return path.toLowerCase();
  }
}
