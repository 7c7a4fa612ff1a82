import { generateKeyPair, type JsonWebKey, randomBytes, randomInt } from "node:crypto";
import { promisify } from "node:util";
import { type Clock, isoTime, machineClock } from "../kernel/clock.ts";
import type {
  AccessPolicy,
  App,
  AuthorizationServer,
  Claim,
  Dated,
  Group,
  GroupAssignment,
  KeptAppSettings,
  OrgKey,
  PolicyRule,
  Scope,
  SignOnPolicy,
  TrustedOrigin,
  User,
} from "./entities.ts";

/** Password of the people in the local directory. They exist on this machine alone, for trying the sign-in. */
export const localPassword = "local-okta";

/** Label of the app that another team of the org has; {@link OktaOrg.strangerApp} tells its credentials. */
const strangerLabel = "Another team's app";

/** What an org consists of, each kind a map by id. */
export const entityKinds = [
  "servers",
  "scopes",
  "claims",
  "policies",
  "rules",
  "signOnPolicies",
  "apps",
  "groups",
  "users",
  "assignments",
  "trustedOrigins",
] as const;

/** What an org has besides its entities. */
export interface OrgIdentity {
  readonly id: string;
  /** `http://127.0.0.1:8402`, without a slash at its end. */
  readonly origin: string;
  /** Opens the management API: `Authorization: SSWS TOKEN`. */
  readonly apiToken: string;
  /** The administrator whose token {@link apiToken} is. */
  readonly apiTokenUserId: string;
  /** Signs the access tokens of the org's own authorization server, which are for the management API. */
  readonly key: OrgKey;
}

/** A {@link OktaOrg} as plain JSON. */
export type OrgSnapshot = OrgIdentity & {
  readonly [Kind in (typeof entityKinds)[number]]: readonly { readonly id: string }[];
};

/** A local Okta org: everything that its administrators and its token endpoint know. */
export class OktaOrg {
  readonly identity: OrgIdentity;
  /** What its dates are read from, and the times of its tokens. */
  readonly clock: Clock;
  readonly servers = new Map<string, AuthorizationServer>();
  readonly scopes = new Map<string, Scope>();
  readonly claims = new Map<string, Claim>();
  readonly policies = new Map<string, AccessPolicy>();
  readonly rules = new Map<string, PolicyRule>();
  readonly signOnPolicies = new Map<string, SignOnPolicy>();
  readonly apps = new Map<string, App>();
  readonly groups = new Map<string, Group>();
  readonly users = new Map<string, User>();
  readonly assignments = new Map<string, GroupAssignment>();
  readonly trustedOrigins = new Map<string, TrustedOrigin>();

  private constructor(identity: OrgIdentity, clock: Clock) {
    this.identity = identity;
    this.clock = clock;
  }

  /** `http://127.0.0.1:8402`, without a slash at its end. */
  get origin(): string {
    return this.identity.origin;
  }

  /**
   * A new org as Okta gives it to a developer — the authorization server `default`, whose access policy lets every client in, the
   * sign-on policies and the group Everyone — with an administrator and the app of another team.
   *
   * @param hasPeople whether it has two people too: Ada in the group Conference, and Oscar in no other group.
   */
  static async create(
    origin: string,
    { hasPeople = true, clock = machineClock }: { hasPeople?: boolean; clock?: Clock } = {},
  ): Promise<OktaOrg> {
    const identity = {
      ...{ id: oktaId("00o"), origin, apiToken: `00${randomText(40)}`, apiTokenUserId: oktaId("00u") },
      key: await signingKey(),
    };
    const org = new OktaOrg(identity, clock);
    const server = await org.addServer({
      name: "default",
      description: "Default Authorization Server for your Applications",
      audience: "api://default",
      isDefault: true,
    });
    org.#addDefaultPolicy(server.id);
    org.#addStrangerApp();
    for (const policy of signOnPolicies) org.#addSignOnPolicy(policy);
    const everyone = org.addGroup("Everyone", "All users in your organization", "BUILT_IN");
    if (hasPeople) org.#addPeople(everyone);
    const operator = { groupIds: [everyone.id], id: org.identity.apiTokenUserId };
    org.addUser("olivia.operator@example.com", "Olivia Operator", operator);
    return org;
  }

