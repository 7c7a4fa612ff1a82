import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { tierOf } from "../components/tiers.ts";
import { portalClient } from "./client-settings.ts";
import { readLocalPlaces, withLocalPlaces } from "./local-cloud.ts";
import { secretNames } from "./named-value-settings.ts";
import { type SettingName, type StackConfig, settingsCheck, settingsTable } from "./settings-table.ts";

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
export function readConfig(): StackConfig & OwnServer {
  const config = new pulumi.Config();
  const values = pulumi.runtime.allConfig();
  const keys = Object.keys(settingsTable);
  const places = readLocalPlaces();
  const placed = places === undefined ? values : withLocalPlaces(values, { project: config.name, places });
  const raw = Object.fromEntries(keys.map((key) => [key, placed[`${config.name}:${key}`]]));
  const parsed = settingsCheck.safeParse(raw, { reportInput: true });
  const problems = [
    ...unknownKeys(config),
    ...(parsed.error?.issues ?? []).map((issue) => describe(config, issue)),
    ...(parsed.data === undefined ? [] : contradictions(config, parsed.data)),
  ];
  if (parsed.data === undefined || problems.length > 0) throw new ConfigError(problems);
  return withOwnServer(parsed.data);
}

/** The authorization server that the settings mean, also where they do not name it. */
interface OwnServer {
  readonly oktaAuthorizationServer: string;
}

function withOwnServer(settings: StackConfig): StackConfig & OwnServer {
  const {
    oktaCreateAuthorizationServer: isOwn,
    oktaAuthorizationServer: name = `${pulumi.getProject()}-${pulumi.getStack()}`,
    oktaAudience: audience = isOwn ? `api://${pulumi.getProject()}` : undefined,
  } = settings;
  return { ...settings, oktaAuthorizationServer: name, oktaAudience: audience };
}

