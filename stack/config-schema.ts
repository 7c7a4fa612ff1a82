import { z } from "zod";
import { portalGrantTypes } from "../components/portal-guards.ts";

const skus = ["Consumption", "Developer", "Basic", "Standard", "Premium", "BasicV2", "StandardV2"] as const;

/** Tier of an API Management instance, by Azure's name. */
export type Sku = (typeof skus)[number];

/** A list or a map that Pulumi hands over as JSON. Another text stays as it is: the schema says that it is none. */
export function parseStructure(value: unknown): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    return value;
  }
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

// Azure takes upper case too, but a browser names the portal's origin in lower case, and cors compares it letter by letter.
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftapimanagement
const serviceName = z
  .string()
  .regex(
    /^$|^[a-z](?:[a-z0-9-]{0,48}[a-z0-9])?$/,
    "must be lower-case letters, digits and hyphens, start with a letter, not end with a hyphen, and have at most 50 characters",
  );

const httpMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] as const;
const apiKeys =
  "document, overlay, security, path, serviceUrl, mock and translateRequiredQueryParametersConduct";

function strangeKeys(what: string, keys: string) {
  return (issue: { readonly code: string; readonly keys?: readonly string[] }) =>
    issue.code === "unrecognized_keys"
      ? `must not hold "${issue.keys?.join('", "')}"; ${what} takes ${keys}`
      : `must be an object with ${keys}`;
}

/** Whether it is an origin once the instance's name stands in it. */
function isOrigin(template: string): boolean {
  const url = template.replaceAll("{service}", "apim");
  return /^https?:/.test(url) && URL.canParse(url) && new URL(url).origin === url;
}

const operationNames = z.array(
  z.string("must be an operationId, or a method and a path"),
  "must be a list of operations",
);

const scopeSelector = z.union(
  [
    z.literal("others"),
    z.array(z.enum(httpMethods)),
    z.strictObject({
      methods: z.array(z.enum(httpMethods)).optional(),
      tags: z.array(z.string()).optional(),
      operations: operationNames.optional(),
    }),
  ],
  'must be a list of HTTP methods, "others", or an object with methods, tags and operations',
);

/** An API's `security` setting, for what its document does not say. */
const security = z.strictObject(
  {
    scheme: z.string('must name a security scheme of the document, or be "none"').min(1).optional(),
    scopes: z.record(z.string(), scopeSelector, "must be a map from scope to operations").optional(),
    public: operationNames.optional(),
  },
  { error: strangeKeys("an API's security", "scheme, scopes and public") },
);

const api = z
  .strictObject(
    {
      document: z
        .string('must name an OpenAPI or Swagger file, for example "apis/conference.openapi.yaml"')
        .min(1),
      overlay: z.string('must name an overlay, for example "apis/orders.overlay.yaml"').min(1).optional(),
      security: security.optional(),
      path: z
        .string('must be a text; "" is the root of the gateway')
        .max(400, "must have at most 400 characters")
        // Clients leave segments of one or two periods out before they send a URL.
        .regex(
          /^(?!(?:.*\/)?\.{1,2}(?:\/|$))(?:[\w.~-]+(?:\/[\w.~-]+)*)?$/,
          "must be URL path segments without a slash at either end",
        )
        .default(""),
      serviceUrl: z
        .url({
          protocol: /^https?$/,
          error: 'must be an http or https URL, for example "https://conference.example.com"',
        })
        .max(2000, "must have at most 2000 characters")
        .optional(),
      mock: z.boolean("must be true or false").default(false),
      translateRequiredQueryParametersConduct: z
        .enum(["template", "query"], 'must be "template" or "query"')
        .optional(),
    },
    { error: strangeKeys("an API", apiKeys) },
  )
  .refine((entry) => !(entry.mock && entry.serviceUrl !== undefined), {
    error: "must have either serviceUrl or mock: true, not both",
    path: ["mock"],
  });

