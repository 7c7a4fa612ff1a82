import { z } from "zod";
import { clientAuthentications, clientKinds } from "../components/client-kinds.ts";
import { isScopeName, isSystemScope } from "../openapi/security/scope-name.ts";
import { redirectUriProblem } from "./redirect-uri-problem.ts";
import { structure } from "./structure.ts";

type KindName = keyof typeof clientKinds;
const kindNames = Object.keys(clientKinds) as KindName[];

/** The client that the developer portal's console is. The program makes it; its settings are those of the portal. */
export const portalClient = "portal";

const isEachOnce = (listed: readonly unknown[]) => new Set(listed).size === listed.length;
const eachOnce = "must name each once";

/** The name of the portal client's resources, which they had before there were others. */
export const portalResource = "okta";

const names = (what: string) =>
  z
    .array(z.string(`must be ${what}`).min(1, `must be ${what}`), "must be a list")
    .refine(isEachOnce, eachOnce);

const scopes = z
  .array(
    z
      .string("must be a scope")
      .refine(isScopeName, "must be the name of one scope, without white space, quotes and backslashes"),
    "must be a list of scopes",
  )
  .min(1, "must name a scope: Okta gives no token without one")
  .refine(isEachOnce, eachOnce);

const minutes = z
  .int("must be an integer from 5 to 1440")
  .min(5, "must be an integer from 5 to 1440")
  .max(1440, "must be an integer from 5 to 1440");

const label = z
  .string("must be a text of 1 to 100 characters")
  .trim()
  .min(1, "must be a text of 1 to 100 characters")
  .max(100, "must be a text of 1 to 100 characters");

const part = z.string("must be base64url").optional();
const publicKey = z
  .looseObject({
    kid: z.string("must be the key's id"),
    kty: z.enum(["RSA", "EC"], 'must be "RSA" or "EC"'),
    ...{ n: part, e: part, x: part, y: part },
  })
  .superRefine((key, context) => {
    // Its value must not come into a message.
    if ("d" in key)
      context.addIssue({
        code: "custom",
        path: ["d"],
        message: "must be left out: it is the private half of the key",
        input: "[secret]",
      });
  })
  // What else a key file holds, such as its use, Okta's app does not take.
  .transform(({ kid, kty, n, e, x, y }) => ({ kid, kty, n, e, x, y }));

const clientKeys =
  "kind, scopes, redirectUris, postLogoutRedirectUris, groups, authentication, publicKeys, secretVersion, signOnPolicy, tokenLifetimeMinutes and label";

const ofPeople = {
  groups: names("the name of an Okta group").optional(),
  signOnPolicy: z.string("must be the name of a sign-on policy").min(1).optional(),
  tokenLifetimeMinutes: minutes.optional(),
};

const client = z
  .strictObject(
    {
      kind: z.enum(kindNames, `must be "${kindNames.join('", "')}"`),
      scopes,
      redirectUris: names("a URI").optional(),
      postLogoutRedirectUris: names("a URI").optional(),
      authentication: z
        .enum(clientAuthentications, `must be "${clientAuthentications.join('", "')}"`)
        .optional(),
      publicKeys: z.array(publicKey, "must be a list of JSON Web Keys").optional(),
      secretVersion: z.int("must be an integer from 1").min(1, "must be an integer from 1").optional(),
      label: label.optional(),
      ...ofPeople,
    },
    {
      error: (issue) =>
        issue.code === "unrecognized_keys"
          ? `must not hold "${issue.keys?.join('", "')}"; a client takes ${clientKeys}`
          : `must be an object with ${clientKeys}`,
    },
  )
  .superRefine((settings, context) => {
    for (const { field, problem, value } of impossibleParts(settings))
      context.addIssue({ code: "custom", path: [...field], message: problem, input: value });
  });

const portal = z.strictObject(ofPeople, {
  error: (issue) =>
    issue.code === "unrecognized_keys"
      ? `must not hold "${issue.keys?.join('", "')}": the developer portal's client takes groups, signOnPolicy and tokenLifetimeMinutes; portalGrantTypes, portalDefaultScopes and oktaAppLabel say the rest`
      : "must be an object with groups, signOnPolicy and tokenLifetimeMinutes",
});

interface ImpossiblePart {
  readonly field: readonly (string | number)[];
  readonly problem: string;
  readonly value: unknown;
}

