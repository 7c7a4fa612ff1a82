import type { clientKinds } from "../components/client-kinds.ts";

/** Host names of this machine, where http is safe: https://www.rfc-editor.org/rfc/rfc8252#section-7.3 */
const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Why people cannot be sent back to a URI, as the end of a sentence that begins with its place; `undefined` where they can.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.1
 */
export function redirectUriProblem(uri: string, kind: keyof typeof clientKinds): string | undefined {
  if (uri.includes("*"))
    return "must not have a wildcard: whoever has one of the addresses that it stands for gets the code. Name each address";
  if (uri.includes("#")) return "must not have a fragment: OAuth forbids one in a redirect URI";
  if (!URL.canParse(uri) || /\s/.test(uri))
    return 'must be an absolute URI without spaces, for example "https://app.example.com/callback"';
  const { protocol, hostname, username, password } = new URL(uri);
  if (username !== "" || password !== "")
    return "must not have a name or a password in it: browsers leave them out";
  if (hostname !== "" && !uri.includes(hostname))
    return `must have its host as browsers write it, "${hostname}": Okta compares addresses letter by letter`;
  if (protocol === "https:") return undefined;
  if (protocol === "http:")
    return loopback.has(hostname)
      ? undefined
      : "must begin with https: http is for this machine alone (localhost, 127.0.0.1, [::1])";
  if (kind !== "native") return `must begin with https: only a native client has a scheme of its own`;
  if (!protocol.includes("."))
    return 'must have a scheme that is a domain name of yours in reverse, for example "com.example.app:/callback"';
  return undefined;
}
