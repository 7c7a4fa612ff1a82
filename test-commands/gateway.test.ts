import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, describe, expect, it } from "vitest";
import { runToEnd, startCommand } from "../test/support/command.ts";
import { serve } from "../test/support/serve.ts";

const project = path.join(import.meta.dirname, "..");
const made: string[] = [];

/** A folder with files, by their names in it. */
async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "apim-okta-policies-"));
  made.push(folder);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}

afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))));

const gateway = (...args: readonly string[]) => runToEnd({ project, name: "gateway", args });

function policies(inbound: string, { base = "<base />", backend = "<base />" } = {}): string {
  return `<policies>
  <inbound>${base}${inbound}</inbound>
  <backend>${backend}</backend><outbound><base /></outbound><on-error><base /></on-error>
</policies>`;
}

const check = `<validate-jwt header-name="Authorization">
    <openid-config url="https://login.example.com/.well-known/openid-configuration" />
    <audiences><audience>{{audience}}</audience></audiences>
    <required-claims><claim name="roles" match="any"><value>clerk</value></claim></required-claims>
  </validate-jwt>`;

const document = JSON.stringify({
  openapi: "3.0.1",
  info: { title: "Orders", version: "1" },
  paths: {
    "/orders": { get: { operationId: "listOrders", responses: { 200: { description: "ok" } } } },
    "/orders/{id}": {
      get: {
        operationId: "getOrder",
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
        responses: { 200: { description: "ok" } },
      },
    },
  },
});

const information = (properties: object) => JSON.stringify({ properties });

const guarded = {
  "policy.xml":
    "<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>",
  "apis/orders/apiInformation.json": information({
    ...{ path: "orders", serviceUrl: "https://orders.example.com", subscriptionRequired: false },
  }),
  "apis/orders/specification.json": document,
  "apis/orders/policy.xml": policies(check),
  "named values/secret/namedValueInformation.json": information({
    ...{ displayName: "secret", secret: true, value: "s3cret-of-orders" },
  }),
};

const open = {
  ...guarded,
  "apis/orders/operations/getOrder/policy.xml": policies("", { base: "", backend: "<forward-request />" }),
};

/** One line with the spaces between its words made one. */
const words = (text: string) => text.replace(/ +/g, " ");

