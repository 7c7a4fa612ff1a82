/** What counts as a proof. */
import { describe, expect, it } from "vitest";
import { CommandError } from "../../commands/command-error.ts";
import { apisToProve, otherAppOf, proofOf, readOtherClient } from "../../commands/prove.ts";
import { jsonReport, proofReport } from "../../commands/report.ts";
import { readStackSettings } from "../../commands/stack-settings.ts";
import { type Cell, deriveMatrix, type MatrixOptions } from "../../proof/matrix.ts";
import { type Json, minimal, read } from "../openapi/minimal-document.ts";
import { batch } from "../support/callers.ts";

const outputs = {
  gatewayUrl: "",
  developerPortalUrl: "",
  issuer: "",
  tokenEndpoint: "",
  clientId: "",
  clientSecret: "",
  clients: {},
  scopes: [],
  apiUrls: { conference: "https://gateway.example" },
};
const rest = { seconds: 0, explain: () => [] };
const secret = "s3cret-of-the-other-app";
const plain = (_: string, text: string) => text;

async function cells(otherApp: MatrixOptions["otherApp"] = "refused"): Promise<readonly Cell[]> {
  const api = { name: "orders", url: "https://gateway.example", document: await read(minimal()) };
  return deriveMatrix([api], { signingKey: true, writes: true, callers: [batch], otherApp }).cells;
}

