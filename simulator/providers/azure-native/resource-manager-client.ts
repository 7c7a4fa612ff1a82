import { setTimeout } from "node:timers/promises";
import { SimulatorError } from "../../kernel/error.ts";
import type { Properties } from "../resource.ts";
import type { BearerTokenSource } from "./azure-login.ts";
import { AzureResponseError } from "./azure-response-error.ts";
import { isObject } from "./azure-shape.ts";
import type { HttpsRequest, HttpsResponse, HttpsSender } from "./https-request.ts";

/** One address of Azure Resource Manager. */
export interface ResourcePlace {
  /** `/subscriptions/…`, percent-encoded. */
  readonly path: string;
  readonly apiVersion: string;
  /** Further parameters of the query. */
  readonly query?: Properties;
}

/** How {@link ResourceManagerClient} reaches Azure. */
export interface ResourceManagerClientOptions {
  /** `https://management.azure.com`, or the local one. */
  readonly origin: string;
  readonly send: HttpsSender;
  readonly token: BearerTokenSource;
  /** Waits between two tries and two looks at an operation. @defaultValue a timer */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** Waits before the second, third and fourth try, where Azure does not say how long. */
const retryMilliseconds: readonly number[] = [200, 600, 1200];
const pollMilliseconds = 10_000;
const retried: readonly number[] = [408, 429, 500, 502, 503, 504];

/**
 * Azure Resource Manager as azure-native calls it: with the retries of Azure's SDK and one of its own, and until a long-running
 * operation has ended.
 *
 * Differs from Azure: azure-native waits 20, 60 and 120 seconds before it tries again, also without an answer; here it is about a second, after an answer alone.
 *
 * @see https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/azure/client_azcore.go
 */
export class ResourceManagerClient {
  readonly #options: ResourceManagerClientOptions;

  constructor(options: ResourceManagerClientOptions) {
    this.#options = options;
  }

  /** @throws {AzureResponseError} when Azure refuses, as for a resource that is not there. */
  async get(place: ResourcePlace): Promise<Properties> {
    const response = await this.#send("GET", this.#url(place));
    if (response.status !== 200) throw new AzureResponseError(response.status, response.body);
    return bodyOf(response);
  }

  /** @returns `undefined` for a resource that is not there. @throws {AzureResponseError} for any other refusal. */
  async find(place: ResourcePlace): Promise<Properties | undefined> {
    try {
      return await this.get(place);
    } catch (error) {
      if (error instanceof AzureResponseError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Whether a resource is there that has no GET. @throws {AzureResponseError} when Azure refuses. */
  async isThere(place: ResourcePlace): Promise<boolean> {
    const { status, body } = await this.#send("HEAD", this.#url(place));
    if (status === 404) return false;
    if (status !== 200 && status !== 204) throw new AzureResponseError(status, body);
    return true;
  }

  /** @throws {AzureResponseError} what Azure answers when it refuses, at once or at the end of the operation. */
  async put(place: ResourcePlace, body: Properties, isLongRunning: boolean): Promise<Properties> {
    const url = this.#url(place);
    const response = await this.#send("PUT", url, body);
    if (![200, 201, 202].includes(response.status))
      throw new AzureResponseError(response.status, response.body);
    if (!isLongRunning && response.status !== 202) return bodyOf(response);
    return bodyOf(await this.#whenDone(response, { url, isPut: true }));
  }

  /** What is gone already counts as deleted. @throws {AzureResponseError} */
  async delete(place: ResourcePlace, isLongRunning: boolean): Promise<void> {
    const url = this.#url(place);
    try {
      const response = await this.#send("DELETE", url);
      if (![200, 202, 204].includes(response.status))
        throw new AzureResponseError(response.status, response.body);
      if (isLongRunning) await this.#whenDone(response, { url, isPut: false });
    } catch (error) {
      if (!(error instanceof AzureResponseError) || error.status !== 404) throw error;
    }
  }

  /** @throws {AzureResponseError} */
  async post(place: ResourcePlace): Promise<Properties> {
    const response = await this.#send("POST", this.#url(place), {});
    if (response.status !== 200 && response.status !== 201)
      throw new AzureResponseError(response.status, response.body);
    return bodyOf(response);
  }

  #url({ path, apiVersion, query = {} }: ResourcePlace): string {
    const url = new URL(path, this.#options.origin);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    url.searchParams.set("api-version", apiVersion);
    return url.href;
  }

  async #send(method: string, url: string, body?: Properties): Promise<HttpsResponse> {
    const { send, token, wait = setTimeout } = this.#options;
    const headers = { accept: "application/json", authorization: `Bearer ${await token()}` };
    const request: HttpsRequest =
      body === undefined
        ? { method, url, headers }
        : {
            ...{ method, url, body: JSON.stringify(body) },
            headers: { ...headers, "content-type": "application/json; charset=utf-8" },
          };
    for (const milliseconds of retryMilliseconds) {
      const response = await send(request);
      if (!isTriedAgain(response)) return response;
      await wait(retryAfter(response) ?? milliseconds);
    }
    return send(request);
  }

  /** Follows an operation as Azure's SDK does: `Azure-AsyncOperation`, else `Location`, else the resource's own state. */
  async #whenDone(
    first: HttpsResponse,
    { url, isPut }: { url: string; isPut: boolean },
  ): Promise<HttpsResponse> {
    const operation = first.headers["azure-asyncoperation"];
    if (typeof operation === "string") {
      await this.#poll(operation, first, (response) => {
        const { status, error } = bodyOf(response);
        if (status !== undefined && isTerminal(status) && status !== "Succeeded")
          throw new AzureResponseError(
            response.status,
            JSON.stringify(error ?? { code: status, message: status }),
          );
        return status === "Succeeded";
      });
      return isPut ? this.#send("GET", url) : first;
    }
    const { location } = first.headers;
    if (location !== undefined) return this.#poll(location, first, ({ status }) => status !== 202);
    const isMade = (response: HttpsResponse) => isTerminal(stateOf(bodyOf(response)) ?? "Succeeded");
    return isPut && !isMade(first) ? this.#poll(url, first, isMade) : first;
  }

  async #poll(
    place: string,
    first: HttpsResponse,
    isDone: (response: HttpsResponse) => boolean,
  ): Promise<HttpsResponse> {
    const { wait = setTimeout, origin } = this.#options;
    let response = first;
    for (;;) {
      await wait(retryAfter(response) ?? pollMilliseconds);
      response = await this.#send("GET", new URL(place, origin).href);
      if (response.status >= 400) throw new AzureResponseError(response.status, response.body);
      if (isDone(response)) return response;
    }
  }
}

function isTriedAgain({ status, body }: HttpsResponse): boolean {
  if (retried.includes(status)) return true;
  return status === 409 && new AzureResponseError(status, body).code === "AnotherOperationInProgress";
}

function retryAfter({ headers }: HttpsResponse): number | undefined {
  const seconds = Number(headers["retry-after"] ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

function isTerminal(state: unknown): boolean {
  return ["succeeded", "failed", "canceled", "cancelled"].includes(String(state).toLowerCase());
}

function stateOf({ properties }: Properties): unknown {
  return isObject(properties) ? properties.provisioningState : undefined;
}

function bodyOf({ status, body }: HttpsResponse): Properties {
  if (body === "") return {};
  try {
    const parsed: unknown = JSON.parse(body);
    if (isObject(parsed)) return parsed;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new SimulatorError(
    "UnexpectedResponse",
    `unexpected response from Azure: '${body}', HTTP status: ${status}`,
  );
}
