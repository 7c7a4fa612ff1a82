import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

/** Every problem of one stack's configuration, one line each. Pulumi prints it without a stack trace. */
export class ConfigError extends pulumi.RunError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    const head = problems.length === 1 ? "1 setting" : `${problems.length} settings`;
    super(
      `${head} of stack "${pulumi.getStack()}" must be corrected:\n${problems.map((line) => `  - ${line}`).join("\n")}`,
    );
    this.problems = problems;
  }
}

const skus = ["Consumption", "Developer", "Basic", "Standard", "Premium", "BasicV2", "StandardV2"] as const;

/** Tier of an API Management instance, by Azure's name. */
export type Sku = (typeof skus)[number];

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

const api = z
  .strictObject(
    {
      document: z.string('must name an OpenAPI 3.0 file, for example "apis/conference.openapi.yaml"').min(1),
      path: z
        .string('must be a text; "" is the root of the gateway')
        .max(400, "must have at most 400 characters")
        .regex(/^(?:[\w.~-]+(?:\/[\w.~-]+)*)?$/, "must be URL path segments without a slash at either end")
        .default(""),
      serviceUrl: z
        .url({
          protocol: /^https?$/,
          error: 'must be an http or https URL, for example "https://conference.example.com"',
        })
        .max(2000, "must have at most 2000 characters")
        .optional(),
      mock: z.boolean("must be true or false").default(false),
    },
    {
      error: (issue) =>
        issue.code === "unrecognized_keys"
          ? `must not hold "${issue.keys.join('", "')}"; an API takes document, path, serviceUrl and mock`
          : "must be an object with document, path, serviceUrl and mock",
    },
  )
  .refine((entry) => !(entry.mock && entry.serviceUrl !== undefined), {
    error: "must have either serviceUrl or mock: true, not both",
    path: ["mock"],
  });

const apis = z
  .record(
    z
      .string()
      .regex(
        /^[a-z][a-z0-9-]{0,79}$/,
        "must be named in lower-case letters, digits and hyphens, starting with a letter",
      ),
    api,
    "must be a map from API name to its settings",
  )
  .refine((map) => Object.keys(map).length > 0, "must name at least one API");

// Mirrors the `config` block of Pulumi.yaml, which gives each key its default and description.
const schema = z.object({
  location: text(90),
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
  protect: flag,
  oktaAuthorizationServer: text(255),
  oktaCreateAuthorizationServer: flag,
  oktaAudience: z.string().max(255, "must have at most 255 characters"),
  oktaAppLabel: text(100),
  oktaGroup: z.string().max(255, "must have at most 255 characters"),
  accessTokenLifetimeMinutes: integer(5, 1440),
  portalLoginName: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{0,79}$/,
      "must hold lower-case letters, digits and hyphens only: the developer portal lower-cases it in the redirect URI",
    ),
  apis,
});

/** The stack's settings, checked. Descriptions and defaults stand in the `config` block of Pulumi.yaml. */
export type StackConfig = z.infer<typeof schema>;

/** One entry of the `apis` setting. */
export type ApiConfig = z.infer<typeof api>;

/**
 * Reads the settings of the running stack.
 *
 * @throws {ConfigError} with every problem at once: key, rule, value, next step. A secret's value is never shown.
 */
export function readConfig(): StackConfig {
  const config = new pulumi.Config();
  const values = pulumi.runtime.allConfig();
  const raw = Object.fromEntries(
    Object.keys(schema.shape).map((key) => {
      const value = values[`${config.name}:${key}`];
      return [key, key === "apis" && value !== undefined ? parseMap(value) : value];
    }),
  );
  const parsed = schema.safeParse(raw);
  const problems = [
    ...unknownKeys(config),
    ...(parsed.error?.issues ?? []).map((issue) => describe(config, raw, issue)),
    ...(parsed.data === undefined ? [] : contradictions(config, parsed.data)),
  ];
  if (parsed.data === undefined || problems.length > 0) throw new ConfigError(problems);
  return parsed.data;
}

function parseMap(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    // Not JSON, hence not a map: the schema says so with the key's name.
    return value;
  }
}

function unknownKeys(config: pulumi.Config): string[] {
  return Object.keys(pulumi.runtime.allConfig())
    .filter(
      (key) => key.startsWith(`${config.name}:`) && !(key.slice(config.name.length + 1) in schema.shape),
    )
    .map(
      (key) =>
        `"${key}" must be a setting of this project; got an unknown name. See "config" in Pulumi.yaml.`,
    );
}

function describe(config: pulumi.Config, raw: Record<string, unknown>, issue: z.core.$ZodIssue): string {
  const [key, ...path] = issue.path.map(String);
  const subject = `"${config.name}:${[key, ...path].join(".")}"`;
  const value = issue.path.reduce<unknown>(
    (at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step],
    raw,
  );
  const got =
    value === undefined ? "nothing" : isSecret(`${config.name}:${key}`) ? "[secret]" : JSON.stringify(value);
  const rule = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return `${subject} ${value === undefined && path.length === 0 ? "must be set" : rule}; got ${got}. Set it with \`pulumi config set${path.length > 0 ? " --path" : ""} ${[key, ...path].join(".")} VALUE\`.`;
}

// The SDK's types leave this function out; without it a key stored with `--secret` could not be told from a plain one.
function isSecret(key: string): boolean {
  return (pulumi.runtime as unknown as { isConfigSecret(key: string): boolean }).isConfigSecret(key);
}

function contradictions(config: pulumi.Config, settings: StackConfig): string[] {
  const problems: string[] = [];
  if (settings.apimSku === "Developer" && settings.apimCapacity !== 1) {
    problems.push(
      `"${config.name}:apimCapacity" must be 1 with tier "Developer"; got ${settings.apimCapacity}. Remove it, or choose another apimSku.`,
    );
  }
  if (settings.oktaCreateAuthorizationServer && settings.oktaAudience === "") {
    problems.push(
      `"${config.name}:oktaAudience" must be set when oktaCreateAuthorizationServer is true; got "". Name the audience, for example "api://conference".`,
    );
  }
  if (!settings.oktaCreateAuthorizationServer && settings.oktaAudience !== "") {
    problems.push(
      `"${config.name}:oktaAudience" must be empty when the authorization server exists already: it has its own; got "${settings.oktaAudience}". Remove it, or set oktaCreateAuthorizationServer.`,
    );
  }
  return [...problems, ...samePaths(config, settings)];
}

function samePaths(config: pulumi.Config, { apis }: StackConfig): string[] {
  const first = new Map<string, string>();
  return Object.entries(apis).flatMap(([name, { path }]) => {
    const other = first.get(path.toLowerCase());
    first.set(path.toLowerCase(), other ?? name);
    if (other === undefined) return [];
    return [
      `"${config.name}:apis.${name}.path" must differ from that of API "${other}"; got "${path}". Give one of them another path.`,
    ];
  });
}
