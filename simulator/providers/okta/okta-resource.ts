import { SimulatorError } from "../../kernel/error.ts";
import type { Properties, ResourceHandler, ResourceState } from "../resource.ts";
import { callOkta, type ErrorWords, unlessNotFound } from "./api-call.ts";
import {
  checkInputs,
  fillInDefaults,
  type InputFields,
  importedFields,
  isSameInput,
  ownName,
  refreshedFields,
  wholeInputs,
} from "./input-fields.ts";
import type { OktaApi } from "./okta-api.ts";

/** A change of an entity that is there. */
export interface EntityChange<Inputs> {
  readonly id: string;
  readonly inputs: Inputs;
  /** The outputs of the last update. */
  readonly state: Properties;
  /** Names of the inputs that differ from the state. */
  readonly changed: readonly string[];
}

/** What is particular to one resource type of the okta provider: its inputs as data, and two mappings. */
export interface OktaResource<Inputs, Body> {
  /** Pulumi's type token. */
  readonly type: string;
  readonly fields: InputFields;
  /** What the provider's messages call the resource when it gets it: `failed to get auth server policy`. */
  readonly title: string;
  /** What they call it when it is created, where that is another name. */
  readonly createdTitle?: string;
  /** `status`: the provider uses an SDK of Okta's whose errors tell the HTTP status alone. */
  readonly errors: ErrorWords["errors"];
  /** The same for a deletion, where the provider uses another SDK for it. */
  readonly deleteErrors?: ErrorWords["errors"];
  /** Names of the outputs that are secret. Okta tells them when it makes or changes the entity; the state keeps them. */
  readonly secretOutputs?: readonly string[];
  /** Inputs that an import id names before the entity's own id: `SERVER/POLICY/RULE`. */
  readonly parents?: readonly (keyof Inputs & string)[];
  /** The path of the entities: `/api/v1/authorizationServers/SERVER/scopes`. */
  readonly collection: (inputs: Inputs) => string;
  /** Query of the creating request. */
  readonly createQuery?: (inputs: Inputs) => Readonly<Record<string, string>>;
  /** What the provider refuses when it creates or updates the resource, in its words. */
  readonly problem?: (inputs: Inputs, change: EntityChange<Inputs> | undefined) => string | undefined;
  /** The request's body. */
  readonly body: (inputs: Inputs, change: EntityChange<Inputs> | undefined) => object;
  /** Output properties. */
  readonly outputs: (body: Body) => Properties;
  /** Outputs that only the answer to a create or update tells. */
  readonly told?: (body: Body, inputs: Inputs) => Properties;
  /** Creates by PUT, at the entity's own path. */
  readonly putsNew?: (inputs: Inputs) => string;
  /** Requests of the provider's that follow the creating one. */
  readonly afterCreate?: (id: string, inputs: Inputs) => Promise<void>;
  /** `false`: nothing is left to update. */
  readonly beforeUpdate?: (change: EntityChange<Inputs>) => Promise<boolean>;
  /** Requests of the provider's that follow the updating one. */
  readonly afterUpdate?: (change: EntityChange<Inputs>) => Promise<void>;
  /** Output properties that depend on the inputs. */
  readonly outputsOf?: (inputs: Inputs, body: Body) => Properties;
  /** `false`: the provider leaves the entity in Okta. */
  readonly beforeDelete?: (id: string, state: Inputs) => Promise<boolean>;
  /** Whether the provider takes a deletion of what is gone for done; otherwise Okta's 404 is an error. */
  readonly isGoneDeleted?: boolean;
  /** Whether a refresh of what is gone is an error; otherwise the resource is gone. */
  readonly isGoneAnError?: boolean;
}

/** Makes a resource handler that calls Okta's management API. */
export function oktaResource<Inputs, Body extends { readonly id: string }>(
  client: OktaApi,
  definition: OktaResource<Inputs, Body>,
): ResourceHandler {
  const { type, fields } = definition;
  const calls = new EntityCalls(client, definition);
  return {
    type,
    replaceOnChanges: Object.keys(fields).filter((input) => fields[input]?.replaces),
    comparesState: true,
    check: (inputs, name = "resource") => checkInputs(fields, inputs, name),
    fillIn: (inputs, site) => fillInDefaults(fields, inputs, site),
    isSame: (input, before, after) => isSameInput(fields, input, before, after),
    create: (_, inputs) => calls.create(inputs),
    read: (id, state = {}) => calls.read(id, state),
    refresh: (inputs, _, { properties }) => refreshedFields(fields, inputs, properties),
    update: (id, inputs, state = {}) => calls.update(id, inputs, state),
    delete: (id, state = {}) => calls.delete(id, state),
  };
}

/** The requests of one resource type. */
class EntityCalls<Inputs, Body extends { readonly id: string }> {
  readonly #client: OktaApi;
  readonly #definition: OktaResource<Inputs, Body>;

  constructor(client: OktaApi, definition: OktaResource<Inputs, Body>) {
    this.#client = client;
    this.#definition = definition;
  }

