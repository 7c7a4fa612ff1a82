import type { BodyProblem } from "./arm-error.ts";
import type { ArmBody, ArmObject, ArmResource, ArmStore } from "./arm-store.ts";

/** What a resource type's hook sees of a PUT. */
export interface PutSite {
  readonly store: ArmStore;
  readonly id: string;
  /** Without what clients cannot set; its shape and the type's rules are checked. */
  readonly body: ArmBody;
  /** The resource that is put again. */
  readonly before: ArmResource | undefined;
}

/** What is kept of a PUT. */
export interface Kept {
  readonly body: ArmBody;
  readonly hidden?: ArmObject;
}

/** One type of resource: data, and hooks where data does not say it. */
export interface ArmType {
  /** Azure's name of it: `Microsoft.ApiManagement/service/backends`. */
  readonly type: string;
  /** The parameter of the REST API that its name is; its constraints stand in constraints.json. */
  readonly nameParameter: string;
  /** The REST API's model of the body, which stands in constraints.json; absent, `rules` check the body alone. */
  readonly model?: string;
  /** Properties that the local cloud acts on or keeps; the model's others are refused. @defaultValue all of the model */
  readonly simulated?: readonly string[];
  /** Values of other properties that mean what the local cloud does anyway. */
  readonly harmless?: ArmObject;
  /** Properties that a body must have. */
  readonly required?: readonly string[];
  /** Secrets, which no answer holds. */
  readonly writeOnly?: readonly string[];
  /** What Azure refuses by the body alone, besides the model's constraints. */
  readonly rules?: (body: ArmBody, name: string) => readonly BodyProblem[];
  /**
   * Looks for what is referred to, and says what is kept. @defaultValue the body
   *
   * @throws {SimulatorError} what Azure refuses.
   */
  readonly put?: (site: PutSite) => Promise<Kept>;
  /** Runs once the resource is kept. */
  readonly afterPut?: (store: ArmStore, resource: ArmResource) => Promise<void> | void;
  /**
   * @param query Of the request.
   * @throws {SimulatorError} when something else needs the resource.
   */
  readonly beforeDelete?: (store: ArmStore, resource: ArmResource, query: URLSearchParams) => void;
  /** Runs once the resource is gone. */
  readonly afterDelete?: (store: ArmStore, resource: ArmResource) => Promise<void> | void;
  /** What an answer shows of the resource, besides id, name and type. @defaultValue the body without secrets */
  readonly view?: (resource: ArmResource, store: ArmStore) => ArmBody;
  /** Its provisioningState while Azure still works on it; absent where Azure answers once it is done. */
  readonly busyState?: string;
  /** The POST actions on it, by name; one that only changes something returns nothing. */
  readonly actions?: Readonly<Record<string, (resource: ArmResource, store: ArmStore) => object | undefined>>;
  /** Azure's REST API tells by HEAD whether it is there, and has no GET for it. @defaultValue false */
  readonly isLink?: boolean;
  /** Azure's REST API has a list of it, and nothing else. @defaultValue false */
  readonly isListOnly?: boolean;
  /** Whether Azure has a PATCH for it. @defaultValue true */
  readonly canPatch?: boolean;
  /** Resources that are there without having been put, such as the operations of an import. */
  readonly derived?: (store: ArmStore, parentId: string) => readonly ArmResource[];
}
