/**
 * PKCS #12 files as OpenSSL 3.0 writes them, with the certificates that they hold. They were made by
 *
 * - `openssl req -x509 -newkey rsa:2048 -days 36500 -subj "/C=DE/O=Contoso, Inc./CN=rsa.example"`, `ec` with `-newkey ec` on P-256, and
 *   `leaf` with an RSA key by `openssl x509 -req -CA ec.crt`;
 * - `openssl pkcs12 -export -inkey NAME.key -in NAME.crt -passout pass:s3cret`, `rsa-legacy` with `-legacy`, `leaf` with
 *   `-certfile ec.crt`, `ec` with an empty password, `without-key` with `-nokeys`, `umlaut` with the password `größer`.
 */

import { readFileSync } from "node:fs";
import * as path from "node:path";

type Pkcs12Name = "rsa" | "rsa-legacy" | "ec" | "leaf" | "without-key" | "umlaut";

const folder = path.join(import.meta.dirname, "pkcs12");

/** The bytes of one. */
export function pkcs12File(name: Pkcs12Name): Buffer {
  return readFileSync(path.join(folder, `${name}.pfx`));
}

/** The PEM of a certificate. */
export function certificatePem(name: "rsa" | "ec" | "leaf"): string {
  return readFileSync(path.join(folder, `${name}.crt`), "utf8");
}
