import { checkPolicyFragment } from "../../apim/policy/document.ts";
import { wellFormedXml } from "../../apim/policy/xml-reader.ts";
import type { BodyProblem } from "../arm-error.ts";
import { type ArmBody, nameOf } from "../arm-store.ts";
import type { ArmType, Kept, PutSite } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";
import {
  assertUnused,
  backendsOf,
  fragmentText,
  policySources,
  rereadUsers,
  usersOfFragment,
} from "../policy-documents.ts";
import { policyText } from "../policy-text.ts";
import { serviceIdOf } from "../resource-ids.ts";

/**
 * A part of policy documents.
 *
 * @see https://learn.microsoft.com/azure/api-management/policy-fragments
 */
export const policyFragment: ArmType = {
  type: armTypes.policyFragment,
  nameParameter: "id",
  model: "PolicyFragmentContract",
  required: ["value"],
  busyState: "InProgress",
  canPatch: false,
  rules: formatProblems,
  put: async (site) => putFragment(site),
  afterPut: async (store, resource) => (await rereadUsers(store, usersOfFragment(store, resource)))(),
  beforeDelete: (store, resource) =>
    assertUnused(`Policy Fragment '${nameOf(resource)}'`, usersOfFragment(store, resource)),
  view: ({ body }) => {
    const { xml, format } = fragmentText({ body });
    const { description } = body.properties;
    const value = policyText(wellFormedXml(xml, format));
    return { properties: { value, format: "xml", ...(description === undefined ? {} : { description }) } };
  },
  actions: {
    listReferences: (resource, store) => {
      const value = usersOfFragment(store, resource).map(({ resource: { id } }) => ({ id }));
      return { value, count: value.length };
    },
  },
};

async function putFragment({ store, id, body }: PutSite): Promise<Kept> {
  const service = serviceIdOf(id);
  const text = fragmentText({ body });
  const { namedValue, fragment } = policySources(store, service);
  await checkPolicyFragment(text, { namedValue, backendExists: backendsOf(store, service) });
  const name = nameOf({ id }).toLowerCase();
  await rereadUsers(store, usersOfFragment(store, { id }), {
    fragment: (other) => (other.toLowerCase() === name ? text : fragment(other)),
  });
  return { body };
}

function formatProblems({ properties: { format = "xml" } }: ArmBody): readonly BodyProblem[] {
  if (format === "xml" || format === "rawxml") return [];
  return [{ target: "format", reason: `must be "xml" or "rawxml"; got ${JSON.stringify(format)}.` }];
}
