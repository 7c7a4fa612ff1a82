import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { decodeExpressions } from "../../expressions/raw-xml.ts";
import { SimulatorError } from "../kernel/error.ts";
import { readBody } from "../kernel/request-body.ts";
import { targetOf } from "../kernel/request-target.ts";
import { assertApiVersion } from "./api-versions.ts";
import { type ArmAddress, readAddress, scopeOf } from "./arm-address.ts";
import type { ArmAnswer } from "./arm-answer.ts";
import { ArmError, errorBody, notSimulated, statusOf } from "./arm-error.ts";
import type { ArmObject, ArmResource, DeletedService } from "./arm-store.ts";
import { nameOf, purgeTime } from "./arm-store.ts";
import type { ArmType } from "./arm-type.ts";
import { armTypes } from "./arm-types.ts";
import { type AsyncOperation, AsyncOperations } from "./async-operations.ts";
import { apiVersion } from "./constraints.ts";
import { bearerRefusal } from "./login/bearer-token.ts";
import type { Login } from "./login/login.ts";
import { notFound, serviceIdOf, subscriptionId } from "./resource-ids.ts";
import type { Conditions, ResourceChange, ResourceManager } from "./resource-manager.ts";

/** What Azure Resource Manager is served with. */
export interface ArmOptions {
  readonly manager: ResourceManager;
  /** Its own origin, which `Location` and `nextLink` begin with. */
  readonly origin: string;
  /** Answers what is no resource, and looks at bearer tokens. */
  readonly login: Login;
  /** Receives one line for each failure of the local cloud itself. */
  readonly log: (line: string) => void;
}

const policyModels: readonly string[] = ["PolicyContract", "PolicyFragmentContract"];

interface ArmRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly conditions: Conditions;
  readonly body: () => Promise<ArmObject>;
}

// https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling : 4 MB.
const maxBytes = 4 * 1024 * 1024;

/** Serves Azure Resource Manager. */
export function createArm(options: ArmOptions): RequestListener {
  const endpoints = new ArmEndpoints(options);
  return (request, response) => {
    void endpoints
      .answer(request)
      .catch((error: unknown): ArmAnswer => {
        if (error instanceof SimulatorError) return { status: statusOf(error), body: errorBody(error) };
        options.log(
          `Azure Resource Manager failed: ${error instanceof Error ? error.message : "unknown error"}`,
        );
        const body = {
          error: { code: "InternalServerError", message: "The local cloud failed. See its log." },
        };
        return { status: 500, body };
      })
      .then((answer) => send(request, response, answer));
  };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: ArmAnswer,
): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, {
    "cache-control": "no-cache",
    pragma: "no-cache",
    "x-ms-request-id": randomUUID(),
    "x-ms-correlation-request-id": String(request.headers["x-ms-correlation-request-id"] ?? randomUUID()),
    ...(request.headers["x-ms-return-client-request-id"] === "true"
      ? { "x-ms-client-request-id": String(request.headers["x-ms-client-request-id"]) }
      : {}),
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    ...(text === "" ? {} : { "content-type": "application/json; charset=utf-8" }),
    ...(status === 204 ? {} : { "content-length": Buffer.byteLength(text) }),
    ...headers,
  });
  response.end(request.method === "HEAD" ? undefined : text);
}

class ArmEndpoints {
  readonly #options: ArmOptions;
  readonly #operations: AsyncOperations;

  constructor(options: ArmOptions) {
    this.#options = options;
    this.#operations = new AsyncOperations(options.manager.store.clock);
  }

