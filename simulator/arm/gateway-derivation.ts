import type { GroupContext } from "../../expressions/context.ts";
import type { GatewayApi, GatewayProduct, GatewayService } from "../apim/gateway-model.ts";
import type { ServedSubscription } from "../apim/subscription.ts";
import type { ServedUser } from "../apim/user.ts";
import { type ArmResource, type ArmStore, nameOf } from "./arm-store.ts";
import { armTypes } from "./arm-types.ts";
import { operationsOf } from "./operations.ts";
import { serviceIdOf } from "./resource-ids.ts";
import { keyNamesOf } from "./resources/api.ts";
import { servedCertificate } from "./resources/certificate.ts";
import { groupsByMember } from "./resources/group-members.ts";
import { productSettings } from "./resources/product.ts";
import { ownerNameOf } from "./resources/subscription-owner.ts";
import { subscriptionScope } from "./resources/subscription-scope.ts";

/** Reads the gateway's configuration off the resources. */
export function deriveGatewayModel(store: ArmStore): GatewayService | undefined {
  const [service] = store.all(armTypes.service);
  if (service === undefined) return undefined;
  const users = servedUsers(store, service.id);
  return {
    name: nameOf(service),
    birth: store.birthOf(service.id),
    ...(service.body.location === undefined ? {} : { region: String(service.body.location) }),
    ...policyOf(store, service.id),
    apis: store.below(service.id, armTypes.api).map((api) => gatewayApi(store, api)),
    products: store.below(service.id, armTypes.product).map((product) => gatewayProduct(store, product)),
    subscriptions: store
      .below(service.id, armTypes.subscription)
      .map((one) => servedSubscription(store, one, users)),
    certificates: store.below(service.id, armTypes.certificate).map(servedCertificate),
    backends: new Map(
      store
        .below(service.id, armTypes.backend)
        .map((backend) => [nameOf(backend).toLowerCase(), String(backend.body.properties.url)]),
    ),
  };
}

/** The policy document of a resource, for a spread: none where it has none. */
function policyOf(store: ArmStore, id: string): Pick<GatewayService, "policy"> {
  const policy = store.policy(`${id}/policies/policy`);
  return policy === undefined ? {} : { policy };
}

function gatewayApi(store: ArmStore, api: ArmResource): GatewayApi {
  const { path, serviceUrl, displayName, subscriptionRequired } = api.body.properties;
  return {
    id: nameOf(api),
    displayName: String(displayName),
    path: String(path),
    ...(serviceUrl === undefined || serviceUrl === null ? {} : { serviceUrl: String(serviceUrl) }),
    keyNames: keyNamesOf(api.body.properties),
    keyIsOptional: subscriptionRequired === false,
    ...policyOf(store, api.id),
    operations: operationsOf(store, api).map((operation) => ({
      ...operation,
      ...policyOf(store, `${api.id}/operations/${operation.id}`),
    })),
  };
}

function gatewayProduct(store: ArmStore, product: ArmResource): GatewayProduct {
  const apis = store.below(product.id, armTypes.productApi).map((link) => nameOf(link).toLowerCase());
  return {
    id: nameOf(product),
    ...productSettings(product.body.properties),
    apis: new Set(apis),
    groups: store.below(product.id, armTypes.productGroup).flatMap((link) => {
      const group = store.get(`${serviceIdOf(product.id)}/groups/${nameOf(link)}`);
      return group === undefined ? [] : servedGroup(group);
    }),
    ...policyOf(store, product.id),
  };
}

function servedGroup(group: ArmResource): GroupContext {
  return { id: nameOf(group), name: String(group.body.properties.displayName) };
}

/** The people of an instance by their ARM names in lower case. */
function servedUsers(store: ArmStore, serviceId: string): ReadonlyMap<string, ServedUser> {
  const groups = groupsByMember(store, serviceId);
  return new Map(
    store.below(serviceId, armTypes.user).map((user) => {
      const { email, firstName, lastName, note, state, identities } = user.body.properties;
      const served: ServedUser = {
        ...{ id: nameOf(user), email: String(email) },
        ...{ firstName: String(firstName), lastName: String(lastName) },
        note: note === undefined || note === null ? null : String(note),
        isBlocked: state === "blocked",
        registrationDate: Date.parse(String(user.hidden.registrationDate)),
        groups: (groups.get(user.id.toLowerCase()) ?? []).map(servedGroup),
        identities: identities as ServedUser["identities"],
      };
      return [served.id.toLowerCase(), served];
    }),
  );
}

function servedSubscription(
  store: ArmStore,
  subscription: ArmResource,
  users: ReadonlyMap<string, ServedUser>,
): ServedSubscription {
  const { body, hidden } = subscription;
  const scope = subscriptionScope(subscription.id, body.properties.scope);
  if (scope === undefined) throw new Error(`${subscription.id} has a scope that no PUT could have kept.`);
  const owner = users.get(ownerNameOf(subscription) ?? "");
  return {
    id: nameOf(subscription),
    ...(owner === undefined ? {} : { owner }),
    birth: store.birthOf(subscription.id),
    displayName: String(body.properties.displayName),
    state: String(body.properties.state),
    scope,
    primaryKey: String(hidden.primaryKey),
    secondaryKey: String(hidden.secondaryKey),
    createdDate: String(hidden.createdDate),
  };
}
