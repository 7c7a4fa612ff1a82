import {
  type CheckedPolicy,
  type FragmentText,
  type PolicySite,
  parsePolicyDocument,
} from "../apim/policy/document.ts";
import { namedValuesIn } from "../apim/policy/named-values.ts";
import type { PolicyScope } from "../apim/policy/place.ts";
import type { PolicyFormat } from "../apim/policy/xml-reader.ts";
import { SimulatorError } from "../kernel/error.ts";
import { type ArmBody, type ArmResource, type ArmStore, nameOf } from "./arm-store.ts";
import { armTypes } from "./arm-types.ts";
import { resourceAt, serviceIdOf } from "./resource-ids.ts";
import { serviceTier } from "./resources/tiers.ts";

/** The types of resources that are policy documents, from the widest scope. */
export const policyScopes: readonly (readonly [type: string, scope: PolicyScope])[] = [
  [armTypes.policy, "global"],
  [armTypes.productPolicy, "product"],
  [armTypes.apiPolicy, "api"],
  [armTypes.apiOperationPolicy, "operation"],
];

/** What the policy documents of an instance refer to. */
export interface PolicySources {
  /** The value of a display name; `undefined` where there is none. */
  readonly namedValue: (displayName: string) => string | undefined;
  /** The fragment of an id; `undefined` where there is none. */
  readonly fragment: (id: string) => FragmentText | undefined;
}

type SavedPolicy = Pick<ArmResource, "id" | "body">;

/** What a store has for policy documents to refer to. */
export function policySources(store: ArmStore, serviceId: string): PolicySources {
  return {
    namedValue: (displayName) => {
      const found = store
        .below(serviceId, armTypes.namedValue)
        .find(({ body }) => body.properties.displayName === displayName);
      return found && namedValueText(found);
    },
    fragment: (id) => {
      const found = store.get(`${serviceId}/policyFragments/${id}`);
      return found && fragmentText(found);
    },
  };
}

/** The value that stands for a named value's name: that of a Key Vault secret is kept beside its body. */
export function namedValueText({ body, hidden }: Pick<ArmResource, "body" | "hidden">): string {
  return String(hidden.secret ?? body.properties.value ?? "");
}

/** The text of a policy fragment. */
export function fragmentText({ body }: Pick<ArmResource, "body">): FragmentText {
  return { xml: String(body.properties.value), format: policyFormat(body) };
}

/** How the text of a policy document or fragment is written. */
export function policyFormat({ properties }: ArmBody): PolicyFormat {
  return properties.format === "rawxml" ? "rawxml" : "xml";
}

/** Whether the instance has a `Backend`, by its name. */
export function backendsOf(store: ArmStore, serviceId: string): (name: string) => boolean {
  return (name) => store.get(`${serviceId}/backends/${name}`) !== undefined;
}

/** Reads a policy document and keeps it. @throws {SimulatorError} what Azure refuses. */
export async function keepDocument(
  store: ArmStore,
  saved: SavedPolicy,
  site: Pick<PolicySite, "scope" | "checksConnectivity" | "fetchConfiguration">,
): Promise<void> {
  store.putPolicy(saved.id, await readDocument(store, saved, site));
}

/** Reads the policy documents of a store that was kept on disk; they were checked when they were saved. */
export async function restorePolicies(store: ArmStore): Promise<void> {
  for (const [type, scope] of policyScopes) {
    for (const resource of store.all(type))
      await keepDocument(store, resource, { scope, checksConnectivity: false });
  }
}

function readDocument(
  store: ArmStore,
  { id, body }: SavedPolicy,
  site: Pick<PolicySite, "scope" | "checksConnectivity" | "fetchConfiguration" | "namedValue" | "fragment">,
): Promise<CheckedPolicy> {
  const service = resourceAt(store, serviceIdOf(id));
  const { name: sku } = serviceTier(service.body);
  const backendExists = backendsOf(store, service.id);
  const sources = policySources(store, service.id);
  const written = { sku, format: policyFormat(body), backendExists };
  return parsePolicyDocument(String(body.properties.value), { ...sources, ...site, ...written });
}

/** A policy document, or a policy fragment, that refers to something. */
export interface PolicyUser {
  readonly resource: ArmResource;
  /** Absent for a fragment. */
  readonly scope?: PolicyScope;
}

/** The policy documents and fragments whose text names a named value. */
export function usersOfNamedValue(
  store: ArmStore,
  serviceId: string,
  displayName: string,
): readonly PolicyUser[] {
  const names = ({ body }: ArmResource) => namedValuesIn(String(body.properties.value)).has(displayName);
  const fragments = store.below(serviceId, armTypes.policyFragment).map((resource) => ({ resource }));
  return [...documentsBelow(store, serviceId), ...fragments].filter(({ resource }) => names(resource));
}

/** The policy documents that include a fragment. */
export function usersOfFragment(store: ArmStore, fragment: Pick<ArmResource, "id">): readonly PolicyUser[] {
  const id = nameOf(fragment).toLowerCase();
  return documentsBelow(store, serviceIdOf(fragment.id)).filter(({ resource }) =>
    store.policy(resource.id)?.fragments.has(id),
  );
}

function documentsBelow(store: ArmStore, serviceId: string): readonly PolicyUser[] {
  return policyScopes.flatMap(([type, scope]) =>
    store.below(serviceId, type).map((resource) => ({ resource, scope })),
  );
}

/** The users that are documents, with those that include one of the fragments among them. */
function documentsOf(store: ArmStore, users: readonly PolicyUser[]): readonly Required<PolicyUser>[] {
  const all = users.flatMap((user) =>
    user.scope === undefined ? [...usersOfFragment(store, user.resource)] : [user],
  );
  const byId = new Map(all.map((user) => [user.resource.id, user]));
  return [...byId.values()].flatMap(({ resource, scope }) =>
    scope === undefined ? [] : [{ resource, scope }],
  );
}

/**
 * Reads the users of something anew, as they would be with other sources.
 *
 * Assumed of Azure: a change of a named value or a policy fragment that would make a document unreadable is refused.
 *
 * @returns Keeps what was read.
 * @throws {SimulatorError} what Azure refuses in one of them.
 */
export async function rereadUsers(
  store: ArmStore,
  users: readonly PolicyUser[],
  sources: Partial<PolicySources> = {},
): Promise<() => void> {
  const read: (readonly [id: string, document: CheckedPolicy])[] = [];
  for (const { resource, scope } of documentsOf(store, users)) {
    const document = await readDocument(store, resource, { scope, checksConnectivity: false, ...sources });
    read.push([resource.id, document]);
  }
  return () => {
    for (const [id, document] of read) store.putPolicy(id, document);
  };
}

/**
 * Refuses to delete what documents refer to.
 *
 * @param what `Policy Fragment 'tokens'`.
 * @throws {SimulatorError} `ValidationError` in Azure's words: https://github.com/Azure/apiops-cli/issues/261
 */
export function assertUnused(what: string, users: readonly PolicyUser[]): void {
  if (users.length === 0) return;
  const paths = users.map(({ resource: { id } }) => `${id.slice(serviceIdOf(id).length)}\r\n`);
  const message = `The ${what} is used by the following entities:\r\n${paths.join("")}`;
  throw new SimulatorError("ValidationError", message);
}
