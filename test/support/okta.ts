import type { RequestListener } from "node:http";
import { type WalkedSignIn, walkSignIn } from "../../proof/sign-in.ts";
import { type Clock, machineClock } from "../../simulator/kernel/clock.ts";
import type { App } from "../../simulator/okta/entities.ts";
import { createOktaServer } from "../../simulator/okta/oauth-endpoints.ts";
import { OktaOrg } from "../../simulator/okta/org.ts";
import { oktaHandlers } from "../../simulator/providers/okta/okta-handlers.ts";
import type { ProviderHandlers } from "../../simulator/providers/provider-handlers.ts";
import type { Properties, ResourceHandler, ResourceState } from "../../simulator/providers/resource.ts";
import { handlerFor } from "./handler-for.ts";
import { serve, type TestServer } from "./serve.ts";

/** A running local Okta with what a stack registers in it. */
export interface TestOkta extends TestServer {
  readonly org: OktaOrg;
  readonly log: string[];
  readonly issuer: string;
  /** The okta provider, as a client of this Okta. */
  readonly oktaHandlers: ProviderHandlers;
  /** The handler of a resource type. */
  handler(type: string): ResourceHandler;
  /** Creates a resource as an engine does: the inputs are filled in and checked first. */
  make(type: string, inputs: Properties): Promise<ResourceState>;
}

/** Where the test's app wants people back. */
export const redirectUri = "http://127.0.0.1:8401/signin-oauth/code/callback/okta";

/**
 * Serves an org as it is new, without the policy that lets every client in: a test makes its own. The org's issuer needs the port,
 * so the org is made once the port is known.
 *
 * @param around What stands before the listener, such as an outage.
 */
export async function serveOkta(
  clock: Clock = machineClock,
  around: (listener: RequestListener) => RequestListener = (listener) => listener,
): Promise<TestOkta> {
  const log: string[] = [];
  let listener: ReturnType<typeof createOktaServer> | undefined;
  const server = await serve((request, response) => listener?.(request, response));
  const org = await OktaOrg.create(server.origin, { clock });
  org.policies.clear();
  org.rules.clear();
  listener = around(createOktaServer({ org, log: (line) => log.push(line) }));
  const provider = oktaHandlers({ origin: server.origin, token: org.identity.apiToken });
  const handler = (type: string) => handlerFor(provider.resources, type);
  const make = async (type: string, inputs: Properties) => {
    const filled = (await handler(type).fillIn?.(inputs, { name: "test", before: undefined })) ?? inputs;
    const { __defaults: _, ...known } = filled;
    const failures = handler(type).check(known, "test");
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
    return handler(type).create("test", known);
  };
  return {
    ...server,
    org,
    log,
    issuer: `${server.origin}/oauth2/default`,
    oktaHandlers: provider,
    handler,
    make,
  };
}

/** The app that the stack has in a local org. */
export function stackApp({ apps }: OktaOrg): App {
  const found = apps.values().find(({ label }) => label === "Conference API");
  if (found === undefined) throw new Error("The stack must have an app; got none.");
  return found;
}

/** An app with its secret. */
export interface TestApp {
  readonly id: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Registers scopes, app, policy and rule; parts of each can be changed. */
export async function makeClient(
  okta: TestOkta,
  {
    app = {},
    rule = {},
    policy = {},
    label = "Test",
  }: { app?: Properties; rule?: Properties; policy?: Properties; label?: string } = {},
): Promise<TestApp & { readonly ruleId: string; readonly policyId: string }> {
  for (const name of ["a.read", "a.write"]) {
    const exists = okta.org.scopesOf("default").some((scope) => scope.name === name);
    if (!exists)
      await okta.make("okta:auth/serverScope:ServerScope", {
        authServerId: "default",
        name,
        consent: "IMPLICIT",
      });
  }
  const client = await makeApp(okta, { label, ...app });
  const policyInputs = {
    authServerId: "default",
    name: label,
    description: label,
    priority: 1,
    clientWhitelists: [client.clientId],
    ...policy,
  };
  const policyType = "okta:auth/serverPolicy:ServerPolicy";
  // Only one that stands can be inactive.
  const { id: policyId } = await okta.make(policyType, { ...policyInputs, status: "ACTIVE" });
  await okta.handler(policyType).update(policyId, policyInputs);
  const { id: ruleId } = await okta.make("okta:auth/serverPolicyRule:ServerPolicyRule", {
    authServerId: "default",
    policyId,
    priority: 1,
    grantTypeWhitelists: ["authorization_code", "client_credentials"],
    groupWhitelists: ["EVERYONE"],
    scopeWhitelists: ["a.read", "a.write"],
    accessTokenLifetimeMinutes: 10,
    ...rule,
  });
  return { ...client, policyId, ruleId };
}

/** Registers an app alone. */
export async function makeApp(okta: TestOkta, inputs: Properties): Promise<TestApp> {
  const { id, properties } = await okta.make("okta:app/oAuth:OAuth", {
    type: "web",
    grantTypes: ["authorization_code", "client_credentials"],
    responseTypes: ["code"],
    redirectUris: [redirectUri],
    ...inputs,
  });
  return { id, clientId: String(properties.clientId), clientSecret: String(properties.clientSecret) };
}

/** Assigns the group Conference, of which Ada is a member and Oscar is not. */
export async function assignConference(okta: TestOkta, appId: string): Promise<void> {
  const group = okta.org.groups.values().find(({ name }) => name === "Conference");
  await okta.make("okta:app/groupAssignment:GroupAssignment", { appId, groupId: group?.id });
}

/** Goes through the sign-in as {@link walkSignIn} does, with the local people's password and the test app's address unless told. */
export function signInLocally(
  start: URL,
  username: string,
  {
    password = "local-okta",
    cookies = new Map<string, string>(),
    end = redirectUri,
  }: { password?: string; cookies?: Map<string, string>; end?: string } = {},
): Promise<WalkedSignIn> {
  return walkSignIn(start, { username, password, cookies, redirectUri: end });
}

/** What the token endpoint answers to an app with its secret. */
export async function askToken(
  issuer: string,
  { clientId, clientSecret }: Pick<TestApp, "clientId" | "clientSecret">,
  form: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const response = await fetch(`${issuer}/v1/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams(form),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Where a sign-in to an app of the test begins. */
export function authorizeUrlOf(
  issuer: string,
  { clientId }: Pick<TestApp, "clientId">,
  more: Readonly<Record<string, string>> = {},
): URL {
  const own = { client_id: clientId, redirect_uri: redirectUri, response_type: "code", scope: "a.read" };
  return new URL(`${issuer}/v1/authorize?${new URLSearchParams({ ...own, state: "s-1", ...more })}`);
}

/** The code that a person's sign-in gives. */
export async function codeOf(start: URL, username: string, cookies?: Map<string, string>): Promise<string> {
  const { callback } = await signInLocally(start, username, cookies === undefined ? {} : { cookies });
  return callback?.searchParams.get("code") ?? "";
}
