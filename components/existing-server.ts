import * as auth from "@pulumi/okta/auth/index.js";
import * as pulumi from "@pulumi/pulumi";
import { assertIsAsked } from "./looked-up.ts";

/** An Okta authorization server, made or looked up. */
export interface AuthorizationServer {
  readonly id: pulumi.Output<string>;
  readonly issuer: pulumi.Output<string>;
  readonly audiences: pulumi.Output<string[]>;
}

/** The options of a resource that belongs to a component. */
export interface Child {
  readonly parent: pulumi.Resource;
}

// Okta's server `default` comes with it, for all clients.
const defaultPolicy = "Default Policy";

/**
 * Looks up an authorization server that exists already, and says whose access policies decide there besides the stack's: an access
 * policy lets its own clients in and keeps nobody out.
 */
export function existingServer(
  name: string,
  { acceptsOtherClients, child }: { acceptsOtherClients: boolean; child: Child },
): AuthorizationServer {
  const found = auth.getServerOutput({ name }, child).apply(async (server) => {
    assertIsAsked("oktaAuthorizationServer", { asked: name, found: server.name });
    const clients = await clientsOfDefaultPolicy(server.id, child);
    const notice = otherClientsNotice(name, { clients, acceptsOtherClients });
    await (acceptsOtherClients ? pulumi.log.info(notice) : pulumi.log.warn(notice));
    return server;
  });
  return { id: found.id, issuer: found.issuer, audiences: found.audiences };
}

/** Whom Okta's own policy is for; `undefined` where it was removed. Of others the provider tells only who knows their names. */
async function clientsOfDefaultPolicy(
  authServerId: string,
  child: Child,
): Promise<readonly string[] | undefined> {
  try {
    return (await auth.getServerPolicy({ authServerId, name: defaultPolicy }, child)).assignedClients;
  } catch (error) {
    if (error instanceof Error && /policy with name '.*' does not exist/.test(error.message))
      return undefined;
    throw error;
  }
}

function otherClientsNotice(
  name: string,
  { clients, acceptsOtherClients }: { clients: readonly string[] | undefined; acceptsOtherClients: boolean },
): string {
  const known =
    clients === undefined
      ? "policies of others may be there"
      : `"${defaultPolicy}" is for ${clients.includes("ALL_CLIENTS") ? "all clients" : `the clients ${clients.join(", ")}`}, and more may be there`;
  const nextStep = acceptsOtherClients
    ? "The settings accept that: oktaAcceptOtherClientsOf."
    : `Let the stack create one of its own (oktaCreateAuthorizationServer: true), or accept it: oktaAcceptOtherClientsOf: ${name}.`;
  return `The authorization server "${name}" is not this stack's own, so each of its access policies decides who gets tokens for its audience: ${known}. Whoever gets one with a scope of the APIs is let in. ${nextStep}`;
}
