/** Changes of index.ts that both engines must answer alike. */

import { pkcs12File } from "./pkcs12-files.ts";

const pulumi = 'import * as pulumi from "@pulumi/pulumi";\n';

/** The program with a transform that takes every validate-jwt out of every policy. */
export function withStrippedPolicies(program: string): string {
  return `${pulumi}pulumi.runtime.registerResourceTransform(({ props, opts }) => {
  if (typeof props.value !== "string" && !pulumi.Output.isInstance(props.value)) return undefined;
  const value = pulumi.output(props.value).apply((text) => String(text).replace(/<validate-jwt[\\s\\S]*?<\\/validate-jwt>/g, ""));
  return { props: { ...props, value }, opts };
});
${program}`;
}

/** The program with a hook that fails before every API is made. */
export function withFailingHook(program: string): string {
  return `${pulumi}const guard = new pulumi.ResourceHook("guard", () => {
  throw new Error("no API today");
});
pulumi.runtime.registerResourceTransform(({ type, props, opts }) =>
  type === "azure-native:apimanagement:Api" ? { props, opts: { ...opts, hooks: { beforeCreate: [guard] } } } : undefined,
);
${program}`;
}

/** The subscription key of {@link withProduct}. */
export const productKey = "key-of-the-partner";

/** What the gateway answers to the key's owner. */
export const productAnswer = "Hello, partner: Ada of Developers, Partners by CN=ec.example";

/**
 * The program with its APIs in a product, whose policy answers with a named value to everybody who has the product's key: with the owner of
 * the subscription, the owner's groups, and the subject of a certificate.
 */
export function withProduct(program: string): string {
  return `import * as apimanagement from "@pulumi/azure-native/apimanagement/index.js";
${pulumi}pulumi.runtime.registerResourceTransform(({ type, props, opts }) =>
  type === "azure-native:apimanagement:Api" ? { props: { ...props, subscriptionRequired: true }, opts } : undefined,
);
${program}
const inInstance = { resourceGroupName, serviceName };
const greeting = new apimanagement.NamedValue("greeting", {
  ...inInstance, namedValueId: "greeting", displayName: "Greeting", secret: true, value: pulumi.secret("Hello, partner"),
});
const fragment = new apimanagement.PolicyFragment("greet", {
  ...inInstance, format: "rawxml",
  value: \`<fragment><return-response><set-body>@("{{Greeting}}: " + context.User.FirstName
    + " of " + string.Join(", ", context.User.Groups.Select(g => g.Name))
    + " by " + context.Deployment.Certificates.Single().Value.Subject)</set-body></return-response></fragment>\`,
}, { dependsOn: greeting });
const partners = new apimanagement.Group("partners", { ...inInstance, groupId: "partners", displayName: "Partners" });
const ada = new apimanagement.User("ada", {
  ...inInstance, userId: "ada", firstName: "Ada", lastName: "Lovelace", email: "ada@partner.example",
  password: pulumi.secret("s3cret-pass"),
});
new apimanagement.GroupUser("ada", { ...inInstance, groupId: partners.name, userId: ada.name });
new apimanagement.Certificate("mine", { ...inInstance, certificateId: "mine", data: pulumi.secret("${pkcs12File("ec").toString("base64")}") });
const product = new apimanagement.Product("partners", {
  ...inInstance, productId: "partners", displayName: "Partners", state: "published",
});
new apimanagement.ProductGroup("partners", { ...inInstance, productId: product.name, groupId: partners.name });
new apimanagement.ProductPolicy("partners", {
  ...inInstance, productId: product.name, policyId: "policy", format: "rawxml",
  // Pulumi passes no input with the name "id" on: azure-native makes up the fragment's own.
  value: pulumi.interpolate\`<policies><inbound><include-fragment fragment-id="\${fragment.name}" /></inbound></policies>\`,
});
for (const [name, api] of protectedApis)
  new apimanagement.ProductApi(name, { ...inInstance, productId: product.name, apiId: name }, { dependsOn: api });
new apimanagement.Subscription("partner", {
  ...inInstance, sid: "partner", displayName: "Partner", state: "active", ownerId: ada.id,
  scope: pulumi.interpolate\`/products/\${product.name}\`, primaryKey: pulumi.secret("${productKey}"),
});
`;
}
