import "reflect-metadata";
import { constants, generateKeyPairSync, privateDecrypt, publicEncrypt } from "node:crypto";
import { X509CertificateGenerator } from "@peculiar/x509";
import { beforeAll, describe, expect, it } from "vitest";
import { Certificate } from "../../../expressions/dotnet/certificate.ts";
import { expressionContextOf, outcome } from "../../support/expression.ts";

/* Names are written as https://learn.microsoft.com/dotnet/api/system.security.cryptography.x509certificates.x509certificate2 shows them. */

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const privatePem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const data = new TextEncoder().encode("data");
let pem = "";

beforeAll(async () => {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const [subjectKey, signingKey] = await Promise.all([
    crypto.subtle.importKey("spki", publicKey.export({ type: "spki", format: "der" }), algorithm, true, [
      "verify",
    ]),
    crypto.subtle.importKey("pkcs8", privateKey.export({ type: "pkcs8", format: "der" }), algorithm, true, [
      "sign",
    ]),
  ]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: "0abc",
    name: 'CN=client.example, O="Example, Inc.", C=CH',
    notBefore: new Date("2020-01-01T00:00:00Z"),
    notAfter: new Date("2030-01-01T00:00:00Z"),
    keys: { publicKey: subjectKey, privateKey: signingKey },
    signingAlgorithm: algorithm,
  });
  pem = certificate.toString("pem");
});

describe("X509Certificate2", () => {
  it("tells what it says", () => {
    const certificate = new Certificate(pem);
    expect(certificate.subject).toBe('C=CH, O="Example, Inc.", CN=client.example');
    expect(certificate.issuer).toBe(certificate.subject);
    expect(certificate.simpleName(false)).toBe("client.example");
    expect(certificate.serialNumber).toBe("0ABC");
    expect(certificate.thumbprint).toMatch(/^[0-9A-F]{40}$/);
    expect(certificate.notBefore.toString("o")).toBe("2020-01-01T00:00:00.0000000+00:00");
    expect(certificate.notAfter.toString("s")).toBe("2030-01-01T00:00:00");
    expect(certificate.hasPrivateKey).toBe(false);
    expect(new Certificate(certificate.rawData).thumbprint).toBe(certificate.thumbprint);
  });

  it("is valid in its time only", () => {
    const certificate = new Certificate(pem);
    expect(certificate.isValidAt(Date.parse("2026-11-28T00:00:00Z"))).toBe(true);
    expect(certificate.isValidAt(Date.parse("2031-01-01T00:00:00Z"))).toBe(false);
  });

  it.each([
    ["2026-11-28T00:00:00Z", "True"],
    ["2031-01-01T00:00:00Z", "False"],
  ])("is verified without revocation by an expression, at %s: %s", (now, result) => {
    const context = expressionContextOf();
    const request = { ...context.request, certificate: pem };
    const at = { ...expressionContextOf({ request }), now: () => Date.parse(now) };
    expect(outcome("context.Request.Certificate.VerifyNoRevocation()", at)).toBe(result);
  });

  it.each([true, false])("signs and verifies (PSS: %s)", (pss) => {
    const key = new Certificate(pem, privatePem).rsaPrivateKey;
    const signature = key?.signData(data, "SHA256", pss) ?? new Uint8Array();
    const reader = new Certificate(pem).rsaPublicKey;
    expect(reader?.verifyData(data, signature, "SHA256", pss)).toBe(true);
    expect(reader?.verifyData(new TextEncoder().encode("other"), signature, "SHA256", pss)).toBe(false);
  });

  it("encrypts what Node.js decrypts, and the other way round", () => {
    const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
    const encrypted = new Certificate(pem).rsaPublicKey?.encrypt(data, "SHA256") ?? new Uint8Array();
    expect(privateDecrypt({ key: privateKey, ...oaep }, encrypted).toString()).toBe("data");
    const key = new Certificate(pem, privatePem).rsaPrivateKey;
    const theirs = publicEncrypt({ key: publicKey, ...oaep }, data);
    expect(Buffer.from(key?.decrypt(theirs, "SHA256") ?? new Uint8Array()).toString()).toBe("data");
    expect(() => key?.decrypt(data, "SHA256")).toThrow("The parameter is incorrect.");
  });

  it("has no private key unless it was given one", () => {
    expect(new Certificate(pem).rsaPrivateKey).toBeNull();
    expect(() => new Certificate(pem).rsaPublicKey?.signData(data, "SHA256", false)).toThrow(
      "Key does not exist.",
    );
  });

  it("refuses what is no certificate", () => {
    expect(() => new Certificate(Uint8Array.of(1, 2, 3))).toThrow("Cannot find the requested object.");
    expect(() => new Certificate(Uint8Array.of(0x30, 2, 3))).toThrow(
      "does not simulate a certificate with a private key",
    );
  });
});
