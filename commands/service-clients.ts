import type { ClientCredentials } from "../proof/okta-client.ts";
import { clientsOf, type StackOutputs } from "./stack-outputs.ts";

/** The stack's clients that get tokens by themselves, with a secret. */
export function serviceClients(outputs: StackOutputs): readonly ClientCredentials[] {
  const { tokenEndpoint } = outputs;
  return clientsOf(outputs).flatMap(({ clientId, clientSecret, grantTypes }) =>
    clientSecret !== undefined && grantTypes.includes("client_credentials")
      ? [{ tokenEndpoint, clientId, clientSecret }]
      : [],
  );
}
