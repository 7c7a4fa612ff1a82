import { isIPv6 } from "node:net";
import { DotnetException } from "../exception.ts";
import { invalidOperation, required } from "./exceptions.ts";

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443, ftp: 21, ws: 80, wss: 443 };

const longestUri = 65_519;

function uriFormat(message: string): DotnetException {
  return new DotnetException("System.UriFormatException", `Invalid URI: ${message}`);
}

function percentEncoded(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return Array.from(bytes, (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

/** Escapes what no URI holds and writes escapes of unreserved characters as the characters, as .NET Framework does since 4.5. */
export function canonicalUriPart(part: string): string {
  const unescaped = part.replace(/%([0-9A-Fa-f]{2})/g, (whole, hex) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9._~-]/.test(char) ? char : whole.toUpperCase();
  });
  return unescaped
    .toWellFormed()
    .replace(/%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]+/g, percentEncoded);
}

/** Resolves `.` and `..`, which lead nowhere above the root (RFC 3986, section 5.2.4). */
export function withoutDots(path: string): string {
  const kept: string[] = [];
  const segments = path.split("/");
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (segment === "..") {
      if (kept.length > 1) kept.pop();
      if (last) kept.push("");
    } else if (segment !== "." || last) kept.push(segment === "." ? "" : segment);
  });
  return kept.join("/");
}

