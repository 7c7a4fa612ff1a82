import { DateTime } from "../dotnet/date-time.ts";
import { JwtValue, parseJwt } from "../jwt.ts";
import type { OutCell, TypeDescription } from "../type-description.ts";
import type { Value } from "../value.ts";
import { HeaderLookup } from "./lookup.ts";

/** The user and password of a `Basic` header. */
class BasicAuthCredentials {
  readonly userId: string;
  readonly password: string;

  constructor(userId: string, password: string) {
    this.userId = userId;
    this.password = password;
  }
}

/** RFC 7617: the scheme, and Base64 of user, colon and password. */
function parseBasic(text: string | null): BasicAuthCredentials | null {
  const encoded = /^\s*basic\s+([A-Za-z0-9+/]+={0,2})\s*$/i.exec(text ?? "")?.[1];
  if (encoded === undefined || encoded.length % 4 !== 0) return null;
  const pair = Buffer.from(encoded, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 ? null : new BasicAuthCredentials(pair.slice(0, colon), pair.slice(colon + 1));
}

function time(milliseconds: number | null): Value {
  return milliseconds === null ? null : DateTime.fromUnix(milliseconds);
}

const claims = new WeakMap<JwtValue, HeaderLookup>();

function claimsOf(token: JwtValue): HeaderLookup {
  const known = claims.get(token) ?? new HeaderLookup(token.claims);
  claims.set(token, known);
  return known;
}

function headerText(token: JwtValue, name: string): string | null {
  const value = Object.hasOwn(token.header, name) ? token.header[name] : undefined;
  return typeof value === "string" ? value : null;
}

/** Tokens and credentials, and the extension methods that read them from a text. */
export const tokenTypes: readonly TypeDescription[] = [
  {
    name: "Microsoft.Azure.ApiManagement.Jwt",
    kind: "class",
    is: (value) => value instanceof JwtValue,
    members: {
      "string Algorithm": (self: JwtValue) => headerText(self, "alg"),
      "IEnumerable<string> Audiences": (self: JwtValue) => [...self.audiences],
      "IReadOnlyDictionary<string, string[]> Claims": claimsOf,
      "DateTime? ExpirationTime": (self: JwtValue) => time(self.time("exp")),
      "string Id": (self: JwtValue) => self.text("jti"),
      "string Issuer": (self: JwtValue) => self.text("iss"),
      "DateTime? IssuedAt": (self: JwtValue) => time(self.time("iat")),
      "DateTime? NotBefore": (self: JwtValue) => time(self.time("nbf")),
      "string Subject": (self: JwtValue) => self.text("sub"),
      "string Type": (self: JwtValue) => headerText(self, "typ"),
    },
  },
  {
    name: "Microsoft.Azure.ApiManagement.BasicAuthCredentials",
    kind: "class",
    is: (value) => value instanceof BasicAuthCredentials,
    members: {
      "string UserId": (self: BasicAuthCredentials) => self.userId,
      "string Password": (self: BasicAuthCredentials) => self.password,
    },
  },
  {
    name: "Microsoft.Azure.ApiManagement.StringExtensions",
    kind: "static",
    members: {
      "static Jwt AsJwt(this string input)": (text: string | null) => parseJwt(text ?? "") ?? null,
      "static bool TryParseJwt(this string input, out Jwt result)": (text: string | null, cell: OutCell) => {
        cell.value = parseJwt(text ?? "") ?? null;
        return cell.value !== null;
      },
      "static BasicAuthCredentials AsBasic(this string input)": parseBasic,
      "static bool TryParseBasic(this string input, out BasicAuthCredentials result)": (
        text: string | null,
        cell: OutCell,
      ) => {
        cell.value = parseBasic(text);
        return cell.value !== null;
      },
    },
  },
];