  /** An org as {@link toJSON} kept it. */
  static restore(
    { id, origin, apiToken, apiTokenUserId, key, ...kinds }: OrgSnapshot,
    clock: Clock = machineClock,
  ): OktaOrg {
    const org = new OktaOrg({ id, origin, apiToken, apiTokenUserId, key }, clock);
    for (const kind of entityKinds) {
      const entities = org[kind] as Map<string, { readonly id: string }>;
      for (const entity of kinds[kind]) entities.set(entity.id, entity);
    }
    return org;
  }

  /** The whole org as plain JSON, its signing keys and client secrets among it. */
  toJSON(): OrgSnapshot {
    const kinds = entityKinds.map((kind) => [kind, [...this[kind].values()]]);
    return { ...this.identity, ...Object.fromEntries(kinds) };
  }

  /** Makes an authorization server with a key of its own, Okta's system scopes and their claims. */
  async addServer(
    settings: Pick<AuthorizationServer, "name" | "description" | "audience"> & Partial<AuthorizationServer>,
  ): Promise<AuthorizationServer> {
    const now = oktaTime(this.clock);
    const server: AuthorizationServer = {
      ...{ id: oktaId("aus"), status: "ACTIVE", isDefault: false, issuerMode: "ORG_URL" },
      credentialsRotationMode: "AUTO",
      ...{ key: await signingKey(), keyRotated: now, nextKey: null, lastKey: null },
      ...{ created: now, lastUpdated: now },
      ...settings,
    };
    this.servers.set(server.id, server);
    for (const name of systemScopes) this.#addSystemScope(server.id, name);
    for (const [name, scope] of systemClaims) this.#addSystemClaim(server.id, name, scope);
    return server;
  }

  /** An authorization server by its id; the org's own also by `default`. */
  findServer(id: string): AuthorizationServer | undefined {
    return (
      this.servers.get(id) ?? [...this.servers.values()].find((one) => one.isDefault && id === "default")
    );
  }

  /** Removes an authorization server with everything below it. */
  removeServer(id: string): void {
    this.servers.delete(id);
    for (const entities of [this.scopes, this.claims, this.policies, this.rules]) {
      for (const entity of entities.values()) if (entity.serverId === id) entities.delete(entity.id);
    }
  }

  /** Removes an app with its assignments. */
  removeApp(id: string): void {
    this.apps.delete(id);
    for (const assignment of this.assignments.values())
      if (assignment.appId === id) this.assignments.delete(assignment.id);
  }

  /** Removes a group with its assignments. */
  removeGroup(id: string): void {
    this.groups.delete(id);
    for (const assignment of this.assignments.values())
      if (assignment.groupId === id) this.assignments.delete(assignment.id);
    for (const user of this.users.values())
      this.users.set(user.id, { ...user, groupIds: user.groupIds.filter((one) => one !== id) });
  }

  /** Where an authorization server is reached, and the `iss` of its tokens. */
  issuerOf({ id, isDefault }: Pick<AuthorizationServer, "id" | "isDefault">): string {
    return `${this.origin}/oauth2/${isDefault ? "default" : id}`;
  }

  /**
   * The credentials of an app that belongs to the org and not to the stack: a service, whose tokens tell what an authorization
   * server gives to everybody.
   *
   * @throws {Error} when it was deleted.
   */
  strangerApp(): { clientId: string; clientSecret: string } {
    const app = this.apps.get(strangerId);
    if (app === undefined || app.clientSecret === null)
      throw new Error(
        `The local Okta must have the app "${strangerLabel}"; got none. Empty its state with \`npm run local -- --reset\`.`,
      );
    return { clientId: app.id, clientSecret: app.clientSecret };
  }

  /** The scopes of one authorization server, Okta's own among them. */
  scopesOf(serverId: string): readonly Scope[] {
    return this.#below(this.scopes, serverId);
  }

