/**
 * The columns of clients and people are proved: each mistake is planted in Okta or the gateway of a stack that was provisioned correctly,
 * and the matrix must find it. What is not proved here: that a deployed Okta decides as the local one does.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { proofReport } from "../../commands/report.ts";
import type { AccessPolicy, App, PolicyRule } from "../../simulator/okta/entities.ts";
import {
  azureInputs,
  azureResources,
  changeResource,
  type LocalStack,
  startLocalStack,
} from "../support/local-stack.ts";
import { ownBranch } from "../support/own-branch.ts";

let stack: LocalStack;
beforeAll(async () => {
  // Somebody in another group than the attendees' stands beside those of the stack local.
  const localPeople = { ada: ["Attendees"], alan: ["Speakers"], grace: ["Attendees", "Speakers"], oscar: [] };
  stack = await startLocalStack({ localPeople: JSON.stringify(localPeople) });
});
afterAll(() => stack.cloud.close());

/** What Okta has of a client. */
interface Registered {
  readonly app: App;
  readonly policy: AccessPolicy;
  readonly rule: PolicyRule;
}

function registered(name: string): Registered {
  const { org } = stack.cloud;
  const { value } = stack.provisioned.outputs.clients ?? {};
  const { clientId = "" } = (value as Record<string, { clientId: string }> | undefined)?.[name] ?? {};
  const app = org.apps.get(clientId);
  const policy = org.policies.values().find(({ clients }) => clients.includes(clientId));
  const [rule] = org.rulesOf(policy?.id ?? "");
  if (app === undefined || policy === undefined || rule === undefined)
    throw new Error(`The stack must have the client "${name}" with a policy and a rule; got none.`);
  return { app, policy, rule };
}

function groupId(name: string): string {
  const group = stack.cloud.org.groups.values().find((one) => one.name === name);
  if (group === undefined) throw new Error(`The org must have the group "${name}"; got none.`);
  return group.id;
}

/** Puts an entity in the place of another while the matrix is sent. */
async function withEntity<Entity extends { readonly id: string }>(
  entities: Map<string, Entity>,
  id: string,
  planted: Entity | undefined,
): Promise<readonly string[]> {
  const original = entities.get(id);
  try {
    if (planted === undefined) entities.delete(id);
    else entities.set(id, planted);
    return await report();
  } finally {
    if (original === undefined) entities.delete(id);
    else entities.set(id, original);
  }
}

/** What the report says of answers that differ. */
async function report(): Promise<readonly string[]> {
  const lines = proofReport(await stack.prove(), (_, text) => text, { stack: "local" });
  const first = lines.findIndex((line) => line.startsWith("✗"));
  return first < 0
    ? []
    : lines
        .slice(first)
        .flatMap((line) => line.split("\n"))
        .filter((line) => line !== "");
}

const orgOf = () => stack.cloud.org;
const groupsOf = (client: string) =>
  `  look at  scopes and groups of client "${client}" in the stack's settings, the app's assignments and access policies in Okta, components/okta-client.ts`;

/** The report of a client that gets a scope which is not its own, by a rule of a policy. */
const greedy = (client: string, person: string, policy: string) => [
  `✗ POST /session/{id}/feedback with "${client} as ${person} asking for more": expected no token, got 200`,
  `  sent     POST /session/100/feedback, token kind "${client} as ${person} asking for more", scp ["conference.write"]`,
  `  because  Okta gave "${client} as ${person}" a token`,
  `  rule     "Scopes of this client" of access policy "apim-okta-local-${policy}" of authorization server "apim-okta-local"`,
  groupsOf(client),
];