  async answer(request: IncomingMessage): Promise<ArmAnswer> {
    const target = targetOf(request.url);
    const path = decodedPath(target.path);
    const unprotected = await this.#options.login.answer(request, path);
    if (unprotected !== undefined) return unprotected;
    const refusal = await bearerRefusal(request.headers.authorization, this.#options.login.checkToken);
    if (refusal !== undefined) return refusal;
    const query = new URLSearchParams(target.query);
    const { namespace, type } = scopeOf(path);
    assertApiVersion(query.get("api-version"), namespace, type);
    const { method = "GET", headers } = request;
    const conditions = { ifMatch: headers["if-match"], ifNoneMatch: headers["if-none-match"] };
    const body = () => readJson(request);
    const address = readAddress(this.#options.manager.types, path);
    return this.#dispatch(address, { method, path, query, conditions, body });
  }

  #dispatch(address: ArmAddress, request: ArmRequest): ArmAnswer | Promise<ArmAnswer> {
    const { method } = request;
    switch (address.kind) {
      case "resource":
        return this.#resource(address.type, address.id, request);
      case "collection":
        if (method === "GET") return this.#list(address.type, address.parentId, request);
        throw methodNotAllowed(method);
      case "action":
        if (method === "POST") return this.#action(address);
        throw methodNotAllowed(method);
      case "operation":
        return this.#operation(address.operationId, request);
      case "deleted":
        return this.#deleted(address.name, request);
      case "subscription":
        if (method === "GET") return { status: 200, body: subscriptionBody };
        throw methodNotAllowed(method);
    }
  }

  #resource(type: ArmType, id: string, request: ArmRequest): ArmAnswer | Promise<ArmAnswer> {
    if (type.isListOnly === true) throw methodNotAllowed(request.method);
    switch (request.method) {
      case "GET":
      case "HEAD":
        return this.#get(type, id, request);
      case "PUT":
        return this.#put(type, id, request);
      case "PATCH":
        if (type.canPatch !== false) return this.#put(type, id, request);
        throw methodNotAllowed("PATCH");
      case "DELETE":
        return this.#delete(type, id, request);
      default:
        throw methodNotAllowed(request.method);
    }
  }

  #get(type: ArmType, id: string, { method, query }: ArmRequest): ArmAnswer {
    const resource = this.#options.manager.find(type, id);
    const asyncId = query.get("asyncId");
    if (asyncId !== null && this.#operations.get(asyncId) !== undefined) return this.#location(asyncId);
    const isBare = type.isLink === true || type.type === armTypes.resourceGroup;
    if (isBare && method === "HEAD") return { status: resource === undefined ? 404 : 204 };
    if (type.isLink === true) throw methodNotAllowed(method);
    if (resource === undefined) throw notFound(id);
    const body = this.#view(type, resource, query.get("format"));
    return { status: 200, headers: this.#etag(type, resource), body };
  }

  #view(type: ArmType, resource: ArmResource, format: string | null): ArmObject {
    const body = this.#options.manager.view(type, resource);
    if (format !== "rawxml" || !policyModels.includes(type.model ?? "")) return body;
    const { value, ...properties } = body.properties as ArmObject;
    // https://learn.microsoft.com/rest/api/apimanagement/policy/get#policyexportformat
    return { ...body, properties: { ...properties, format, value: decodeExpressions(String(value)) } };
  }

  /** What lies in an instance has an entity tag. */
  #etag(type: ArmType, resource: ArmResource): Readonly<Record<string, string>> {
    const isInside = type.type.startsWith(`${armTypes.service}/`);
    return isInside ? { etag: this.#options.manager.etag(resource) } : {};
  }

