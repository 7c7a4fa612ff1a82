import { z } from "zod";
import { portalGrantTypes } from "../components/portal-guards.ts";
import { tiers } from "../components/tiers.ts";
import { apisCheck } from "./api-settings.ts";
import { claimsCheck } from "./claim-settings.ts";
import { clientsCheck } from "./client-settings.ts";
import { localWord, notInLocalCloud } from "./local-cloud.ts";
import { localPeopleCheck } from "./local-people.ts";
import { localSecretsCheck, namedValuesCheck } from "./named-value-settings.ts";
import { policyFragmentsCheck } from "./policy-fragment-settings.ts";
import { structure } from "./structure.ts";

/** One setting of the stack. */
export interface Setting {
  /** Pulumi's name of its type. */
  readonly type: "string" | "integer" | "boolean" | "array" | "object";
  /** Type of a list's entries. */
  readonly items?: "string";
  /** Absent: it must be set. */
  readonly default?: string | number | boolean | readonly string[] | Readonly<Record<string, string>>;
  /** What it is for, Markdown. */
  readonly text: string;
  /** Turns the text that Pulumi hands over into a value, or says what it must be. */
  readonly check: z.ZodType;
}

const flag = z.enum(["true", "false"], "must be true or false").transform((text) => text === "true");

function integer(from: number, to: number) {
  const rule = `must be an integer from ${from} to ${to}`;
  return z
    .string()
    .regex(/^\d+$/, rule)
    .transform(Number)
    .refine((value) => value >= from && value <= to, rule);
}

function text(maxLength: number) {
  const rule = `must be a text of 1 to ${maxLength} characters`;
  return z.string(rule).trim().min(1, rule).max(maxLength, rule);
}

function pattern(regex: RegExp, rule: string) {
  return z.string().regex(regex, rule);
}

/** A setting that may be left out; an empty text says the same. */
function optional<Check extends z.ZodType<string>>(check: Check) {
  return z.preprocess((value) => (value === "" ? undefined : value), check.optional());
}

function shortText(maxLength: number) {
  return optional(z.string().max(maxLength, `must have at most ${maxLength} characters`));
}

/** Whether it is an origin once the instance's name stands in it. */
function isOrigin(template: string): boolean {
  const url = template.replaceAll("{service}", "apim");
  return /^https?:/.test(url) && URL.canParse(url) && new URL(url).origin === url;
}

const tierNames = Object.keys(tiers) as (keyof typeof tiers)[];

// Azure takes upper case too, but a browser names the portal's origin in lower case, and cors compares it letter by letter.
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftapimanagement
const serviceName = pattern(
  /^[a-z](?:[a-z0-9-]{0,48}[a-z0-9])?$/,
  "must be lower-case letters, digits and hyphens, start with a letter, not end with a hyphen, and have at most 50 characters",
);

// A hyphen and six characters follow, and the whole has at most 50.
const serviceNamePrefix = pattern(
  /^[a-z][a-z0-9-]{0,42}$/,
  "must be lower-case letters, digits and hyphens, start with a letter, and have at most 43 characters",
);

/** The settings of the API Management instance. */
const instance = {
  location: {
    type: "string",
    default: "westeurope",
    text: "Azure region of the resource group and the API Management instance. `West Europe` is the same as `westeurope`.",
    check: z
      .string()
      .trim()
      .regex(
        /^[A-Za-z][A-Za-z0-9 ]{0,89}$/,
        'must be the name of an Azure region, letters, digits and spaces, for example "westeurope" or "West Europe"',
      ),
  },
  publisherName: {
    type: "string",
    text: "Organization that API Management names in the developer portal and in its mails. At most 100 characters.",
    check: text(100),
  },
  publisherEmail: {
    type: "string",
    text: "Address that receives API Management's notifications. At most 100 characters.",
    check: z.email("must be a mail address").max(100, "must have at most 100 characters"),
  },
  apimSku: {
    type: "string",
    default: "Developer",
    text: `Tier of the instance: ${tierNames.join(", ")}. Consumption has no developer portal, so nobody signs in there and the developer portal's app is a service, or absent.`,
    check: z.enum(tierNames, `must be one of "${tierNames.join('", "')}"`),
  },
  apimCapacity: {
    type: "integer",
    default: 1,
    text: "Number of units. Developer has exactly 1. Not used in Consumption.",
    check: integer(1, 31),
  },
  apimServiceName: {
    type: "string",
    default: "",
    text: "Name of the instance, unique in all of Azure. Empty means `apimServiceNamePrefix`, a hyphen and six random characters.",
    check: optional(serviceName),
  },
  apimServiceNamePrefix: {
    type: "string",
    default: "apim-conference",
    text: "Beginning of the instance's generated name.",
    check: serviceNamePrefix,
  },
  apimResourceGroup: {
    type: "string",
    default: "",
    text: "Name of an existing resource group for the instance. Empty means that the stack creates one, named `rg-` and the instance's name.",
    check: shortText(90),
  },
  tags: {
    type: "object",
    default: {},
    text: "Azure tags of the instance, and of the resource group if the stack creates it.",
    check: structure(z.record(z.string(), z.string("must be a text"), "must be a map from tag to text")),
  },
  apimExistingResourceGroup: {
    type: "string",
    default: "",
    text: "Resource group of an existing instance to adopt. Set it together with `apimExistingServiceName`.",
    check: shortText(90),
  },
  apimExistingServiceName: {
    type: "string",
    default: "",
    text: "Name of an existing instance to adopt, of tier `apimSku`. The stack reads it and does not create it. Its global policy is left alone, each API needs a `path`, and the instance stays when the stack is destroyed. Where its developer portal is off, nobody signs in, as in Consumption.",
    check: shortText(50),
  },
  apimExistingPublishPortal: {
    type: "boolean",
    default: false,
    text: "Publishes the adopted instance's developer portal too, with everything that others changed in it.",
    check: flag,
  },
  protect: {
    type: "boolean",
    default: false,
    text: "Protects the instance and its resource group from deletion by Pulumi.",
    check: flag,
  },
  retainOnDelete: {
    type: "boolean",
    default: false,
    text: "Leaves the instance and its resource group in Azure when the stack is destroyed.",
    check: flag,
  },
} as const satisfies Record<string, Setting>;

