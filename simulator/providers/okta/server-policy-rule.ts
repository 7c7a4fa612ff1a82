import type { Properties, ResourceHandler } from "../resource.ts";
import { callOkta } from "./api-call.ts";
import { type InputField, type InputFields, statusField, unsimulatedField } from "./input-fields.ts";
import type { OktaApi } from "./okta-api.ts";
import { oktaResource } from "./okta-resource.ts";

interface Inputs {
  readonly authServerId: string;
  readonly policyId: string;
  readonly name: string;
  readonly type: string;
  readonly priority: number;
  readonly status: string;
  readonly grantTypeWhitelists: readonly string[];
  readonly scopeWhitelists: readonly string[];
  readonly accessTokenLifetimeMinutes: number;
  readonly refreshTokenLifetimeMinutes: number;
  readonly refreshTokenWindowMinutes: number;
  readonly userWhitelists: readonly string[];
  readonly userBlacklists: readonly string[];
  readonly groupWhitelists: readonly string[];
  readonly groupBlacklists: readonly string[];
}

interface Included {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerRules/ */
interface RuleBody {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly system?: boolean;
  readonly status: string;
  readonly priority?: number;
  readonly actions: {
    readonly token: {
      readonly accessTokenLifetimeMinutes?: number;
      readonly refreshTokenLifetimeMinutes?: number;
      readonly refreshTokenWindowMinutes?: number;
    };
  };
  readonly conditions: {
    readonly grantTypes?: Included;
    readonly scopes?: Included;
    readonly people?: { readonly users?: Included; readonly groups?: Included };
  };
}

const setOf = (name: string): InputField => ({ kind: "set", ownName: name });

const fields: InputFields = {
  authServerId: { kind: "text", isRequired: true },
  policyId: { kind: "text", isRequired: true },
  name: { kind: "text" },
  type: { kind: "text", default: "RESOURCE_ACCESS" },
  priority: { kind: "number", isRequired: true },
  status: statusField,
  grantTypeWhitelists: { ...setOf("grant_type_whitelist"), isRequired: true },
  scopeWhitelists: setOf("scope_whitelist"),
  accessTokenLifetimeMinutes: { kind: "number", default: 60 },
  refreshTokenLifetimeMinutes: { kind: "number" },
  refreshTokenWindowMinutes: { kind: "number", default: 10_080 },
  inlineHookId: unsimulatedField,
  userWhitelists: setOf("user_whitelist"),
  userBlacklists: setOf("user_blacklist"),
  groupWhitelists: setOf("group_whitelist"),
  groupBlacklists: setOf("group_blacklist"),
};

const collection = ({ authServerId, policyId }: Inputs) =>
  `/api/v1/authorizationServers/${authServerId}/policies/${policyId}/rules`;

/**
 * `auth.ServerPolicyRule`: which scopes a grant gives, and to whom.
 *
 * @see https://github.com/okta/terraform-provider-okta/blob/v6.12.0/okta/services/idaas/resource_okta_auth_server_policy_rule.go
 */
export function authServerPolicyRule(client: OktaApi): ResourceHandler {
  return oktaResource<Inputs, RuleBody>(client, {
    type: "okta:auth/serverPolicyRule:ServerPolicyRule",
    fields,
    title: "auth server policy rule",
    errors: "summary",
    parents: ["authServerId", "policyId"],
    collection,
    problem,
    body: ({ name, status, priority, type, ...inputs }) => ({
      ...{ name, status, priority, type },
      actions: { token: tokenOf(inputs) },
      conditions: conditionsOf(inputs),
    }),
    outputs,
    afterUpdate: async ({ id, inputs, changed }) => {
      if (!changed.includes("status")) return;
      const verb = inputs.status === "ACTIVE" ? "activate" : "deactivate";
      await callOkta({ action: "change authorization server policy status", errors: "summary" }, () =>
        client.post(`${collection(inputs)}/${id}/lifecycle/${verb}`),
      );
    },
  });
}

function problem(inputs: Inputs): string | undefined {
  const { accessTokenLifetimeMinutes: access, refreshTokenWindowMinutes: window } = inputs;
  const { refreshTokenLifetimeMinutes: refresh } = inputs;
  const hasPeople = inputs.userWhitelists.length > 0 || inputs.groupWhitelists.length > 0;
  if (inputs.grantTypeWhitelists.includes("implicit") && !hasPeople)
    return `at least "user_whitelist" or "group_whitelist" should be provided when using 'implicit' in "grant_type_whitelist"`;
  if (refresh > 0 && refresh < access)
    return "'refresh_token_lifetime_minutes' must be greater than or equal to 'access_token_lifetime_minutes'";
  if (refresh > 0 && (access > window || refresh < window))
    return "'refresh_token_window_minutes' must be between 'access_token_lifetime_minutes' and 'refresh_token_lifetime_minutes'";
  return undefined;
}

type Lifetimes = Pick<
  Inputs,
  "accessTokenLifetimeMinutes" | "refreshTokenLifetimeMinutes" | "refreshTokenWindowMinutes"
>;

function tokenOf(inputs: Lifetimes): object {
  const { accessTokenLifetimeMinutes, refreshTokenLifetimeMinutes, refreshTokenWindowMinutes } = inputs;
  return { accessTokenLifetimeMinutes, refreshTokenLifetimeMinutes, refreshTokenWindowMinutes };
}

type Conditions = Pick<
  Inputs,
  | "grantTypeWhitelists"
  | "scopeWhitelists"
  | "groupWhitelists"
  | "groupBlacklists"
  | "userWhitelists"
  | "userBlacklists"
>;

function conditionsOf(inputs: Conditions): object {
  return {
    grantTypes: named({ include: inputs.grantTypeWhitelists }),
    scopes: named({ include: inputs.scopeWhitelists }),
    people: {
      groups: named({ include: inputs.groupWhitelists, exclude: inputs.groupBlacklists }),
      users: named({ include: inputs.userWhitelists, exclude: inputs.userBlacklists }),
    },
  };
}

/** The provider leaves empty lists out. */
function named(lists: Readonly<Record<string, readonly string[]>>): object {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}

function outputs({
  name,
  type,
  system = false,
  status,
  priority,
  actions,
  conditions,
}: RuleBody): Properties {
  const { grantTypes, scopes, people } = conditions;
  return {
    ...{ name, type, system, status, priority },
    ...actions.token,
    grantTypeWhitelists: grantTypes?.include ?? [],
    scopeWhitelists: scopes?.include ?? [],
    groupWhitelists: people?.groups?.include ?? [],
    groupBlacklists: people?.groups?.exclude ?? [],
    userWhitelists: people?.users?.include ?? [],
    userBlacklists: people?.users?.exclude ?? [],
  };
}
