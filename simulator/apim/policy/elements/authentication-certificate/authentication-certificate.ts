import { Pkcs12Error, readPkcs12 } from "../../../../kernel/pkcs12.ts";
import { type ClientCertificate, type Exchange, PolicyFailure } from "../../exchange.ts";
import { anyText, anyValue } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

const element = "authentication-certificate";

/**
 * `authentication-certificate`: names the certificate that the gateway shows the backend, where the backend speaks https.
 *
 * Differs from Azure: where the gateway knows of no certificates, as `apim-okta gateway` does, `authentication-certificate` is read and
 * nothing is shown.
 *
 * @see https://learn.microsoft.com/azure/api-management/authentication-certificate-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound"],
  changes: "request",
  change: ({ reader }) => {
    const thumbprint = reader.value("thumbprint", anyText);
    const id = reader.value("certificate-id", anyText);
    const body = reader.value("body", anyValue);
    const password = reader.value("password", anyText);
    if (reader.has("thumbprint") && reader.has("certificate-id"))
      reader.refuse("Only one of 'thumbprint' and 'certificate-id' can be specified.");
    reader.sequence({});
    reader.done();
    const read = lastRead();
    return (message, exchange) => {
      const named = { thumbprint: thumbprint?.(exchange), id: id?.(exchange) };
      const given = [body?.(exchange), password?.(exchange) ?? ""] as const;
      // Its values are worked out also where nothing is shown: an expression that fails must fail either way.
      if (exchange.service.certificates === undefined || !("backendTarget" in message)) return;
      const found = body === undefined ? uploaded(exchange, named) : read(...given);
      if (found !== undefined) message.clientCertificate = found;
    };
  },
};

/**
 * Assumed of Azure: a certificate that is not there, or has no key, is found missing when a request comes, which is answered 500.
 *
 * @see https://learn.microsoft.com/azure/api-management/authentication-certificate-policy#attributes
 */
function uploaded(
  { service: { certificates = [] } }: Exchange,
  { thumbprint, id }: { thumbprint: string | undefined; id: string | undefined },
): ClientCertificate | undefined {
  if (thumbprint === undefined && id === undefined) return undefined;
  const found = certificates.find((one) =>
    thumbprint === undefined
      ? one.id.toLowerCase() === id?.toLowerCase()
      : one.thumbprint === thumbprint.trim().toUpperCase(),
  );
  if (found === undefined) {
    const wanted = thumbprint === undefined ? `id '${id}'` : `thumbprint '${thumbprint}'`;
    throw failed("CertificateNotFound", `There is no certificate with the ${wanted}.`);
  }
  return shown(found);
}

function shown({
  certificate,
  privateKey,
  chain,
}: {
  certificate: string;
  privateKey?: string;
  chain: readonly string[];
}): ClientCertificate {
  if (privateKey === undefined) throw failed("CertificateInvalid", "The certificate has no private key.");
  return { cert: [certificate, ...chain].join("\n"), key: privateKey };
}

/** Reads the certificate of an attribute `body`; most requests bring the one that the last request brought. */
function lastRead(): (body: unknown, password: string) => ClientCertificate {
  let last: { bytes: Buffer; password: string; shown: ClientCertificate } | undefined;
  return (body, password) => {
    // Assumed of Azure: a text in `body` is the certificate in Base64.
    const bytes = body instanceof Uint8Array ? Buffer.from(body) : Buffer.from(String(body ?? ""), "base64");
    if (last?.password === password && last.bytes.equals(bytes)) return last.shown;
    last = { bytes, password, shown: shown(readBody(bytes, password)) };
    return last.shown;
  };
}

function readBody(bytes: Uint8Array, password: string) {
  try {
    return readPkcs12(bytes, password);
  } catch (error) {
    if (!(error instanceof Pkcs12Error)) throw error;
    throw failed("CertificateInvalid", `The attribute 'body' holds no certificate: ${error.message}.`);
  }
}

function failed(reason: string, message: string): PolicyFailure {
  return new PolicyFailure(
    { source: element, reason, message },
    { statusCode: 500, message: "Internal server error" },
  );
}
