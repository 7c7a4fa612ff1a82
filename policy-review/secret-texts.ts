import type { IncomingMessage } from "node:http";

const hiddenText = "[secret]";

/** Names of headers, parameters and members whose values let somebody in. */
const secretName =
  /auth|cookie|token|secret|passw|pwd|credential|signature|assertion|api-?_?key|[-_]key$|^key$|^code$|^sig$/i;

/** Whether a name says that its value lets somebody in. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Takes texts out of others, also as base64, in an address, and in letters of another case. */
export function withoutSecrets(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter((one) => one !== "");
  if (known.length === 0) return (text) => text;
  const longestFirst = (forms: readonly string[]) =>
    [...new Set(forms)].toSorted((one, other) => other.length - one.length).map(escaped);
  // The letters beside it hold the rest of its bytes.
  const encoded = longestFirst(known.flatMap(base64Of)).map((form) => `[\\w+/=-]*${form}[\\w+/=-]*`);
  const pattern = new RegExp([...encoded, ...longestFirst(known.flatMap(formsOf))].join("|"), "gi");
  return (text) => text.replace(pattern, hiddenText);
}

function formsOf(secret: string): readonly string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
}

/** What of a text's base64 does not depend on what stands before and behind it: `svc:` before a password moves its letters. */
function base64Of(secret: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.from(`${" ".repeat(before)}${secret}`);
    const whole = bytes.length - (bytes.length % 3);
    const [from, to] = [Math.ceil((before * 8) / 6), (whole * 8) / 6];
    const forms = (["base64", "base64url"] as const).map((form) => bytes.toString(form).slice(from, to));
    return forms.filter((form) => form.length >= 8);
  });
}

function escaped(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}/-]/g, "\\$&");
}

/**
 * Takes secrets out of texts that tell of a request: what its own headers and parameters of credentials hold, what is given, and
 * what looks like a token or names a password.
 *
 * @param keyNames Names of the headers and parameters that hold subscription keys.
 */
export function secretHider(
  { headers, url = "" }: Pick<IncomingMessage, "headers" | "url">,
  secrets: readonly string[],
  keyNames: readonly string[],
): (text: string) => string {
  const keys = new Set(keyNames.map((name) => name.toLowerCase()));
  const isSecret = (name: string) => secretName.test(name) || keys.has(name.toLowerCase());
  const inHeaders = Object.entries(headers).flatMap(([name, value]) => {
    const texts = [value ?? []].flat();
    const basic = texts.flatMap((text) => passwordOf(text) ?? []);
    return isSecret(name) ? [...basic, ...texts.flatMap((text) => [text, ...text.split(/[ ;.,=]+/)])] : basic;
  });
  const inQuery = [...new URLSearchParams(url.split("?")[1] ?? "")].flatMap(([name, value]) =>
    isSecret(name) ? [value, ...value.split(".")] : [],
  );
  // Short words of a header, `Basic`, are no secrets.
  const hide = withoutSecrets([
    ...secrets,
    ...inHeaders.filter((text) => text.length >= 8),
    ...inQuery.filter((text) => text.length >= 4),
  ]);
  return (text) =>
    hide(text)
      .replace(/eyJ[\w-]{8,}(?:\.[\w-]*)*/g, "[token]")
      .replace(/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, `$1 ${hiddenText}`)
      .replace(member, (whole, name: string, between: string) =>
        secretName.test(name) ? `${name}${between}${hiddenText}` : whole,
      );
}

// `"client_secret": "…"`, also in a text in quotes, and `client_secret=…`.
const member = /([\w-]+)(\\?"\s*:\s*\\?"|=)((?:[^"\\&\s]|\\(?!"))+)/g;

function passwordOf(header: string): string | undefined {
  const [, encoded] = /^Basic +([\w+/=-]+)$/i.exec(header) ?? [];
  return encoded === undefined
    ? undefined
    : /:(.{4,})$/s.exec(Buffer.from(encoded, "base64").toString())?.[1];
}
