/** Certificates as Microsoft's own client uploads them, and what policies do with them. */

import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as tls from "node:tls";
import { CompactEncrypt, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeAuthority } from "../../../simulator/kernel/make-authority.ts";
import { readPkcs12 } from "../../../simulator/kernel/pkcs12.ts";
import { azureRefusal, namesIn, quick, type SdkCloud, startSdkCloud } from "../../support/azure-sdk.ts";
import { certificatePem, pkcs12File } from "../../support/pkcs12-files.ts";

const vault = "https://contoso.vault.azure.net/secrets";
const thumbprintOf = (name: Parameters<typeof certificatePem>[0]) =>
  new X509Certificate(certificatePem(name)).fingerprint.replaceAll(":", "");
const rsa = { data: pkcs12File("rsa").toString("base64"), password: "s3cret" };

let sdk: SdkCloud;
let backend: https.Server;
let trusted: readonly string[];
beforeAll(async () => {
  sdk = await startSdkCloud({ secrets: { [`${vault}/ec`]: pkcs12File("ec").toString("base64") } });
  const { certificate, listenerCertificate, listenerKey } = await makeAuthority();
  trusted = tls.getCACertificates();
  tls.setDefaultCACertificates([...trusted, certificate]);
  const asking = { requestCert: true, rejectUnauthorized: false };
  backend = https.createServer(
    { cert: listenerCertificate, key: listenerKey, ...asking },
    (request, response) => {
      const peer = (request.socket as tls.TLSSocket).getPeerX509Certificate();
      response.end(`${peer?.subject.split("\n").at(-1)}, ${peer?.issuerCertificate?.subject}`);
    },
  );
  await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
  const { port } = backend.address() as AddressInfo;
  const value = JSON.stringify({
    ...{ openapi: "3.0.3", info: { title: "Talks", version: "1" } },
    paths: { "/talks": { get: { responses: { "200": { description: "x" } } } } },
  });
  const api = { path: "talks", subscriptionRequired: false, format: "openapi+json", value };
  const serviceUrl = `https://127.0.0.1:${port}`;
  await sdk.apim.api.beginCreateOrUpdateAndWait(...sdk.at, "talks", { ...api, serviceUrl }, quick);
});
afterAll(async () => {
  backend.closeAllConnections();
  await new Promise((resolve) => backend.close(resolve));
  tls.setDefaultCACertificates(trusted);
  await sdk.close();
});
beforeEach(() => sdk.apim.certificate.delete(...sdk.at, "mine", "*"));

async function answer(inbound: string, headers: Record<string, string> = {}): Promise<string> {
  const value = `<policies><inbound>${inbound}</inbound><backend><base /></backend></policies>`;
  await sdk.apim.apiPolicy.createOrUpdate(...sdk.at, "talks", "policy", { format: "rawxml", value });
  const response = await fetch(`${sdk.cloud.origins.gateway}/talks/talks`, { headers });
  return `${response.status} ${await response.text()}`;
}

const told = (expression: string) =>
  answer(`<return-response><set-body>@(${expression})</set-body></return-response>`);

