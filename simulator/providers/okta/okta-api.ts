import { STATUS_CODES } from "node:http";

/** Where an Okta org is, and how its management API is called. */
export interface OktaClientOptions {
  /** `http://127.0.0.1:8402` */
  readonly origin: string;
  /** An API token of the org; each request carries it as `Authorization: SSWS TOKEN`. */
  readonly token: string;
}

/** Okta's management API refused a request. The message is Okta's `errorSummary` with its causes. */
export class OktaApiError extends Error {
  override readonly name = "OktaApiError";
  /** The HTTP status. */
  readonly status: number;
  /** `E0000007`; empty when the answer was no error of Okta's. */
  readonly errorCode: string;

  constructor(status: number, { errorCode = "", errorSummary = "", errorCauses = [] }: ErrorBody) {
    const causes = errorCauses.map((cause) => `errorSummary: ${cause.errorSummary ?? ""}`);
    super(causes.length === 0 ? errorSummary : `${errorSummary}. Causes: ${causes.join(", ")}`);
    this.status = status;
    this.errorCode = errorCode;
  }

  /** `404 Not Found` */
  get statusLine(): string {
    return `${this.status} ${STATUS_CODES[this.status] ?? ""}`.trimEnd();
  }
}

/** @see https://developer.okta.com/docs/reference/error-codes/ */
interface ErrorBody {
  readonly errorCode?: string;
  readonly errorSummary?: string;
  readonly errorCauses?: readonly { readonly errorSummary?: string }[];
}

type Query = Readonly<Record<string, string | undefined>>;

/** Calls Okta's management API over HTTP. It does not retry. */
export class OktaApi {
  readonly #origin: string;
  readonly #token: string;

  constructor({ origin, token }: OktaClientOptions) {
    this.#origin = origin;
    this.#token = token;
  }

  /** @throws {OktaApiError} when Okta refuses. The body is taken to have Okta's documented shape. */
  async get<Body>(path: string, query: Query = {}): Promise<Body> {
    const response = await this.#send("GET", this.#url(path, query));
    return (await response.json()) as Body;
  }

  /** The items of all pages. @throws {OktaApiError} when Okta refuses. */
  async list<Item>(path: string, query: Query = {}): Promise<readonly Item[]> {
    const items: Item[] = [];
    let next: URL | undefined = this.#url(path, query);
    while (next !== undefined) {
      const response: Response = await this.#send("GET", next);
      items.push(...((await response.json()) as Item[]));
      next = nextPage(response.headers.get("link") ?? "");
    }
    return items;
  }

  /** @throws {OktaApiError} when Okta refuses. An answer without a body gives `undefined`. */
  async post<Body>(path: string, body?: object, query: Query = {}): Promise<Body> {
    return this.#write<Body>("POST", this.#url(path, query), body);
  }

  /** @throws {OktaApiError} when Okta refuses. An answer without a body gives `undefined`. */
  async put<Body>(path: string, body?: object): Promise<Body> {
    return this.#write<Body>("PUT", this.#url(path, {}), body);
  }

  /** @throws {OktaApiError} when Okta refuses. */
  async delete(path: string): Promise<void> {
    await this.#write("DELETE", this.#url(path, {}), undefined);
  }

  #url(path: string, query: Query): URL {
    const url = new URL(path, this.#origin);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, value);
    return url;
  }

  async #write<Body>(method: string, url: URL, body: object | undefined): Promise<Body> {
    const text = await (await this.#send(method, url, body)).text();
    return (text === "" ? undefined : JSON.parse(text)) as Body;
  }

  async #send(method: string, url: URL, body?: object): Promise<Response> {
    const response = await fetch(url, {
      method,
      redirect: "error",
      headers: {
        accept: "application/json",
        authorization: `SSWS ${this.#token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok) return response;
    throw new OktaApiError(response.status, parseError(await response.text()));
  }
}

function parseError(text: string): ErrorBody {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? body : {};
  } catch {
    // Not Okta's JSON: the status alone tells what happened.
    return {};
  }
}

/** The address with `rel="next"` of a `Link` header. @see https://developer.okta.com/docs/api/#link-header */
function nextPage(link: string): URL | undefined {
  const next = /<(?<address>[^>]*)>\s*;\s*rel="next"/.exec(link)?.groups?.address;
  return next === undefined ? undefined : new URL(next);
}
