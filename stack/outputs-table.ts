/** One output of the stack. */
export interface StackOutput {
  /** What it is for, Markdown. */
  readonly text: string;
  /** Shape of its value. */
  readonly type: "string" | "list of strings" | "map of strings" | "map of objects";
  /** Whether `pulumi stack output` shows it with `--show-secrets` alone. */
  readonly isSecret?: boolean;
}

/** Every output of the stack: what index.ts exports. docs/outputs.md is written from it, by `npm run docs`. */
export const outputsTable: Readonly<Record<string, StackOutput>> = {
  resourceGroupName: { type: "string", text: "Resource group of the API Management instance." },
  serviceName: { type: "string", text: "Name of the API Management instance." },
  gatewayUrl: { type: "string", text: "Origin of the instance's gateway, without a slash at its end." },
  apiUrls: {
    type: "map of strings",
    text: "Name of each API → URL where callers reach it, without a slash at its end.",
  },
  apis: {
    type: "map of objects",
    text: "Name of each API → its `path`, and its `operations`: name in API Management → method and path. The next update reads it to notice that an API was renamed, or that an operation's name stands for another one.",
  },
  developerPortalUrl: {
    type: "string",
    text: "Where people open the developer portal. Empty where there is none.",
  },
  issuer: { type: "string", text: "Issuer of the tokens: URL of the Okta authorization server." },
  tokenEndpoint: { type: "string", text: "Where programs get tokens." },
  clientId: {
    type: "string",
    text: "Client id of the developer portal's app in Okta. Empty where there is none.",
  },
  clientSecret: {
    type: "string",
    isSecret: true,
    text: "Client secret of the developer portal's app. Empty where there is none.",
  },
  clients: {
    type: "map of objects",
    isSecret: true,
    text: "Name of each client → its `kind`, `clientId`, `clientSecret` (secret, absent for a client without one), `authentication`, `grantTypes`, `redirectUris`, `scopes` and `groups`. The developer portal's app is the client `portal`.",
  },
  scopes: { type: "list of strings", text: "Every scope that the APIs' documents declare." },
  firstCall: {
    type: "string",
    text: "Shell line that calls the first protected operation that only reads, with a token of a client that gets one by itself. It holds no secret: the line reads it from the stack. Where no client does, it says where to sign in.",
  },
};
