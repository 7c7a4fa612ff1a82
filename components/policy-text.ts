import * as pulumi from "@pulumi/pulumi";
import { type PolicyDocument, policySizeLimitBytes, renderPolicyDocument } from "../policies/document.ts";
import { PolicyError } from "../policies/policy-error.ts";

/**
 * Renders a policy document within the tier's size limit.
 *
 * @param subject Whose document it is, for the message: `API "conference"`.
 * @throws {pulumi.RunError} when the document cannot be written; Pulumi prints it without a stack trace.
 */
export function renderPolicy(subject: string, sku: string, build: () => PolicyDocument): string {
  try {
    return renderPolicyDocument(build(), policySizeLimitBytes(sku));
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new pulumi.RunError(`${subject}: ${error.message}`, { cause: error });
  }
}
