/**
 * The local cloud's gateway before the backend of the second argument: "protected" with the stack's own policies, "open" with
 * nothing but forward-request. Reports its origin and a token that it lets in.
 */
import { provisionInProcess, withOrigins } from "../../commands/provision.ts";
import { parseOutputs, plainOutputs } from "../../commands/stack-outputs.ts";
import { readStackSettings } from "../../commands/stack-settings.ts";
import { requestToken } from "../../proof/okta-client.ts";
import { startCloud } from "../../simulator/cloud.ts";

const [kind, backend] = process.argv.slice(2);

const cloud = await startCloud({ log: () => {} });
const settings = withOrigins(await readStackSettings("local"), cloud.origins);
const apis = { conference: { document: "apis/conference.openapi.yaml", path: "", serviceUrl: backend } };
const config = { ...settings.config, [`${settings.project}:apis`]: JSON.stringify(apis) };
const provisioned = await provisionInProcess({ ...settings, config }, cloud.handlers);
const outputs = parseOutputs(plainOutputs(provisioned.outputs), "the benchmark's stack");
const token = await requestToken(outputs, ["conference.read"]);
if (kind === "open") {
  const azure = "azure-native:apimanagement";
  for (const type of ["ApiPolicy", "ApiOperationPolicy"])
    for (const { id } of cloud.store.all(`${azure}:${type}`)) cloud.store.delete(id);
  const [api] = cloud.store.all(`${azure}:Api`);
  const handler = cloud.handlers.resources.find(({ type }) => type === `${azure}:Api`);
  await handler?.update(api?.id ?? "", { ...api?.inputs, serviceUrl: backend });
}
console.log(JSON.stringify({ origin: outputs.gatewayUrl, token }));
