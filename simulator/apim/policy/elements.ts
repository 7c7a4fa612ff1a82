import { corsDefinition } from "./cors.ts";
import { forwardRequestDefinition } from "./forward-request.ts";
import { mockResponseDefinition } from "./mock-response.ts";
import { returnResponseDefinition } from "./return-response.ts";
import { setBackendServiceDefinition } from "./set-backend-service.ts";
import { setBodyDefinition } from "./set-body.ts";
import { setHeaderDefinition } from "./set-header.ts";
import { setStatusDefinition } from "./set-status.ts";
import type { ElementDefinition } from "./statement.ts";
import { validateJwtDefinition } from "./validate-jwt/validate-jwt.ts";

/**
 * The policy elements that the local gateway executes, besides `base`. Any other one is refused when a policy is saved.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-policies
 */
export const policyElements: ReadonlyMap<string, ElementDefinition> = new Map([
  ["cors", corsDefinition],
  ["forward-request", forwardRequestDefinition],
  ["mock-response", mockResponseDefinition],
  ["return-response", returnResponseDefinition],
  ["set-backend-service", setBackendServiceDefinition],
  ["set-body", setBodyDefinition],
  ["set-header", setHeaderDefinition],
  ["set-status", setStatusDefinition],
  ["validate-jwt", validateJwtDefinition],
]);
