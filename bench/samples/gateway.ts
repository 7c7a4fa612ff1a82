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
const provisioned = await provisionInProcess({ ...settings, config }, cloud.providerHandlers);
const outputs = parseOutputs(plainOutputs(provisioned.outputs), "the benchmark's stack");
const token = await requestToken(outputs, ["conference.read"]);
if (kind === "open") {
  const service = "Microsoft.ApiManagement/service";
  for (const type of ["apis/policies", "apis/operations/policies"])
    for (const { id } of cloud.store.all(`${service}/${type}`)) cloud.store.delete(id);
  for (const { id, ...api } of cloud.store.all(`${service}/apis`))
    cloud.store.put({ ...api, id, body: { properties: { ...api.body.properties, serviceUrl: backend } } });
}
console.log(JSON.stringify({ origin: outputs.gatewayUrl, token }));
