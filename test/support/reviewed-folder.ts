import type { GivenDocument } from "../../policy-folders/plain-xml.ts";
import { readPolicyFolder } from "../../policy-folders/read-policy-folder.ts";
import { ownIssuer } from "../../policy-review/own-issuer.ts";
import { type Review, type ReviewOptions, reviewFolder } from "../../policy-review/review.ts";

/** What is given besides the files. */
export interface ReviewedFolderOptions extends Partial<ReviewOptions> {
  readonly documents?: readonly GivenDocument[];
}

/** Reviews a folder whose files are given by their paths in it. */
export function reviewedFolder(
  files: Readonly<Record<string, string>>,
  { documents = [], ...options }: ReviewedFolderOptions = {},
): Promise<Review> {
  const folder = readPolicyFolder(new Map(Object.entries(files)), documents);
  return reviewFolder(folder, {
    ...{ namedValues: new Map(), issuer: ownIssuer(), tokens: [], reach: [] },
    ...options,
  });
}

/** A document with statements in its inbound section. */
export function policiesWith(inbound: string, { base = "<base />", backend = "<base />" } = {}): string {
  return `<policies>
  <inbound>${base}${inbound}</inbound>
  <backend>${backend}</backend><outbound><base /></outbound><on-error><base /></on-error>
</policies>`;
}

/** A check of tokens that a test may put in. */
export const tokenCheck = `<validate-jwt header-name="Authorization">
    <openid-config url="https://login.example.com/.well-known/openid-configuration" />
    <audiences><audience>api://orders</audience></audiences>
    <required-claims><claim name="roles" match="any"><value>clerk</value></claim></required-claims>
  </validate-jwt>`;
