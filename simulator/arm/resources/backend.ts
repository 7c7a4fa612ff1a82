import type { BodyProblem } from "../arm-error.ts";
import type { ArmBody } from "../arm-store.ts";
import type { ArmType } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";

/**
 * An address that `set-backend-service` leads to.
 *
 * @see https://learn.microsoft.com/azure/api-management/backends
 */
export const backend: ArmType = {
  type: armTypes.backend,
  nameParameter: "backendId",
  model: "BackendContract",
  simulated: ["title", "description", "url", "protocol", "tls"],
  required: ["url", "protocol"],
  rules: ({ properties }) => backendProblems(properties),
};

function backendProblems({ url, protocol, tls }: ArmBody["properties"]): readonly BodyProblem[] {
  const problems: BodyProblem[] = [];
  if (url !== undefined && !(URL.canParse(String(url)) && /^https?:\/\/./.test(String(url))))
    problems.push({ target: "url", reason: `must be an http or https URL; got "${url}".` });
  if (protocol === "soap")
    problems.push({
      target: "protocol",
      reason: 'must be "http": SOAP is not simulated by the local cloud.',
      isNotSimulated: true,
    });
  const unchecked = Object.entries((tls ?? {}) as object).filter(([, value]) => value === false);
  for (const [name] of unchecked)
    problems.push({
      target: `tls.${name}`,
      reason: "must be true: a backend with another certificate is not simulated by the local cloud.",
      isNotSimulated: true,
    });
  return problems;
}