  /** The access policies of one authorization server. */
  policiesOf(serverId: string): readonly AccessPolicy[] {
    return this.#below(this.policies, serverId);
  }

  /** The claims of one authorization server, Okta's own among them. */
  claimsOf(serverId: string): readonly Claim[] {
    return this.#below(this.claims, serverId);
  }

  #below<Entity extends { readonly serverId: string }>(
    entities: ReadonlyMap<string, Entity>,
    serverId: string,
  ): readonly Entity[] {
    const server = this.findServer(serverId);
    return [...entities.values()].filter((entity) => entity.serverId === server?.id);
  }

  /** The rules of one access policy. */
  rulesOf(policyId: string): readonly PolicyRule[] {
    return [...this.rules.values()].filter((rule) => rule.policyId === policyId);
  }

  /** Whether a person may use an app: through a group that is assigned to it, or as everybody may. */
  isAssigned(user: User, app: App): boolean {
    if (app.kept.settings.implicitAssignment === true) return true;
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
  addGroup(name: string, description: string, type: Group["type"] = "OKTA_GROUP"): Group {
    const dates = newDates(this.clock);
    const group: Group = {
      ...{ id: oktaId("00g"), name, description, type, ...dates, lastMembershipUpdated: dates.created },
    };
    this.groups.set(group.id, group);
    return group;
  }

  /** Makes a person of the local directory, who can sign in. */
  addUser(
    login: string,
    name: string,
    {
      groupIds,
      nickName,
      id = oktaId("00u"),
    }: { groupIds: readonly string[]; nickName?: string; id?: string },
  ): User {
    const [firstName = "", lastName = ""] = name.split(" ");
    const user: User = {
      ...{
        id,
        login,
        email: login,
        firstName,
        lastName,
        status: "ACTIVE",
        groupIds,
        ...newDates(this.clock),
      },
      ...{ password: localPassword, attributes: nickName === undefined ? {} : { nickName } },
    };
    this.users.set(user.id, user);
    return user;
  }

  #addPeople(everyone: Group): void {
    const conference = this.addGroup("Conference", "People of the conference");
    const ada = { groupIds: [everyone.id, conference.id], nickName: "ada" };
    this.addUser("ada.attendee@example.com", "Ada Attendee", ada);
    const oscar = { groupIds: [everyone.id], nickName: "oscar" };
    this.addUser("oscar.outsider@example.com", "Oscar Outsider", oscar);
  }

  // Its name and its rule are Okta's: https://developer.okta.com/docs/reference/api/authorization-servers/#rule-object
  #addDefaultPolicy(serverId: string): void {
    const policyId = oktaId("00p");
    const dates = newDates(this.clock);
    this.policies.set(policyId, {
      ...{ id: policyId, serverId, name: "Default Policy", description: "Default Policy" },
      ...{ priority: 1, status: "ACTIVE", clients: ["ALL_CLIENTS"], system: false, ...dates },
    });
    const ruleId = oktaId("0pr");
    this.rules.set(ruleId, {
      ...{ id: ruleId, serverId, policyId, name: "Default Policy Rule", priority: 1, status: "ACTIVE" },
      grantTypes: ["implicit", "client_credentials", "authorization_code", "password"],
      ...{ scopes: ["*"], groups: ["EVERYONE"], excludedGroups: [], users: [], excludedUsers: [] },
      ...{ accessTokenLifetimeMinutes: 60, ...refreshDefaults, system: false, ...dates },
    });
  }

  #addSignOnPolicy(policy: Pick<SignOnPolicy, "name" | "description" | "system">): void {
    const id = oktaId("rst");
    this.signOnPolicies.set(id, { id, status: "ACTIVE", ...policy, ...newDates(this.clock) });
  }

  #addStrangerApp(): void {
    const dates = newDates(this.clock);
    this.apps.set(strangerId, {
      ...{ id: strangerId, label: strangerLabel, type: "service", clientSecret: randomText(64) },
      ...{ grantTypes: ["client_credentials"], responseTypes: ["token"], redirectUris: [] },
      ...{ tokenEndpointAuthMethod: "client_secret_basic", pkceRequired: false, status: "ACTIVE" },
      ...{ keys: [], grants: [], roles: [], signOnPolicyId: null, kept: nothingKept },
      ...{ secretCreated: dates.created, ...dates },
    });
  }

  #addSystemScope(serverId: string, name: string): void {
    const id = oktaId("scp");
    const fixed = { displayName: name, description: name, consent: "IMPLICIT" } as const;
    const flags = { metadataPublish: "ALL_CLIENTS", default: false, optional: false, system: true } as const;
    this.scopes.set(id, { id, serverId, name, ...fixed, ...flags });
  }

  #addSystemClaim(serverId: string, name: string, scope: string | undefined): void {
    const id = oktaId("ocl");
    const kind: Pick<Claim, "claimType" | "valueType" | "value"> =
      scope === undefined
        ? { claimType: "RESOURCE", valueType: "EXPRESSION", value: subject }
        : { claimType: "IDENTITY", valueType: "SYSTEM", value: null };
    this.claims.set(id, {
      ...{ id, serverId, name, status: "ACTIVE", ...kind, groupFilterType: null },
      alwaysIncludeInToken: alwaysIncluded.includes(name),
      ...{ scopes: scope === undefined ? [] : [scope], system: true },
    });
  }
}

