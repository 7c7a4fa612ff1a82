/**
 * The local cloud's gateway before the backend of the second argument: "protected" with the stack's own policies, "open" with
 * nothing but forward-request. Reports its origin and a token that it lets in.
 */
import { provisionInProcess } from "../../commands/provision.ts";
import { parseOutputs, plainOutputs } from "../../commands/stack-outputs.ts";
import { readStackSettings } from "../../commands/stack-settings.ts";
import { startOnFreePorts } from "../../simulator/free-ports.ts";
import { requestToken } from "../../verify/okta-client.ts";

const [kind, backend] = process.argv.slice(2);

const cloud = await startOnFreePorts({ log: () => {} });
const settings = await readStackSettings("local");
const apis = { conference: { document: "apis/conference.openapi.yaml", path: "", serviceUrl: backend } };
const config = { ...settings.config, [`${settings.project}:apis`]: JSON.stringify(apis) };
const provisioned = await provisionInProcess({ ...settings, config }, cloud.handlers);
const outputs = parseOutputs(plainOutputs(provisioned.outputs), "the benchmark's stack");
const token = await requestToken(outputs, ["conference.read"]);
if (kind === "open") {
  const azure = "azure-native:apimanagement";
  for (const type of ["ApiPolicy", "ApiOperationPolicy"])
    for (const { id } of cloud.store.all(`${azure}:${type}`)) cloud.store.delete(id);
  const [global] = cloud.store.all(`${azure}:Policy`);
  const handler = cloud.handlers.resources.find(({ type }) => type === `${azure}:Policy`);
  const value =
    "<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>";
  await handler?.update(global?.id ?? "", { ...global?.inputs, value });
}
console.log(JSON.stringify({ origin: outputs.gatewayUrl, token }));
