import { describe, expect, it } from "vitest";
import { Uri } from "../../../expressions/dotnet/uri.ts";
import {
  escapeDataString,
  escapeUriString,
  htmlDecode,
  htmlEncode,
  unescapeDataString,
  urlDecode,
  webUtilityUrlEncode,
} from "../../../expressions/dotnet/web-text.ts";

/*
 * Results are those of https://learn.microsoft.com/dotnet/api/system.uri and system.net.webutility, and of .NET Framework.
 */

const uri = new Uri("https://user:pw@Example.COM:8443/a/b%20c/../d?x=1&y=%41#frag");
const all = "aZ09 -_.~!*'()/?&=+%äü€";

describe("Uri", () => {
  it.each<[string, unknown, unknown]>([
    ["AbsoluteUri", uri.absoluteUri, "https://user:pw@example.com:8443/a/d?x=1&y=A#frag"],
    ["AbsolutePath", uri.path, "/a/d"],
    ["Host", uri.host, "example.com"],
    ["Port", uri.port, 8443],
    ["Scheme", uri.scheme, "https"],
    ["Query", uri.query, "?x=1&y=A"],
    ["Fragment", uri.fragment, "#frag"],
    ["Authority", uri.authority, "example.com:8443"],
    ["Segments", uri.segments, ["/", "a/", "d"]],
    ["UserInfo", uri.userInfo, "user:pw"],
    ["IsDefaultPort", uri.isDefaultPort, false],
    ["GetLeftPart(Authority)", uri.leftPart("Authority"), "https://user:pw@example.com:8443"],
    ["GetLeftPart(Path)", uri.leftPart("Path"), "https://user:pw@example.com:8443/a/d"],
    ["GetLeftPart(Scheme)", uri.leftPart("Scheme"), "https://"],
  ])("tells its %s", (_name, value, result) => {
    expect(value).toEqual(result);
  });

  it("escapes what no URI holds, and writes it readable", () => {
    const spaced = new Uri("http://a.b/c d?e f");
    expect(spaced.absoluteUri).toBe("http://a.b/c%20d?e%20f");
    expect(spaced.toString()).toBe("http://a.b/c d?e f");
    expect(new Uri("http://a.b/%c3%bc%2f").toString()).toBe("http://a.b/ü%2F");
    expect(new Uri("http://a.b/%c3%bc").localPath).toBe("/ü");
  });

  it("adds the path and leaves out the port of the scheme", () => {
    expect(new Uri("http://a.b:80").toString()).toBe("http://a.b/");
    expect(new Uri("http://127.0.0.1").isLoopback).toBe(true);
    expect(new Uri("http://[::1]/").host).toBe("[::1]");
  });

  it.each([
    ["../w", "http://a.b/w"],
    ["w", "http://a.b/x/w"],
    ["/w", "http://a.b/w"],
    ["?q", "http://a.b/x/y?q"],
    ["//c.d/e", "http://c.d/e"],
    ["https://c.d", "https://c.d/"],
  ])("resolves %s", (relative, result) => {
    expect(Uri.resolve(new Uri("http://a.b/x/y?z"), relative).toString()).toBe(result);
  });

  it.each([
    ["", "Invalid URI: The URI is empty."],
    ["/x", "Invalid URI: The format of the URI could not be determined."],
    ["http://", "Invalid URI: The hostname could not be parsed."],
    ["http://exa mple/", "Invalid URI: The hostname could not be parsed."],
    ["http://a.b:99999", "Invalid URI: Invalid port specified."],
  ])("refuses %j", (text, message) => {
    expect(() => new Uri(text)).toThrow(message);
  });

  it("takes a relative URI when it may, and refuses its absolute parts", () => {
    const relative = new Uri("a/b", "RelativeOrAbsolute");
    expect([relative.isAbsolute, relative.toString()]).toEqual([false, "a/b"]);
    expect(() => relative.host).toThrow("This operation is not supported for a relative URI.");
  });
});

describe("escapes", () => {
  it.each<[string, string, string]>([
    [
      "WebUtility.UrlEncode",
      webUtilityUrlEncode(all),
      "aZ09+-_.%7E!*%27()%2F%3F%26%3D%2B%25%C3%A4%C3%BC%E2%82%AC",
    ],
    [
      "Uri.EscapeDataString",
      escapeDataString(all),
      "aZ09%20-_.~%21%2A%27%28%29%2F%3F%26%3D%2B%25%C3%A4%C3%BC%E2%82%AC",
    ],
    [
      "Uri.EscapeUriString",
      escapeUriString(`${all}[]{}`),
      "aZ09%20-_.~!*'()/?&=+%25%C3%A4%C3%BC%E2%82%AC[]%7B%7D",
    ],
    ["WebUtility.UrlDecode", urlDecode("a+b%2f%c3%bc%zz%"), "a b/ü%zz%"],
    ["Uri.UnescapeDataString", unescapeDataString("a+b%2f%c3%bc%zz%ff"), "a+b/ü%zz%ff"],
    [
      "WebUtility.HtmlEncode",
      htmlEncode('<a href="x">\'&ü\ud83d\ude00</a>'),
      "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#252;&#128512;&lt;/a&gt;",
    ],
    ["WebUtility.HtmlDecode", htmlDecode("&lt;&#65;&#x42;&euro;&unknown;&amp"), "<AB€&unknown;&amp"],
  ])("%s writes what .NET writes", (_name, value, result) => {
    expect(value).toBe(result);
  });
});
