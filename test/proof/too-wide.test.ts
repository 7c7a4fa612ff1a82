/** What the report says of rights that nobody needs, of matrices that are derived and not sent. */
import { describe, expect, it } from "vitest";
import { callersOf } from "../../proof/caller.ts";
import type { Client } from "../../proof/client.ts";
import { deriveMatrix } from "../../proof/matrix.ts";
import { tooWide } from "../../proof/too-wide.ts";
import { minimal, operation, read, withPaths } from "../openapi/minimal-document.ts";
import { batchClient } from "../support/callers.ts";

const text = withPaths({
  "/orders": {
    get: operation("GetOrders"),
    post: operation("MakeOrder", { security: [{ okta: ["orders.write"] }] }),
  },
});

describe("too wide", () => {
  const told = async (clients: readonly Client[], document = text, writes = true) => {
    const api = { name: "orders", url: "https://gateway.example", document: await read(document) };
    const callers = callersOf(clients, [], []);
    const { cells } = deriveMatrix([api], { signingKey: true, writes, callers, otherApp: "refused" });
    return tooWide(cells.map((cell) => ({ cell, actual: cell.expected, refusal: "none", passed: true })));
  };

  it("is nothing where every scope is needed and every operation called", async () => {
    expect(await told([batchClient()])).toEqual([]);
  });

  it("is a scope that no operation needs which the client may call", async () => {
    expect(await told([batchClient()], minimal())).toEqual([
      'client "batch" has orders.write, which no operation that it may call needs',
    ]);
  });

  it("is no scope of an operation to which the client's call is not sent", async () => {
    expect(await told([batchClient()], text, false)).toEqual([]);
  });

  it("is an operation that nobody can call, and one that everybody can", async () => {
    const paths = {
      "/orders": { get: operation("GetOrders") },
      "/status": { get: operation("Status", { security: [] }) },
    };
    expect(await told([batchClient({ scopes: ["orders.write"] })], withPaths(paths))).toEqual([
      'client "batch" has orders.write, which no operation that it may call needs',
      "no client or person can call GET /orders",
      "everybody can call, without a token: GET /status",
    ]);
  });
});
