/** What counts as a proof. */
import { describe, expect, it } from "vitest";
import { apisToProve, proofOf } from "../../commands/prove.ts";
import { proofReport } from "../../commands/report.ts";
import { readStackSettings } from "../../commands/stack-settings.ts";
import { deriveMatrix } from "../../verify/matrix.ts";
import { minimal, read } from "../apis/minimal-document.ts";

const outputs = {
  gatewayUrl: "",
  developerPortalUrl: "",
  issuer: "",
  tokenEndpoint: "",
  clientId: "",
  clientSecret: "",
  scopes: [],
  apiUrls: { conference: "https://gateway.example" },
};
const rest = { seconds: 0, explain: () => [] };
const plain = (_: string, text: string) => text;

describe("a proof", () => {
  it("passes when every answer is as demanded, and fails when one is not", async () => {
    const api = { name: "orders", url: "https://gateway.example", document: await read(minimal()) };
    const matrix = deriveMatrix([api], { signingKey: true, writes: true });
    const answers = matrix.cells.map((cell) => ({ cell, actual: cell.expected, empty: false, passed: true }));
    expect(proofOf(matrix, answers, rest).passed).toBe(true);
    expect(proofOf(matrix, [...answers, { ...answers[0], passed: false } as never], rest).passed).toBe(false);
  });

  it("fails when nothing was sent, and says so", () => {
    const proof = proofOf({ cells: [], leftOut: [] }, [], rest);
    expect(proof.passed).toBe(false);
    expect(proofReport(proof, plain)).toContain("Nothing was sent, so nothing is proved.");
  });

  it("reads the documents that the settings name", async () => {
    const [api, ...others] = await apisToProve(await readStackSettings("dev"), outputs);
    expect([api?.name, api?.url, others]).toEqual(["conference", "https://gateway.example", []]);
  });

  it("is refused when the settings name no APIs that can be read", async () => {
    const settings = await readStackSettings("dev");
    const { "apim-okta:apis": _, ...config } = settings.config;
    await expect(apisToProve({ ...settings, config }, outputs)).rejects.toThrow(
      '"apim-okta:apis" of stack "dev" must be set in plain, since the proof reads its documents; got no readable value.',
    );
  });
});
