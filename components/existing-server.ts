import * as auth from "@pulumi/okta/auth/index.js";
import * as pulumi from "@pulumi/pulumi";
import { assertIsAsked } from "./looked-up.ts";

/** An Okta authorization server, made or looked up. */
export interface StackAuthorizationServer {
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
 * Looks up an authorization server that exists, and says whose access policies decide there besides the program's: an access policy
 * lets its own clients in and keeps nobody out.
 */
export function existingServer(
  name: pulumi.Input<string>,
  { acceptsOtherClients, child }: { acceptsOtherClients: pulumi.Input<boolean>; child: Child },
): StackAuthorizationServer {
  const found = pulumi
    .all([name, auth.getServerOutput({ name }, child), acceptsOtherClients])
    .apply(async ([asked, server, accepts]) => {
      assertIsAsked("Okta authorization server", { asked, found: server.name });
      const clients = await clientsOfDefaultPolicy(server.id, child);
      const notice = otherClientsNotice(asked, { clients, accepts });
      await (accepts ? pulumi.log.info(notice) : pulumi.log.warn(notice));
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
  { clients, accepts }: { clients: readonly string[] | undefined; accepts: boolean },
): string {
  const known =
    clients === undefined
      ? `It has no "${defaultPolicy}", but it may have others`
      : `Its "${defaultPolicy}" is for ${clients.includes("ALL_CLIENTS") ? "all clients, and gives those of this stack what their own rule does not decide" : `the clients ${clients.join(", ")}`}, and there may be more`;
  const nextStep = accepts
    ? "You accepted that (oktaAcceptOtherClientsOf)."
    : `Let the stack create a server of its own (oktaCreateAuthorizationServer: true), or accept other clients (oktaAcceptOtherClientsOf: ${name}).`;
  return `The authorization server "${name}" exists already, and all of its access policies decide who gets tokens. ${known}. The APIs let in every token with the right scope, whichever policy it came from. ${nextStep}`;
}
