/** The order of a request's way through its policies, statement by statement. */
import { describe, expect, it } from "vitest";
import type {
  EffectivePolicies,
  ScopedStatement,
} from "../../../../simulator/apim/gateway/effective-policies.ts";
import { type Refusal, runPipeline } from "../../../../simulator/apim/gateway/pipeline.ts";
import { type Exchange, type Flow, PolicyFailure } from "../../../../simulator/apim/policy/exchange.ts";
import type { PolicyScope } from "../../../../simulator/apim/policy/place.ts";

const failure = new PolicyFailure(
  { source: "check", reason: "Refused", message: "no" },
  { statusCode: 401, message: "Refused." },
);

/** Runs sections whose statements say their name, and gives what was said, refused and answered. */
async function ran(
  sections: Readonly<Record<string, readonly (readonly [name: string, flow: () => Flow | Promise<Flow>])[]>>,
  scope: PolicyScope = "api",
) {
  const said: string[] = [];
  const refusals: Refusal[] = [];
  const exchange = { response: undefined, afterwards: [] } as unknown as Exchange;
  const written = (section: string): readonly ScopedStatement[] =>
    (sections[section] ?? []).map(([element, flow]) => ({
      scope,
      statement: {
        element,
        run: () => {
          said.push(`${element}${exchange.response === undefined ? "" : ` ${exchange.response.statusCode}`}`);
          return flow();
        },
      },
    }));
  const policies: EffectivePolicies = {
    inbound: written("inbound"),
    backend: written("backend"),
    outbound: written("outbound"),
    "on-error": written("on-error"),
  };
  await runPipeline(policies, exchange, (refusal) => refusals.push(refusal));
  return { said, refusals, response: exchange.response };
}

const next = (): Flow => "next";
const respond = (): Flow => "respond";
const later = async (): Promise<Flow> => "next";
const respondLater = async (): Promise<Flow> => "respond";
const refuse = (): Flow => {
  throw failure;
};
const refuseLater = async (): Promise<Flow> => {
  throw failure;
};

describe("the pipeline", () => {
  it.each([
    ["at once", next],
    ["later", later],
  ])("runs inbound, backend and outbound in turn where statements settle %s", async (_, flow) => {
    const { said, refusals, response } = await ran({
      inbound: [
        ["a", flow],
        ["b", flow],
      ],
      backend: [["c", flow]],
      outbound: [
        ["d", flow],
        ["e", flow],
      ],
      "on-error": [["f", flow]],
    });
    // Without a call of the backend the answer is an empty 200, from the end of the backend section on.
    expect([said, refusals]).toEqual([["a", "b", "c", "d 200", "e 200"], []]);
    expect(response).toEqual({ statusCode: 200, headers: [] });
  });

  it.each([
    ["at once", respond],
    ["later", respondLater],
  ])("ends where a statement answers %s", async (_, flow) => {
    const { said, response } = await ran({
      inbound: [
        ["a", flow],
        ["b", next],
      ],
      backend: [["c", next]],
      "on-error": [["f", next]],
    });
    expect([said, response]).toEqual([["a"], undefined]);
  });

  it.each([
    ["at once", refuse],
    ["later", refuseLater],
  ])("goes to on-error alone where a statement refuses %s, and tells why", async (_, flow) => {
    const { said, refusals, response } = await ran(
      {
        inbound: [
          ["a", flow],
          ["b", next],
        ],
        backend: [["c", next]],
        "on-error": [["f", next]],
      },
      "operation",
    );
    expect(said).toEqual(["a", "f 401"]);
    expect(refusals).toEqual([{ source: "check", reason: "Refused", message: "no", scope: "operation" }]);
    expect(response).toMatchObject({ statusCode: 401, body: '{ "statusCode": 401, "message": "Refused." }' });
  });

  it("tells a second refusal in on-error after the first", async () => {
    const { said, refusals } = await ran({
      inbound: [["a", refuse]],
      "on-error": [
        ["f", refuse],
        ["g", next],
      ],
    });
    expect([said, refusals.length]).toEqual([["a", "f 401"], 2]);
  });

  it.each([["inbound"], ["on-error"]])("hides no mistake of the gateway's own in %s", async (section) => {
    const broken = () => {
      throw new TypeError("broken");
    };
    const sections = { inbound: [["a", refuse]] as const, [section]: [["x", broken]] as const };
    await expect(ran(sections)).rejects.toThrow("broken");
  });
});
