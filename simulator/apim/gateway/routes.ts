import { targetOf } from "../../request-target.ts";
import type { GatewayApi, GatewayOperation, GatewayService } from "../gateway-model.ts";
import { type EffectivePolicies, effectivePolicies } from "./effective-policies.ts";
import { readPath } from "./request-path.ts";

/** An operation with what the gateway needs to serve it, worked out once. */
export interface Route {
  readonly api: GatewayApi;
  readonly operation: GatewayOperation;
  readonly policies: EffectivePolicies;
}

/** What a request's method and path lead to. */
export interface RouteMatch {
  readonly route: Route;
  /** Path and query below the API's own path, as they came. */
  readonly rest: string;
}

interface ApiRoutes {
  readonly api: GatewayApi;
  /** `/conference` in lower case, or "". */
  readonly prefix: string;
  /** How many segments the prefix has. */
  readonly depth: number;
  readonly byMethod: ReadonlyMap<string, readonly TemplateRoute[]>;
}

interface TemplateRoute {
  readonly route: Route;
  readonly pattern: RegExp;
  readonly requiredQuery: readonly string[];
}

/** All routes of a service. */
export class Routes {
  readonly #apis: readonly ApiRoutes[];
  /** Policies of the global scope alone, for what matches nothing. */
  readonly global: EffectivePolicies;

  constructor(service: GatewayService) {
    this.global = effectivePolicies([{ name: "global", document: service.policy }]);
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
    const found = this.#apis.find(
      ({ prefix }) => prefix === "" || path.text === prefix || path.text.startsWith(`${prefix}/`),
    );
    const rest = path.text.slice(found?.prefix.length) || "/";
    const fitting = found?.byMethod
      .get(method)
      ?.find(({ pattern, requiredQuery }) => pattern.test(rest) && hasAll(query, requiredQuery));
    if (found === undefined || fitting === undefined) return undefined;
    return { route: fitting.route, rest: `/${path.written.slice(found.depth).join("/")}${query}` };
  }
}

function hasAll(query: string, names: readonly string[]): boolean {
  if (names.length === 0) return true;
  const parameters = new URLSearchParams(query);
  return names.every((name) => parameters.has(name));
}

function apiRoutes(service: GatewayService, api: GatewayApi): ApiRoutes {
  const templates = api.operations.map((operation): TemplateRoute => {
    const [path = "/", query = ""] = operation.urlTemplate.split("?");
    const policies = effectivePolicies([
      { name: "global", document: service.policy },
      { name: `API "${api.id}"`, document: api.policy },
      { name: `operation "${operation.id}" of API "${api.id}"`, document: operation.policy },
    ]);
    const requiredQuery = [...query.matchAll(/(?:^|&)([^=&]+)=/g)].map(([, name]) =>
      decodeURIComponent(name ?? ""),
    );
    return { route: { api, operation, policies }, pattern: templatePattern(path), requiredQuery };
  });
  // Literal segments win over parameters: "/session/new" before "/session/{id}".
  const ordered = templates.toSorted((a, b) => parameterCount(a) - parameterCount(b));
  return {
    api,
    prefix: api.path === "" ? "" : literal(`/${api.path}`),
    depth: api.path === "" ? 0 : api.path.split("/").length,
    byMethod: Map.groupBy(ordered, ({ route }) => route.operation.method),
  };
}

function parameterCount({ route }: TemplateRoute): number {
  return route.operation.urlTemplate.split("?")[0]?.split("{").length ?? 0;
}

function templatePattern(path: string): RegExp {
  const escaped = literal(path)
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replace(/\{[^}]*\}/g, "[^/]+");
  return new RegExp(`^${escaped}$`);
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
