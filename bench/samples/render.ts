/** Renders the policy document of the stack local once, and reports the seconds of that alone. */
import * as path from "node:path";
import { readDocument } from "../../openapi/document.ts";
import { policySizeLimitBytes, renderPolicyDocument } from "../../policies/document.ts";
import { protectApi } from "../../policies/protect-api.ts";

const document = await readDocument(
  { document: "apis/conference.openapi.yaml" },
  path.resolve(import.meta.dirname, "../.."),
);
const facts = {
  openIdConfigUrl: "https://contoso.okta.com/oauth2/default/.well-known/openid-configuration",
  issuer: "https://contoso.okta.com/oauth2/default",
  audience: "api://default",
  consoleOrigins: ["https://portal.example"],
  backendId: "conference",
};
const started = performance.now();
const text = renderPolicyDocument(protectApi(document.operations)(facts), policySizeLimitBytes("Developer"));
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ seconds, characters: text.length }));