/** An app without settings that nothing here acts on. */
const nothingKept: KeptAppSettings = {
  ...{ accessibility: {}, visibility: {}, credentials: {}, oauthCredentials: {} },
  ...{ settings: {}, oauthSettings: {}, profile: null },
};

/** What Okta gives a rule that says nothing of refresh tokens. */
const refreshDefaults = { refreshTokenLifetimeMinutes: 0, refreshTokenWindowMinutes: 10_080 };

// As a recorded org lists them.
const signOnPolicies = [
  { name: "Any two factors", description: "Require two factors to access.", system: true },
  {
    name: "Seamless access based on network context",
    description: "Require 2FA if the user is off network. Configure your network zones to include them here.",
    system: false,
  },
  {
    name: "Password only",
    description: "Require only a password. Suggested for low risk or consumer-facing applications.",
    system: false,
  },
  {
    name: "One factor access",
    description: "Allow access with any one factor. Suggested for low risk or consumer-facing applications.",
    system: false,
  },
];

// One id in every org, so that a restored one knows it again.
const strangerId = "0oaAnotherTeamsApp00";

// https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#scopes
const systemScopes = ["openid", "profile", "email", "address", "phone", "offline_access", "device_sso"];

// As a recorded org lists them, with the scope that each comes with.
const systemClaims: readonly (readonly [name: string, scope?: string])[] = [
  ["middle_name", "profile"],
  ["zoneinfo", "profile"],
  ["website", "profile"],
  ["updated_at", "profile"],
  ["profile", "profile"],
  ["preferred_username", "profile"],
  ["picture", "profile"],
  ["phone_number", "phone"],
  ["nickname", "profile"],
  ["name", "profile"],
  ["sub"],
  ["locale", "profile"],
  ["given_name", "profile"],
  ["gender", "profile"],
  ["family_name", "profile"],
  ["email_verified", "email"],
  ["email", "email"],
  ["birthdate", "profile"],
  ["address", "address"],
];

const alwaysIncluded = ["preferred_username", "name", "sub", "email"];

const subject = "(appuser != null) ? appuser.userName : app.clientId";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** An id in Okta's shape: a kind of three characters, twenty in all. */
export function oktaId(kind: string): string {
  return kind + randomText(20 - kind.length);
}

/** Random letters and digits. */
export function randomText(length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}

/** The time in Okta's form: `2026-01-06T09:19:37.000Z`. */
export function oktaTime(clock: Clock): string {
  return isoTime(clock).replace(/\.\d{3}Z$/, ".000Z");
}

/** The dates of what is made now. */
export function newDates(clock: Clock): Dated {
  const now = oktaTime(clock);
  return { created: now, lastUpdated: now };
}

/** Makes an RSA key for RS256. */
export async function signingKey(): Promise<OrgKey> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const kid = randomBytes(32).toString("base64url");
  return { ...privateKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" };
}
