/** Which bodies must be there in full before a statement runs, since its expressions read them. */
export interface BodyNeeds {
  readonly requestBody: boolean;
  readonly responseBody: boolean;
}

/** Gathers what the expressions of one statement need, while it is read. */
export class BodyNeedsCollector implements BodyNeeds {
  requestBody = false;
  responseBody = false;

  /** Takes one expression's needs in. */
  add({ requestBody, responseBody }: BodyNeeds): void {
    this.requestBody ||= requestBody;
    this.responseBody ||= responseBody;
  }

  /** Whether there is anything to wait for. */
  get isAny(): boolean {
    return this.requestBody || this.responseBody;
  }
}
