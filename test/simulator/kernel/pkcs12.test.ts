/** PKCS #12 files of OpenSSL, read. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readPkcs12 } from "../../../simulator/kernel/pkcs12.ts";
import { certificatePem, pkcs12File } from "../../support/pkcs12-files.ts";

function rawOf(pem: string): Buffer {
  return new X509Certificate(pem).raw;
}

describe("readPkcs12", () => {
  it.each([
    ["rsa", "s3cret", "rsa"],
    ["rsa-legacy", "s3cret", "rsa"],
    ["ec", "", "ec"],
    ["leaf", "s3cret", "leaf"],
  ] as const)("gives the certificate of %s byte by byte, and its key", (file, password, name) => {
    const { certificate, privateKey = "" } = readPkcs12(pkcs12File(file), password);
    expect(rawOf(certificate)).toEqual(rawOf(certificatePem(name)));
    expect(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey))).toBe(true);
  });

  it("gives the certificates that signed it besides", () => {
    const { chain } = readPkcs12(pkcs12File("leaf"), "s3cret");
    expect(chain.map(rawOf)).toEqual([rawOf(certificatePem("ec"))]);
    expect(readPkcs12(pkcs12File("rsa"), "s3cret").chain).toEqual([]);
  });

  it("gives no key where the file has none", () => {
    const { certificate, privateKey } = readPkcs12(pkcs12File("without-key"), "s3cret");
    expect([rawOf(certificate), privateKey]).toEqual([rawOf(certificatePem("rsa")), undefined]);
  });

  it.each([
    ["another password", pkcs12File("rsa"), "secret", "the password is another one"],
    ["no password", pkcs12File("rsa-legacy"), "", "the password is another one"],
    ["letters outside ASCII", pkcs12File("umlaut"), "größer", "letters outside ASCII is not simulated"],
    ["a PEM", Buffer.from(certificatePem("rsa")), "", "it is no PKCS #12"],
    ["nothing", Buffer.alloc(0), "", "it is no PKCS #12"],
    ["half a file", pkcs12File("rsa").subarray(0, 900), "s3cret", "it is no PKCS #12"],
    ["another sequence", Buffer.from("3003020103", "hex"), "", "not an PKCS#12 PFX"],
  ])("is refused for %s", (_, bytes, password, problem) => {
    expect(() => readPkcs12(bytes, password)).toThrow(problem);
  });
});
