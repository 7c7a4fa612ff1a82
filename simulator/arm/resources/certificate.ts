import { Certificate } from "../../../expressions/dotnet/certificate.ts";
import type { ServedCertificate } from "../../apim/served-certificate.ts";
import { isoTime } from "../../kernel/clock.ts";
import { SimulatorError } from "../../kernel/error.ts";
import { Pkcs12Error, readPkcs12 } from "../../kernel/pkcs12.ts";
import { type ArmBody, type ArmObject, type ArmResource, nameOf } from "../arm-store.ts";
import type { ArmType, Kept, PutSite } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";
import { type KeyVaultSecrets, keyVaultSecret } from "./key-vault-secret.ts";

/**
 * A certificate with its key, for policies: uploaded as PKCS #12, or out of a Key Vault.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates
 */
export function certificateResource(secrets: KeyVaultSecrets): ArmType {
  return {
    type: armTypes.certificate,
    nameParameter: "certificateId",
    model: "CertificateCreateOrUpdateParameters",
    canPatch: false,
    put: async (site) => putCertificate(site, secrets),
    view: viewCertificate,
  };
}

/**
 * Assumed of Azure: a certificate that is put without its data, as it was read, keeps what it has.
 * Assumed of Azure: `data` is taken rather than `keyVault` where both are given.
 */
function putCertificate({ store, body, before }: PutSite, secrets: KeyVaultSecrets): Kept {
  const { data, password, keyVault } = body.properties;
  if (typeof data === "string")
    return { body: { properties: {} }, hidden: readCertificate(data, String(password ?? "")) };
  if (keyVault !== undefined && keyVault !== null) {
    // https://learn.microsoft.com/azure/key-vault/certificates/about-certificates : a certificate's secret is PKCS #12 without a password.
    const read = readCertificate(keyVaultSecret(keyVault, secrets), "");
    return { body: { properties: { keyVault } }, hidden: { ...read, fetchedAt: isoTime(store.clock) } };
  }
  if (before !== undefined) return { body: before.body, hidden: before.hidden };
  throw new SimulatorError("ValidationError", "One of data and keyVault must be given; got none.");
}

/** Azure's words for what it cannot read are not known. */
function readCertificate(data: string, password: string): ArmObject {
  try {
    return { ...readPkcs12(Buffer.from(data, "base64"), password) };
  } catch (error) {
    if (!(error instanceof Pkcs12Error)) throw error;
    throw new SimulatorError(
      "ValidationError",
      `The certificate must be PKCS #12 in Base64, with its password: ${error.message}.`,
    );
  }
}

/** What policies find of a certificate. */
export function servedCertificate(resource: ArmResource): ServedCertificate {
  const { certificate, privateKey, chain } = resource.hidden;
  const pem = String(certificate);
  return {
    id: nameOf(resource),
    thumbprint: new Certificate(pem).thumbprint,
    certificate: pem,
    ...(privateKey === undefined ? {} : { privateKey: String(privateKey) }),
    chain: Array.isArray(chain) ? chain.map(String) : [],
  };
}

function viewCertificate({ body, hidden: { certificate, fetchedAt } }: ArmResource): ArmBody {
  const { subject, thumbprint, validTo } = new Certificate(String(certificate));
  const { keyVault } = body.properties;
  const lastStatus = { code: "Success", timeStampUtc: fetchedAt };
  return {
    properties: {
      ...{ subject, thumbprint, expirationDate: new Date(validTo).toISOString() },
      ...(keyVault === undefined ? {} : { keyVault: { ...(keyVault as ArmObject), lastStatus } }),
    },
  };
}