/** Writes escapes as characters, but those that would change where the parts of the URI are. */
function readable(text: string): string {
  return text.replace(/(?:%[0-9A-F]{2})+/g, (escapes) => {
    const bytes = Buffer.from(escapes.replaceAll("%", ""), "hex");
    const decoded = bytes.toString("utf8");
    if (decoded.includes("\ufffd")) return escapes;
    return decoded.replace(/[\p{Cc}%;/?:@&=+$,#]/gu, percentEncoded);
  });
}

interface UriParts {
  readonly scheme: string;
  readonly userInfo: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
  /** Whether `//` stands behind the scheme. */
  readonly hasAuthority: boolean;
}

function readAuthority(text: string, scheme: string) {
  const at = text.lastIndexOf("@");
  const userInfo = at < 0 ? "" : text.slice(0, at);
  const match = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(text.slice(at + 1));
  const [, host = "", port = ""] = match ?? [];
  const valid = host.startsWith("[") ? isIPv6(host.slice(1, -1)) : /^[\p{L}\p{N}._-]+$/u.test(host);
  if (!valid && !(host === "" && scheme === "file")) throw uriFormat("The hostname could not be parsed.");
  if (!/^\d{0,5}$/.test(port) || Number(port) > 65_535) throw uriFormat("Invalid port specified.");
  return {
    userInfo,
    host: host.toLowerCase(),
    port: port === "" ? (defaultPorts[scheme] ?? -1) : Number(port),
  };
}

function parseParts(text: string): UriParts | undefined {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):([^?#]*)(\?[^#]*)?(#[\s\S]*)?$/.exec(text);
  if (match === null) return undefined;
  const [, rawScheme = "", rest = "", query = "", fragment = ""] = match;
  const scheme = rawScheme.toLowerCase();
  const tail = {
    query: query === "?" ? "" : canonicalUriPart(query),
    fragment: fragment === "#" ? "" : canonicalUriPart(fragment),
  };
  if (!rest.startsWith("//")) {
    if (defaultPorts[scheme] !== undefined) throw uriFormat("The Authority/Host could not be parsed.");
    return {
      scheme,
      userInfo: "",
      host: "",
      port: -1,
      path: canonicalUriPart(rest),
      hasAuthority: false,
      ...tail,
    };
  }
  const slash = rest.slice(2).search(/[/\\]/);
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash + 2);
  const rawPath = slash < 0 ? "/" : rest.slice(slash + 2).replaceAll("\\", "/");
  const path = withoutDots(canonicalUriPart(rawPath));
  return { scheme, ...readAuthority(authority, scheme), path, hasAuthority: true, ...tail };
}

/** What a URI may be: `System.UriKind`. */
export type UriKind = "RelativeOrAbsolute" | "Absolute" | "Relative";

/**
 * `System.Uri`: parts of a URI, its text made canonical as .NET does.
 *
 * Differs from Azure: `Uri` keeps the names of hosts outside ASCII as they are, never as Punycode.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.uri
 */
export class Uri {
  readonly original: string;
  private readonly parts: UriParts | undefined;

  /** @throws `System.UriFormatException` when the text is no URI of that kind. */
  constructor(text: string | null, kind: UriKind = "Absolute") {
    this.original = required(text, "uriString");
    const trimmed = this.original.trim();
    if (trimmed.length > longestUri) throw uriFormat("The Uri string is too long.");
    if (trimmed === "" && kind !== "RelativeOrAbsolute") throw uriFormat("The URI is empty.");
    this.parts = kind === "Relative" ? undefined : parseParts(trimmed);
    if (kind === "Absolute" && this.parts === undefined) {
      throw uriFormat("The format of the URI could not be determined.");
    }
    if (kind === "Relative" && /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(trimmed)) {
      throw uriFormat(
        "A relative URI cannot be created because the 'uriString' parameter represents an absolute URI.",
      );
    }
  }

  /** `new Uri(base, relative)` (RFC 3986, section 5.2). */
  static resolve(base: Uri, relative: string): Uri {
    if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(relative)) return new Uri(relative);
    const { scheme } = base;
    const origin = base.leftPart("Authority");
    if (relative.startsWith("//")) return new Uri(`${scheme}:${relative}`);
    if (relative.startsWith("/")) return new Uri(origin + relative);
    if (relative === "") return new Uri(origin + base.path + base.query);
    if (relative.startsWith("?")) return new Uri(origin + base.path + relative);
    if (relative.startsWith("#")) return new Uri(origin + base.path + base.query + relative);
    return new Uri(origin + base.path.slice(0, base.path.lastIndexOf("/") + 1) + relative);
  }

  get isAbsolute(): boolean {
    return this.parts !== undefined;
  }

  private get absolute(): UriParts {
    if (this.parts === undefined)
      throw invalidOperation("This operation is not supported for a relative URI.");
    return this.parts;
  }

  get scheme(): string {
    return this.absolute.scheme;
  }

  get host(): string {
    return this.absolute.host;
  }

  /** The port, that of the scheme when none is named, -1 when the scheme has none. */
  get port(): number {
    return this.absolute.port;
  }

  get isDefaultPort(): boolean {
    return this.port === (defaultPorts[this.scheme] ?? -1);
  }

  get userInfo(): string {
    return this.absolute.userInfo;
  }

  /** `AbsolutePath`, escaped. */
  get path(): string {
    return this.absolute.path;
  }

  /** `LocalPath`, not escaped. */
  get localPath(): string {
    return unescapedPath(this.path);
  }

  /** With its question mark; empty when there is none. */
  get query(): string {
    return this.absolute.query;
  }

  /** With its `#`; empty when there is none. */
  get fragment(): string {
    return this.absolute.fragment;
  }

  /** Host and port, without a port that is the scheme's. */
  get authority(): string {
    return this.isDefaultPort ? this.host : `${this.host}:${this.port}`;
  }

  get segments(): string[] {
    return this.path.match(/[^/]*\/|[^/]+$/g) ?? [];
  }

  get isLoopback(): boolean {
    return ["localhost", "loopback", "[::1]"].includes(this.host) || this.host.startsWith("127.");
  }

  /** `GetLeftPart`: `Scheme`, `Authority`, `Path` or `Query`, with all in front of it. */
  leftPart(part: "Scheme" | "Authority" | "Path" | "Query"): string {
    const { scheme, userInfo, hasAuthority, path, query } = this.absolute;
    const front = `${scheme}:${hasAuthority ? "//" : ""}`;
    if (part === "Scheme") return front;
    const user = userInfo === "" ? "" : `${userInfo}@`;
    const authority = hasAuthority ? front + user + this.authority : "";
    if (part === "Authority") return authority;
    const withPath = (hasAuthority ? authority : front) + path;
    return part === "Path" ? withPath : withPath + query;
  }

  get absoluteUri(): string {
    return this.leftPart("Query") + this.fragment;
  }

  /** `ToString()`: the URI with readable characters in place of escapes. */
  toString(): string {
    return this.parts === undefined ? this.original : readable(this.absoluteUri);
  }
}

function unescapedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // An escape that is no UTF-8 stays as it is.
    return path;
  }
}
