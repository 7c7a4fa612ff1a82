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
  const keys = Object.keys(configSchema.shape);
  const raw = Object.fromEntries(keys.map((key) => [key, values[`${config.name}:${key}`]]));
  const parsed = configSchema.safeParse(raw, { reportInput: true });
  const problems = [
    ...unknownKeys(config),
    ...(parsed.error?.issues ?? []).map((issue) => describe(config, issue)),
    ...(parsed.data === undefined ? [] : contradictions(config, parsed.data)),
  ];
  if (parsed.data === undefined || problems.length > 0) throw new ConfigError(problems);
  return withOwnServer(parsed.data);
}

/** The settings with the name and the audience that an authorization server of the stack's own has when nobody names them. */
function withOwnServer(settings: StackConfig): StackConfig {
  if (!settings.oktaCreateAuthorizationServer) return settings;
  const { oktaAuthorizationServer: name, oktaAudience: audience } = settings;
  return {
    ...settings,
    oktaAuthorizationServer: name || `${pulumi.getProject()}-${pulumi.getStack()}`,
    oktaAudience: audience || `api://${pulumi.getProject()}`,
  };
}

function unknownKeys(config: pulumi.Config): string[] {
  return Object.keys(pulumi.runtime.allConfig())
    .filter(
      (key) =>
        key.startsWith(`${config.name}:`) &&
        !Object.hasOwn(configSchema.shape, key.slice(config.name.length + 1)),
    )
    .map(
      (key) =>
        `"${key}" must be a setting of this project; got an unknown name. See "config" in Pulumi.yaml.`,
    );
}

function describe(config: pulumi.Config, issue: z.core.$ZodIssue): string {
  const [key = "", ...inner] = issue.path.map(String);
  const place = key + issue.path.slice(1).map(step).join("");
  const isMissing = issue.input === undefined && inner.length === 0;
  const rule = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return `"${config.name}:${place}" ${isMissing ? "must be set" : rule}; got ${shown(config, key, issue.input)}. ${nextStep(place, issue)}`;
}

/** A step of a place as `pulumi config set --path` writes it: `.path`, `[0]`, `["a.b"]`. */
function step(part: PropertyKey): string {
  if (typeof part === "number") return `[${part}]`;
  return /^[\w-]+$/.test(String(part)) ? `.${String(part)}` : `[${JSON.stringify(part)}]`;
}

/** The CLI would keep a list or a map as a text, and the stack local is none of its own. */
function nextStep(place: string, issue: z.core.$ZodIssue): string {
  const isStructured =
    /[.[]/.test(place) || (issue.code === "invalid_type" && ["array", "record"].includes(issue.expected));
  return isStructured || pulumi.getStack() === "local"
    ? `Correct it in Pulumi.${pulumi.getStack()}.yaml.`
    : `Set it with \`npx pulumi config set ${place} VALUE\`.`;
}

/** A value for a message; that of a setting stored with `--secret` is never shown. */
function shown(config: pulumi.Config, key: string, value: unknown): string {
  // The SDK's types leave this function out; without it a key stored with `--secret` could not be told from a plain one.
  const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
  if (value === undefined) return "nothing";
  return isConfigSecret(`${config.name}:${key}`) ? "[secret]" : JSON.stringify(value);
}

function contradictions(config: pulumi.Config, settings: StackConfig): string[] {
  const got = (key: keyof StackConfig) => shown(config, key, settings[key]);
  const problems: string[] = [];
  if (settings.apimSku === "Developer" && settings.apimCapacity !== 1) {
    problems.push(
      `"${config.name}:apimCapacity" must be 1 with tier "Developer"; got ${got("apimCapacity")}. Remove it, or choose another apimSku.`,
    );
  }
  return [
    ...problems,
    ...authorizationServerProblems(config, settings),
    ...portalDomainProblems(config, settings),
    ...adoptionProblems(config, settings),
    ...samePaths(config, settings),
  ];
}

function authorizationServerProblems(config: pulumi.Config, settings: StackConfig): string[] {
  const { oktaCreateAuthorizationServer: isOwn, oktaAuthorizationServer: name } = settings;
  const { oktaAudience: audience, oktaAcceptOtherClientsOf: accepted } = settings;
  const subject = (key: keyof StackConfig) => `"${config.name}:${key}"`;
  const got = (key: keyof StackConfig) => shown(config, key, settings[key]);
  const problems: string[] = [];
  if (!isOwn && name === "") {
    problems.push(
      `${subject("oktaAuthorizationServer")} must be set when oktaCreateAuthorizationServer is false; got ${got("oktaAuthorizationServer")}. Name the server that exists, for example "default".`,
    );
  }
  // Every org has it already.
  if (isOwn && name === "default") {
    problems.push(
      `${subject("oktaAuthorizationServer")} must not be Okta's own server when oktaCreateAuthorizationServer is true; got ${got("oktaAuthorizationServer")}. Remove it, or set oktaCreateAuthorizationServer to false.`,
    );
  }
  if (!isOwn && audience !== "") {
    problems.push(
      `${subject("oktaAudience")} must be empty when the authorization server exists already: it has its own; got ${got("oktaAudience")}. Remove it, or set oktaCreateAuthorizationServer.`,
    );
  }
  if (isOwn && accepted !== "") {
    problems.push(
      `${subject("oktaAcceptOtherClientsOf")} must be empty when the authorization server is the stack's own, which has no other clients; got ${got("oktaAcceptOtherClientsOf")}. Remove it.`,
    );
  }
  if (!isOwn && accepted !== "" && accepted !== name) {
    problems.push(
      `${subject("oktaAcceptOtherClientsOf")} must name the authorization server that oktaAuthorizationServer names, ${got("oktaAuthorizationServer")}; got ${got("oktaAcceptOtherClientsOf")}. Correct it, or remove it.`,
    );
  }
  return problems;
}

function portalDomainProblems(config: pulumi.Config, settings: StackConfig): string[] {
  const { portalDomain, portalDomainCertificate, apimSku, apimExistingServiceName } = settings;
  const got = (key: keyof StackConfig) => shown(config, key, settings[key]);
  const subject = `"${config.name}:portalDomain"`;
  if (portalDomain !== "" && apimSku === "Consumption")
    return [
      `${subject} must be empty in tier Consumption, which has no developer portal; got ${got("portalDomain")}. Remove it.`,
    ];
  // An adopted instance has its domain, and the certificate for it, already.
  const needsCertificate = portalDomain !== "" && apimExistingServiceName === "";
  if (needsCertificate === (portalDomainCertificate !== "")) return [];
  return [
    `${subject} and "${config.name}:portalDomainCertificate" must be set together on an instance of our own, and the certificate must be left out otherwise; got ${got("portalDomain")} and ${got("portalDomainCertificate")}. Set or remove the certificate.`,
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
  const got = (key: keyof StackConfig) => shown(config, key, settings[key]);
  const problems: string[] = [];
  if (group === "" || service === "") {
    problems.push(
      `"${config.name}:apimExistingServiceName" and "${config.name}:apimExistingResourceGroup" must be set together; got ${got("apimExistingServiceName")} and ${got("apimExistingResourceGroup")}. Set both, or neither.`,
    );
  }
  if (apimServiceName !== "") {
    problems.push(
      `"${config.name}:apimServiceName" must be empty when an existing instance is adopted; got ${got("apimServiceName")}. Remove it.`,
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
      `"${config.name}:apis.${name}.path" must differ from that of API "${other}"; got ${shown(config, "apis", path)}. Give one of them another path.`,
    ];
  });
}
