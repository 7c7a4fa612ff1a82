import { SimulatorError } from "../kernel/error.ts";

/** One problem of a request's body, as Azure lists them under `details`. */
export interface BodyProblem {
  /** The property, without `properties.` before it: `sku.capacity`. */
  readonly target: string;
  /** The rest of the sentence that begins with the property's name. */
  readonly reason: string;
  /** Azure takes it, and the local cloud does not simulate it. */
  readonly isNotSimulated?: boolean;
}

/** A refusal of Azure Resource Manager with the status of its answer. */
export class ArmError extends SimulatorError {
  readonly status: number;
  readonly problems: readonly BodyProblem[];

  constructor(
    status: number,
    code: string,
    message: string,
    { problems = [], ...options }: ErrorOptions & { problems?: readonly BodyProblem[] } = {},
  ) {
    super(code, message, options);
    this.status = status;
    this.problems = problems;
  }
}

/** The refusal of a body: the local cloud's own where nothing else is wrong with it. */
export function bodyRefusal(problems: readonly BodyProblem[]): ArmError {
  const isNotSimulated = problems.every((problem) => problem.isNotSimulated === true);
  const [code, message] = isNotSimulated
    ? ["NotSimulated", "The local cloud does not simulate every value of this request:"]
    : ["ValidationError", "One or more fields contain incorrect values:"];
  return new ArmError(400, code, message, { problems });
}

/** The refusal of something that Azure has and the local cloud does not simulate. */
export function notSimulated(what: string, nextStep = "Leave it out, or deploy to Azure."): ArmError {
  return new ArmError(400, "NotSimulated", `The local cloud does not simulate ${what}. ${nextStep}`);
}

// Azure's status for each code that a resource type's rules throw; every other refusal of a request is a 400.
const statusOfCode: Readonly<Record<string, number>> = {
  Conflict: 409,
  PessimisticConcurrencyConflict: 409,
  ServiceAlreadyExists: 409,
  ServiceAlreadyExistsInSoftDeletedState: 409,
  ServiceLocked: 409,
  ResourceNotFound: 404,
  ResourceGroupNotFound: 404,
  StateLocked: 503,
};

/** The status that Azure answers a refusal with. */
export function statusOf(error: SimulatorError): number {
  return error instanceof ArmError ? error.status : (statusOfCode[error.code] ?? 400);
}

/**
 * The body of a refusal.
 *
 * @see https://learn.microsoft.com/rest/api/apimanagement/api-management-service/create-or-update#errorresponse
 */
export function errorBody(error: SimulatorError): { readonly error: object } {
  const problems = error instanceof ArmError ? error.problems : [];
  const details = problems.map(({ target, reason }) => ({
    code: error.code,
    target,
    message: `${target} ${reason}`,
  }));
  return {
    error: { code: error.code, message: error.message, ...(details.length > 0 ? { details } : {}) },
  };
}