describe("a proof", () => {
  it("passes when every answer is as demanded, and fails when one is not", async () => {
    const api = { name: "orders", url: "https://gateway.example", document: await read(minimal()) };
    const matrix = deriveMatrix([api], {
      signingKey: true,
      writes: true,
      callers: [batch],
      otherApp: "refused",
    });
    const answers = matrix.cells.map((cell) => ({
      cell,
      actual: cell.expected,
      refusal: "none" as const,
      passed: true,
    }));
    expect(proofOf(matrix, answers, rest).passed).toBe(true);
    expect(proofOf(matrix, [...answers, { ...answers[0], passed: false } as never], rest).passed).toBe(false);
  });

  it("fails when nothing was sent, and says so", () => {
    const proof = proofOf({ cells: [], leftOut: [] }, [], rest);
    expect(proof.passed).toBe(false);
    expect(proofReport(proof, plain, { stack: "dev" })).toContain("Nothing was sent, so nothing is proved.");
  });

  it("reads the documents that the settings name", async () => {
    const [api, ...others] = await apisToProve(await readStackSettings("dev"), outputs);
    expect([api?.name, api?.url, others]).toEqual(["conference", "https://gateway.example", []]);
  });

  it("is refused when the settings name no APIs that can be read", async () => {
    const settings = await readStackSettings("dev");
    const { "apim-okta:apis": _, ...config } = settings.config;
    await expect(apisToProve({ ...settings, config }, outputs)).rejects.toThrow(
      '"apim-okta:apis" of stack "dev" is missing or encrypted. Its documents have to be read: set it without --secret.',
    );
  });

  it("says that statuses alone are compared where no reasons are to be had", async () => {
    const statement =
      "Statuses alone are compared: why a deployed gateway refused a request is not to be seen from outside.";
    for (const [refusal, isSaid] of [
      ["unknown", true],
      ["none", false],
    ] as const) {
      const answers = (await cells()).map((cell) => ({
        cell,
        actual: cell.expected,
        refusal,
        passed: true,
      }));
      const report = proofReport(proofOf({ cells: [], leftOut: [] }, answers, rest), plain, { stack: "dev" });
      expect(report.includes(statement)).toBe(isSaid);
    }
  });

  it("says that other apps get in where that is accepted", async () => {
    const statement = "Other apps of the org get in, which oktaAcceptOtherClientsOf accepts.";
    const reportOf = async (actual: number | "no token") => {
      const [cell] = (await cells("accepted")).filter(({ kind }) => kind.id === "other-app");
      const answers = [{ cell: cell as Cell, actual, refusal: "none" as const, passed: true }];
      return proofReport(proofOf({ cells: [], leftOut: [] }, answers, rest), plain, { stack: "dev" });
    };
    expect((await reportOf(200)).includes(statement)).toBe(true);
    expect((await reportOf("no token")).includes(statement)).toBe(false);
  });

  const remark =
    'Calls of API "orders" hold made-up values: its document leaves 1 place open. `npm run render -- --stack dev` lists them.';

  it.each<[string, Json, string, string[]]>([
    [
      "a required parameter has no example",
      { parameters: [{ name: "q", in: "query", required: true }] },
      "made up",
      [remark],
    ],
    ["something is added to the import alone", { responses: { "200": {} } }, "added", []],
  ])("counts the values that are made up in calls when %s", async (_, changed, outcome, lines) => {
    const document = await read(minimal(changed));
    expect(document.findings.map(({ rule }) => rule.outcome)).toContain(outcome);
    const api = { name: "orders", url: "https://gateway.example", document };
    const { cells } = deriveMatrix([api], {
      signingKey: true,
      writes: true,
      callers: [batch],
      otherApp: "refused",
    });
    const answers = cells.map((cell) => ({
      cell,
      actual: cell.expected,
      refusal: "none" as const,
      passed: true,
    }));
    const report = proofReport(proofOf({ cells: [], leftOut: [] }, answers, rest), plain, { stack: "dev" });
    expect(report.filter((line) => /made-up/.test(line))).toEqual(lines);
  });

  it("tells once what goes wrong alike, and apart what goes wrong for another reason", async () => {
    const refusal = (reason: string) => ({
      source: "validate-jwt",
      scope: "api" as const,
      reason,
      text: reason,
    });
    const [cell] = (await cells()).filter(({ kind }) => kind.id === "expired");
    const answers = ["TokenNotPresent", "TokenNotPresent", "JwtInvalid"].map((reason) => ({
      cell: cell as Cell,
      actual: 401,
      refusal: refusal(reason),
      differs: "reason" as const,
      passed: false,
    }));
    const report = proofReport(proofOf({ cells: [], leftOut: [] }, answers, rest), plain, { stack: "dev" });
    expect(report.filter((line) => line.startsWith("✗"))).toEqual([
      expect.stringContaining("got 401 for TokenNotPresent"),
      expect.stringContaining("got 401 for JwtInvalid"),
    ]);
    expect(report).toContain("  also     GET /orders");
  });

  it("tells once which client Okta gives no token, with all kinds that ask as it", async () => {
    const all = await cells();
    const chosen = ["client:batch", "needed-scopes", "expired"].flatMap((id) =>
      all.filter(({ kind }) => kind.id === id).slice(0, 1),
    );
    const noToken = { client: "batch", oktaError: "invalid_client", words: "401 invalid_client: Wrong" };
    const answers = chosen.map((cell) => ({
      ...{ cell, actual: "no token" as const, refusal: "none" as const, differs: "outcome" as const },
      ...{ passed: cell.kind.id === "expired", noToken },
    }));
    const report = proofReport(proofOf({ cells: [], leftOut: [] }, answers, rest), plain, { stack: "dev" });
    const first = report.findIndex((line) => line.startsWith("✗"));
    expect(report.slice(first).join("\n").split("\n")).toEqual([
      '✗ GET /orders as "batch": expected 200, got no token',
      '  sent     GET /orders, token kind "batch", scp ["orders.read","orders.write"]',
      '  because  Okta gave "batch" no token: 401 invalid_client: Wrong',
      `  look at  the id, authentication and secret or key of "batch" in the stack's output clients, its app in Okta, components/okta-client.ts`,
      '  also     with "needed scopes"',
    ]);
  });

  it("names ten things that were not sent and how many more, or each when asked or when one more would be left", () => {
    const lines = (count: number, all = false) => {
      const leftOut = Array.from({ length: count }, (_, index) => `thing ${index}`);
      const proof = proofOf({ cells: [], leftOut }, [], rest);
      return proofReport(proof, plain, { stack: "dev", all }).filter((line) => /not sent: /.test(line));
    };
    expect([lines(12).length, lines(12).at(-1)]).toEqual([11, "not sent: … and 2 more; --all prints them"]);
    expect(lines(12, true)).toHaveLength(12);
    expect([lines(11).length, lines(11).at(-1)]).toEqual([11, "not sent: thing 10"]);
  });

  it("is told in JSON with what each operation needs, and what changed since the last start", async () => {
    const operations = async (changed: Json) => {
      const api = { name: "orders", url: "https://gateway.example", document: await read(minimal(changed)) };
      const matrix = deriveMatrix([api], {
        signingKey: true,
        writes: true,
        callers: [batch],
        otherApp: "refused",
      });
      const answers = matrix.cells.map((cell) => ({
        cell,
        actual: cell.expected,
        refusal: "none" as const,
        passed: true,
      }));
      const provisioned = { engine: "in-process", resources: [], outputs: {} };
      return JSON.parse(jsonReport(provisioned as never, proofOf(matrix, answers, rest)));
    };
    const told = { api: "orders", operation: "GET /orders", operationId: "GetOrders" };
    expect(await operations({})).toMatchObject({
      operations: [{ ...told, needs: "orders.read", anyOf: [["orders.read"]] }],
      sinceLastStart: null,
    });
    expect(await operations({ security: [] })).toMatchObject({
      operations: [{ ...told, needs: "public", anyOf: null }],
    });
  });

  it("is told in JSON by the kinds' ids, with the reasons that were due and given", async () => {
    const refusal = { source: "validate-jwt", scope: "api" as const, reason: "JwtInvalid", text: "" };
    const [cell] = (await cells()).filter(({ kind }) => kind.id === "expired");
    const answer = { cell: cell as Cell, actual: 401, refusal, differs: "reason" as const, passed: false };
    const provisioned = {
      engine: "in-process",
      resources: [],
      outputs: {},
      changes: {},
      notices: [],
      seconds: 0,
    };
    const json = jsonReport(provisioned as never, proofOf({ cells: [], leftOut: [] }, [answer], rest));
    expect(JSON.parse(json)).toMatchObject({
      passed: false,
      matrix: [
        {
          api: "orders",
          operation: "GET /orders",
          kind: "expired",
          token: "expired",
          scopes: null,
          expected: 401,
          expectedReason: "TokenExpired",
          actual: 401,
          actualReason: "JwtInvalid",
          passed: false,
        },
      ],
    });
  });
});

