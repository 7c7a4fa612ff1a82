import type { ResourceHandler } from "../resource.ts";
import { check, generate, inputs } from "./random-string.ts";

/**
 * `random.RandomPassword`: a random string that is a secret, without the provider's `bcryptHash` of it.
 *
 * @see https://registry.terraform.io/providers/hashicorp/random/latest/docs/resources/password
 */
export const randomPasswordHandler: ResourceHandler = {
  type: "random:index/randomPassword:RandomPassword",
  replaceOnChanges: inputs,
  check,
  create: async (_name, given) => ({
    id: "none",
    properties: { ...given, result: generate(given) },
    secrets: ["result"],
  }),
  // The password lives in Pulumi's state alone; an import names it by its id.
  toldOnce: ["result"],
  read: async (id) => ({
    id: "none",
    properties: id === "none" ? {} : { result: id },
    inputs: {},
    secrets: ["result"],
  }),
  update: async (id, given, state) => ({
    id,
    properties: { ...given, result: state?.result },
    secrets: ["result"],
  }),
  delete: async () => {},
};
