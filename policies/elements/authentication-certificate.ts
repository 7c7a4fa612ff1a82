import type { Expression, Text } from "../expression.ts";
import type { OneOf } from "../one-of.ts";
import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";
import { nonEmpty } from "../values.ts";

/** Settings of {@link authenticationCertificate}: an uploaded certificate, or the bytes of one. */
export type AuthenticationCertificateArgs = PolicyArgs &
  OneOf<
    | { readonly thumbprint: Text }
    | { readonly certificateId: Text }
    | {
        /** An expression that gives the bytes. */
        readonly body: Expression;
        readonly password?: Text;
      }
  >;

/** An `authentication-certificate` statement. */
export type AuthenticationCertificate = Policy<"inbound", "authentication-certificate">;

/**
 * `authenticationCertificate({ certificateId: "orders" })` → `<authentication-certificate certificate-id="orders" />`: the gateway shows
 * the backend a client certificate.
 *
 * @see https://learn.microsoft.com/azure/api-management/authentication-certificate-policy
 */
export function authenticationCertificate(args: AuthenticationCertificateArgs): AuthenticationCertificate {
  return makePolicy({
    name: "authentication-certificate",
    sections: ["inbound"],
    attributes: {
      thumbprint: nonEmpty(args.thumbprint, "Write the certificate's thumbprint"),
      "certificate-id": nonEmpty(args.certificateId, "Write the certificate's name"),
      body: args.body,
      password: args.password,
      id: args.id,
    },
  });
}
