import type { Adapter, AdapterPayload, ClientMetadata } from "oidc-provider";
import type { App } from "./entities.ts";
import type { OktaOrg } from "./org.ts";

interface Record {
  readonly payload: AdapterPayload;
  /** Milliseconds since 1970; absent, never. */
  readonly expiresAt: number | undefined;
}

/** What one authorization server's sessions, codes and grants are kept in; gone with the process. */
export type Records = Map<string, Record>;

/** The OAuth library's storage: clients are the org's apps as they are now, the rest is kept in memory. */
export class OrgAdapter implements Adapter {
  readonly #model: string;
  readonly #org: OktaOrg;
  readonly #records: Records;

  constructor(model: string, org: OktaOrg, records: Records) {
    this.#model = model;
    this.#org = org;
    this.#records = records;
  }

  /** Keeps a record for some seconds. */
  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const expiresAt = expiresIn ? Date.now() + expiresIn * 1000 : undefined;
    this.#records.set(this.#key(id), { payload, expiresAt });
  }

  /** A live record by its id; for a client, the app as it is now. */
  async find(id: string): Promise<AdapterPayload | undefined> {
    if (this.#model === "Client") {
      const app = this.#org.apps.get(id);
      return app === undefined || app.status !== "ACTIVE" ? undefined : clientMetadata(app);
    }
    return this.#live(this.#key(id))?.payload;
  }

  /** A session's or interaction's record by its uid. */
  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findBy("uid", uid);
  }

  /** A device code record; there are none here. */
  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findBy("userCode", userCode);
  }

  /** Marks a code as used. */
  async consume(id: string): Promise<void> {
    const record = this.#records.get(this.#key(id));
    if (record !== undefined) record.payload.consumed = Math.floor(Date.now() / 1000);
  }

  /** Removes a record. */
  async destroy(id: string): Promise<void> {
    this.#records.delete(this.#key(id));
  }

  /** Removes what a grant gave, when its code is used twice. */
  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, { payload }] of this.#records)
      if (payload.grantId === grantId) this.#records.delete(key);
  }

  #key(id: string): string {
    return `${this.#model}:${id}`;
  }

  #findBy(field: "uid" | "userCode", value: string): AdapterPayload | undefined {
    const keys = [...this.#records.keys()].filter((key) => key.startsWith(`${this.#model}:`));
    return keys.map((key) => this.#live(key)?.payload).find((payload) => payload?.[field] === value);
  }

  #live(key: string): Record | undefined {
    const record = this.#records.get(key);
    if (record?.expiresAt === undefined || record.expiresAt > Date.now()) return record;
    this.#records.delete(key);
    return undefined;
  }
}

function clientMetadata(app: App): ClientMetadata {
  const signsPeopleIn = app.grantTypes.includes("authorization_code");
  return {
    client_id: app.id,
    client_secret: app.clientSecret,
    client_name: app.label,
    application_type: "web",
    grant_types: [...app.grantTypes],
    response_types: signsPeopleIn ? ["code"] : [],
    redirect_uris: [...app.redirectUris],
    token_endpoint_auth_method: app.tokenEndpointAuthMethod,
  };
}
