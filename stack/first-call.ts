import * as pulumi from "@pulumi/pulumi";
import type { OperationSecurity } from "../openapi/security/security.ts";
import { callToTry, curl, quoted } from "./call-to-try.ts";
import type { StackClient } from "./clients.ts";
import type { StackDocuments } from "./documents.ts";

/** What of a client decides whether it gets a token by itself. */
export type CallingClient = Pick<StackClient, "grantTypes" | "scopes" | "authentication">;

/**
 * A shell line that calls the first protected operation that only reads, with a token of a client that gets one by itself. No secret
 * is in it: the command in it reads that from the stack when it runs. Where no such client may call it, the line says where to sign in.
 */
export function firstCallLine(
  { apis }: StackDocuments,
  stack: {
    readonly apiUrls: Readonly<Record<string, pulumi.Output<string>>>;
    readonly clients: ReadonlyMap<string, CallingClient>;
    readonly developerPortalUrl: pulumi.Output<string>;
  },
): pulumi.Output<string> {
  const call = callToTry(
    [...apis].flatMap(([api, { document }]) => document.operations.map((operation) => ({ api, operation }))),
  );
  if (call === undefined)
    throw new pulumi.RunError("No document of the stack has an operation. Add one to a document.");
  const { api, operation } = call;
  const { security } = operation;
  const token = security.kind === "public" ? undefined : tokenCommand(security, stack.clients);
  return pulumi.all([stack.apiUrls[api] ?? "", stack.developerPortalUrl]).apply(([url, portal]) => {
    if (security.kind === "public") return curl(url, operation);
    if (token !== undefined) return `${curl(url, operation)} -H "Authorization: Bearer $(${token})"`;
    const where = portal === "" ? "Sign in through one of the stack's clients" : `Sign in at ${portal}`;
    return `${where}, and call ${operation.method} ${operation.path}: no client gets a token for it by itself.`;
  });
}

/** The command that prints a token for an operation; `undefined` where no client gets one by itself. */
function tokenCommand(
  security: OperationSecurity & { readonly kind: "token" },
  clients: ReadonlyMap<string, CallingClient>,
): string | undefined {
  for (const [name, { grantTypes, authentication, scopes }] of clients) {
    const getsTokens = grantTypes.includes("client_credentials") && authentication !== "private_key_jwt";
    const needed = security.anyOf.find((all) => all.every((scope) => scopes.includes(scope)));
    if (!getsTokens || needed === undefined) continue;
    // Okta gives no token without a scope.
    const asked = needed.length > 0 ? needed : scopes.slice(0, 1);
    // The command without a stack's name is for the local one.
    const stack = pulumi.getStack() === "local" ? "" : ` --stack ${pulumi.getStack()}`;
    return `npm run -s token --${stack} --client ${name} ${asked.map(quoted).join(" ")}`;
  }
  return undefined;
}
