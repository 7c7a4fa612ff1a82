import { SimulatorError } from "../../kernel/error.ts";
import type { CheckFailure, Properties } from "../../providers/resource.ts";
import { type ArmDefinition, resourceAt } from "../arm-handler.ts";
import type { ArmStore } from "../arm-store.ts";
import { armTypes } from "../arm-types.ts";
import { requiredInputs } from "../required-inputs.ts";
import { serviceId, tierOf } from "./api-management-service.ts";

/** `apimanagement.AuthorizationServer`: an OAuth 2.0 server that the developer portal's console can ask for tokens. */
export const authorizationServer: ArmDefinition = {
  type: armTypes.authorizationServer,
  model: "AuthorizationServerContract",
  address: ["resourceGroupName", "serviceName", "authsid"],
  supported: [
    ...["displayName", "description", "clientRegistrationEndpoint", "authorizationEndpoint", "tokenEndpoint"],
    ...[
      "authorizationMethods",
      "clientAuthenticationMethod",
      "bearerTokenSendingMethods",
      "grantTypes",
      "defaultScope",
    ],
    ...["clientId", "clientSecret", "supportState", "useInTestConsole", "useInApiDocumentation"],
  ],
  nameInput: "authsid",
  secrets: ["clientSecret"],
  idOf: (inputs) => `${serviceId(inputs)}/authorizationServers/${inputs.authsid}`,
  rules: (inputs) => [
    ...requiredInputs(inputs, [
      "displayName",
      "clientRegistrationEndpoint",
      "authorizationEndpoint",
      "grantTypes",
      "clientId",
    ]),
    ...endpointFailures(inputs),
    ...grantFailures(inputs),
  ],
  put: async (store, { inputs }) => {
    const service = resourceAt(store, serviceId(inputs));
    if (!tierOf(service.inputs).hasPortal) {
      throw new SimulatorError(
        "MethodNotAllowedInPricingTier",
        "Method not allowed in Consumption pricing tier. It has no developer portal: leave the authorization server out.",
      );
    }
    return { type: "Microsoft.ApiManagement/service/authorizationServers" };
  },
  beforeDelete: (store, id) => {
    const users = apisUsing(store, id);
    if (users.length > 0) {
      throw new SimulatorError(
        "ValidationError",
        `Authorization server is used by API "${users.join('", "')}" and cannot be deleted. Delete the API, or take the server out of its settings.`,
      );
    }
  },
};

function endpointFailures(inputs: Properties): readonly CheckFailure[] {
  return ["clientRegistrationEndpoint", "authorizationEndpoint", "tokenEndpoint"]
    .filter((name) => inputs[name] !== undefined && !isHttpUrl(String(inputs[name])))
    .map((property) => ({ property, reason: `must be an http or https URL; got "${inputs[property]}".` }));
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

const notSimulated: readonly string[] = ["implicit", "resourceOwnerPassword"];

function grantFailures({
  grantTypes,
  tokenEndpoint,
  authorizationMethods,
  clientSecret,
}: Properties): readonly CheckFailure[] {
  const grants = Array.isArray(grantTypes) ? grantTypes : [];
  const redeems = grants.includes("authorizationCode") || grants.includes("clientCredentials");
  return [
    ...(grants.length === 0
      ? [{ property: "grantTypes", reason: "must name at least one grant; got none." }]
      : []),
    ...grants
      .filter((grant) => notSimulated.includes(grant))
      .map((grant) => ({
        property: "grantTypes",
        reason: `must not hold "${grant}": it is not simulated by the local cloud. Remove it for the stack local, or deploy to Azure.`,
      })),
    ...(redeems && tokenEndpoint === undefined
      ? [
          {
            property: "tokenEndpoint",
            reason: "must be set for authorizationCode and clientCredentials; got nothing.",
          },
        ]
      : []),
    ...(redeems && clientSecret === undefined
      ? [
          {
            property: "clientSecret",
            reason: "must be set for authorizationCode and clientCredentials; got nothing.",
          },
        ]
      : []),
    ...(Array.isArray(authorizationMethods) && !authorizationMethods.includes("GET")
      ? [
          {
            property: "authorizationMethods",
            reason: `must hold GET; got "${authorizationMethods.join('", "')}".`,
          },
        ]
      : []),
  ];
}

function apisUsing(store: ArmStore, id: string): readonly string[] {
  const service = id.slice(0, id.lastIndexOf("/authorizationServers/"));
  const name = id.slice(id.lastIndexOf("/") + 1);
  return store
    .below(service, armTypes.api)
    .filter(({ inputs }) => authorizationServersOf(inputs).includes(name))
    .map(({ inputs }) => String(inputs.apiId));
}

/** How an API's console signs people in. */
export interface OAuth2Settings {
  readonly authorizationServerId: string;
  /** Asked for instead of the server's default scope. */
  readonly scope?: string;
}

/** The OAuth 2.0 settings of an API's inputs; the older single one stands for a list of one. */
export function oAuth2SettingsOf({ authenticationSettings }: Properties): readonly OAuth2Settings[] {
  const { oAuth2, oAuth2AuthenticationSettings } = (authenticationSettings ?? {}) as {
    oAuth2?: OAuth2Settings;
    oAuth2AuthenticationSettings?: readonly OAuth2Settings[];
  };
  return oAuth2AuthenticationSettings ?? (oAuth2 === undefined ? [] : [oAuth2]);
}

/** Names of the authorization servers that an API's settings refer to. */
export function authorizationServersOf(inputs: Properties): readonly string[] {
  return oAuth2SettingsOf(inputs).map(({ authorizationServerId }) => authorizationServerId);
}