describe("a certificate", () => {
  it("is told as Azure tells it, without its data and its password", async () => {
    const { apim, at } = sdk;
    const made = await apim.certificate.createOrUpdate(...at, "mine", rsa);
    expect(made).toMatchObject({
      ...{
        name: "mine",
        subject: 'CN=rsa.example, O="Contoso, Inc.", C=DE',
        thumbprint: thumbprintOf("rsa"),
      },
      expirationDate: new Date(new X509Certificate(certificatePem("rsa")).validTo),
    });
    expect(await namesIn(apim.certificate.listByService(...at))).toEqual(["mine"]);
    const answers = JSON.stringify([made, await apim.certificate.get(...at, "mine")]);
    for (const secret of ["s3cret", rsa.data.slice(0, 40), "PRIVATE KEY"])
      expect(answers).not.toContain(secret);
  });

  it("comes out of a Key Vault with the value that the local cloud was given", async () => {
    const { apim, at } = sdk;
    const keyVault = { secretIdentifier: `${vault}/ec` };
    await apim.certificate.createOrUpdate(...at, "mine", { keyVault });
    expect(await apim.certificate.get(...at, "mine")).toMatchObject({
      ...{ subject: "CN=ec.example", keyVault: { ...keyVault, lastStatus: { code: "Success" } } },
    });
    const other = { keyVault: { secretIdentifier: `${vault}/other` } };
    const refused = await azureRefusal(apim.certificate.createOrUpdate(...at, "mine", other));
    expect(refused).toMatchObject({
      code: "NotSimulated",
      message: expect.stringContaining(`${vault}/other`),
    });
  });

  it.each([
    ["another password", { ...rsa, password: "secret" }, "the password is another one"],
    ["data that is no PKCS #12", { data: "aGVsbG8=" }, "it is no PKCS #12"],
    ["neither data nor a vault", {}, "One of data and keyVault"],
  ])("is refused with %s", async (_, given, problem) => {
    const refused = await azureRefusal(sdk.apim.certificate.createOrUpdate(...sdk.at, "mine", given));
    expect(refused).toMatchObject({
      ...{ status: 400, code: "ValidationError", message: expect.stringContaining(problem) },
    });
  });

  it("keeps what it has where it is put as it was read", async () => {
    const { apim, at } = sdk;
    await apim.certificate.createOrUpdate(...at, "mine", rsa);
    await apim.certificate.createOrUpdate(...at, "mine", {});
    expect((await apim.certificate.get(...at, "mine")).thumbprint).toBe(thumbprintOf("rsa"));
  });
});

