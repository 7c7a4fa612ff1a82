import { z } from "zod";
import { whyNoAnswer } from "./no-answer.ts";
import { TokenRequestError } from "./okta-client.ts";

/** How Okta's management API is reached. */
export interface OktaAccess {
  /** `https://example.okta.com`. */
  readonly origin: string;
  /** An API token that may read; it is sent to that origin alone. */
  readonly apiToken: string;
}

const included = z.object({ include: z.array(z.string()).default([]) }).default({ include: [] });
const chosen = z
  .object({ include: z.array(z.string()).default([]), exclude: z.array(z.string()).default([]) })
  .default({ include: [], exclude: [] });
const people = z.object({ users: chosen, groups: chosen });

const ruleShape = z.object({
  name: z.string(),
  status: z.string(),
  priority: z.number(),
  conditions: z.object({
    grantTypes: included,
    scopes: included,
    people: people.default({
      users: { include: [], exclude: [] },
      groups: { include: [], exclude: [] },
    }),
  }),
  actions: z.object({ token: z.object({ accessTokenLifetimeMinutes: z.number() }) }),
});

const policyShape = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  priority: z.number(),
  conditions: z.object({ clients: included }),
});

const appShape = z.object({
  id: z.string(),
  label: z.string(),
  status: z.string(),
  credentials: z.object({ oauthClient: z.object({ token_endpoint_auth_method: z.string() }) }),
  settings: z.object({
    oauthClient: z.object({
      grant_types: z.array(z.string()).default([]),
      redirect_uris: z.array(z.string()).default([]),
    }),
  }),
});

const groupShape = z.object({
  id: z.string(),
  type: z.string().optional(),
  profile: z.object({ name: z.string() }),
});
const userShape = z.object({ id: z.string(), status: z.string() });

/** A rule of an access policy, as Okta's management API has it. */
export type OktaRule = z.infer<typeof ruleShape>;

/** An access policy with its rules, both by ascending priority. */
export type OktaPolicy = z.infer<typeof policyShape> & { readonly rules: readonly OktaRule[] };

type Group = { readonly id: string; readonly name: string; readonly isEveryone: boolean };

/** What Okta's management API says about a client, a person and the authorization server. */
export interface OktaRecords {
  readonly scopes: readonly string[];
  readonly policies: readonly OktaPolicy[];
  /** `undefined` where the org has no such app. */
  readonly app: (z.infer<typeof appShape> & { readonly groups: readonly Group[] }) | undefined;
  /** `undefined` where the org has no such person, and where none is asked for. */
  readonly person: (z.infer<typeof userShape> & { readonly groups: readonly Group[] }) | undefined;
}

/** Whose records are read. */
export interface RecordsQuery {
  readonly issuer: string;
  readonly clientId: string;
  /** Of the person who signs in. */
  readonly login?: string | undefined;
}

/**
 * Reads from Okta's management API what decides whether a client gets a token. It changes nothing.
 *
 * @throws {TokenRequestError} when Okta refuses the API token or does not answer.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerRules/
 */
export async function readOktaRecords(
  access: OktaAccess,
  { issuer, clientId, login }: RecordsQuery,
): Promise<OktaRecords> {
  const okta = new Reader(access);
  const path = serverPath(issuer);
  const scopes = await okta.list(`${path}/scopes`, z.object({ name: z.string() }));
  const policies = await okta.list(`${path}/policies`, policyShape);
  const withRules = policies.sort(byPriority).map(async (policy) => {
    const rules = await okta.list(`${path}/policies/${policy.id}/rules`, ruleShape);
    return { ...policy, rules: rules.sort(byPriority) };
  });
  return {
    scopes: scopes.map(({ name }) => name),
    policies: await Promise.all(withRules),
    app: await okta.app(clientId),
    person: login === undefined ? undefined : await okta.person(login),
  };
}

/**
 * The audience of an authorization server, by Okta's management API; `undefined` where the org has no such server.
 *
 * @throws {TokenRequestError} when Okta refuses the API token or does not answer.
 */
export async function readAudience(access: OktaAccess, issuer: string): Promise<string | undefined> {
  const server = await new Reader(access).one(serverPath(issuer), serverShape);
  return server?.audiences[0];
}

const serverShape = z.object({ audiences: z.array(z.string()) });

function serverPath(issuer: string): string {
  return `/api/v1/authorizationServers/${encodeURIComponent(issuer.split("/").at(-1) ?? "")}`;
}

function byPriority(one: { readonly priority: number }, other: { readonly priority: number }): number {
  return one.priority - other.priority;
}

class Reader {
  readonly #access: OktaAccess;

  constructor(access: OktaAccess) {
    this.#access = access;
  }

  async app(clientId: string): Promise<OktaRecords["app"]> {
    const path = `/api/v1/apps/${encodeURIComponent(clientId)}`;
    const app = await this.one(path, appShape);
    if (app === undefined) return undefined;
    const assigned = await this.list(`${path}/groups`, z.object({ id: z.string() }));
    const groups = assigned.map(({ id }) => this.one(`/api/v1/groups/${id}`, groupShape));
    return { ...app, groups: (await Promise.all(groups)).flatMap((group) => group ?? []).map(named) };
  }

  async person(login: string): Promise<OktaRecords["person"]> {
    const user = await this.one(`/api/v1/users/${encodeURIComponent(login)}`, userShape);
    if (user === undefined) return undefined;
    const groups = await this.list(`/api/v1/users/${user.id}/groups`, groupShape);
    return { ...user, groups: groups.map(named) };
  }

  /** `undefined` where there is no such thing. */
  async one<T>(path: string, shape: z.ZodType<T>): Promise<T | undefined> {
    const response = await this.#get(this.#access.origin + path);
    return response === undefined ? undefined : this.#read(response, shape);
  }

  async list<T>(path: string, shape: z.ZodType<T>): Promise<T[]> {
    const all: T[] = [];
    let next: string | undefined = this.#access.origin + path;
    while (next !== undefined) {
      const response: Response | undefined = await this.#get(next);
      if (response === undefined) return all;
      all.push(...(await this.#read(response, z.array(shape))));
      next = /<([^>]+)>; *rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
      // The API token is for this origin alone.
      if (next !== undefined && new URL(next).origin !== new URL(this.#access.origin).origin) return all;
    }
    return all;
  }

  async #get(url: string): Promise<Response | undefined> {
    const headers = { authorization: `SSWS ${this.#access.apiToken}`, accept: "application/json" };
    const response = await fetch(url, {
      headers,
      redirect: "error",
      signal: AbortSignal.timeout(30_000),
    }).catch((cause: unknown) => {
      throw new TokenRequestError(
        `Okta's management API at ${this.#access.origin} does not answer (${whyNoAnswer(cause)}). Check that it is reachable.`,
        { cause },
      );
    });
    if (response.ok) return response;
    if (response.status === 404) return undefined;
    throw new TokenRequestError(
      `Okta's management API answered ${response.status} to GET ${new URL(url).pathname}. Check that OKTA_API_TOKEN is a token of this org that may read apps, people and authorization servers.`,
    );
  }

  async #read<T>(response: Response, shape: z.ZodType<T>): Promise<T> {
    const parsed = shape.safeParse(await response.json().catch(() => undefined));
    if (parsed.success) return parsed.data;
    throw new TokenRequestError(
      `Okta's management API answered something else than its reference says at ${new URL(response.url).pathname}. Check that the issuer's origin is an Okta org.`,
    );
  }
}

function named({ id, type, profile }: z.infer<typeof groupShape>): Group {
  return { id, name: profile.name, isEveryone: type === "BUILT_IN" };
}
