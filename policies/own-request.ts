import type { AuthenticationCertificate } from "./elements/authentication-certificate.ts";
import type { AuthenticationManagedIdentity } from "./elements/authentication-managed-identity.ts";
import type { SetBody } from "./elements/set-body.ts";
import type { SetHeader } from "./elements/set-header.ts";
import type { Expression, Text } from "./expression.ts";
import type { OneOf } from "./one-of.ts";
import { type PlainText, type PolicyArgs, partOf } from "./policy.ts";
import { assertSeconds, assertToken, assertUrl, checked } from "./values.ts";
import { type Attributes, element, type XmlElement } from "./xml.ts";

/** A request of the gateway's own, besides where it goes. */
export interface OwnRequestParts extends PolicyArgs {
  /** @defaultValue Azure's: 60 */
  readonly timeoutSeconds?: number | Expression;
  readonly headers?: readonly SetHeader[];
  readonly body?: SetBody;
  /** The certificate that the gateway shows. */
  readonly certificate?: AuthenticationCertificate;
  /** The identity that the gateway has a token of. */
  readonly identity?: AuthenticationManagedIdentity;
  readonly proxy?: ProxyArgs;
}

/** A request of the gateway's own: a new one, or a copy of the one at hand. */
export type OwnRequestArgs = OwnRequestParts &
  OneOf<
    | {
        /** @defaultValue Azure's: new */
        readonly mode?: "new";
        readonly url: Text;
        /** HTTP method. */
        readonly method: PlainText;
      }
    | {
        /** A copy lacks the body in `outbound`. */
        readonly mode: "copy" | Expression;
        readonly url?: Text;
        readonly method?: PlainText;
      }
  >;

/** A proxy through which a request goes. @see https://learn.microsoft.com/azure/api-management/proxy-policy */
export interface ProxyArgs {
  /** `http://host:port`. */
  readonly url: Text;
  readonly username?: Text;
  readonly password?: Text;
}

/** The attributes of {@link OwnRequestArgs}. */
export function ownRequestAttributes({ mode, timeoutSeconds }: OwnRequestArgs): Attributes {
  return { mode, timeout: checked(timeoutSeconds, assertSeconds) };
}

/** The children of {@link OwnRequestArgs}, in the order of Azure's schema, which refuses any other. */
export function ownRequestContent(args: OwnRequestArgs): readonly XmlElement[] {
  const { url, method, headers = [], body, certificate, identity, proxy } = args;
  const policies = [...headers, body, certificate, identity];
  return [
    ...(url === undefined ? [] : [element("set-url", {}, checked(url, assertUrl))]),
    ...(method === undefined ? [] : [element("set-method", {}, checked(method, assertMethod))]),
    ...policies.flatMap((part) => (part === undefined ? [] : partOf(part))),
    ...(proxy === undefined ? [] : [element("proxy", { ...proxy, url: checked(proxy.url, assertUrl) })]),
  ];
}

function assertMethod(method: string, path: string): void {
  assertToken(method, path, "an HTTP method");
}