  async #put(type: ArmType, id: string, { method, conditions, body }: ArmRequest): Promise<ArmAnswer> {
    const { manager } = this.#options;
    const given = type.model === undefined && type.required === undefined ? {} : await body();
    const change =
      method === "PATCH"
        ? await manager.patch(type, id, given, conditions)
        : await manager.put(type, id, given, conditions);
    const status = change.isNew ? 201 : 200;
    const headers = this.#etag(type, change.resource);
    if (!isLongRunning(type, method)) {
      await change.done;
      return { status, headers, body: manager.view(type, change.resource) };
    }
    const operation = this.#operations.begin(type, change.resource.id, {
      finalStatus: status,
      done: change.done,
    });
    const view = manager.view(type, change.resource);
    const properties = { ...(view.properties as ArmObject), provisioningState: type.busyState };
    return {
      status,
      headers: { ...headers, ...this.#pollingHeaders(operation) },
      body: { ...view, properties },
    };
  }

  async #delete(type: ArmType, id: string, { conditions, query }: ArmRequest): Promise<ArmAnswer> {
    const change = await this.#options.manager.delete(type, id, { ...conditions, query });
    if (change === undefined) {
      if (type.type === armTypes.resourceGroup) throw notFound(id);
      return { status: 204 };
    }
    if (!isLongRunning(type, "DELETE")) {
      await change.done;
      return { status: 200 };
    }
    return this.#accepted(type, change);
  }

  #accepted(type: ArmType, { resource, done }: ResourceChange): ArmAnswer {
    const operation = this.#operations.begin(type, resource.id, { finalStatus: 204, done });
    return { status: 202, headers: this.#pollingHeaders(operation) };
  }

  /** Where a client asks how far an operation is, by Azure's paths for each type. */
  #pollingHeaders({ type, id, operationId, finalStatus }: AsyncOperation): Readonly<Record<string, string>> {
    const origin = this.#options.origin;
    const at = (path: string, more = "") =>
      `${origin}${encodedPath(path)}?api-version=${versionFor(type)}${more}`;
    const retry = { "retry-after": "0" };
    switch (type.type) {
      case armTypes.resourceGroup:
        return { location: at(`/subscriptions/${subscriptionId}/operationresults/${operationId}`), ...retry };
      case armTypes.deployment:
        return { "azure-asyncoperation": at(`${id}/operationStatuses/${operationId}`), ...retry };
      case armTypes.service: {
        const path = `${id}/operationresults/${operationId}`;
        return { location: at(path, "&asyncResponse"), "azure-asyncoperation": at(path), ...retry };
      }
      default:
        return {
          location: at(id, `&asyncId=${operationId}&asyncCode=${finalStatus}`),
          "azure-asyncoperation": at(`${serviceIdOf(id)}/tenant/operationResults/${operationId}`),
          ...retry,
        };
    }
  }

  /** @see https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations */
  #operation(operationId: string, { method, path, query }: ArmRequest): ArmAnswer {
    if (method !== "GET") throw methodNotAllowed(method);
    const operation = this.#operations.get(operationId);
    if (operation === undefined)
      throw new ArmError(404, "OperationNotFound", `The operation '${operationId}' was not found.`);
    const isLocation = query.has("asyncResponse") || operation.type.type === armTypes.resourceGroup;
    if (isLocation) return this.#location(operationId);
    const { startTime, endTime } = operation;
    const status = endTime === undefined ? "InProgress" : "Succeeded";
    const times = endTime === undefined ? { startTime } : { startTime, endTime };
    const headers = { "retry-after": "0" };
    return { status: 200, headers, body: { id: path, name: operationId, status, ...times } };
  }

  /** 202 while an operation goes on, then what the first answer would have been. */
  #location(operationId: string): ArmAnswer {
    const operation = this.#operations.get(operationId);
    if (operation === undefined)
      throw new ArmError(404, "OperationNotFound", `The operation '${operationId}' was not found.`);
    const { type, id, finalStatus, endTime } = operation;
    if (endTime === undefined) return { status: 202, headers: this.#pollingHeaders(operation) };
    const resource = this.#options.manager.find(type, id);
    if (finalStatus === 204 || resource === undefined)
      return { status: type.type === armTypes.resourceGroup ? 200 : 204 };
    return { status: finalStatus, body: this.#options.manager.view(type, resource) };
  }

  async #action({ type, id, action }: Extract<ArmAddress, { kind: "action" }>): Promise<ArmAnswer> {
    const { manager } = this.#options;
    const resource = manager.find(type, id);
    if (resource === undefined) throw notFound(id);
    const body = await manager.act(type, resource, action);
    const headers = this.#etag(type, resource);
    return body === undefined ? { status: 204, headers } : { status: 200, headers, body };
  }

  #list(type: ArmType, parentId: string | undefined, { path, query }: ArmRequest): ArmAnswer {
    const { manager } = this.#options;
    if (query.has("$filter")) throw notSimulated("$filter of a list", "Read the whole list.");
    if (parentId !== undefined && !this.#isThere(parentId)) throw notFound(parentId);
    const all = manager.list(type, parentId);
    const skip = pageNumber(query, "$skip", 0);
    const top = pageNumber(query, "$top", Number.POSITIVE_INFINITY);
    const page = all.slice(skip, skip + top).map((one) => manager.view(type, one));
    const isInside = type.type.startsWith(`${armTypes.service}/`);
    return {
      status: 200,
      body: {
        value: page,
        ...(isInside ? { count: all.length } : {}),
        ...(skip + top < all.length
          ? { nextLink: `${this.#options.origin}${encodedPath(path)}?${nextQuery(query, skip + top)}` }
          : {}),
      },
    };
  }

  #isThere(id: string): boolean {
    const { manager } = this.#options;
    if (manager.store.get(id) !== undefined) return true;
    const operations = manager.types.get(armTypes.apiOperation.toLowerCase());
    return operations !== undefined && manager.find(operations, id) !== undefined;
  }

  /** @see https://learn.microsoft.com/rest/api/apimanagement/deleted-services */
  async #deleted(name: string | undefined, { method }: ArmRequest): Promise<ArmAnswer> {
    const { manager } = this.#options;
    if (name === undefined) {
      if (method !== "GET") throw methodNotAllowed(method);
      return { status: 200, body: { value: manager.store.softDeleted().map(viewDeleted) } };
    }
    const deleted = manager.store.softDeletedAt(name);
    if (deleted === undefined && method === "DELETE") return { status: 204 };
    if (deleted === undefined)
      throw new ArmError(404, "ServiceNotFound", `Api service does not exist: ${name}`);
    if (method === "GET") return { status: 200, body: viewDeleted(deleted) };
    if (method !== "DELETE") throw methodNotAllowed(method);
    await manager.purge(name);
    return { status: 200 };
  }
}