/** What an API may be named. */
export const apiNamePattern = /^[a-z][a-z0-9-]{0,79}$/;

const apiMap = z
  .record(
    z
      .string()
      .regex(
        apiNamePattern,
        "must be named in lower-case letters, digits and hyphens, starting with a letter",
      ),
    api,
    "must be a map from API name to its settings",
  )
  .refine((map) => Object.keys(map).length > 0, "must name at least one API");

/** What is wrong with an API's settings: the field, and a sentence about it. */
export function apiProblems(settings: unknown): readonly (readonly [field: string, problem: string])[] {
  const issues = api.safeParse(settings, { reportInput: true }).error?.issues ?? [];
  return issues.map(({ path, message, input }) => [
    path.map(String).join("."),
    `${message}; got ${JSON.stringify(input)}.`,
  ]);
}

/** Mirrors the `config` block of Pulumi.yaml, which gives each key its default and description. */
export const configSchema = z.object({
  location: z
    .string()
    .trim()
    .regex(
      /^[A-Za-z][A-Za-z0-9 ]{0,89}$/,
      'must be the name of an Azure region, letters, digits and spaces, for example "westeurope" or "West Europe"',
    ),
  publisherName: text(100),
  publisherEmail: z.email("must be a mail address").max(100, "must have at most 100 characters"),
  apimSku: z.enum(skus, `must be one of "${skus.join('", "')}"`),
  apimCapacity: integer(1, 31),
  apimServiceName: serviceName,
  // A hyphen and six characters follow, and the whole has at most 50.
  apimServiceNamePrefix: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,42}$/,
      "must be lower-case letters, digits and hyphens, start with a letter, and have at most 43 characters",
    ),
  apimExistingResourceGroup: z.string().max(90, "must have at most 90 characters"),
  apimExistingServiceName: z.string().max(50, "must have at most 50 characters"),
  apimExistingPublishPortal: flag,
  protect: flag,
  retainOnDelete: flag,
  oktaAuthorizationServer: z.string().max(255, "must have at most 255 characters"),
  oktaCreateAuthorizationServer: flag,
  oktaAudience: z.string().max(255, "must have at most 255 characters"),
  oktaAcceptOtherClientsOf: z.string().max(255, "must have at most 255 characters"),
  oktaAppLabel: text(100),
  oktaSecretVersion: integer(1, 1_000_000),
  oktaGroup: z.string().max(255, "must have at most 255 characters"),
  accessTokenLifetimeMinutes: integer(5, 1440),
  portalLoginName: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{0,79}$/,
      "must hold lower-case letters, digits and hyphens only: the developer portal lower-cases it in the redirect URI",
    ),
  portalGrantTypes: z.preprocess(
    parseStructure,
    // The third one has a guard of its own, which says why not.
    z.array(z.enum(portalGrantTypes, 'must be "authorizationCode" or "clientCredentials"'), "must be a list"),
  ),
  portalDefaultScopes: z.preprocess(parseStructure, z.array(z.string("must be a scope"), "must be a list")),
  developerPortalUrl: z
    .string()
    .refine(
      isOrigin,
      'must be an http or https origin without a slash at its end, for example "https://{service}.developer.azure-api.net"',
    ),
  portalDomain: z
    .string()
    .regex(
      /^$|^(?=.{4,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/,
      "must be a host name in lower case, without scheme and path",
    ),
  portalDomainCertificate: z
    .string()
    .regex(/^$|^https:\/\/[^/]+\/secrets\/[^/]+/, "must be the address of a Key Vault secret"),
  apis: z.preprocess(parseStructure, apiMap),
});

/** The stack's settings, checked. Descriptions and defaults stand in the `config` block of Pulumi.yaml. */
export type StackConfig = z.infer<typeof configSchema>;

/** One entry of the `apis` setting. */
export type ApiConfig = z.infer<typeof api>;
