import type { OutCell, TypeDescription } from "../type-description.ts";
import { required } from "./exceptions.ts";
import { tryInto } from "./number-types.ts";
import { Uri, type UriKind } from "./uri.ts";
import {
  escapeDataString,
  escapeUriString,
  htmlDecode,
  htmlEncode,
  unescapeDataString,
  urlDecode,
  webUtilityUrlEncode,
} from "./web-text.ts";

const kinds: readonly UriKind[] = ["RelativeOrAbsolute", "Absolute", "Relative"];
const parts = ["Scheme", "Authority", "Path", "Query"] as const;

function uriOfKind(text: string | null, kind: number): Uri {
  return new Uri(text, kinds[kind] ?? "Absolute");
}

/** `null` in, `null` out, as the encoders of .NET do. */
function orNull(encode: (text: string) => string): (text: string | null) => string | null {
  return (text) => (text === null ? null : encode(text));
}

const uriDescription: TypeDescription = {
  name: "System.Uri",
  kind: "class",
  is: (value) => value instanceof Uri,
  identity: (self: Uri) => (self.isAbsolute ? self.leftPart("Query") : self.original),
  members: {
    "new(string uriString)": (text: string | null) => new Uri(text),
    "new(string uriString, UriKind uriKind)": uriOfKind,
    "new(Uri baseUri, string relativeUri)": (base: Uri, relative: string | null) =>
      Uri.resolve(base, relative ?? ""),
    "new(Uri baseUri, Uri relativeUri)": (base: Uri, relative: Uri) => Uri.resolve(base, relative.original),
    "static bool TryCreate(string uriString, UriKind uriKind, out Uri result)": (
      text: string | null,
      kind: number,
      cell: OutCell<Uri | null>,
    ) => tryInto<Uri | null>(cell, null, () => uriOfKind(text, kind)),
    "static bool IsWellFormedUriString(string uriString, UriKind uriKind)": (
      text: string | null,
      kind: number,
    ) => {
      const cell: OutCell<Uri | null> = { value: null };
      const read = text !== null && tryInto<Uri | null>(cell, null, () => uriOfKind(text, kind));
      return read && /^[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]*$/.test(text);
    },
    "static string EscapeDataString(string stringToEscape)": (text: string | null) =>
      escapeDataString(required(text, "stringToEscape")),
    "static string EscapeUriString(string stringToEscape)": (text: string | null) =>
      escapeUriString(required(text, "stringToEscape")),
    "static string UnescapeDataString(string stringToUnescape)": (text: string | null) =>
      unescapeDataString(required(text, "stringToUnescape")),
    "static string UriSchemeHttp": () => "http",
    "static string UriSchemeHttps": () => "https",
    "string AbsolutePath": (self: Uri) => self.path,
    "string AbsoluteUri": (self: Uri) => self.absoluteUri,
    "string Authority": (self: Uri) => self.authority,
    "string DnsSafeHost": (self: Uri) => self.host.replace(/^\[|\]$/g, ""),
    "string Fragment": (self: Uri) => self.fragment,
    "string Host": (self: Uri) => self.host,
    "bool IsAbsoluteUri": (self: Uri) => self.isAbsolute,
    "bool IsDefaultPort": (self: Uri) => self.isDefaultPort,
    "bool IsLoopback": (self: Uri) => self.isLoopback,
    "string LocalPath": (self: Uri) => self.localPath,
    "string OriginalString": (self: Uri) => self.original,
    "string PathAndQuery": (self: Uri) => self.path + self.query,
    "int Port": (self: Uri) => self.port,
    "string Query": (self: Uri) => self.query,
    "string Scheme": (self: Uri) => self.scheme,
    "string[] Segments": (self: Uri) => self.segments,
    "string UserInfo": (self: Uri) => self.userInfo,
    "string GetLeftPart(UriPartial part)": (self: Uri, part: number) => self.leftPart(parts[part] ?? "Query"),
    "string ToString()": (self: Uri) => self.toString(),
  },
};

/** `Uri` and `WebUtility`. */
export const uriTypes: readonly TypeDescription[] = [
  uriDescription,
  { name: "System.UriKind", kind: "enum", values: { RelativeOrAbsolute: 0, Absolute: 1, Relative: 2 } },
  { name: "System.UriPartial", kind: "enum", values: { Scheme: 0, Authority: 1, Path: 2, Query: 3 } },
  {
    name: "System.Net.WebUtility",
    kind: "static",
    members: {
      "static string UrlEncode(string value)": orNull(webUtilityUrlEncode),
      "static string UrlDecode(string encodedValue)": orNull(urlDecode),
      "static string HtmlEncode(string value)": orNull(htmlEncode),
      "static string HtmlDecode(string value)": orNull(htmlDecode),
    },
  },
];