describe("npm run gateway -- --once", () => {
  it("shows who gets in, and passes where every path is guarded", async () => {
    const { code, stdout } = await gateway("--policies", await folderOf(guarded), "--once");
    expect(stdout).toContain("1 API with 2 operations, 0 products; 2 of 2 documents run here");
    expect(stdout).toContain("{{audience}} = audience");
    expect(words(stdout)).toMatch(/GET \/orders roles: clerk 401 401 401 200/);
    expect(stdout).toContain("No path is open that is protected elsewhere");
    expect(code).toBe(0);
  });

  it("has a user for context.User, and certificates in the place of those that policies name", async () => {
    const information = { path: "orders", subscriptionRequired: true };
    const signs = `<set-header name="x-signature"><value>@{
      var rsa = context.Deployment.Certificates["00AA"].GetRSAPrivateKey();
      return Convert.ToBase64String(rsa.SignData(Encoding.UTF8.GetBytes(context.User.Email), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }</value></set-header>`;
    const byCertificate = `<validate-jwt header-name="Authorization"><issuer-signing-keys><key certificate-id="ours" /></issuer-signing-keys></validate-jwt>`;
    const folder = await folderOf({
      ...guarded,
      "apis/orders/apiInformation.json": JSON.stringify({ properties: information }),
      "apis/orders/policy.xml": policies(byCertificate + signs),
    });
    const { code, stdout } = await gateway("--policies", folder, "--once");
    expect(words(stdout)).toMatch(/GET \/orders .*401.*200/);
    expect([code, stdout.includes(" 500")]).toEqual([0, false]);
  });

  it("fails where an operation's document has no base, and names it", async () => {
    const { code, stdout } = await gateway("--policies", await folderOf(open), "--once");
    expect(stdout).toContain(
      "✗ orders: GET /orders/{id}: apis/orders/operations/getOrder/policy.xml has no <base /> in inbound, so that the check of apis/orders/policy.xml does not run.",
    );
    expect(code).toBe(1);
  });

  it("tells what Azure refuses from what is not simulated, with file and line", async () => {
    const folder = await folderOf({
      ...guarded,
      "apis/orders/policy.xml": policies("\n<set-heade />\n<validate-odata-request />"),
    });
    const { code, stdout } = await gateway("--policies", folder, "--once");
    const [refused = "", other = ""] = stdout.split("Not simulated here");
    expect(refused).toContain("apis/orders/policy.xml:3  <set-heade> 'inbound' has invalid child element");
    expect(other).toContain("apis/orders/policy.xml:4  <validate-odata-request>");
    expect(stdout).toContain("2 operations, since apis/orders/policy.xml does not run here");
    expect(code).toBe(1);
  });

  it("does not say that Azure refuses a fragment which an XML folder lacks; an extract has all that there are", async () => {
    const including = policies('<include-fragment fragment-id="tokens" />');
    const xml = await gateway("--policies", await folderOf({ "orders.xml": including }), "--once");
    expect(xml.stdout).toContain("Named there and not in the folder (1)");
    expect(xml.code).toBe(0);
    const extract = await folderOf({ ...guarded, "apis/orders/policy.xml": including });
    const { code, stdout } = await gateway("--policies", extract, "--once");
    expect(stdout).toContain("Azure refuses (1)");
    expect(code).toBe(1);
  });

  it("gives named values from a file, and a token of somebody's a column", async () => {
    const values = await folderOf({
      "values.yaml": "audience: api://orders",
      "ada.token": "no-token-at-all",
    });
    const { stdout } = await gateway(
      ...["--policies", await folderOf(guarded), "--once"],
      ...["--named-values", path.join(values, "values.yaml")],
      ...["--token", `ada=@${path.join(values, "ada.token")}`],
    );
    expect(stdout).not.toContain("Named values without a value");
    expect(stdout).toContain("ada");
    expect(stdout).not.toContain("no-token-at-all");
  });

  it("serves XML files of an API whose document is given, and others at a path of their own", async () => {
    const folder = await folderOf({ "orders.xml": policies(check), "other.xml": policies("") });
    const documents = await folderOf({ "orders.json": document });
    const { stdout } = await gateway(
      ...["--policies", folder, "--once", "--api", path.join(documents, "orders.json")],
    );
    expect(words(stdout)).toMatch(/orders: GET \/orders roles: clerk/);
    expect(words(stdout)).toMatch(/other: GET \/\* public/);
  });

  it("names the documents of operations that the OpenAPI document does not have", async () => {
    const gone = "apis/orders/operations/cancelOrder/policy.xml";
    const { stdout } = await gateway(
      ...["--policies", await folderOf({ ...guarded, [gone]: policies("") }), "--once"],
    );
    expect(stdout).toContain(`Nothing calls ${gone}: API "orders" has no operation of that name here.`);
  });

  it("ends with an error where a folder holds nothing to run", async () => {
    const { code, stdout, stderr } = await gateway(
      ...["--policies", await folderOf({ "pom.xml": "<project />" }), "--once"],
    );
    expect(stderr).toContain("holds no policy that can run");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  });
});

/** An issuer of somebody's on this machine, and a token of it. */
async function servedIssuer() {
  const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "own", use: "sig", alg: "RS256" };
  const { origin, close } = await serve((request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(request.url === "/keys" ? { keys: [jwk] } : discovery()));
  });
  const discovery = () => ({
    ...{ issuer: origin, jwks_uri: `${origin}/keys`, authorization_endpoint: `${origin}/authorize` },
    ...{ response_types_supported: ["code"], subject_types_supported: ["public"] },
    id_token_signing_alg_values_supported: ["RS256"],
  });
  const token = await new SignJWT({ roles: ["clerk"] })
    .setProtectedHeader({ alg: "RS256", kid: "own" })
    .setIssuer(origin)
    .setAudience("audience")
    .setExpirationTime("1h")
    .sign(privateKey);
  return { origin, close, token };
}

