import { z } from "zod";
import { requiredQueryConducts } from "../openapi/required-query.ts";
import { hasLocalBackend, localWord, notInLocalCloud } from "./local-cloud.ts";
import { structure } from "./structure.ts";

const httpMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] as const;
const apiKeys =
  "document, overlay, security, requiredClaims, policies, path, serviceUrl, mock and translateRequiredQueryParametersConduct";

function strangeKeys(what: string, keys: string) {
  return (issue: { readonly code: string; readonly keys?: readonly string[] }) =>
    issue.code === "unrecognized_keys"
      ? `must not hold "${issue.keys?.join('", "')}"; ${what} takes ${keys}`
      : `must be an object with ${keys}`;
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

const claimValue = "must be a list of texts; write a number or a boolean in quotes";

/** A claim that an operation requires. What it may not say is told with the document, as for the document's own claims. */
const requiredClaim = z.strictObject(
  {
    name: z.string("must be the name of a claim"),
    match: z.enum(["all", "any"], 'must be "all" or "any"').optional(),
    values: z.array(z.string(claimValue), claimValue),
  },
  { error: strangeKeys("a required claim", "name, match and values") },
);

const requiredClaims = z.record(
  z.string(),
  z.array(requiredClaim, "must be a list of claims"),
  "must be a map from operation to a list of claims",
);

const policyFile = z
  .string('must name a policy document, for example "policies/orders.xml"')
  .min(1, 'must name a policy document, for example "policies/orders.xml"');

/** Policy documents of one's own, which stand behind the checks. */
const policies = z.strictObject(
  {
    api: policyFile.optional(),
    operations: z.record(z.string(), policyFile, "must be a map from operation to file").optional(),
  },
  { error: strangeKeys("an API's policies", "api and operations") },
);

const api = z
  .strictObject(
    {
      document: z
        .string('must name an OpenAPI or Swagger file, for example "apis/conference.openapi.yaml"')
        .min(1),
      overlay: z.string('must name an overlay, for example "apis/orders.overlay.yaml"').min(1).optional(),
      security: security.optional(),
      requiredClaims: requiredClaims.optional(),
      policies: policies.optional(),
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
          error: ({ input }) =>
            input === localWord
              ? notInLocalCloud("the local cloud's backend")
              : 'must be an http or https URL, for example "https://conference.example.com"',
        })
        .max(2000, "must have at most 2000 characters")
        .optional(),
      mock: z.boolean("must be true or false").default(false),
      translateRequiredQueryParametersConduct: z
        .enum(requiredQueryConducts, 'must be "template" or "query"')
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

/** What is wrong with one setting of an API. */
export interface ApiProblem {
  readonly field: string;
  /** What the setting must be, `must be true or false`. */
  readonly rule: string;
  /** What it is, as JSON. */
  readonly got: string;
}

/** What is wrong with an API's settings. */
export function apiProblems(settings: unknown): readonly ApiProblem[] {
  // The local cloud gives its backend an address when the stack is made.
  const placed = hasLocalBackend(settings) ? { ...settings, serviceUrl: "http://127.0.0.1" } : settings;
  const issues = api.safeParse(placed, { reportInput: true }).error?.issues ?? [];
  return issues.map(({ path, message, input }) => ({
    field: path.map(String).join("."),
    rule: message,
    got: JSON.stringify(input) ?? "nothing",
  }));
}

/** The setting `apis`, as Pulumi hands it over. */
export const apisCheck = structure(apiMap);

/** One entry of the setting `apis`. */
export type ApiConfig = z.infer<typeof api>;
