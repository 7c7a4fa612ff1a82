/** The authority of the local cloud's https listener. That Go's clients accept it too was tried by hand. */
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keptAuthority } from "../../../simulator/kernel/local-authority.ts";
import type { LocalAuthority } from "../../../simulator/kernel/make-authority.ts";
import { makeAuthority } from "../../../simulator/kernel/make-authority.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-authority-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** What a client gets that trusts the authority alone, under a host name. */
async function statusFor(
  { certificate, listenerCertificate, listenerKey }: LocalAuthority,
  servername: string,
) {
  const server = https.createServer({ cert: listenerCertificate, key: listenerKey }, (_, response) => {
    response.end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  try {
    const request = https.get({ host: "127.0.0.1", port, servername, ca: certificate, agent: false });
    const [response] = (await once(request, "response")) as [{ statusCode: number }];
    return response.statusCode;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

describe("the local authority", () => {
  it("is trusted for this machine's names, and for no other", async () => {
    const authority = await makeAuthority();
    expect(await statusFor(authority, "localhost")).toBe(200);
    await expect(statusFor(authority, "management.azure.com")).rejects.toMatchObject({
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
  });

  it("could sign for loopback names alone, and signs nothing more", async () => {
    const { certificate } = await makeAuthority();
    const { raw, ca } = new X509Certificate(certificate);
    expect(ca).toBe(true);
    // Critical name constraints: localhost, 127.0.0.0/8 and ::1.
    const names = "82096c6f63616c686f7374";
    expect(raw.toString("hex")).toContain("0603551d1e0101ff");
    expect(raw.toString("hex")).toContain(names);
    expect(raw.toString("hex")).toContain("87087f000000ff000000");
    expect(raw.toString("hex")).toContain(`8720${"00".repeat(15)}01${"ff".repeat(16)}`);
  });

  it("lasts 30 days, is kept for its owner alone, and is made anew near its end", async () => {
    const first = await keptAuthority(folder);
    const { validTo } = new X509Certificate(first.certificate);
    const days = (Date.parse(validTo) - Date.now()) / (24 * 60 * 60 * 1000);
    expect(days).toBeCloseTo(30, 1);
    expect(await keptAuthority(folder)).toEqual(first);
    for (const name of await readdir(folder))
      expect((await stat(path.join(folder, name))).mode & 0o077).toBe(0);
    expect(await readFile(first.file, "utf8")).toBe(first.certificate);
    const state = path.join(folder, "authority.json");
    const soon = Date.now() + 24 * 60 * 60 * 1000;
    await writeFile(state, JSON.stringify({ ...JSON.parse(await readFile(state, "utf8")), notAfter: soon }));
    const second = await keptAuthority(folder);
    expect(second.certificate).not.toBe(first.certificate);
    expect(await keptAuthority(folder)).toEqual(second);
  });

  it.each(["{", "null", '{"notAfter":9000000000000}'])(
    "is made anew when its file holds %s",
    async (text) => {
      await writeFile(path.join(folder, "authority.json"), text);
      expect((await keptAuthority(folder)).certificate).toMatch(/^-----BEGIN CERTIFICATE-----/);
    },
  );
});
