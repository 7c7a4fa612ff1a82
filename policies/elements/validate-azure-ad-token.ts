import type { Text } from "../expression.ts";
import { makePolicy, type PlainText, type Policy, type PolicyArgs } from "../policy.ts";
import {
  acceptedText,
  type ClaimCheck,
  claimElement,
  type DecryptionKey,
  decryptionKey,
  refusalAttributes,
  type TokenOutcomeArgs,
  type TokenSource,
  tokenSourceAttributes,
  wrapped,
} from "../token-check.ts";
import { nonEmpty } from "../values.ts";

/** Settings of {@link validateAzureAdToken}. */
export interface ValidateAzureAdTokenArgs extends TokenOutcomeArgs, PolicyArgs {
  /** ID or URL of the tenant, `organizations` or `common`. */
  readonly tenantId: Text;
  /** @defaultValue Azure's: the header Authorization */
  readonly token?: TokenSource;
  /** Microsoft Entra's address in another cloud. @defaultValue Azure's: https://login.microsoftonline.com */
  readonly authenticationEndpoint?: Text;
  readonly backendApplicationIds?: readonly [PlainText, ...PlainText[]];
  /** Any one must match. Absent, name the accepted audiences. */
  readonly clientApplicationIds?: readonly [PlainText, ...PlainText[]];
  /** Any one must match. */
  readonly audiences?: readonly [Text, ...Text[]];
  readonly requiredClaims?: readonly [ClaimCheck, ...ClaimCheck[]];
  readonly decryptionKeys?: readonly [DecryptionKey, ...DecryptionKey[]];
}

/**
 * `validateAzureAdToken({ tenantId: "contoso.onmicrosoft.com", clientApplicationIds: ["…"] })` →
 * `<validate-azure-ad-token tenant-id="…">…</validate-azure-ad-token>`: lets in tokens of a Microsoft Entra tenant for these clients or
 * audiences.
 *
 * @see https://learn.microsoft.com/azure/api-management/validate-azure-ad-token-policy
 */
export function validateAzureAdToken(
  args: ValidateAzureAdTokenArgs,
): Policy<"inbound", "validate-azure-ad-token"> {
  return makePolicy({
    name: "validate-azure-ad-token",
    sections: ["inbound"],
    attributes: {
      "tenant-id": nonEmpty(args.tenantId, "Name the tenant"),
      ...tokenSourceAttributes(args.token ?? {}),
      "authentication-endpoint": nonEmpty(args.authenticationEndpoint, "Write an address"),
      ...refusalAttributes(args),
      "output-token-variable-name": args.outputTokenVariableName,
      id: args.id,
    },
    content: [
      ...wrapped("backend-application-ids", args.backendApplicationIds, acceptedText("application-id")),
      ...wrapped("client-application-ids", args.clientApplicationIds, acceptedText("application-id")),
      ...wrapped("audiences", args.audiences, acceptedText("audience")),
      ...wrapped("required-claims", args.requiredClaims, claimElement),
      ...wrapped("decryption-keys", args.decryptionKeys, decryptionKey),
    ],
  });
}
