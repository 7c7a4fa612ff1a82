/** What becomes of required claims in the program, under fixed providers. The gateway's answers are tested with the gateway. */
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { ProtectedApi } from "../../components/protected-api.ts";
import { type RecordedRun, record } from "../support/registrations.ts";

const conference = { document: "apis/conference.openapi.yaml", mock: true };
const recordWith = (more: object) =>
  record("dev", { apis: JSON.stringify({ conference: { ...conference, ...more } }) });

/** Names of the resources that are not the same in both runs, in order. */
function different(one: RecordedRun, other: RecordedRun): readonly string[] {
  const textOf = ({ registrations }: RecordedRun) =>
    new Map(registrations.map(({ name, inputs }) => [name, JSON.stringify(inputs)]));
  const [before, after] = [textOf(one), textOf(other)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.filter((name) => before.get(name) !== after.get(name));
}

function policyOf({ registrations }: RecordedRun, name: string): string {
  return String(registrations.find((one) => one.name === name)?.inputs.value);
}

describe("a claim that the settings require of an operation", () => {
  it("gives that operation a branch of its own, and changes nothing else", async () => {
    const without = await recordWith({});
    const name = "conference-policy";
    const requiredClaims = { GetTopics: [{ name: "groups", match: "any", values: ["Attendees"] }] };
    const required = await recordWith({ requiredClaims });
    expect(different(without, required)).toEqual([name]);
    const claim = /<claim name="groups" match="any">\s*<value>Attendees<\/value>/;
    const branches = (run: RecordedRun) => policyOf(run, name).split("<when ").slice(1);
    expect(branches(required).map((branch) => [branch.includes("GET /topics"), claim.test(branch)])).toEqual([
      [false, false],
      [false, false],
      [true, true],
    ]);
    expect(branches(without)).toHaveLength(2);
  });
});

describe("a claim that a program requires", () => {
  it("says by match how many of its values a token needs", async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ name }) => ({ id: name, state: {} }),
      call: () => ({}),
    });
    const make = (match: string) =>
      new ProtectedApi("orders", {
        ...{ resourceGroupName: "rg", serviceName: "apim", gatewayUrl: "https://g.example", path: "" },
        ...{ issuer: "https://o.example", audience: "api://a", openIdConfigUrl: "https://o.example/c" },
        ...{ displayName: "Orders", document: "{}" },
        operations: [
          {
            ...{ name: "list", method: "GET", path: "/orders", anyOf: [["orders.read"]] },
            requiredClaims: [{ name: "groups", match, values: ["Staff"] }],
          },
        ],
      });
    expect(() => make("any")).not.toThrow();
    expect(() => make("ANY")).toThrow(
      'Operation "list" requires the claim "groups" with match "ANY". Write "all" or "any".',
    );
  });
});
