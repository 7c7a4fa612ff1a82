import type { BodyNeeds } from "../../../expressions/body-needs.ts";

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
