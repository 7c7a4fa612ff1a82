import * as pulumi from "@pulumi/pulumi";
import { isOktasOwnClaim } from "./claim-settings.ts";
import { portalClient } from "./client-settings.ts";
import type { StackClient } from "./clients.ts";
import type { StackDocuments } from "./documents.ts";
import { neededScopes } from "./needed-scopes.ts";
import type { StackConfig } from "./settings-table.ts";

type Clients = ReadonlyMap<string, StackClient>;

/** Warns of what of who may call what is allowed and wider than it need be, or leads nowhere, a line each. */
export function warnOfAccess(clients: Clients, parts: AccessParts): void {
  for (const warning of accessWarnings(clients, parts)) void pulumi.log.warn(warning);
}

interface AccessParts {
  readonly documents: StackDocuments;
  readonly config: StackConfig;
}

function accessWarnings(clients: Clients, { documents, config }: AccessParts): readonly string[] {
  return [
    ...scopeWarnings(clients, documents),
    ...groupWarnings(clients),
    ...claimWarnings(documents, config),
  ];
}

function scopeWarnings(clients: Clients, documents: StackDocuments): readonly string[] {
  const needed = new Set(neededScopes(documents));
  const unneeded = Object.keys(documents.scopes).filter((scope) => !needed.has(scope));
  const held = (scope: string) => [...clients].filter(([, { scopes }]) => scopes.includes(scope));
  const unheld = [...needed].filter((scope) => held(scope).length === 0);
  const narrower = [...clients].flatMap(([name, { scopes }]) => {
    const more = scopes.filter((scope) => unneeded.includes(scope));
    return more.length === 0 ? [] : [`client "${name}" (${more.join(", ")})`];
  });
  return [
    ...(unheld.length === 0
      ? []
      : [
          `No client may ask for the scopes "${unheld.join('", "')}", so nobody can call what needs them. Give them to a client, or take them out of the document.`,
        ]),
    ...(narrower.length === 0 || needed.size === 0
      ? []
      : [
          `No operation needs some scopes that a client has: ${narrower.join(", ")}. Take them away from the client.`,
        ]),
  ];
}

// Okta's own group, which every person is in.
const everyone = "Everyone";

function groupWarnings(clients: Clients): readonly string[] {
  return [...clients].flatMap(([name, { kind, groups }]) => {
    // The portal's comes without being asked for.
    if (kind !== "service" && groups.length === 0 && name !== portalClient)
      return [`Nobody may sign in with client "${name}": it has no group. Name some as \`groups\`.`];
    const others = groups.filter((group) => group !== everyone);
    if (others.length === groups.length || others.length === 0) return [];
    return [
      `Client "${name}" is for the group "${everyone}", which everybody is in, so its other groups ("${others.join('", "')}") keep nobody out. Leave "${everyone}" out, or the others.`,
    ];
  });
}

/** Claims that operations ask for and that no setting makes. What an authorization server that exists already makes is not known here. */
function claimWarnings(
  { apis }: StackDocuments,
  { claims, oktaCreateAuthorizationServer: isOwn }: StackConfig,
): readonly string[] {
  if (!isOwn) return [];
  const asked = [...apis.values()].flatMap(({ document }) =>
    document.operations.flatMap(({ method, path, requiredClaims }) =>
      requiredClaims.map(({ name }) => ({ name, operation: `${method} ${path}` })),
    ),
  );
  const unmade = asked.filter(({ name }) => !Object.hasOwn(claims, name) && !isOktasOwnClaim(name));
  return [...Map.groupBy(unmade, ({ name }) => name)].map(([name, by]) => {
    const operations = [...new Set(by.map(({ operation }) => operation))];
    const more = operations.length - 3;
    return `No setting makes the claim "${name}", so nobody can call ${operations.slice(0, 3).join(", ")}${more > 0 ? ` and ${more} more` : ""}, which ask for it. Add it to \`claims\`.`;
  });
}
