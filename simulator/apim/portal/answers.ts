import type { PortalModel } from "./portal-model.ts";

/** What the portal answers. */
export interface PortalAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
}

const baseHeaders = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** A page of the portal; it can load and call nothing but what is named here. */
export function pageAnswer(status: number, page: string, portal?: PortalModel): PortalAnswer {
  const headers = {
    ...baseHeaders,
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": contentSecurityPolicy(portal),
  };
  return { status, headers, body: page };
}

/** An answer to the portal's own scripts. */
export function jsonAnswer(status: number, body: object): PortalAnswer {
  return {
    status,
    headers: { ...baseHeaders, "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

/** A file of the portal. */
export function fileAnswer(body: Buffer, contentType: string): PortalAnswer {
  return { status: 200, headers: { ...baseHeaders, "content-type": contentType }, body };
}

/** A text that the browser keeps as a file. */
export function downloadAnswer(body: string, contentType: string, fileName: string): PortalAnswer {
  const headers = {
    ...baseHeaders,
    "content-type": `${contentType}; charset=utf-8`,
    "content-disposition": `attachment; filename="${fileName}"`,
  };
  return { status: 200, headers, body };
}

// Everything is local: the portal's own files, the gateway, and the token endpoint, which a browser calls with PKCE.
function contentSecurityPolicy(portal: PortalModel | undefined): string {
  const endpoints =
    portal?.apis.flatMap(({ logins }) => logins.map(({ tokenEndpoint }) => tokenEndpoint)) ?? [];
  // The standard lets a host name hold the characters that separate sources and directives here.
  const origins = endpoints
    .filter((url) => URL.canParse(url))
    .map((url) => new URL(url).origin)
    .filter((origin) => !/[;,]/.test(origin));
  const connect = new Set(["'self'", ...(portal === undefined ? [] : [portal.gatewayUrl]), ...origins]);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${[...connect].join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
}