describe("the columns of clients", () => {
  it("find nothing in the stack as the program makes it", async () => {
    expect(await report()).toEqual([]);
  });

  it("find a group that is assigned to a client and not in its settings", async () => {
    const { app } = registered("attendee-app");
    const [one] = orgOf().assignments.values();
    if (one === undefined) throw new Error("The org must have an assignment; got none.");
    const planted = { ...one, id: "planted", appId: app.id, groupId: groupId("Speakers") };
    const found = await withEntity(orgOf().assignments, "planted", planted);
    expect(found.slice(0, 6)).toEqual([
      '✗ GET /sessions as "attendee-app as alan": expected no token, got 200',
      '  sent     GET /sessions, token kind "attendee-app as alan", scp ["conference.read"]',
      '  because  Okta gave "attendee-app as alan" a token',
      '  rule     "Scopes of this client" of access policy "apim-okta-local-attendee-app" of authorization server "apim-okta-local"',
      groupsOf("attendee-app"),
      "  also     GET /session/{id}, GET /session/{id}/topics, GET /speakers and 7 more",
    ]);
    expect(found.filter((line) => line.startsWith("✗"))).toEqual([
      found[0],
      // Their token lacks the scope besides.
      '✗ POST /session/{id}/feedback as "attendee-app as alan": expected no token, got 403',
    ]);
  });

  it("find an assignment that is missing", async () => {
    const { app } = registered("attendee-app");
    const assignment = orgOf()
      .assignments.values()
      .find(({ appId }) => appId === app.id);
    expect(await withEntity(orgOf().assignments, assignment?.id ?? "", undefined)).toEqual([
      '✗ GET /sessions as "attendee-app as ada": expected 200, got no token',
      '  sent     GET /sessions, token kind "attendee-app as ada", scp ["conference.read"]',
      '  because  Nobody is assigned to client "attendee-app": it has no group.',
      '  answer   Okta gave "attendee-app as ada" no token: access_denied: User is not assigned to the client application',
      "  next     Add the person to such a group in Okta, or a group of the person's to `groups` of clients.attendee-app in the stack's settings.",
      groupsOf("attendee-app"),
      "  also     GET /session/{id}, GET /session/{id}/topics, POST /session/{id}/feedback and 8 more",
    ]);
  });

  it("find a scope too many in a client's rule", async () => {
    const { rule } = registered("attendee-app");
    const scopes = [...rule.scopes, "conference.write"];
    expect(await withEntity(orgOf().rules, rule.id, { ...rule, scopes })).toEqual(
      greedy("attendee-app", "ada", "attendee-app"),
    );
  });

  it("find a scope that a client's rule lacks, and prove the others all the same", async () => {
    const { rule } = registered("partner-batch");
    const found = await withEntity(orgOf().rules, rule.id, { ...rule, scopes: ["conference.read"] });
    expect(found.slice(0, 7)).toEqual([
      '✗ GET /sessions as "partner-batch": expected 200, got no token',
      '  sent     GET /sessions, token kind "partner-batch", scp ["conference.read","conference.write"]',
      '  because  Rule "Scopes of this client" of access policy "apim-okta-local-partner-batch" gives client "partner-batch" only "conference.read", and "conference.write" was asked for.',
      '  answer   Okta gave "partner-batch" no token: 400 access_denied: Some of the requested scopes were denied by the policy. Denied scopes: [conference.write]',
      "  next     The settings give it that scope: run `pulumi up`, so that Okta has it too.",
      `  look at  scopes of client "partner-batch" in the stack's settings, the app's assignments and access policies in Okta, components/okta-client.ts`,
      '  also     GET /session/{id}, GET /session/{id}/topics, POST /session/{id}/feedback and 8 more; with "all scopes"',
    ]);
    // The second cause: whoever asks for that scope alone.
    expect(found.filter((line) => line.startsWith("✗") || line.startsWith("  answer")).slice(2)).toEqual([
      '✗ GET /sessions with "all scopes but a needed one": expected 403, got no token',
      '  answer   Okta gave "partner-batch" no token: 400 access_denied: Policy evaluation succeeded, but all the requested scopes were rejected',
    ]);
  });

  it("find another client in a policy that comes before that client's own", async () => {
    const [{ policy }, { app }] = [registered("portal"), registered("attendee-app")];
    // The program makes both at a time, and the later one comes first.
    const planted = { ...policy, clients: [...policy.clients, app.id], priority: 0 };
    expect(await withEntity(orgOf().policies, policy.id, planted)).toEqual(
      greedy("attendee-app", "ada", "portal"),
    );
  });

  it("find nothing where another client is in a policy that gives it no scope more", async () => {
    const [{ policy }, { app }] = [registered("attendee-app"), registered("mobile")];
    const clients = [...policy.clients, app.id];
    expect(await withEntity(orgOf().policies, policy.id, { ...policy, clients })).toEqual([]);
  });

  it("find a secret that Okta does not know", async () => {
    const { app } = registered("partner-batch");
    expect(await withEntity(orgOf().apps, app.id, { ...app, clientSecret: "another" })).toEqual([
      '✗ GET /sessions as "partner-batch": expected 200, got no token',
      '  sent     GET /sessions, token kind "partner-batch", scp ["conference.read","conference.write"]',
      '  because  Okta did not accept how client "partner-batch" proved who it is, by its secret.',
      '  answer   Okta gave "partner-batch" no token: 401 invalid_client: The client secret supplied for a confidential client is invalid',
      "  next     The secret was changed in Okta, or the stack's outputs are old: run `pulumi up --refresh`, and read the outputs again.",
      `  look at  the id, authentication and secret or key of "partner-batch" in the stack's output clients, its app in Okta, components/okta-client.ts`,
      '  also     GET /session/{id}, GET /session/{id}/topics, POST /session/{id}/feedback and 8 more; with "needed scopes", "all scopes", "all scopes but a needed one" and 3 more',
    ]);
  });

  it("find a policy that asks for no scope for an operation, for each client and person without it", async () => {
    const [api] = azureResources(stack.cloud, "azure-native:apimanagement:Api");
    const id = `${api?.id}/policies/policy`;
    const value = String(azureInputs(stack.cloud, id)?.value);
    const put = (text: string) => changeResource(stack.cloud, id, (inputs) => ({ ...inputs, value: text }));
    const unasked = (xml: string) => xml.replace(/<required-claims>[\s\S]*<\/required-claims>/, "");
    await put(ownBranch(value, "POST /session/{id}/feedback", unasked));
    let found: readonly string[] = [];
    try {
      found = await report();
    } finally {
      await put(value);
    }
    const due = "expected 403, got 200";
    expect(found.filter((line) => line.startsWith("✗"))).toEqual([
      `✗ POST /session/{id}/feedback as "attendee-app as ada": ${due}`,
      `✗ POST /session/{id}/feedback as "mobile as ada": ${due}`,
      `✗ POST /session/{id}/feedback as "mobile as alan": ${due}`,
      `✗ POST /session/{id}/feedback as "mobile as grace": ${due}`,
      `✗ POST /session/{id}/feedback with "all scopes but a needed one": ${due}`,
      `✗ POST /session/{id}/feedback with "scp missing": ${due}`,
    ]);
    expect(found).toContain(
      "  look at  security of paths./session/{id}/feedback.post in apis/conference.openapi.yaml, policies/authorize.ts, policies/protect-api.ts",
    );
  });

  it("find nothing once every mistake is mended", async () => {
    expect(await report()).toEqual([]);
  });
});