  async create(given: Properties): Promise<ResourceState> {
    const definition = this.#definition;
    const inputs = this.#whole(given);
    assertAccepted(definition.problem?.(inputs, undefined));
    const body = definition.body(inputs, undefined);
    const made = await callOkta(this.#words("create"), () =>
      definition.putsNew === undefined
        ? this.#client.post<Body>(definition.collection(inputs), body, definition.createQuery?.(inputs))
        : this.#client.put<Body>(`${definition.collection(inputs)}/${definition.putsNew(inputs)}`, body),
    );
    await definition.afterCreate?.(made.id, inputs);
    return this.#stateAfter(made.id, { given, inputs, told: definition.told?.(made, inputs) });
  }

  async update(id: string, given: Properties, state: Properties): Promise<ResourceState> {
    const { fields, ...definition } = this.#definition;
    const left = Object.keys(fields).filter(
      (input) => fields[input]?.isComputed && given[input] === undefined,
    );
    const computed = Object.fromEntries(left.map((input) => [input, state[input]]));
    const inputs = this.#whole({ ...computed, ...given });
    const isChanged = (input: string) => !isSameInput(fields, input, state[input], given[input]);
    const change = { id, inputs, state, changed: Object.keys(fields).filter(isChanged) };
    const { secretOutputs = [] } = definition;
    const kept = Object.fromEntries(
      secretOutputs.filter((name) => name in state).map((name) => [name, state[name]]),
    );
    if ((await definition.beforeUpdate?.(change)) === false)
      return this.#stateAfter(id, { given, inputs, told: kept });
    assertAccepted(definition.problem?.(inputs, change));
    const updated = await callOkta(this.#words("update"), () =>
      this.#client.put<Body>(`${definition.collection(inputs)}/${id}`, definition.body(inputs, change)),
    );
    await definition.afterUpdate?.(change);
    return this.#stateAfter(id, { given, inputs, told: { ...kept, ...definition.told?.(updated, inputs) } });
  }

  async read(id: string, state: Properties): Promise<ResourceState | undefined> {
    const { fields } = this.#definition;
    const isImport = Object.keys(state).length === 0;
    const known = isImport ? this.#imported(id) : { id, inputs: state };
    const inputs = this.#whole(known.inputs);
    const outputs = await this.#outputs(known.id, inputs);
    if (outputs === undefined) return undefined;
    const properties = { ...known.inputs, ...outputs };
    return this.#state(known.id, properties, isImport ? importedFields(fields, properties) : properties);
  }

  async delete(id: string, state: Properties): Promise<void> {
    const { collection, beforeDelete, isGoneDeleted } = this.#definition;
    const inputs = this.#whole(state);
    if ((await beforeDelete?.(id, inputs)) === false) return;
    await callOkta(this.#words("delete", isGoneDeleted), async () => {
      const deletion = this.#client.delete(`${collection(inputs)}/${id}`);
      await (isGoneDeleted ? unlessNotFound(deletion) : deletion);
    });
  }

  #whole(inputs: Properties): Inputs {
    return wholeInputs(this.#definition.fields, inputs) as Inputs;
  }

  /** What an import id says: `SERVER/POLICY/RULE`. */
  #imported(importId: string): { readonly id: string; readonly inputs: Properties } {
    const { parents = [], fields } = this.#definition;
    const parts = importId.split("/");
    if (parts.length !== parents.length + 1) {
      const names = [...parents.map((parent) => ownName(parent, fields[parent])), "id"];
      throw new SimulatorError(
        "ImportId",
        `expected ${names.length} import fields "${names.join("/")}", got ${parts.length} fields "${importId}"`,
      );
    }
    const inputs = Object.fromEntries(parents.map((parent, index) => [parent, parts[index]]));
    return { id: parts.at(-1) ?? "", inputs };
  }

  async #stateAfter(
    id: string,
    { given, inputs, told }: { given: Properties; inputs: Inputs; told: Properties | undefined },
  ): Promise<ResourceState> {
    const outputs = await this.#outputs(id, inputs);
    if (outputs === undefined)
      throw new SimulatorError("E0000007", `${this.#definition.title} ${id} is gone: Okta does not find it.`);
    const properties = { ...given, ...outputs, ...told };
    return this.#state(id, properties, properties);
  }

  #state(id: string, properties: Properties, inputs: Properties): ResourceState {
    const { fields, secretOutputs = [] } = this.#definition;
    const known = Object.entries(inputs).filter(([name]) => name in fields || name === "__defaults");
    const secrets = [...secretOutputs, ...Object.keys(fields).filter((input) => fields[input]?.isSecret)];
    return { id, properties, inputs: Object.fromEntries(known), secrets };
  }

  async #outputs(id: string, inputs: Inputs): Promise<Properties | undefined> {
    const { collection, outputs, outputsOf, isGoneAnError } = this.#definition;
    const found = await callOkta(this.#words("get", !isGoneAnError), async () => {
      const read = this.#client.get<Body>(`${collection(inputs)}/${id}`);
      return isGoneAnError ? read : unlessNotFound(read);
    });
    if (found === undefined) return undefined;
    return { ...outputs(found), ...outputsOf?.(inputs, found) };
  }

  #words(verb: string, addsStatus = false): ErrorWords {
    const { title, createdTitle = title, errors, deleteErrors = errors } = this.#definition;
    return {
      action: `${verb} ${verb === "create" ? createdTitle : title}`,
      errors: verb === "delete" ? deleteErrors : errors,
      addsStatus,
    };
  }
}

function assertAccepted(problem: string | undefined): void {
  if (problem !== undefined) throw new SimulatorError("ProviderRefused", problem);
}
