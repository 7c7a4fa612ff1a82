import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { configSchema, type StackConfig } from "./config-schema.ts";

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

/**
 * Reads the settings of the running stack.
 *
 * @throws {ConfigError} with every problem at once: key, rule, value, next step. A secret's value is never shown.
 */
export function readConfig(): StackConfig {
  const config = new pulumi.Config();
  const values = pulumi.runtime.allConfig();
  const raw = Object.fromEntries(
    Object.keys(configSchema.shape).map((key) => {
      const value = values[`${config.name}:${key}`];
      return [key, structured.has(key) && value !== undefined ? parseStructure(value) : value];
    }),
  );
  const parsed = configSchema.safeParse(raw);
  const problems = [
    ...unknownKeys(config),
    ...(parsed.error?.issues ?? []).map((issue) => describe(config, raw, issue)),
    ...(parsed.data === undefined ? [] : contradictions(config, parsed.data)),
  ];
  if (parsed.data === undefined || problems.length > 0) throw new ConfigError(problems);
  return parsed.data;
}

const structured = new Set(["apis", "portalGrantTypes", "portalDefaultScopes"]);

function parseStructure(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    // Not JSON, hence neither map nor list: the schema says so with the key's name.
    return value;
  }
}

function unknownKeys(config: pulumi.Config): string[] {
  return Object.keys(pulumi.runtime.allConfig())
    .filter(
      (key) =>
        key.startsWith(`${config.name}:`) && !(key.slice(config.name.length + 1) in configSchema.shape),
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
  return [
    ...problems,
    ...portalDomainProblems(config, settings),
    ...adoptionProblems(config, settings),
    ...samePaths(config, settings),
  ];
}

function portalDomainProblems(config: pulumi.Config, settings: StackConfig): string[] {
  const { portalDomain, portalDomainCertificate, apimSku, apimExistingServiceName } = settings;
  const subject = `"${config.name}:portalDomain"`;
  if (portalDomain !== "" && apimSku === "Consumption")
    return [
      `${subject} must be empty in tier Consumption, which has no developer portal; got "${portalDomain}". Remove it.`,
    ];
  // An adopted instance has its domain, and the certificate for it, already.
  const needsCertificate = portalDomain !== "" && apimExistingServiceName === "";
  if (needsCertificate === (portalDomainCertificate !== "")) return [];
  return [
    `${subject} and "${config.name}:portalDomainCertificate" must be set together on an instance of our own, and the certificate must be left out otherwise; got "${portalDomain}" and "${portalDomainCertificate}". Set or remove the certificate.`,
  ];
}

function adoptionProblems(config: pulumi.Config, settings: StackConfig): string[] {
  const {
    apimExistingResourceGroup: group,
    apimExistingServiceName: service,
    apimServiceName,
    apis,
  } = settings;
  if (group === "" && service === "") return [];
  const problems: string[] = [];
  if (group === "" || service === "") {
    problems.push(
      `"${config.name}:apimExistingServiceName" and "${config.name}:apimExistingResourceGroup" must be set together; got "${service}" and "${group}". Set both, or neither.`,
    );
  }
  if (apimServiceName !== "") {
    problems.push(
      `"${config.name}:apimServiceName" must be empty when an existing instance is adopted; got "${apimServiceName}". Remove it.`,
    );
  }
  for (const [name] of Object.entries(apis).filter(([, { path }]) => path === "")) {
    problems.push(
      `"${config.name}:apis.${name}.path" must be set on an instance that others use too; got "". Give the API a path of its own.`,
    );
  }
  return problems;
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