describe("another app of the org", () => {
  it("is accepted by name", async () => {
    const settings = await readStackSettings("dev");
    const accepting = {
      ...settings,
      config: { ...settings.config, "apim-okta:oktaAcceptOtherClientsOf": "default" },
    };
    expect([otherAppOf(settings), otherAppOf(accepting)]).toEqual(["refused", "accepted"]);
  });

  it("is read of the environment, or is not at hand", () => {
    const own = { clientId: "0oaOwn" };
    const set = { OTHER_CLIENT_ID: "0oaOther", OTHER_CLIENT_SECRET: secret };
    expect(readOtherClient(set, own)).toEqual({ clientId: "0oaOther", clientSecret: secret });
    expect(readOtherClient({}, own)).toBeUndefined();
    expect(readOtherClient({ OTHER_CLIENT_ID: "", OTHER_CLIENT_SECRET: "" }, own)).toBeUndefined();
  });

  it.each([
    [{ OTHER_CLIENT_SECRET: secret }, "belong together"],
    [{ OTHER_CLIENT_ID: "0oaOther" }, "belong together"],
    [{ OTHER_CLIENT_ID: "0oaOwn", OTHER_CLIENT_SECRET: secret }, `"0oaOwn" is the stack's own app`],
  ])("is refused as %j, without the secret", (environment, words) => {
    const read = () => readOtherClient(environment, { clientId: "0oaOwn" });
    expect(read).toThrow(CommandError);
    expect(read).toThrow(words);
    expect(read).not.toThrow(secret);
  });
});
