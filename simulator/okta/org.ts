import { generateKeyPair, type JsonWebKey, randomBytes, randomInt } from "node:crypto";
import { promisify } from "node:util";
import type {
  AccessPolicy,
  App,
  AuthorizationServer,
  Group,
  GroupAssignment,
  PolicyRule,
  Scope,
  User,
} from "./entities.ts";

/** Password of both people in the local directory. They exist on this machine alone, for trying the sign-in. */
export const localPassword = "local-okta";

/** Label of the app that another team of the org has; {@link OktaOrg.strangerApp} tells its credentials. */
const strangerLabel = "Another team's app";

/** What an org consists of, each kind a map by id. */
export const entityKinds = [
  "servers",
  "scopes",
  "policies",
  "rules",
  "apps",
  "groups",
  "users",
  "assignments",
] as const;

/** A {@link OktaOrg} as plain JSON. */
export type OrgSnapshot = { readonly origin: string } & {
  readonly [Kind in (typeof entityKinds)[number]]: readonly { readonly id: string }[];
};

/** A local Okta org: everything that its administrators and its token endpoint know. */
export class OktaOrg {
  /** `http://127.0.0.1:8402`, without a slash at its end. */
  readonly origin: string;
  readonly servers = new Map<string, AuthorizationServer>();
  readonly scopes = new Map<string, Scope>();
  readonly policies = new Map<string, AccessPolicy>();
  readonly rules = new Map<string, PolicyRule>();
  readonly apps = new Map<string, App>();
  readonly groups = new Map<string, Group>();
  readonly users = new Map<string, User>();
  readonly assignments = new Map<string, GroupAssignment>();

  private constructor(origin: string) {
    this.origin = origin;
  }

  /**
   * A new org as Okta gives it to a developer — the authorization server `default`, whose access policy lets every client in, and
   * the group Everyone — with two people, Ada in the group Conference and Oscar in no other group, and the app of another team.
   */
  static async create(origin: string): Promise<OktaOrg> {
    const org = new OktaOrg(origin);
    await org.addServer({
      id: "default",
      name: "default",
      description: "Default Authorization Server",
      audience: "api://default",
    });
    org.#addDefaultPolicy("default");
    org.#addStrangerApp();
    const everyone = org.addGroup("Everyone", "All people of the org");
    const conference = org.addGroup("Conference", "People of the conference");
    org.addUser("ada.attendee@example.com", "Ada Attendee", [everyone.id, conference.id]);
    org.addUser("oscar.outsider@example.com", "Oscar Outsider", [everyone.id]);
    return org;
  }

  /** An org as {@link toJSON} kept it. */
  static restore({ origin, ...kinds }: OrgSnapshot): OktaOrg {
    const org = new OktaOrg(origin);
    for (const kind of entityKinds) {
      const entities = org[kind] as Map<string, { readonly id: string }>;
      for (const entity of kinds[kind]) entities.set(entity.id, entity);
    }
    return org;
  }

  /** The whole org as plain JSON, its signing keys and client secrets among it. */
  toJSON(): OrgSnapshot {
    const kinds = entityKinds.map((kind) => [kind, [...this[kind].values()]]);
    return { origin: this.origin, ...Object.fromEntries(kinds) };
  }

  /** Makes an authorization server with a key of its own and Okta's system scopes. */
  async addServer(
    settings: Pick<AuthorizationServer, "name" | "description" | "audience"> & Partial<AuthorizationServer>,
  ): Promise<AuthorizationServer> {
    const server: AuthorizationServer = {
      id: oktaId("aus"),
      status: "ACTIVE",
      credentialsRotationMode: "AUTO",
      key: await signingKey(),
      ...settings,
    };
    this.servers.set(server.id, server);
    for (const name of systemScopes) this.#addSystemScope(server.id, name);
    return server;
  }

  /** Where an authorization server is reached, and the `iss` of its tokens. */
  issuerOf({ id }: AuthorizationServer): string {
    return `${this.origin}/oauth2/${id}`;
  }

  /**
   * The credentials of an app that belongs to the org and not to the stack: a service, whose tokens tell what an authorization
   * server gives to everybody.
   *
   * @throws {Error} when it was deleted.
   */
  strangerApp(): { clientId: string; clientSecret: string } {
    const app = this.apps.get(strangerId);
    if (app === undefined)
      throw new Error(
        `The local Okta must have the app "${strangerLabel}"; got none. Empty its state with \`npm run local -- --reset\`.`,
      );
    return { clientId: app.id, clientSecret: app.clientSecret };
  }

