/**
 * Marks what is written into a document as code: expressions, named values, whole policies that were checked. No JSON or YAML can hold a
 * symbol, so what was read from a file is never taken for code. It has a key of its own, because a program and the policies that it
 * reads may each have a copy of this module.
 */
export const policyCode = Symbol.for("apim-okta.policy-code");
