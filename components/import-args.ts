import type { ApiDocument } from "../openapi/document.ts";
import type { ProtectedApiArgs } from "./protected-api.ts";

/** The arguments of a `ProtectedApi` that its document gives. */
export type ImportArgs = Pick<ProtectedApiArgs, "displayName" | "document" | "operations">;

/** Takes from a document what a `ProtectedApi` imports and protects. */
export function importArgs({ title, value, operations }: ApiDocument): ImportArgs {
  return {
    displayName: title,
    document: value,
    operations: operations.map(({ name, method, path, security, requiredClaims, successStatus }) => ({
      name,
      method,
      path,
      successStatus,
      ...(requiredClaims.length === 0
        ? {}
        : {
            requiredClaims: requiredClaims.map(({ values, ...claim }) => ({ ...claim, values: [...values] })),
          }),
      ...(security.kind === "public"
        ? { isPublic: true }
        : { anyOf: security.anyOf.map((scopes) => [...scopes]) }),
    })),
  };
}