/** The settings of Okta. */
const okta = {
  oktaAuthorizationServer: {
    type: "string",
    default: "",
    text: "Name of the Okta authorization server that issues the tokens. Empty means the names of the project and the stack, `apim-okta-dev`, for one that the stack creates.",
    check: shortText(255),
  },
  oktaCreateAuthorizationServer: {
    type: "boolean",
    default: true,
    text: "Creates the authorization server. With `false` the stack looks it up by its name, and the access policies that others keep there also decide who gets tokens.",
    check: flag,
  },
  oktaAudience: {
    type: "string",
    default: "",
    text: "Audience of the authorization server that the stack creates. Empty means `api://` and the project's name. An existing server has its own.",
    check: shortText(255),
  },
  oktaAcceptOtherClientsOf: {
    type: "string",
    default: "",
    text: "Name of the existing authorization server again. It says that the APIs let in clients with tokens from other access policies on purpose.",
    check: shortText(255),
  },
  oktaCreateTrustedOrigins: {
    type: "boolean",
    default: true,
    text: "Creates a trusted origin in Okta for each origin of a browser client. Okta has each origin once in the whole org: set `false` where another stack, or somebody else, has it already.",
    check: flag,
  },
  oktaAppLabel: {
    type: "string",
    default: "",
    text: "Label of the developer portal's app in Okta, which people see when they sign in. At most 100 characters. Empty means the names of the project and the stack, `apim-okta-dev-portal`.",
    check: shortText(100),
  },
  oktaSecretVersion: {
    type: "integer",
    default: 1,
    text: "Version of the client secret of the developer portal's app. Another number makes another secret at the next update.",
    check: integer(1, 1_000_000),
  },
  oktaGroup: {
    type: "string",
    default: "",
    text: "Name of an Okta group whose members may sign in through the developer portal. Empty assigns nobody.",
    check: shortText(255),
  },
  accessTokenLifetimeMinutes: {
    type: "integer",
    default: 60,
    text: "How long an access token is valid where its client does not say otherwise, 5 to 1440 minutes.",
    check: integer(5, 1440),
  },
} as const satisfies Record<string, Setting>;

