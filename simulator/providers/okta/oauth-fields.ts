import { type InputField, type InputFields, statusField, unsimulatedField } from "./input-fields.ts";

/** The inputs of `app.OAuth`, with the provider's defaults where the program leaves them out. */
export interface OAuthInputs {
  readonly label: string;
  readonly type: string;
  readonly status: string;
  readonly grantTypes: readonly string[] | undefined;
  readonly responseTypes: readonly string[] | undefined;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  readonly tokenEndpointAuthMethod: string;
  readonly clientBasicSecret: string;
  readonly omitSecret: boolean;
  readonly autoKeyRotation: boolean;
  readonly pkceRequired: boolean | undefined;
  readonly consentMethod: string;
  readonly issuerMode: string;
  readonly jwks: readonly Readonly<Record<string, string>>[];
  readonly clientUri: string;
  readonly logoUri: string;
  readonly tosUri: string;
  readonly policyUri: string;
  readonly wildcardRedirect: string;
  readonly refreshTokenRotation: string;
  readonly refreshTokenLeeway: number;
  readonly loginMode: string;
  readonly loginUri: string;
  readonly loginScopes: readonly string[];
  readonly implicitAssignment: boolean;
  readonly hideIos: boolean;
  readonly hideWeb: boolean;
  readonly autoSubmitToolbar: boolean;
  readonly accessibilitySelfService: boolean;
  readonly adminNote: string;
  readonly enduserNote: string;
  readonly userNameTemplate: string;
  readonly userNameTemplateType: string;
  readonly skipAuthenticationPolicy: boolean;
  readonly authenticationPolicy: string | undefined;
  readonly profile: string;
}

const text: InputField = { kind: "text" };
const only = (field: InputField): InputField => ({ ...field, simulated: [field.default] });

/** The inputs as data, see {@link OAuthInputs}. */
export const oauthFields: InputFields = {
  label: { kind: "text", isRequired: true },
  type: { kind: "text", isRequired: true, replaces: true },
  status: statusField,
  grantTypes: { kind: "set", isComputed: true },
  responseTypes: { kind: "set", isComputed: true, oneOf: ["code", "token", "id_token"] },
  redirectUris: { kind: "list" },
  postLogoutRedirectUris: { kind: "set" },
  tokenEndpointAuthMethod: { kind: "text", default: "client_secret_basic" },
  clientBasicSecret: { kind: "text", isSecret: true },
  omitSecret: { kind: "boolean", default: false },
  autoKeyRotation: { kind: "boolean", default: true },
  pkceRequired: { kind: "boolean", isComputed: true },
  consentMethod: only({ kind: "text", default: "TRUSTED" }),
  issuerMode: only({ kind: "text", default: "ORG_URL" }),
  jwks: { kind: "list" },
  clientUri: text,
  logoUri: text,
  tosUri: text,
  policyUri: text,
  wildcardRedirect: only({ kind: "text", default: "DISABLED" }),
  refreshTokenRotation: { kind: "text", default: "STATIC" },
  refreshTokenLeeway: { kind: "number", default: 0 },
  loginMode: only({ kind: "text", default: "DISABLED" }),
  loginUri: text,
  loginScopes: { kind: "set" },
  implicitAssignment: { kind: "boolean", simulated: [false] },
  hideIos: { kind: "boolean", default: true },
  hideWeb: { kind: "boolean", default: true },
  autoSubmitToolbar: { kind: "boolean", default: false },
  accessibilitySelfService: { kind: "boolean", default: false },
  adminNote: { kind: "text", maxLength: 250 },
  enduserNote: { kind: "text", maxLength: 250 },
  userNameTemplate: only({ kind: "text", default: `\${source.login}` }),
  userNameTemplateType: only({ kind: "text", default: "BUILT_IN" }),
  skipAuthenticationPolicy: { kind: "boolean", default: false },
  authenticationPolicy: { kind: "text", isComputed: true },
  profile: { kind: "json" },
  clientId: { ...unsimulatedField, isComputed: true, replaces: true },
  accessibilityErrorRedirectUrl: unsimulatedField,
  accessibilityLoginRedirectUrl: unsimulatedField,
  appLinksJson: unsimulatedField,
  appSettingsJson: unsimulatedField,
  backchannelCustomAuthenticatorId: unsimulatedField,
  clientBasicSecretWo: { ...unsimulatedField, isSecret: true },
  clientBasicSecretWoVersion: { kind: "number", simulated: [] },
  frontchannelLogoutSessionRequired: { kind: "boolean", simulated: [false] },
  frontchannelLogoutUri: unsimulatedField,
  groupsClaim: { kind: "json", simulated: [] },
  jwksUri: unsimulatedField,
  logo: unsimulatedField,
  network: { kind: "json", simulated: [] },
  participateSlo: { kind: "boolean", simulated: [false] },
  preconfiguredApp: unsimulatedField,
  userNameTemplatePushStatus: unsimulatedField,
  userNameTemplateSuffix: unsimulatedField,
};