function unknownKeys(config: pulumi.Config): string[] {
  return Object.keys(pulumi.runtime.allConfig())
    .filter(
      (key) =>
        key.startsWith(`${config.name}:`) && !Object.hasOwn(settingsTable, key.slice(config.name.length + 1)),
    )
    .map(
      (key) =>
        `"${key}" is not a setting of this project. Correct its name: docs/settings.md lists all settings.`,
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

/** How to set the value. Lists and maps go into the file: the CLI would keep them as text, and it does not know the stack local. */
function nextStep(place: string, issue: z.core.$ZodIssue): string {
  const isStructured =
    /[.[]/.test(place) || (issue.code === "invalid_type" && ["array", "record"].includes(issue.expected));
  return isStructured || pulumi.getStack() === "local"
    ? `Correct it in Pulumi.${pulumi.getStack()}.yaml.`
    : `Set it with \`npx pulumi config set ${place} VALUE\`.`;
}

/** A value for a message; that of a setting stored with `--secret` is never shown. */
function shown(config: pulumi.Config, key: string, value: unknown): string {
  if (value === undefined) return "nothing";
  // Whoever forgot to encrypt a secret is not to see it in a log as well.
  const isHidden = isSecret(config, key) || key === "namedValues" || key === "localSecrets";
  return isHidden ? "[secret]" : JSON.stringify(value);
}

function isSecret(config: pulumi.Config, key: string): boolean {
  // The SDK's types leave this function out; without it a key stored with `--secret` could not be told from a plain one.
  const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
  return isConfigSecret(`${config.name}:${key}`);
}

/** A contradiction between settings: which one is wrong, and why. */
type Problem = readonly [place: string, sentence: string];

function contradictions(config: pulumi.Config, settings: StackConfig): string[] {
  const got = (key: SettingName) => shown(config, key, settings[key]);
  return [
    ...tierProblems(settings, got),
    ...authorizationServerProblems(settings, got),
    ...portalDomainProblems(settings, got),
    ...portalGroupProblems(settings, got),
    ...plainSecrets(config, settings),
    ...adoptionProblems(settings, got),
    ...samePaths(settings, (value) => shown(config, "apis", value)),
  ].map(([place, sentence]) => `"${config.name}:${place}" ${sentence}`);
}

function tierProblems({ apimSku, apimCapacity }: StackConfig, got: (key: SettingName) => string): Problem[] {
  if (tierOf(apimSku).units !== "one" || apimCapacity === 1) return [];
  return [
    [
      "apimCapacity",
      `must be 1 with tier "${apimSku}"; got ${got("apimCapacity")}. Remove it, or choose another apimSku.`,
    ],
  ];
}

function authorizationServerProblems(settings: StackConfig, got: (key: SettingName) => string): Problem[] {
  const { oktaCreateAuthorizationServer: isOwn, oktaAuthorizationServer: name } = settings;
  const { oktaAudience: audience, oktaAcceptOtherClientsOf: accepted } = settings;
  const problems: (Problem | false)[] = [
    !isOwn &&
      name === undefined && [
        "oktaAuthorizationServer",
        'must be set when oktaCreateAuthorizationServer is false. Name the server that exists, for example "default".',
      ],
    // Every org has it already.
    isOwn &&
      name === "default" && [
        "oktaAuthorizationServer",
        `is ${got("oktaAuthorizationServer")}, Okta's own server, which the stack cannot create. Remove it, or set oktaCreateAuthorizationServer to false.`,
      ],
    !isOwn &&
      audience !== undefined && [
        "oktaAudience",
        `is ${got("oktaAudience")}, but an existing authorization server has its own audience. Remove it, or set oktaCreateAuthorizationServer to true.`,
      ],
    isOwn &&
      accepted !== undefined && [
        "oktaAcceptOtherClientsOf",
        `is ${got("oktaAcceptOtherClientsOf")}, but the stack creates its own authorization server, which has no other clients. Remove it.`,
      ],
    !isOwn &&
      accepted !== undefined &&
      accepted !== name && [
        "oktaAcceptOtherClientsOf",
        `is ${got("oktaAcceptOtherClientsOf")}, but oktaAuthorizationServer names ${got("oktaAuthorizationServer")}. Write the same name, or remove it.`,
      ],
  ];
  return problems.filter((problem) => problem !== false);
}

function portalDomainProblems(settings: StackConfig, got: (key: SettingName) => string): Problem[] {
  const { portalDomain: domain, portalDomainCertificate: certificate, apimSku } = settings;
  const isAdopted = settings.apimExistingServiceName !== undefined;
  if (domain !== undefined && !tierOf(apimSku).hasDeveloperPortal)
    return [
      [
        "portalDomain",
        `is ${got("portalDomain")}, but tier ${apimSku} has no developer portal. Remove it, or choose another apimSku.`,
      ],
    ];
  if (domain !== undefined && certificate === undefined && !isAdopted)
    return [
      [
        "portalDomainCertificate",
        `must be set, because portalDomain is ${got("portalDomain")}. Name the Key Vault secret with the certificate of that domain.`,
      ],
    ];
  if (certificate === undefined || (domain !== undefined && !isAdopted)) return [];
  const reason = isAdopted ? "an adopted instance has its certificates already" : "portalDomain is not set";
  return [
    [
      "portalDomainCertificate",
      `is ${got("portalDomainCertificate")}, but ${reason}. Remove the certificate.`,
    ],
  ];
}

function portalGroupProblems(settings: StackConfig, got: (key: SettingName) => string): Problem[] {
  if (settings.oktaGroup === undefined || settings.clients[portalClient]?.groups === undefined) return [];
  return [
    [
      "oktaGroup",
      `is ${got("oktaGroup")}, but clients.${portalClient}.groups names the groups of the same app. Remove one of them.`,
    ],
  ];
}

/** A secret in a file that others read is none. The local cloud's protects nothing. */
function plainSecrets(config: pulumi.Config, { namedValues }: StackConfig): Problem[] {
  if (pulumi.getStack() === "local" || isSecret(config, "namedValues")) return [];
  return secretNames(namedValues).map((name) => [
    `namedValues.${name}.secret`,
    `must not stand in Pulumi.${pulumi.getStack()}.yaml unencrypted. Remove it there and run \`npx pulumi config set --secret --path 'namedValues.${name}.secret'\`, which asks for it.`,
  ]);
}

function adoptionProblems(settings: StackConfig, got: (key: SettingName) => string): Problem[] {
  const { apimExistingResourceGroup: group, apimExistingServiceName: service, apis } = settings;
  if (group === undefined && service === undefined) return [];
  const own = (["apimServiceName", "apimResourceGroup"] as const).filter(
    (key) => settings[key] !== undefined,
  );
  const [there, missing] =
    group === undefined
      ? (["apimExistingServiceName", "apimExistingResourceGroup"] as const)
      : (["apimExistingResourceGroup", "apimExistingServiceName"] as const);
  const isHalf = group === undefined || service === undefined;
  return [
    ...(isHalf
      ? [[missing, `must be set, because ${there} is ${got(there)}. Set both, or neither.`] as const]
      : []),
    ...own.map(
      (key): Problem => [key, `is ${got(key)}, but the stack adopts an existing instance. Remove it.`],
    ),
    ...Object.entries(apis)
      .filter(([, { path }]) => path === "")
      .map(
        ([name]): Problem => [
          `apis.${name}.path`,
          "is empty, but others use the root of the adopted instance too. Give the API a path of its own.",
        ],
      ),
  ];
}

function samePaths({ apis }: StackConfig, show: (value: unknown) => string): Problem[] {
  const first = new Map<string, string>();
  return Object.entries(apis).flatMap(([name, { path }]): Problem[] => {
    const other = first.get(path.toLowerCase());
    first.set(path.toLowerCase(), other ?? name);
    if (other === undefined) return [];
    return [
      [`apis.${name}.path`, `is ${show(path)}, the path of API "${other}". Give one of them another path.`],
    ];
  });
}
