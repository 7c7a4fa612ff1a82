/** `set-query-parameter` by the query that the backend is asked for. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

async function query(policy: string, url = "/things"): Promise<string> {
  const { backend } = await served.call({ inbound: policy, url });
  return backend?.url.replace(/^\/v1\/things/, "") ?? "";
}

const set = (attributes: string, ...values: readonly string[]) =>
  `<set-query-parameter ${attributes}>${values.map((value) => `<value>${value}</value>`).join("")}</set-query-parameter>`;

describe("set-query-parameter", () => {
  it.each<[string, string, string]>([
    [set('name="api-key" exists-action="skip"', "12345678901"), "/things", "?api-key=12345678901"],
    [set('name="api-key" exists-action="skip"', "12345678901"), "/things?api-key=1", "?api-key=1"],
    [set('name="a"', "1"), "/things?a=0&b=%20", "?b=%20&a=1"],
    [set('name="a" exists-action="override"', "1", "2"), "/things?a=0&a=9", "?a=1&a=2"],
    [set('name="a" exists-action="append"', "1"), "/things?a=0", "?a=0&a=1"],
    [set('name="a" exists-action="append"', "1"), "/things", "?a=1"],
    [set('name="a" exists-action="delete"'), "/things?a=0&b=1&a=2", "?b=1"],
    [set('name="a" exists-action="delete"'), "/things?a=0", ""],
    [set('name="a" exists-action="delete"'), "/things?A=0", "?A=0"],
    [set('name="a b" exists-action="delete"'), "/things?a%20b=0&a+b=1", ""],
    [set(`name='@("\\ud800")'`, '@("a\\udc00b")'), "/things", "?%EF%BF%BD=a%EF%BF%BDb"],
    [set('name="a"', '@("b&c=d#e\\r\\nf")'), "/things", "?a=b%26c%3Dd%23e%0D%0Af"],
    [set('name="ä&amp;" ', "=&amp; +"), "/things", "?%C3%A4%26=%3D%26%20%2B"],
  ])("%s makes of %s the query %s", async (policy, url, expected) => {
    expect(await query(policy, url)).toBe(expected);
  });

  it("works in backend too, before the call of a parent's section", async () => {
    const { backend } = await served.call({
      backend: `<choose><when condition="true">${set('name="a"', "1")}<forward-request /></when></choose>`,
    });
    expect(backend?.url).toBe("/v1/things?a=1");
  });

  it.each([
    ["without a name", set("", "1"), "The required attribute 'name' is missing or empty."],
    ["without a value", set('name="a"'), "At least one 'value' element is expected."],
    ["with a value to delete", set('name="a" exists-action="delete"', "1"), "must have no value"],
    ["with another action", set('name="a" exists-action="add"', "1"), 'got "add"'],
  ])("is refused %s", async (_, policy, problem) => {
    await expect(query(policy)).rejects.toThrow(problem);
  });
});