describe("context.Deployment.Certificates", () => {
  it("has each certificate by its thumbprint, with its key", async () => {
    await sdk.apim.certificate.createOrUpdate(...sdk.at, "mine", rsa);
    const own = `context.Deployment.Certificates["${thumbprintOf("rsa")}"]`;
    expect(await told(`${own}.Subject + " " + ${own}.HasPrivateKey`)).toBe(
      '200 CN=rsa.example, O="Contoso, Inc.", C=DE True',
    );
    expect(await told('context.Deployment.Certificates.Any(c => c.Value.Thumbprint == "x")')).toBe(
      "200 False",
    );
    expect(await told('context.Deployment.Certificates["mine"].Subject')).toMatch(/^500 /);
    await sdk.apim.certificate.delete(...sdk.at, "mine", "*");
    expect(await told("context.Deployment.Certificates.Count")).toBe("200 0");
  });

  it("signs as public policies do, so that the certificate verifies it", async () => {
    await sdk.apim.certificate.createOrUpdate(...sdk.at, "mine", rsa);
    const text = await answer(`<return-response><set-body>@{
      var content = "a.b";
      using (var rsa = context.Deployment.Certificates["${thumbprintOf("rsa")}"].GetRSAPrivateKey())
      {
        var signature = rsa.SignData(Encoding.UTF8.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return Convert.ToBase64String(signature);
      }
    }</set-body></return-response>`);
    const key = await crypto.subtle.importKey(
      "spki",
      new Uint8Array(createPublicKey(certificatePem("rsa")).export({ type: "spki", format: "der" })),
      { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
      false,
      ["verify"],
    );
    const signature = Buffer.from(text.slice("200 ".length), "base64");
    expect(await crypto.subtle.verify(key.algorithm, key, signature, Buffer.from("a.b"))).toBe(true);
  });
});

describe("validate-jwt with a key by certificate-id", () => {
  const inbound = (attributes = 'certificate-id="mine"') =>
    `<validate-jwt header-name="Authorization"><issuer-signing-keys><key ${attributes} /></issuer-signing-keys></validate-jwt><return-response><set-body>in</set-body></return-response>`;
  const signed = async (name: "rsa" | "ec", header: object = {}) => {
    const { privateKey = "" } = readPkcs12(pkcs12File(name), name === "rsa" ? "s3cret" : "");
    const alg = name === "rsa" ? "RS256" : "ES256";
    const jwt = new SignJWT({}).setProtectedHeader({ alg, ...header }).setExpirationTime("1h");
    return { Authorization: `Bearer ${await jwt.sign(createPrivateKey(privateKey))}` };
  };

  it("lets in who has a token that the certificate's key signed, and nobody else", async () => {
    const { apim, at } = sdk;
    const good = await signed("rsa");
    const other = await signed("ec");
    await apim.certificate.createOrUpdate(...at, "mine", rsa);
    expect(await answer(inbound(), good)).toBe("200 in");
    expect(await answer(inbound(), other)).toMatch(/^401 /);
    const ec = { data: pkcs12File("ec").toString("base64") };
    await apim.certificate.createOrUpdate(...at, "mine", ec);
    expect(await answer(inbound(), other)).toBe("200 in");
    expect(await answer(inbound(), good)).toMatch(/^401 /);
  });

  it("takes the key for the kid that its id names", async () => {
    const named = await signed("rsa", { kid: "one" });
    await sdk.apim.certificate.createOrUpdate(...sdk.at, "mine", rsa);
    expect(await answer(inbound('id="one" certificate-id="mine"'), named)).toBe("200 in");
  });

  it("answers 500 while the certificate is not there", async () => {
    expect(await answer(inbound(), await signed("rsa"))).toMatch(/^500 /);
  });

  it("is refused beside another key in the same element", async () => {
    const both = inbound('certificate-id="mine" n="AQAB" e="AQAB"');
    await expect(answer(both)).rejects.toThrow("A key must be one of");
  });
});

describe("validate-jwt with decryption keys", () => {
  const secret = Buffer.from("0123456789abcdef0123456789abcdef");
  const shared = Buffer.alloc(32, 7);
  const inbound = (keys: string) =>
    `<validate-jwt header-name="Authorization" output-token-variable-name="jwt">
      <issuer-signing-keys><key>${secret.toString("base64")}</key></issuer-signing-keys>
      <decryption-keys>${keys}</decryption-keys>
    </validate-jwt><return-response><set-body>@(((Jwt)context.Variables["jwt"]).Subject)</set-body></return-response>`;
  const byCertificate = inbound('<key id="one" certificate-id="mine" />');
  const signed = (key: Uint8Array = secret) =>
    new SignJWT({ sub: "ann" }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("1h").sign(key);
  const bearer = (text: string) => ({ Authorization: `Bearer ${text}` });
  const encrypted = async (
    text: string,
    header: { alg: string; enc: string },
    key: Parameters<CompactEncrypt["encrypt"]>[0] = createPublicKey(certificatePem("rsa")),
  ) => bearer(await new CompactEncrypt(Buffer.from(text)).setProtectedHeader(header).encrypt(key));
  const rsaHeader = { alg: "RSA-OAEP", enc: "A256CBC-HS512" };
  beforeEach(() => sdk.apim.certificate.createOrUpdate(...sdk.at, "mine", rsa));

  it.each([rsaHeader, { alg: "RSA-OAEP-256", enc: "A128CBC-HS256" }])(
    "takes the signed token that is inside one by %o",
    async (header) => {
      const token = await encrypted(await signed(), header);
      expect(await answer(byCertificate, token)).toBe("200 ann");
    },
  );

  it("takes one that a shared key encrypted, tried after others", async () => {
    const token = await encrypted(await signed(), { alg: "dir", enc: "A128CBC-HS256" }, shared);
    const other = Buffer.alloc(32, 8).toString("base64");
    const keys = `<key certificate-id="mine" /><key>${other}</key><key>${shared.toString("base64")}</key>`;
    expect(await answer(inbound(keys), token)).toBe("200 ann");
    expect(await answer(inbound(`<key>${other}</key>`), token)).toMatch(/^401 .*cannot be decrypted/);
  });

  it("takes a token that is not encrypted as well", async () => {
    expect(await answer(byCertificate, bearer(await signed()))).toBe("200 ann");
  });

  it("refuses what is inside where its signature does not fit, or where it is no token", async () => {
    const stranger = await encrypted(await signed(Buffer.alloc(32, 9)), rsaHeader);
    expect(await answer(byCertificate, stranger)).toMatch(/^401 /);
    const claims = await encrypted('{"sub":"ann"}', rsaHeader);
    expect(await answer(byCertificate, claims)).toMatch(/^401 .*not a JWT/);
  });

  it("refuses one for another key, of other algorithms, or changed on its way", async () => {
    const other = createPublicKey(certificatePem("leaf"));
    const good = await encrypted(await signed(), rsaHeader);
    const refused = [
      await encrypted(await signed(), rsaHeader, other),
      await encrypted(await signed(), { alg: "RSA-OAEP-512", enc: "A256CBC-HS512" }),
      await encrypted(await signed(), { alg: "RSA-OAEP", enc: "A256GCM" }),
      await encrypted(await signed(), { alg: "dir", enc: "A128CBC-HS256" }, shared),
      bearer(good.Authorization.slice("Bearer ".length, -2)),
      bearer("a.b.c.d.e"),
      bearer("...."),
    ];
    for (const headers of refused)
      expect(await answer(byCertificate, headers)).toMatch(/^401 .*cannot be decrypted/);
  });

  it("answers 500 where the certificate has no private key", async () => {
    const data = pkcs12File("without-key").toString("base64");
    await sdk.apim.certificate.createOrUpdate(...sdk.at, "mine", { data, password: "s3cret" });
    expect(await answer(byCertificate, await encrypted(await signed(), rsaHeader))).toMatch(/^500 /);
  });

  it.each(["", "<key />", '<key certificate-id="mine">AAAA</key>', "<key>%</key>"])(
    "is refused with the keys %s",
    async (keys) => {
      await expect(answer(inbound(keys))).rejects.toThrow("key");
    },
  );
});

describe("authentication-certificate before an https backend", () => {
  beforeEach(() => sdk.apim.certificate.createOrUpdate(...sdk.at, "mine", rsa));

  it.each([
    ["certificate-id", 'certificate-id="mine"'],
    ["certificate-id in other letters", 'certificate-id="MINE"'],
    ["thumbprint", `thumbprint="${thumbprintOf("rsa").toLowerCase()}"`],
    ["body", `body="@(Convert.FromBase64String("${rsa.data}"))" password="s3cret"`],
  ])("shows the certificate of its %s", async (_, attributes) => {
    expect(await answer(`<authentication-certificate ${attributes} />`)).toMatch(/^200 CN=rsa\.example/);
  });

  it("shows none without it, also on a connection that is kept", async () => {
    expect(await answer('<authentication-certificate certificate-id="mine" />')).toMatch(/^200 CN=rsa/);
    expect(await answer("")).toBe("200 undefined, undefined");
  });

  it("shows what signed the certificate as well", async () => {
    const data = pkcs12File("leaf").toString("base64");
    await sdk.apim.certificate.createOrUpdate(...sdk.at, "mine", { data, password: "s3cret" });
    const text = await answer('<authentication-certificate certificate-id="mine" />');
    expect(text).toBe("200 CN=leaf.example, CN=ec.example");
  });

  it("shows it for a policy's own request", async () => {
    const { serviceUrl } = await sdk.apim.api.get(...sdk.at, "talks");
    const text = await answer(`<send-request mode="new" response-variable-name="own">
      <set-url>${serviceUrl}/x</set-url><set-method>GET</set-method><authentication-certificate certificate-id="mine" />
    </send-request><return-response><set-body>@(((IResponse)context.Variables["own"]).Body.As<string>())</set-body></return-response>`);
    expect(text).toMatch(/^200 CN=rsa\.example/);
  });

  it.each([
    ["an id that is not there", 'certificate-id="other"'],
    ["a thumbprint that is not there", 'thumbprint="00"'],
    ["a body with another password", `body="${rsa.data}" password="secret"`],
  ])("answers 500 with %s", async (_, attributes) => {
    expect(await answer(`<authentication-certificate ${attributes} />`)).toMatch(/^500 /);
  });
});