describe("npm run gateway -- --issuer", () => {
  const ofIssuer = (origin: string) => ({
    ...guarded,
    "apis/orders/policy.xml": policies(check.replace("https://login.example.com", origin)),
  });

  it("lets tokens of that issuer in, and none that is signed by a key made here", async () => {
    const { origin, close, token } = await servedIssuer();
    const file = path.join(await folderOf({ "ada.token": token }), "ada.token");
    const { stdout, code } = await gateway(
      ...["--policies", await folderOf(ofIssuer(origin)), "--once"],
      ...["--issuer", origin, "--token", `ada=@${file}`],
    );
    await close();
    expect(words(stdout)).toMatch(/GET \/orders roles: clerk 401 401 401 401 200/);
    expect(stdout).toContain(`The keys of ${origin} are its own`);
    expect(code).toBe(0);
  });

  it("refuses that issuer's tokens where the keys are made here", async () => {
    const { origin, close, token } = await servedIssuer();
    await close();
    const file = path.join(await folderOf({ "ada.token": token }), "ada.token");
    const { stdout } = await gateway(
      ...["--policies", await folderOf(ofIssuer(origin)), "--json", "--token", `ada=@${file}`],
    );
    const cells: { kind: string; actual: number }[] = JSON.parse(stdout).matrix;
    const ofAda = cells.filter(({ kind }) => kind === "handed:ada").map(({ actual }) => actual);
    expect(ofAda).toEqual([401, 401]);
  });

  it("ends with an error where nobody answers at its address", async () => {
    const { origin, close } = await servedIssuer();
    await close();
    const { code, stdout, stderr } = await gateway(
      ...["--policies", await folderOf(ofIssuer(origin)), "--once", "--issuer", origin],
    );
    expect(stderr).toContain(`The issuer ${origin} of --issuer does not answer`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  });
});

describe("npm run gateway with bad policies", () => {
  const billion = `<!DOCTYPE policies [<!ENTITY a "lol"><!ENTITY b "${"&a;".repeat(10)}">]>\n${policies("&b;")}`;

  it.each([
    [
      "an expression of a megabyte",
      policies(`<set-variable name="a" value="@(${"1+".repeat(500_000)}1)" />`),
    ],
    [
      "10,000 nested parentheses",
      policies(`<set-variable name="a" value="@(${"(".repeat(10_000)}1${")".repeat(10_000)})" />`),
    ],
    ["entities of entities", billion],
  ])("tells %s, and does not hang", async (_, xml) => {
    const { stdout } = await gateway("--policies", await folderOf({ "bad.xml": xml }), "--json");
    const report = JSON.parse(stdout);
    expect(report.documents).toEqual([expect.objectContaining({ runs: false })]);
    expect(report.matrix).toEqual([]);
  });

  it("stops a policy that loops, and goes on", async () => {
    const loop = '<set-variable name="a" value="@{ while (true) { } return 1; }" />';
    const folder = await folderOf({ "loop.xml": policies(loop), "well.xml": policies("") });
    const { stdout } = await gateway("--policies", folder, "--once");
    expect(words(stdout)).toMatch(/loop: GET \/\* public 500/);
    expect(words(stdout)).toMatch(/well: GET \/\* public 200/);
  });
});

describe("npm run gateway -- --compare", () => {
  it("prints the change as Markdown", async () => {
    const [before, after] = await Promise.all([folderOf(guarded), folderOf(open)]);
    const { code, stdout } = await gateway("--policies", after, "--compare", before);
    expect(stdout).toMatch(/^<!-- who gets in -->\n/);
    expect(stdout).toContain("GET &#47;orders&#47;&#123;id&#125;".replaceAll("&#47;", "/"));
    expect(stdout).toContain("apis/orders/operations/getOrder/policy.xml");
    expect(code).toBe(1);
  });

  it("tells an API whose document is gone, and no access that changed where a file has another name", async () => {
    const stock = (name: string) => ({ [name]: policies(check.replace("clerk", "keeper")) });
    const [before, renamed, gone] = await Promise.all([
      folderOf({ "orders.xml": policies(check), ...stock("stock/api.xml") }),
      folderOf({ "orders.xml": policies(check), ...stock("stock/policy.xml") }),
      folderOf({ "orders.xml": policies(check) }),
    ]);
    const documents = await folderOf({ "orders.json": document, "stock.json": document });
    const apis = ["orders", "stock"].flatMap((name) => ["--api", path.join(documents, `${name}.json`)]);
    const same = await gateway("--policies", renamed, "--compare", before, ...apis);
    expect(same.stdout).toContain("stock/policy.xml");
    expect(same.stdout).toContain("**Who gets in** (no answer changes)");
    expect(same.stdout).toContain("without a check of a token** (no change)");
    const less = await gateway("--policies", gone, "--compare", before, ...apis);
    const [, , , first = ""] = less.stdout.split("\n");
    expect(first).toContain("- ⚠ stock: GET /orders, GET /orders/");
    expect(less.stdout).toMatch(/\| stock \| <code>GET \/orders<\/code> \| no&#45;token \| 401 \| 200 \|/);
    expect(less.stdout).not.toContain("| – |");
  });
});

describe("npm run gateway as a gateway", () => {
  it("serves the folder, and traces a request without its secrets", async () => {
    const secret = '<set-variable name="s" value="@("{{secret}}")" />';
    const folder = await folderOf({ ...guarded, "apis/orders/policy.xml": policies(secret + check) });
    const command = startCommand({
      ...{ project, name: "gateway", args: ["--policies", folder, "--port", "0", "--trace"] },
    });
    await command.shows("Ctrl-C ends it.");
    const [, origin = ""] = /^Gateway {2}(\S+)$/m.exec(command.output.stdout) ?? [];
    const headers = { authorization: "Bearer abcdefgh.ijklmnop.qrstuvwx" };
    const response = await fetch(`${origin}/orders/orders?code=secret-of-the-query`, { headers });
    await command.shows("stopped, 401");
    command.signal("SIGINT");
    expect(response.status).toBe(401);
    expect(await command.ended).toBe(0);
    const shown = words(command.output.stdout);
    expect(shown).toContain("GET /orders/orders?code=[secret] → 401 in");
    expect(shown).toMatch(/inbound api set-variable\[1\] [\d.]+ ms\n attribute 'value' = "\[secret\]"/);
    expect(shown).toMatch(/inbound api validate-jwt\[1\] [\d.]+ ms stopped, 401: the token is not a JWT/);
    expect(shown).not.toMatch(/s3cret-of-orders|abcdefgh|secret-of-the-query/);
  });

  it("traces a request with the header that the documentation names, and no other", async () => {
    const folder = await folderOf(guarded);
    const command = startCommand({
      ...{ project, name: "gateway", args: ["--policies", folder, "--port", "0"] },
    });
    await command.shows("Ctrl-C ends it.");
    const [, origin = ""] = /^Gateway {2}(\S+)$/m.exec(command.output.stdout) ?? [];
    await fetch(`${origin}/orders/orders?plain`);
    await fetch(`${origin}/orders/orders?traced`, { headers: { "Apim-Debug-Authorization": "any" } });
    await command.shows("?traced → 401");
    command.signal("SIGINT");
    await command.ended;
    expect(command.output.stdout).not.toContain("?plain → 401");
  });
});
