import { spend } from "../meter.ts";

/** Up to this length the engine's own search is fast whatever the text holds. */
const shortPart = 32;

/** How far the beginning of a part repeats at each of its places (Knuth, Morris and Pratt). */
function repetitions(part: string): Int32Array {
  const table = new Int32Array(part.length);
  for (let at = 1, length = 0; at < part.length; at++) {
    while (length > 0 && part[at] !== part[length]) length = table[length - 1] ?? 0;
    if (part[at] === part[length]) length += 1;
    table[at] = length;
  }
  return table;
}

/** The places of a part at or behind a place, overlapping ones as well; in time that grows with the lengths, not with their product. */
function* placesOf(text: string, part: string, from: number): Generator<number> {
  spend((text.length - from + part.length) / 16);
  const table = repetitions(part);
  for (let at = from, length = 0; at < text.length; at++) {
    while (length > 0 && text[at] !== part[length]) length = table[length - 1] ?? 0;
    if (text[at] === part[length]) length += 1;
    if (length < part.length) continue;
    yield at - length + 1;
    length = table[length - 1] ?? 0;
  }
}

/** `indexOf`, in time that does not grow with the product of the two lengths. */
export function indexIn(text: string, part: string, from = 0): number {
  if (part.length <= shortPart) return text.indexOf(part, from);
  const first = placesOf(text, part, from).next();
  return first.done === true ? -1 : first.value;
}

/** `lastIndexOf`, in time that does not grow with the product of the two lengths. */
export function lastIndexIn(text: string, part: string, from: number): number {
  if (part.length <= shortPart) return text.lastIndexOf(part, from);
  let last = -1;
  for (const place of placesOf(text.slice(0, from + part.length), part, 0)) last = place;
  return last;
}

/** The texts between the places of a part: `split` of JavaScript, in time that does not grow with the product of the two lengths. */
export function partsBetween(text: string, part: string): string[] {
  if (part.length <= shortPart) return text.split(part);
  const parts: string[] = [];
  let from = 0;
  for (const place of placesOf(text, part, 0)) {
    if (place < from) continue;
    parts.push(text.slice(from, place));
    from = place + part.length;
  }
  parts.push(text.slice(from));
  return parts;
}
