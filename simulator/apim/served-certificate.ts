import type { CertificateContext } from "../../expressions/context.ts";

/** An uploaded certificate, as policies find it; everything is PEM. */
export interface ServedCertificate extends CertificateContext {
  /** ARM name of the certificate. */
  readonly id: string;
  /** SHA-1 of the certificate, in upper case. */
  readonly thumbprint: string;
  readonly certificate: string;
  /** The certificates that signed it, as far as they came with it. */
  readonly chain: readonly string[];
}
