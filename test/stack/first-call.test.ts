/** The call that people are given to paste, read by a shell whose curl tells its arguments. No cloud is asked. */
import { execFileSync } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { links } from "../../commands/report.ts";
import { deriveMatrix } from "../../proof/matrix.ts";
import { type CallingClient, firstCallLine } from "../../stack/first-call.ts";
import { type Json, minimal, operation, read, scheme, withPaths } from "../openapi/minimal-document.ts";

const tokenEndpoint = "https://okta.example/oauth2/default/v1/token";
const apiUrl = "https://gateway.example/orders'api";
// Everything that a scope may be and a shell would act on.
const oddScope = "a'(b;&$c`d";
const odd = minimal(
  {
    security: [{ okta: [oddScope, "orders.read"] }],
    parameters: ["q", "r"].map((name) => ({
      name,
      in: "query",
      required: true,
      schema: { type: "string" },
      example: "1 2",
    })),
  },
  {
    components: {
      securitySchemes: {
        okta: {
          ...scheme,
          flows: {
            clientCredentials: {
              tokenUrl: tokenEndpoint,
              scopes: { [oddScope]: "Odd.", "orders.read": "Read orders." },
            },
          },
        },
      },
    },
  },
);
const secured = (...securities: readonly (readonly Json[])[]) =>
  withPaths(
    Object.fromEntries(
      securities.map((security, index) => [`/o${index}`, { get: operation(`Get${index}`, { security }) }]),
    ),
  );

const batch = {
  grantTypes: ["client_credentials"],
  scopes: [oddScope, "orders.read", "orders.write"],
  authentication: undefined,
};

/** The line that the stack gives out. */
async function lineOf(
  text: string,
  clients: Readonly<Record<string, CallingClient>> = { batch },
): Promise<string> {
  const document = await read(text);
  const documents = {
    apis: new Map([["orders", { document, path: "", mock: true }]]),
    scopes: Object.fromEntries(document.scopes),
  };
  const line = firstCallLine(documents, {
    apiUrls: { orders: pulumi.output(apiUrl) },
    clients: new Map(Object.entries(clients)),
    developerPortalUrl: pulumi.output("https://portal.example"),
  });
  return new Promise((resolve) => {
    line.apply(resolve);
  });
}

/** The lines below "Try it" of `npm start`. */
async function pastedOf(text: string): Promise<string> {
  const { cells } = deriveMatrix([{ name: "orders", url: apiUrl, document: await read(text) }], {
    signingKey: true,
    writes: true,
    callers: [],
    otherApp: "refused",
  });
  const answers = cells.map((cell) => ({
    cell,
    actual: cell.expected,
    refusal: "unknown" as const,
    passed: true,
  }));
  const outputs = {
    developerPortalUrl: "",
    gatewayUrl: apiUrl,
    apiUrls: {},
    issuer: "",
    tokenEndpoint,
    clientId: "",
    clientSecret: "",
    clients: {},
  };
  const lines = links({ ...outputs, scopes: [] }, { ...proofParts, answers });
  return lines.slice(lines.indexOf("Try it") + 1).join("\n");
}
const proofParts = { passed: true, leftOut: [], seconds: 0, explain: () => [] };

/** What the commands of a script are called with, one line a call, each argument in brackets. */
function argumentsIn(script: string): string[] {
  const told = (name: string) => `${name}() { printf '[%s]' "$@" >&3; echo >&3; echo '"access_token":"T"'; }`;
  const commands = `exec 3>&1 >/dev/null\n${told("curl")}\n${told("npm")}\nnpx() { echo "$4"; }`;
  return execFileSync("sh", ["-c", `${commands}\n${script}`], { encoding: "utf8" })
    .trim()
    .split("\n");
}

describe("the first call", () => {
  it("reaches the operation with its scopes, whatever a shell would make of them", async () => {
    expect(argumentsIn(await lineOf(odd))).toEqual([
      `[run][-s][token][--][--stack][${pulumi.getStack()}][--client][batch][${oddScope}][orders.read]`,
      `[-i][${apiUrl}/orders?q=1%202&r=1%202][-H][Authorization: Bearer "access_token":"T"]`,
    ]);
  });

  it("asks for the alternative that a client has, and for one of its scopes where any valid token will do", async () => {
    const either = secured([{ okta: ["orders.write"] }, { okta: ["orders.read"] }]);
    expect(await lineOf(either)).toContain(" --client batch 'orders.write')");
    const reader = { batch: { ...batch, scopes: ["orders.read"] } };
    expect(await lineOf(either, reader)).toContain(" --client batch 'orders.read')");
    expect(await lineOf(secured([{ okta: [] }]), reader)).toContain(" 'orders.read')");
  });

  it("takes a client with a secret that may call it, and says where to sign in when there is none", async () => {
    const app = { grantTypes: ["authorization_code"], scopes: ["orders.read"], authentication: "none" };
    const signed = { ...batch, authentication: "private_key_jwt" };
    const writer = { ...batch, scopes: ["orders.write"] };
    const document = secured([{ okta: ["orders.read"] }]);
    expect(await lineOf(document, { app, signed, writer, batch })).toContain(" --client batch ");
    expect(await lineOf(document, { app, signed, writer })).toBe(
      "Sign in at https://portal.example, and call GET /o0: no client gets a token for it by itself.",
    );
  });

  it("is a protected one where there is one, and needs no token where there is none", async () => {
    expect(argumentsIn(await lineOf(secured([], [{ okta: [] }]))).at(-1)).toContain("/o1]");
    expect(argumentsIn(await lineOf(secured([])))).toEqual([`[-i][${apiUrl}/o0]`]);
  });
});

describe("the call to begin with", () => {
  const claims = { "x-required-claims": [{ name: "groups", values: ["Staff"] }] };

  it("requires no claims, as long as there is such a call", async () => {
    const paths = { "/a": { get: operation("A", claims) }, "/b": { post: operation("B") } };
    expect(argumentsIn(await lineOf(withPaths(paths))).at(-1)).toContain("/b]");
    expect(argumentsIn(await lineOf(withPaths({ "/a": paths["/a"] }))).at(-1)).toContain("/a]");
  });
});

describe("the lines to paste", () => {
  it("reach the operation with its scopes, whatever a shell would make of them", async () => {
    const call = `[-i][${apiUrl}/orders?q=1%202&r=1%202]`;
    expect(argumentsIn(await pastedOf(odd))).toEqual([
      call,
      `[run][-s][token][--][${oddScope}][orders.read]`,
      `${call}[-H][Authorization: Bearer "access_token":"T"]`,
    ]);
  });

  it("are those of a call that changes something where no other is there", async () => {
    const writing = withPaths({ "/orders": { post: operation("MakeOrder") } });
    expect(argumentsIn(await pastedOf(writing))[0]).toBe(`[-i][-X][POST][${apiUrl}/orders]`);
  });
});