  /** The scopes of one authorization server, Okta's own among them. */
  scopesOf(serverId: string): readonly Scope[] {
    return [...this.scopes.values()].filter((scope) => scope.serverId === serverId);
  }

  /** The access policies of one authorization server. */
  policiesOf(serverId: string): readonly AccessPolicy[] {
    return [...this.policies.values()].filter((policy) => policy.serverId === serverId);
  }

  /** The rules of one access policy. */
  rulesOf(policyId: string): readonly PolicyRule[] {
    return [...this.rules.values()].filter((rule) => rule.policyId === policyId);
  }

  /** Whether a person may use an app: through a group that is assigned to it. */
  isAssigned(user: User, app: App): boolean {
    return [...this.assignments.values()].some(
      ({ appId, groupId }) => appId === app.id && user.groupIds.includes(groupId),
    );
  }

  /**
   * What signs the tokens of the authorization server with this issuer, and their audience. The one thing that a deployed
   * Okta gives to nobody: the proof makes its forged tokens with it.
   */
  signing(issuer: string): {
    readonly key: { kid: string; jwk: JsonWebKey };
    readonly audience: string;
  } {
    const server = [...this.servers.values()].find((one) => this.issuerOf(one) === issuer);
    if (server === undefined)
      throw new Error(`The local Okta must have an authorization server with issuer "${issuer}"; got none.`);
    return { key: { kid: server.key.kid, jwk: server.key }, audience: server.audience };
  }

  /** Makes a group. */
  addGroup(name: string, description: string): Group {
    const group = { id: oktaId("00g"), name, description };
    this.groups.set(group.id, group);
    return group;
  }

  /** Makes a person of the local directory. */
  addUser(login: string, name: string, groupIds: readonly string[]): User {
    const user = { id: oktaId("00u"), login, name, groupIds };
    this.users.set(user.id, user);
    return user;
  }

  // Its name and its rule are Okta's: https://developer.okta.com/docs/reference/api/authorization-servers/#rule-object
  #addDefaultPolicy(serverId: string): void {
    const policyId = oktaId("00p");
    this.policies.set(policyId, {
      ...{ id: policyId, serverId, name: "Default Policy", description: "Default Policy" },
      ...{ priority: 1, status: "ACTIVE", clients: ["ALL_CLIENTS"] },
    });
    const ruleId = oktaId("0pr");
    this.rules.set(ruleId, {
      ...{ id: ruleId, serverId, policyId, name: "Default Policy Rule", priority: 1, status: "ACTIVE" },
      grantTypes: ["implicit", "client_credentials", "authorization_code", "password"],
      ...{ scopes: ["*"], groups: ["EVERYONE"], users: [], accessTokenLifetimeMinutes: 60 },
    });
  }

  #addStrangerApp(): void {
    this.apps.set(strangerId, {
      ...{ id: strangerId, label: strangerLabel, type: "service", clientSecret: randomText(64) },
      ...{ grantTypes: ["client_credentials"], responseTypes: ["token"], redirectUris: [] },
      ...{ tokenEndpointAuthMethod: "client_secret_basic", pkceRequired: false, status: "ACTIVE" },
    });
  }

  #addSystemScope(serverId: string, name: string): void {
    const id = oktaId("scp");
    const fixed = {
      displayName: name,
      description: name,
      consent: "IMPLICIT",
      metadataPublish: "ALL_CLIENTS",
    } as const;
    this.scopes.set(id, { id, serverId, name, ...fixed, default: false, system: true });
  }
}

// One id in every org, so that a restored one knows it again.
const strangerId = "0oaAnotherTeamsApp00";

// https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#scopes
const systemScopes = ["openid", "profile", "email", "address", "phone", "offline_access", "device_sso"];

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** An id in Okta's shape: a kind of three characters, twenty in all. */
export function oktaId(kind: string): string {
  return kind + randomText(20 - kind.length);
}

/** Random letters and digits. */
export function randomText(length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}

async function signingKey(): Promise<AuthorizationServer["key"]> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const kid = randomBytes(32).toString("base64url");
  return { ...privateKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" };
}
