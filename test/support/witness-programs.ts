/** Changes of index.ts that both engines must answer alike. */

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
