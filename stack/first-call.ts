import * as pulumi from "@pulumi/pulumi";
import { scopesToAskFor } from "../openapi/security/security.ts";
import { callToTry, curl, quoted } from "./call-to-try.ts";
import type { StackDocuments } from "./documents.ts";

/**
 * A shell line that gets a token and calls the first protected operation that only reads. The secret is not in it: the
 * line has Pulumi read it from the stack when it runs.
 */
export function firstCallLine(
  { apis, scopes }: StackDocuments,
  apiUrls: Readonly<Record<string, pulumi.Output<string>>>,
  tokenEndpoint: pulumi.Output<string>,
): pulumi.Output<string> {
  const call = callToTry(
    [...apis].flatMap(([api, { document }]) => document.operations.map((operation) => ({ api, operation }))),
  );
  if (call === undefined)
    throw new pulumi.RunError("No document of the stack has an operation. Add one to a document.");
  const { api, operation } = call;
  const needed = scopesToAskFor(operation.security, Object.keys(scopes));
  const isPublic = operation.security.kind === "public";
  return pulumi
    .all([apiUrls[api] ?? "", tokenEndpoint])
    .apply(([url, endpoint]) =>
      [curl(url, operation), ...(isPublic ? [] : [authorization(endpoint, needed)])].join(" "),
    );
}

function authorization(tokenEndpoint: string, scopes: readonly string[]): string {
  const output = (name: string) => `$(npx pulumi stack output ${name} --stack ${pulumi.getStack()})`;
  const client = `"${output("clientId")}:${output("clientSecret --show-secrets")}"`;
  const request = `curl -s -u ${client} -d grant_type=client_credentials --data-urlencode scope=${quoted(scopes.join(" "))} ${quoted(tokenEndpoint)}`;
  const accessToken = `sed -E 's/.*"access_token":"([^"]+)".*/\\1/'`;
  return `-H "Authorization: Bearer $(${request} | ${accessToken})"`;
}
