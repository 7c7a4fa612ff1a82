import type { Adapter, AdapterPayload, ClientMetadata } from "oidc-provider";
import { type Clock, epochSeconds } from "../kernel/clock.ts";
import type { ExpiringMap } from "../kernel/expiring-map.ts";
import { librarySecret } from "./client-authentication.ts";
import type { App } from "./entities.ts";
import { keptRecord, seenRecord } from "./library-time.ts";
import type { OktaOrg } from "./org.ts";
import { refreshTokenSettings } from "./refresh-tokens.ts";
import type { TokenRecords } from "./token-records.ts";

/** The OAuth library's storage: clients are the org's apps as they are now, the rest is kept in memory. */
export class OrgAdapter implements Adapter {
  readonly #model: string;
  readonly #org: OktaOrg;
  readonly #records: TokenRecords;
  readonly #own: ExpiringMap<AdapterPayload>;

  constructor(model: string, org: OktaOrg, records: TokenRecords) {
    this.#model = model;
    this.#org = org;
    this.#records = records;
    this.#own = records.of(model);
  }

  /** Keeps a record for some seconds. */
  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    this.#own.set(id, keptRecord(payload, this.#clock), expiresIn * 1000);
  }

  /** A live record by its id; for a client, the app as it is now. */
  async find(id: string): Promise<AdapterPayload | undefined> {
    if (this.#model !== "Client") return this.#seen(this.#own.get(id));
    const app = this.#org.apps.get(id);
    return app === undefined || app.status !== "ACTIVE" ? undefined : clientMetadata(app);
  }

  /** A session's or interaction's record by its uid. */
  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#seen(this.#findBy("uid", uid));
  }

  /** A device code record; there are none here. */
  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#seen(this.#findBy("userCode", userCode));
  }

  /** Marks a code or a refresh token as used; a refresh token once the app's grace period is over. */
  async consume(id: string): Promise<void> {
    const payload = this.#own.get(id);
    if (payload === undefined) return;
    const app = this.#org.apps.get(payload.clientId ?? "");
    const isRefresh = this.#model === "RefreshToken" && app !== undefined;
    const leeway = isRefresh ? refreshTokenSettings(app).leewaySeconds : 0;
    // The first use counts.
    payload.consumed ??= epochSeconds(this.#clock) + leeway;
  }

  /** Removes a record. */
  async destroy(id: string): Promise<void> {
    this.#own.delete(id);
  }

  /** Removes what a grant gave, when its code is used twice. */
  async revokeByGrantId(grantId: string): Promise<void> {
    this.#records.revokeGrant(grantId);
  }

  get #clock(): Clock {
    return this.#org.clock;
  }

  #seen(payload: AdapterPayload | undefined): AdapterPayload | undefined {
    return payload && seenRecord(atRest(payload, this.#clock), this.#clock);
  }

  #findBy(field: "uid" | "userCode", value: string): AdapterPayload | undefined {
    return this.#own
      .entries()
      .map(([, payload]) => payload)
      .find((payload) => payload[field] === value);
  }
}

/** One that counts as used only later on is not used yet. */
function atRest(payload: AdapterPayload, clock: Clock): AdapterPayload {
  const { consumed, ...unused } = payload;
  return typeof consumed === "number" && consumed > epochSeconds(clock) ? unused : payload;
}

const libraryGrants = ["authorization_code", "client_credentials", "refresh_token"];

function clientMetadata(app: App): ClientMetadata {
  const grantTypes = libraryGrants.filter((grant) => app.grantTypes.includes(grant));
  const isWeb = app.redirectUris.every((uri) => /^https?:/.test(uri));
  return {
    client_id: app.id,
    client_secret: librarySecret(app),
    client_name: app.label,
    // The library takes the scheme of an app's own, `com.example:/callback`, for native apps alone.
    application_type: isWeb ? "web" : "native",
    grant_types: grantTypes,
    response_types: grantTypes.includes("authorization_code") ? ["code"] : [],
    redirect_uris: [...app.redirectUris],
    // How the app proved itself was checked before: towards the library every app is a confidential one.
    token_endpoint_auth_method: "client_secret_basic",
  };
}
