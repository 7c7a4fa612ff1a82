import * as pulumi from "@pulumi/pulumi";
import type { Operation } from "../apis/operations.ts";
import type { StackDocuments } from "./documents.ts";

/**
 * A shell line that gets a token and calls the first protected operation that only reads. The secret is not in it: the
 * line has Pulumi read it from the stack when it runs.
 */
export function firstCallLine(
  { apis }: StackDocuments,
  apiUrls: Readonly<Record<string, pulumi.Output<string>>>,
  tokenEndpoint: pulumi.Output<string>,
): pulumi.Output<string> {
  const calls = [...apis].flatMap(([api, { document }]) =>
    document.operations.map((operation) => ({ api, operation })),
  );
  const reads = calls.filter(({ operation }) => operation.method === "GET");
  const call = reads.find(({ operation }) => operation.security.kind === "token") ?? reads[0] ?? calls[0];
  if (call === undefined)
    throw new pulumi.RunError("The stack's documents must have at least one operation; got none.");
  return pulumi
    .all([apiUrls[call.api] ?? "", tokenEndpoint])
    .apply(([url, endpoint]) =>
      [curl(url, call.operation), ...authorization(endpoint, call.operation)].join(" "),
    );
}

function curl(url: string, { method, example }: Operation): string {
  return `curl -i${method === "GET" ? "" : ` -X ${method}`} ${quoted(url + example.path)}`;
}

function authorization(tokenEndpoint: string, { security }: Operation): string[] {
  if (security.kind === "public") return [];
  const scopes = security.match === "any" ? security.scopes.slice(0, 1) : security.scopes;
  const client = '"$(pulumi stack output clientId):$(pulumi stack output clientSecret --show-secrets)"';
  const request = `curl -s -u ${client} -d grant_type=client_credentials -d scope=${quoted(scopes.join(" "))} ${quoted(tokenEndpoint)}`;
  const accessToken = `sed -E 's/.*"access_token":"([^"]+)".*/\\1/'`;
  return [`-H "Authorization: Bearer $(${request} | ${accessToken})"`];
}

/** `it's` → `'it'\''s'`, one word for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