interface ClientParts {
  readonly kind: KindName;
  readonly scopes: readonly string[];
  readonly redirectUris?: readonly string[] | undefined;
  readonly postLogoutRedirectUris?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly signOnPolicy?: string | undefined;
  readonly authentication?: string | undefined;
  readonly publicKeys?: readonly { readonly kid: string }[] | undefined;
  readonly secretVersion?: number | undefined;
}

/** What of a client cannot go together. */
function impossibleParts(settings: ClientParts): readonly ImpossiblePart[] {
  return [
    ...(settings.kind === "service" ? servicesWithPeople(settings) : addresses(settings)),
    ...authenticationProblems(settings),
  ];
}

function servicesWithPeople(settings: ClientParts): readonly ImpossiblePart[] {
  const fields = ["redirectUris", "postLogoutRedirectUris", "groups", "signOnPolicy"] as const;
  const ofPeople = fields.filter((field) => settings[field] !== undefined);
  return [
    ...ofPeople.map((field) => ({
      field: [field],
      problem: "must be left out: nobody signs in through a service",
      value: settings[field],
    })),
    ...settings.scopes.flatMap((scope, index) =>
      isSystemScope(scope)
        ? [
            {
              field: ["scopes", index],
              problem: "must not be a scope of OpenID Connect: Okta refuses those for client credentials",
              value: scope,
            },
          ]
        : [],
    ),
  ];
}

function addresses({ kind, redirectUris, postLogoutRedirectUris }: ClientParts): readonly ImpossiblePart[] {
  const missing = {
    field: ["redirectUris"],
    problem: `must name where Okta sends people back to: they sign in through a client of kind ${kind}`,
    value: redirectUris,
  };
  const listed = Object.entries({ redirectUris, postLogoutRedirectUris }).flatMap(([field, uris = []]) =>
    uris.flatMap((uri, index) => {
      const problem = redirectUriProblem(uri, kind);
      return problem === undefined ? [] : [{ field: [field, index], problem, value: uri }];
    }),
  );
  return redirectUris?.length ? listed : [missing, ...listed];
}

function authenticationProblems(settings: ClientParts): readonly ImpossiblePart[] {
  const { kind, publicKeys, secretVersion } = settings;
  const { authentication = clientKinds[kind].authentication } = settings;
  const found = (field: keyof ClientParts, problem: string): ImpossiblePart => ({
    field: [field],
    problem,
    // A key is long, and says nothing here.
    value: field === "publicKeys" ? publicKeys?.length : settings[field],
  });
  const problems = [
    kind === "browser" &&
      authentication !== "none" &&
      found("authentication", 'must be "none": whoever opens the page could read its secret or key'),
    (kind === "web" || kind === "service") &&
      authentication === "none" &&
      found(
        "authentication",
        `must be "client_secret_basic" or "private_key_jwt": a client of kind ${kind} has to prove who it is`,
      ),
    authentication === "private_key_jwt" &&
      !publicKeys?.length &&
      found("publicKeys", "must hold the client's public key, because its authentication is private_key_jwt"),
    !isEachOnce(publicKeys?.map(({ kid }) => kid) ?? []) &&
      found("publicKeys", "must have a kid of its own for each key: it says which one signed"),
    authentication !== "private_key_jwt" &&
      publicKeys !== undefined &&
      found("publicKeys", "must be left out: only the authentication private_key_jwt uses keys"),
    authentication !== "client_secret_basic" &&
      secretVersion !== undefined &&
      found(
        "secretVersion",
        `must be left out: a client with the authentication ${authentication} has no secret`,
      ),
  ];
  return problems.filter((problem) => problem !== false);
}

const namePattern = /^[a-z][a-z0-9-]{0,39}$/;

/** The setting `clients`, as Pulumi hands it over. */
export const clientsCheck = structure(
  z
    .object({ [portalClient]: portal.optional() }, "must be a map from client name to its settings")
    .catchall(client)
    .superRefine((clients, context) => {
      for (const name of Object.keys(clients).filter((one) => !namePattern.test(one)))
        context.addIssue({
          code: "custom",
          path: [name],
          message:
            "must be named in lower-case letters, digits and hyphens, start with a letter, and have at most 40 characters",
          input: name,
        });
      if (Object.hasOwn(clients, portalResource))
        context.addIssue({
          code: "custom",
          path: [portalResource],
          message: "must have another name: the resources of the developer portal's client go by this one",
          input: portalResource,
        });
    }),
);

/** The settings of a client that is not the portal's. */
export type ClientSettings = z.infer<typeof client>;