/** The settings of the developer portal. */
const portal = {
  portalLoginName: {
    type: "string",
    default: "okta",
    text: "Name of the OAuth 2.0 server in API Management. Lower case, because it is part of the redirect URI.",
    check: pattern(
      /^[a-z0-9][a-z0-9-]{0,79}$/,
      "must hold lower-case letters, digits and hyphens only: the developer portal lower-cases it in the redirect URI",
    ),
  },
  portalGrantTypes: {
    type: "array",
    items: "string",
    default: ["authorizationCode"],
    text: "How the portal's console gets tokens: authorizationCode, clientCredentials or both. With clientCredentials, everybody who can open the console gets one without signing in.",
    check: structure(
      // The third one has a guard of its own, which says why not.
      z.array(
        z.enum(portalGrantTypes, 'must be "authorizationCode" or "clientCredentials"'),
        "must be a list",
      ),
    ),
  },
  portalDefaultScopes: {
    type: "array",
    items: "string",
    default: [],
    text: "Scopes that the portal's console asks for. Empty means every scope that an operation needs. Each API is asked for with those of them that its own operations need.",
    check: structure(z.array(z.string("must be a scope"), "must be a list")),
  },
  developerPortalUrl: {
    type: "string",
    default: "https://{service}.developer.azure-api.net",
    text: "Origin of the developer portal as Azure gives it to a new instance. `{service}` stands for the instance's name. Azure China ends in azure-api.cn, Azure Government in azure-api.us. An adopted instance tells its own.",
    check: z
      .string()
      .refine((value) => value !== localWord, notInLocalCloud("the local cloud's developer portal"))
      .refine(
        (value) => value === localWord || isOrigin(value),
        'must be an http or https origin without a slash at its end, for example "https://{service}.developer.azure-api.net"',
      ),
  },
  portalDomain: {
    type: "string",
    default: "",
    text: "Host name of the developer portal in place of the default one, for example developer.contoso.com.",
    check: optional(
      pattern(
        /^(?=.{4,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/,
        "must be a host name in lower case, without scheme and path",
      ),
    ),
  },
  portalDomainCertificate: {
    type: "string",
    default: "",
    text: "Key Vault secret with the certificate of `portalDomain`, https://VAULT.vault.azure.net/secrets/NAME. The instance's identity must be allowed to read it, so create the instance first.",
    check: optional(pattern(/^https:\/\/[^/]+\/secrets\/[^/]+/, "must be the address of a Key Vault secret")),
  },
} as const satisfies Record<string, Setting>;

/** The settings of those who call. */
const callers = {
  clients: {
    type: "object",
    default: {},
    text: "The clients by name. Each has `kind` (`browser`, `native`, `web` or `service`), `scopes`, and where people sign in `redirectUris` and `groups` (names of Okta groups). Optional: `authentication` (`none`, `client_secret_basic` or `private_key_jwt` with `publicKeys`, a list of JSON Web Keys), `tokenLifetimeMinutes`, `signOnPolicy` (name of a sign-on policy), `postLogoutRedirectUris`, `secretVersion`, `label`. The name `portal` is the developer portal's app, which takes `groups`, `signOnPolicy` and `tokenLifetimeMinutes`.",
    check: clientsCheck,
  },
  claims: {
    type: "object",
    default: {},
    text: "Claims of access tokens by name: `{ groups: { startsWith: TEXT } }` (or `equals`, `contains`, `regex`) for the names of the person's groups, `{ expression: TEXT }` for an expression in Okta's language. Okta gives no token to a person with more than 100 groups that a claim selects, and puts none into tokens of client credentials.",
    check: claimsCheck,
  },
  namedValues: {
    type: "object",
    default: {},
    text: "Values for policies by display name, which `{{NAME}}` in a policy stands for: a text, `{ secret: TEXT }` for one that nobody is to read, or `{ keyVaultSecret: ADDRESS }`, which the instance's identity must be allowed to read. `npx pulumi config set --secret --path 'namedValues.NAME.secret'` asks for a secret and encrypts it.",
    check: namedValuesCheck,
  },
  policyFragments: {
    type: "object",
    default: {},
    text: "Policy fragments by id, each a file with one `<fragment>` element, relative to where `Pulumi.yaml` is. Where a policy of your own has `<include-fragment>` with that id, the fragment's policies are written. Other ids mean fragments of the instance.",
    check: policyFragmentsCheck,
  },
  localSecrets: {
    type: "object",
    default: {},
    text: "What the secrets of Key Vaults are in the local cloud, by their addresses. The program does not read it.",
    check: localSecretsCheck,
  },
  localPeople: {
    type: "object",
    default: {},
    text: "People in the local cloud's Okta by name, each with a list of groups. The program does not read it.",
    check: localPeopleCheck,
  },
} as const satisfies Record<string, Setting>;

/**
 * Every setting of the stack, in the order in which people read them. Pulumi.yaml's `config` block and docs/settings.md are written
 * from it, by `npm run docs`.
 */
export const settingsTable = {
  ...instance,
  ...okta,
  ...portal,
  apis: {
    type: "object",
    text: "The APIs by name. Each has `document` (an OpenAPI or Swagger file, or a URL that `npm run add` pinned), `path` (URL suffix, empty for the root), and `serviceUrl` (its backend) or `mock: true` (answers with the document's examples). Optional: `overlay` (an OpenAPI overlay), `security` (who may call, where the document does not say it), `requiredClaims` (operation → claims that its token must have, such as a group), `policies` (policy documents of your own: `{ api: FILE, operations: { OPERATION: FILE } }`, XML or a typed module, behind the checks of the token), `translateRequiredQueryParametersConduct`.",
    check: apisCheck,
  },
  ...callers,
} as const satisfies Record<string, Setting>;

/** The name of a setting. */
export type SettingName = keyof typeof settingsTable;

/** Checks all settings together. */
export const settingsCheck = z.object(
  Object.fromEntries(Object.entries(settingsTable).map(([name, { check }]) => [name, check])) as {
    [Name in SettingName]: (typeof settingsTable)[Name]["check"];
  },
);

/** The stack's settings, checked. */
export type StackConfig = z.infer<typeof settingsCheck>;
