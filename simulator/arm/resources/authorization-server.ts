import { SimulatorError } from "../../kernel/error.ts";
import { ArmError, type BodyProblem } from "../arm-error.ts";
import { type ArmObject, type ArmResource, type ArmStore, nameOf } from "../arm-store.ts";
import type { ArmType } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";
import { resourceAt, serviceIdOf } from "../resource-ids.ts";
import { serviceTier } from "./tiers.ts";

/** An OAuth 2.0 server that the developer portal's console can ask for tokens. */
export const authorizationServer: ArmType = {
  type: armTypes.authorizationServer,
  nameParameter: "authsid",
  model: "AuthorizationServerContract",
  simulated: [
    ...["displayName", "description", "clientRegistrationEndpoint", "authorizationEndpoint", "tokenEndpoint"],
    ...["authorizationMethods", "clientAuthenticationMethod", "bearerTokenSendingMethods", "grantTypes"],
    ...["defaultScope", "clientId", "clientSecret", "supportState", "useInTestConsole"],
    "useInApiDocumentation",
  ],
  required: ["displayName", "clientRegistrationEndpoint", "authorizationEndpoint", "grantTypes", "clientId"],
  writeOnly: ["clientSecret"],
  rules: ({ properties }) => [...endpointProblems(properties), ...grantProblems(properties)],
  put: async ({ store, id, body, before }) => {
    const service = resourceAt(store, serviceIdOf(id));
    if (!serviceTier(service.body).hasPortal) {
      throw new ArmError(
        400,
        "MethodNotAllowedInPricingTier",
        "Method not allowed in Consumption pricing tier. It has no developer portal: leave the authorization server out.",
      );
    }
    // A body that was read has no secret in it, and takes none away.
    const { clientSecret = before?.body.properties.clientSecret } = body.properties;
    const properties = { ...body.properties, ...(clientSecret === undefined ? {} : { clientSecret }) };
    return { body: { ...body, properties } };
  },
  beforeDelete: (store, server) => {
    const users = apisUsing(store, server);
    if (users.length > 0) {
      throw new SimulatorError(
        "ValidationError",
        `Authorization server is used by API "${users.join('", "')}" and cannot be deleted. Delete the API, or take the server out of its settings.`,
      );
    }
  },
  actions: {
    listSecrets: ({ body }) => ({ clientSecret: body.properties.clientSecret ?? null }),
  },
};

function endpointProblems(properties: ArmObject): readonly BodyProblem[] {
  return ["clientRegistrationEndpoint", "authorizationEndpoint", "tokenEndpoint"]
    .filter((name) => properties[name] !== undefined && !isHttpUrl(String(properties[name])))
    .map((target) => ({ target, reason: `must be an http or https URL; got "${properties[target]}".` }));
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

const otherGrants: readonly string[] = ["implicit", "resourceOwnerPassword"];

/** @see https://learn.microsoft.com/rest/api/apimanagement/authorization-server/create-or-update */
function grantProblems({ grantTypes, authorizationMethods }: ArmObject): readonly BodyProblem[] {
  const grants = Array.isArray(grantTypes) ? grantTypes : [];
  return [
    ...grants
      .filter((grant) => otherGrants.includes(grant))
      .map((grant) => ({
        target: "grantTypes",
        reason: `must not hold "${grant}": it is not simulated by the local cloud. Leave it out for the stack local, or deploy to Azure.`,
        isNotSimulated: true,
      })),
    ...(Array.isArray(authorizationMethods) && !authorizationMethods.includes("GET")
      ? [
          {
            target: "authorizationMethods",
            reason: `must hold GET; got "${authorizationMethods.join('", "')}".`,
          },
        ]
      : []),
  ];
}

function apisUsing(store: ArmStore, server: ArmResource): readonly string[] {
  const name = nameOf(server).toLowerCase();
  return store
    .below(serviceIdOf(server.id), armTypes.api)
    .filter(({ body }) =>
      oAuth2SettingsOf(body.properties).some(
        ({ authorizationServerId }) => authorizationServerId.toLowerCase() === name,
      ),
    )
    .map(nameOf);
}

/** How an API's console signs people in. */
export interface OAuth2Settings {
  readonly authorizationServerId: string;
  /** Asked for instead of the server's default scope. */
  readonly scope?: string;
}

/** The OAuth 2.0 settings of an API's properties; the older single one stands for a list of one. */
export function oAuth2SettingsOf({ authenticationSettings }: ArmObject): readonly OAuth2Settings[] {
  const { oAuth2, oAuth2AuthenticationSettings } = (authenticationSettings ?? {}) as {
    oAuth2?: OAuth2Settings | null;
    oAuth2AuthenticationSettings?: readonly OAuth2Settings[] | null;
  };
  return oAuth2AuthenticationSettings ?? (oAuth2 ? [oAuth2] : []);
}