const subscriptionBody = {
  id: `/subscriptions/${subscriptionId}`,
  subscriptionId,
  displayName: "Local cloud",
  state: "Enabled",
};

function isLongRunning({ type, busyState }: ArmType, method: string): boolean {
  if (type === armTypes.resourceGroup || type === armTypes.user) return method === "DELETE";
  const alsoDeletes: readonly string[] = [armTypes.service, armTypes.deployment];
  return busyState !== undefined && (method !== "DELETE" || alsoDeletes.includes(type));
}

function versionFor({ type }: ArmType): string {
  return type.startsWith("Microsoft.Resources/") ? "2024-03-01" : apiVersion;
}

function viewDeleted(deleted: DeletedService): object {
  const { id, location, deletionDate } = deleted;
  const name = nameOf(deleted);
  const region = location.toLowerCase().replaceAll(" ", "");
  const scheduledPurgeDate = new Date(purgeTime(deleted)).toISOString();
  return {
    id: `/subscriptions/${subscriptionId}/providers/Microsoft.ApiManagement/locations/${region}/deletedservices/${name}`,
    name,
    type: "Microsoft.ApiManagement/deletedservices",
    location,
    properties: { serviceId: id, scheduledPurgeDate, deletionDate },
  };
}

function pageNumber(query: URLSearchParams, name: string, absent: number): number {
  const text = query.get(name);
  if (text === null) return absent;
  const number = Number(text);
  if (Number.isInteger(number) && number >= (name === "$top" ? 1 : 0)) return number;
  throw new ArmError(
    400,
    "ValidationError",
    `The query parameter '${name}' has the invalid value '${text}'.`,
  );
}

function nextQuery(query: URLSearchParams, skip: number): string {
  const next = new URLSearchParams(query);
  next.set("$skip", String(skip));
  return next.toString();
}

function methodNotAllowed(method: string): ArmError {
  return new ArmError(
    405,
    "MethodNotAllowed",
    `The requested resource does not support http method '${method}'.`,
  );
}

async function readJson(request: IncomingMessage): Promise<ArmObject> {
  const type = request.headers["content-type"] ?? "";
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) {
    throw new ArmError(
      415,
      "UnsupportedMediaType",
      `The content media type '${type || "<null>"}' is not supported. Only 'application/json' is supported.`,
    );
  }
  const text = await readBody(request, maxBytes);
  if (text === undefined)
    throw new ArmError(413, "RequestContentTooLarge", "The request content is larger than 4 MB.");
  const body = parsedJson(text);
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as ArmObject;
  throw new ArmError(
    400,
    "InvalidRequestContent",
    "The request content was invalid and could not be deserialized: it is not a JSON object.",
  );
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Told by the caller like any other text that is no object; the parser's message could quote a secret.
    return undefined;
  }
}

/** A header holds Latin letters alone, and no line breaks; a name may have others. */
function encodedPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path).replace(/\/+$/, "");
  } catch {
    // A malformed escape names nothing that there is.
    return path;
  }
}
