/** Which files `npm run render` writes of any program's registrations. */
import { describe, expect, it } from "vitest";
import { documentOf } from "../../commands/rendering.ts";

const azure = "azure-native:apimanagement";
const rendered = (type: string, inputs: object) =>
  documentOf({ type, inputs: { apiId: "orders", ...inputs } });

describe("a rendered document", () => {
  it.each<[string, string, object, readonly (readonly [string, string])[]]>([
    [
      "an imported document",
      `${azure}:Api`,
      { value: '{"a":1}' },
      [["orders/openapi.json", '{\n  "a": 1\n}\n']],
    ],
    ["one in YAML", `${azure}:Api`, { value: "a: 1\n" }, [["orders/openapi.yaml", "a: 1\n"]]],
    ["an API that imports none", `${azure}:Api`, {}, []],
    ["an API that imports a link", `${azure}:Api`, { format: "openapi-link", value: "https://x" }, []],
    ["an API's policy", `${azure}:ApiPolicy`, { value: "<a />" }, [["orders/api.xml", "<a />"]]],
    [
      "an operation's policy, by a version of Azure's API",
      `${azure}/v20240501:ApiOperationPolicy`,
      { operationId: "list", value: "<a />" },
      [["orders/list.xml", "<a />"]],
    ],
    ["the global policy", `${azure}:Policy`, { value: "<a />" }, [["global.xml", "<a />"]]],
  ])("of %s is in a file of its own", (_, type, inputs, expected) => {
    expect(rendered(type, inputs)).toEqual(expected);
  });

  it("stays in the stack's folder, whatever the names are", () => {
    expect(rendered(`${azure}:ApiPolicy`, { apiId: "../../x", value: "" })[0]?.[0]).toBe(
      "%2E%2E%2F..%2Fx/api.xml",
    );
    expect(rendered(`${azure}:ApiOperationPolicy`, { operationId: "..", value: "" })[0]?.[0]).toBe(
      "orders/%2E%2E.xml",
    );
  });
});
