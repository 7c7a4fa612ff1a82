/** Which branches of a `choose` are known without a call. That Azure chooses alike is not proved here. */
import { describe, expect, it } from "vitest";
import { decidedStatements } from "../../../../simulator/apim/policy/decided-statements.ts";
import type { Statement } from "../../../../simulator/apim/policy/statement.ts";
import { policy } from "../../../support/gateway.ts";

const operation = { id: "list", name: "List", method: "GET", urlTemplate: "/things" };

async function decided(inbound: string): Promise<readonly string[]> {
  const { sections } = await policy(inbound);
  const statements = sections.inbound.filter((step): step is Statement => step !== "base");
  return decidedStatements(statements, operation).map(({ element }) => element);
}
const choose = (condition: string, otherwise = "") =>
  `<choose><when condition="@(${condition})"><set-method>GET</set-method></when>${otherwise}</choose>`;
const otherwise = '<otherwise><rewrite-uri template="/x" /></otherwise>';

describe("a choose", () => {
  it.each<[string, string, readonly string[]]>([
    ["its branch", choose('context.Operation.Id == "list"', otherwise), ["set-method"]],
    ["its last one", choose('context.Operation.Method == "PUT"', otherwise), ["rewrite-uri"]],
    ["nothing", choose('context.Operation.Method == "PUT"'), []],
    [
      "what stands in a branch of its branch",
      `<choose><when condition="true">${choose('context.Operation.Name == "List"')}</when></choose>`,
      ["set-method"],
    ],
  ])("gives %s where the operation alone decides", async (_, inbound, expected) => {
    expect(await decided(inbound)).toEqual(expected);
  });

  it.each([
    'context.Request.Method == "GET"',
    'context.Variables.ContainsKey("a")',
    'context.Operation.Id == "list" && context.Request.IpAddress == "1.2.3.4"',
    "context.Subscription == null",
    // It fails for each call.
    "((string)null).Length == 1",
  ])("stays as it is where %s decides", async (condition) => {
    expect(await decided(choose(condition, otherwise))).toEqual(["choose"]);
  });

  it("stays as it is where its condition draws a number, or tells the time, without reading the call", async () => {
    for (const condition of ["new Random().Next(1) == 0", "DateTime.UtcNow.Year > 2000"])
      expect(await decided(choose(condition, otherwise))).toEqual(["choose"]);
  });

  it("is decided by a branch before the one that asks for the call, and not by one after it", async () => {
    const byCall = `<when condition='@(context.Request.Method == "PUT")' />`;
    const byOperation = `<when condition='@(context.Operation.Id == "list")'><set-method>GET</set-method></when>`;
    expect(await decided(`<choose>${byOperation}${byCall}</choose>`)).toEqual(["set-method"]);
    expect(await decided(`<choose>${byCall}${byOperation}</choose>`)).toEqual(["choose"]);
  });
});
