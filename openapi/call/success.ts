import { azureNames } from "../azure-import.ts";
import type { Rule } from "../finding.ts";
import { type JsonObject, objectAt } from "../json.ts";
import { resolve } from "../references.ts";

/** The statuses that count as an operation's success, from the first to the last. */
export interface ExpectedStatus {
  readonly from: number;
  readonly to: number;
}

/** How an operation answers when it does what it is there for. */
export interface Success {
  readonly expected: ExpectedStatus;
  /** What a mock answers with. */
  readonly mockStatus: number;
  /** Whether the document describes a body for it that is never empty. */
  readonly hasBody: boolean;
  /** First media type of that body. */
  readonly mediaType?: string;
}

/** No response says how the operation succeeds. */
export const successNotDescribed: Rule = {
  code: "success-not-described",
  outcome: "noted",
  text: "The operation describes no response for its success. The proof accepts any status from 200 to 299.",
  fix: "Describe the response, so that the proof can tell it from another one.",
};

const anySuccess: ExpectedStatus = { from: 200, to: 299 };

/** Whether a status is one of those that are expected. */
export function isExpected({ from, to }: ExpectedStatus, status: number): boolean {
  return from <= status && status <= to;
}

/**
 * How an operation succeeds: by its lowest 2xx response, else by `2XX`, `default`, its lowest 3xx or `3XX`; `undefined` when it
 * describes none of them. Beside a redirect, `default` is as likely to be the error: then a redirect is expected as well.
 */
export function successOf(document: JsonObject, method: string, operation: JsonObject): Success | undefined {
  const responses = objectAt(operation.responses);
  const found = expectedOf(Object.keys(responses));
  if (found === undefined) return undefined;
  const content = objectAt(objectAt(resolve(document, responses[found.key])).content);
  const [mediaType] = Object.keys(content);
  const mayHaveBody = method.toLowerCase() !== "head" && !bodiless.has(found.expected.from);
  const isOne = found.expected.from === found.expected.to;
  return {
    expected: found.expected,
    mockStatus: found.expected.from,
    hasBody: isOne && mayHaveBody && mediaType !== undefined && isNeverEmpty(objectAt(content[mediaType])),
    ...(mediaType !== undefined && mayHaveBody ? { mediaType } : {}),
  };
}

/** What is expected of an operation that describes no success. */
export const undescribedSuccess: Success = { expected: anySuccess, mockStatus: 200, hasBody: false };

const bodiless = new Set(azureNames.statusesWithoutBody);

function expectedOf(keys: readonly string[]): { key: string; expected: ExpectedStatus } | undefined {
  const lowest = (first: string) =>
    keys
      .filter((key) => /^\d{3}$/.test(key) && key.startsWith(first))
      .map((key) => ({ key, expected: { from: Number(key), to: Number(key) } }))
      .sort((a, b) => a.expected.from - b.expected.from)
      .at(0);
  const range = (first: string) =>
    keys
      .filter((key) => key.toUpperCase() === `${first}XX`)
      .map((key) => ({ key, expected: { from: Number(first) * 100, to: Number(first) * 100 + 99 } }))
      .at(0);
  const redirect = lowest("3") ?? range("3");
  const expected = redirect === undefined ? anySuccess : { from: 200, to: 399 };
  const other = keys.includes("default") ? { key: "default", expected } : undefined;
  return lowest("2") ?? range("2") ?? other ?? redirect;
}

// A mock answers with the example, or with one that is made from the schema; it has nothing to say of {}.
function isNeverEmpty({ schema, example, examples }: JsonObject): boolean {
  if (example === "") return false;
  return example !== undefined || [schema, examples].some((one) => Object.keys(objectAt(one)).length > 0);
}
