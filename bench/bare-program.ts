import * as pulumi from "@pulumi/pulumi";

/** Pulumi's type token of the resources that the bare program registers; the cheapest that the providers know. */
export const bareType = "random:index/randomString:RandomString";

class Bare extends pulumi.CustomResource {}

/** The program that the stack is compared with: so many custom resources, and nothing else. */
export async function bareProgram(count: number): Promise<object> {
  for (let index = 0; index < count; index += 1) new Bare(bareType, `bare-${index}`, { length: 8 });
  return {};
}
