/** How a body of a media type is written. */
export type MediaFamily = "json" | "xml" | "form" | "multipart" | "text" | "bytes" | "unknown";

/**
 * The family of a media type, in any letter case and with parameters: `application/hal+json; charset=utf-8` → `json`.
 */
export function mediaFamily(mediaType: string): MediaFamily {
  const type = withoutParameters(mediaType);
  if (/[/+](?:json|json5|ndjson|jsonl|json-seq)$/.test(type)) return "json";
  if (/[/+]xml$/.test(type)) return "xml";
  if (type === "application/x-www-form-urlencoded") return "form";
  if (type.startsWith("multipart/")) return "multipart";
  if (type.startsWith("text/")) return "text";
  return /^(?:image|audio|video|font)\/|^application\/(?:octet-stream|pdf|zip|gzip)$/.test(type)
    ? "bytes"
    : "unknown";
}

/** Whether a media type is a range: `application/*`. */
export function isMediaRange(mediaType: string): boolean {
  return withoutParameters(mediaType).includes("*");
}

/** Type and subtype in lower case: `Text/HTML; charset=utf-8` → `text/html`. */
export function withoutParameters(mediaType: string): string {
  return mediaType.split(/[;,]/, 1).join("").trim().toLowerCase();
}
